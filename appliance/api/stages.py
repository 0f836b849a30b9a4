"""What every call passes through, one stage each; ``pipeline`` puts them around the servicers."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, cast

from appliance.access import roles
from appliance.api import limits, permissions
from appliance.api.call import Call
from appliance.api.errors import reason_of, wire_form
from appliance.api.ports import Gatekeeper, SearchDesk
from appliance.api.status_details import DETAILS_KEY, status_of
from appliance.domain.errors import (
    ApplianceError,
    CertificateUnknown,
    DeadlineTooShort,
    Draining,
    EngineLoading,
    QueueFull,
    RoleDenied,
    StorageCorrupt,
)
from appliance.domain.limits import DEADLINE_DEFAULT_S, DEADLINE_MIN_MS
from appliance.telemetry.logs import logger
from appliance.telemetry.metrics import Metrics

_log = logger("api")
_CERTIFICATE = "x509_pem_cert"


class Stage(Protocol):
    """One thing that is true around every call."""

    def around(self, call: Call) -> AbstractAsyncContextManager[None]:
        """Surround the call; raising refuses it."""


class Scrub:
    """Outermost: whatever is raised leaves as a row of the error table and as nothing else.

    gRPC would send the text of an unknown exception to the client.
    """

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Turn exceptions into statuses."""
        try:
            yield
        except Exception as error:  # a client must not see the text of any of them
            status = status_of(error, call.request_id)
            form = wire_form(error)
            write = _log.info if form.shown is None else _log.error
            write(
                "a call was refused",
                method=call.method,
                request_id=call.request_id,
                error_id=call.request_id,
                code=form.code.name,
                reason=reason_of(error),
                exc_info=error if form.shown is not None else None,
            )
            await call.context.abort(
                form.code,
                status.message,
                trailing_metadata=((DETAILS_KEY, status.SerializeToString()),),
            )


class RequestId:
    """Names the call in the log, in the answer's metadata and as error id; never the client's."""

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Name the call."""
        call.request_id = uuid.uuid4().hex
        await call.context.send_initial_metadata((("x-request-id", call.request_id),))
        yield


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts the call and its outcome."""

    metrics: Metrics

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Measure from arrival to outcome."""
        started_s = time.monotonic()
        code = "OK"
        self.metrics.rpc_started(call.method)
        try:
            yield
        except Exception as error:
            code = wire_form(error).code.name
            if isinstance(error, StorageCorrupt):
                self.metrics.corruption()
            raise
        except BaseException:
            code = "CANCELLED"
            raise
        finally:
            self.metrics.rpc_handled(call.method, code, time.monotonic() - started_s)


@dataclass(slots=True)
class Crowd:
    """Refuses the calls beyond ``calls_max`` by name; gRPC would give neither reason nor wait."""

    calls_max: int
    calls: int = 0

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Count the call among those under way; what tells the state has room beyond them."""
        if call.method in permissions.ALWAYS_ON:
            yield
            return
        if self.calls >= self.calls_max:
            raise QueueFull(depth_max=self.calls_max)
        self.calls += 1
        try:
            yield
        finally:
            self.calls -= 1


@dataclass(frozen=True, slots=True)
class Deadline:
    """Bounds the call a little before the client stops listening; imposes a default on unary calls.

    A stream without a deadline is bounded by the age of its connection.
    """

    streaming: Callable[[str], bool]

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Refuse hopeless calls and end late ones."""
        remaining_s = cast(float | None, call.context.time_remaining())
        if remaining_s is None and not self.streaming(call.method):
            remaining_s = float(DEADLINE_DEFAULT_S)
        if remaining_s is None:
            yield
            return
        if remaining_s * 1000 < DEADLINE_MIN_MS:
            raise DeadlineTooShort(f"a deadline must leave at least {DEADLINE_MIN_MS} ms")
        now_s = asyncio.get_running_loop().time()
        call.ends_at_s = now_s + remaining_s - limits.DEADLINE_SHAVED_MS / 1000
        try:
            async with asyncio.timeout_at(call.ends_at_s) as bound:
                yield
        except TimeoutError:
            if not bound.expired():
                raise
            raise DeadlineTooShort("the deadline passed before the work was done") from None


@dataclass(frozen=True, slots=True)
class Identity:
    """Asks the gatekeeper at every call, because a connection outlives a revocation."""

    gatekeeper: Gatekeeper

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Establish who calls."""
        certificates = list(call.context.auth_context().get(_CERTIFICATE, ()))
        if not certificates:
            raise CertificateUnknown("the connection shows no client certificate")
        certificate = certificates[0]
        call.confirm = lambda: self.gatekeeper.principal(certificate)
        call.caller = call.confirm()
        yield


@dataclass(slots=True)
class Gate:
    """Opens when the reference data is resident and closes when the service stops."""

    ready: bool = False
    draining: bool = False

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Let in what can be served now."""
        if self.draining and call.method not in permissions.ALWAYS_ON:
            raise Draining("the service is stopping and takes no new work")
        if not self.ready and call.method not in permissions.WITHOUT_GALLERY:
            raise EngineLoading("the reference data is not resident yet")
        yield


@dataclass(frozen=True, slots=True)
class RecordedRefusals:
    """Records refusals of searches that the search desk never saw (Art. 17(2)).

    Only judgements of a request are recorded: a fault of ours, told for each call, would fill the
    disk in the very hour in which it is short.
    """

    desk: SearchDesk

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Record a refusal and let it go on."""
        try:
            yield
        except ApplianceError as error:
            judged = wire_form(error).shown is None
            if call.method in permissions.SEARCHES and judged and not call.submitted:
                await self._record(call, error)
            raise

    async def _record(self, call: Call, error: ApplianceError) -> None:
        try:
            await call.run(
                self.desk.refused, call.caller, call.search_type, call.request_number, error
            )
        except ApplianceError as failure:
            # The refusal stands: nothing was searched, and the caller must learn why.
            _log.error(
                "a refusal could not be recorded",
                method=call.method,
                request_id=call.request_id,
                reason=reason_of(failure),
            )


class RoleCheck:
    """Lets in the roles that the method is for."""

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Refuse every other role."""
        allowed = permissions.ROLES.get(call.method)
        if allowed is None:
            raise RoleDenied("this method is for nobody")
        roles.require(call.principal, *allowed)
        yield
