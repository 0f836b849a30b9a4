# ruff: noqa: N802 - the contract names the methods.
"""MassComparisonService: mass comparison of unidentified profiles of contact points (Art. 4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor

from appliance.api import limits
from appliance.api.call import Call
from appliance.api.converters_mass import (
    job_number,
    mass_job,
    mass_match,
    mass_terms,
    offered,
    receipt,
)
from appliance.api.converters_search import content_digest
from appliance.api.ports import MassDesk
from appliance.domain.codes import SearchType
from appliance.domain.errors import Draining, FieldViolation, RequestInvalid
from appliance.domain.limits import MASS_PROFILES_PER_BATCH_MAX, REQUEST_NUMBER_CHARS_MAX
from appliance.domain.principal import Principal
from appliance.v1 import mass_comparison_pb2 as pb


class MassComparisonServicer:
    """The methods of the contract; ``stopping`` ends the watchers when the service stops."""

    def __init__(
        self, desk: MassDesk, watch_executor: Executor, stopping: Callable[[], bool]
    ) -> None:
        self._desk = desk
        self._watch_executor = watch_executor
        self._stopping = stopping

    async def Open(self, request: pb.OpenRequest, call: Call) -> pb.OpenResponse:
        """Open a job; a refusal before the desk has it is recorded as that of a search."""
        call.search_type = SearchType.DNA_UNIDENTIFIED
        call.request_number = request.comparison.job_number[:REQUEST_NUMBER_CHARS_MAX]
        principal = call.principal
        terms = mass_terms(principal.party, request.comparison)
        call.submitted = True
        return pb.OpenResponse(job=mass_job(await call.run(self._desk.open, principal, terms)))

    async def Send(self, requests: AsyncIterator[pb.SendRequest], call: Call) -> None:
        """Take batches one by one; what is not read yet holds the client back."""
        async for request in requests:
            # The principal is confirmed for each batch: a stream may outlive a revocation.
            await call.write(await call.run(take_batch, self._desk, call.principal, request))

    async def Start(self, request: pb.StartRequest, call: Call) -> pb.StartResponse:
        """Close the input."""
        number = job_number(request.job_number)
        status = await call.run(self._desk.begin, call.principal, number, request.batches)
        return pb.StartResponse(job=mass_job(status))

    async def GetJob(self, request: pb.GetJobRequest, call: Call) -> pb.GetJobResponse:
        """Tell where a job stands."""
        number = job_number(request.job_number)
        status = await call.run(self._desk.status, call.principal, number)
        return pb.GetJobResponse(job=mass_job(status))

    async def WatchMatches(self, request: pb.WatchMatchesRequest, call: Call) -> None:
        """Send matches as they are found; the certificate is checked anew at every wake-up."""
        number = job_number(request.job_number)
        watch = await call.run(self._desk.watch, call.principal, number, request.after_cursor)
        try:
            while not self._stopping():
                found = await call.run_on(self._watch_executor, watch.get, limits.WATCH_WAKE_S)
                call.confirm()
                if found is None:
                    return
                for each in found:
                    await call.write(pb.WatchMatchesResponse(match=mass_match(each)))
            # An end without a refusal would say that the job has ended.
            raise Draining("the service is stopping; go on from the cursor of the last match")
        finally:
            # Takes no disk and no other thread, so that a cancelled call gives its place back.
            watch.close()

    async def Acknowledge(
        self, request: pb.AcknowledgeRequest, call: Call
    ) -> pb.AcknowledgeResponse:
        """Erase the matches that the Party has."""
        number = job_number(request.job_number)
        status = await call.run(self._desk.acknowledge, call.principal, number, request.cursor)
        return pb.AcknowledgeResponse(job=mass_job(status))

    async def Cancel(self, request: pb.CancelRequest, call: Call) -> pb.CancelResponse:
        """End a job."""
        number = job_number(request.job_number)
        status = await call.run(self._desk.cancel, call.principal, number)
        return pb.CancelResponse(job=mass_job(status))


def take_batch(desk: MassDesk, principal: Principal, request: pb.SendRequest) -> pb.SendResponse:
    """Take one batch, blocking; raises RequestInvalid when its size is wrong."""
    number = job_number(request.job_number)
    if not 1 <= len(request.profiles) <= MASS_PROFILES_PER_BATCH_MAX:
        rule = f"1..{MASS_PROFILES_PER_BATCH_MAX} profiles are allowed"
        raise RequestInvalid([FieldViolation("profiles", rule)])
    profiles = [offered(each) for each in request.profiles]
    digest = content_digest(request)
    return receipt(desk.receive(principal, number, request.batch_number, digest, profiles))
