"""The sentinel: a process of its own that tells the contact points when the service is lost.

A fault is to be notified at once (IA Art. 5), and a service that is dead cannot do it. The sentinel
asks the readiness page; after LOST_AFTER failures in a row it posts a notice to every address of
the profile pack, and another when the service is back. Notices wait in a spool of files and are
tried again until they are delivered, over restarts of the sentinel too.
"""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from appliance.app import addresses
from appliance.app.spool import Spool
from appliance.domain.clock import Clock
from appliance.domain.errors import ApplianceError
from appliance.domain.notice import Notice, NoticeKind
from appliance.exchange.notices import FACT_CHARS_MAX
from appliance.telemetry.logs import logger

CHECK_INTERVAL_S = 5.0
CHECK_TIMEOUT_S = 5.0
LOST_AFTER = 3
"""Three failures 5 s apart, each awaited 5 s: a loss is told within 30 s, the promise being 60."""

PAGE_BYTES_MAX = 4_096
_log = logger("sentinel")


def readiness(url: str) -> str:
    """Return "" if the readiness page says yes, else why not in one text."""
    try:
        with urllib.request.urlopen(url, timeout=CHECK_TIMEOUT_S):  # noqa: S310 - own settings
            return ""
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(PAGE_BYTES_MAX).decode("utf-8", "replace")
        return " ".join(said.split()) or f"status {error.code}"
    except (OSError, ValueError) as error:
        return f"the service does not answer ({type(error).__name__})"


class _State(msgspec.Struct, frozen=True):
    """What has to outlive the sentinel: since when the service counts as lost."""

    lost_at: datetime | None = None


class Sentinel:
    """Watches one appliance; ``tick`` once an interval, ``run`` does so until ``close``.

    ``check`` returns "" while the service is ready. ``folder`` holds spool and state,
    ``address_file`` the addresses. Used by one thread; ``close`` from any.
    """

    def __init__(
        self, check: Callable[[], str], folder: Path, address_file: Path, clock: Clock
    ) -> None:
        self.spool = Spool(folder)
        self._check = check
        self._state_file = folder / "state"
        self._address_file = address_file
        self._clock = clock
        self._failures = 0
        self._first_failure_at: datetime | None = None
        self._lost_at = self._read_state().lost_at
        self._stop = threading.Event()

    def run(
        self, interval_s: float = CHECK_INTERVAL_S, posted: Callable[[], None] = lambda: None
    ) -> None:
        """Tick until closed, calling ``posted`` after notices; whatever a tick meets, more come."""
        while not self._stop.wait(interval_s):
            before = self._lost_at
            try:
                self.tick()
            except (ApplianceError, OSError):
                _log.error("the sentinel could not do its turn", exc_info=True)
            if before != self._lost_at:
                posted()

    def close(self) -> None:
        """End ``run``."""
        self._stop.set()

    def tick(self) -> None:
        """Ask once whether the service is ready, and post notices where that changed."""
        reason = self._check()
        if reason:
            self._failed(reason)
        else:
            self._held()

    def _failed(self, reason: str) -> None:
        now = self._clock.now()
        self._first_failure_at = self._first_failure_at or now
        self._failures += 1
        if self._failures < LOST_AFTER or self._lost_at is not None:
            return
        facts = {"since": _text(self._first_failure_at), "reason": reason[:FACT_CHARS_MAX]}
        self._post(NoticeKind.SERVICE_LOST, facts)
        self._lost_at = self._first_failure_at
        self._keep_state()

    def _held(self) -> None:
        self._failures, self._first_failure_at = 0, None
        if self._lost_at is None:
            return
        now = self._clock.now()
        facts = {"since": _text(self._lost_at), "restored_at": _text(now)}
        self._post(NoticeKind.SERVICE_RESTORED, facts)
        self._lost_at = None
        self._keep_state()

    def _post(self, kind: NoticeKind, facts: dict[str, str]) -> None:
        now, said = self._clock.now(), tuple(sorted(facts.items()))
        told = addresses.read(self._address_file)
        for party, category, address in told:
            self.spool.post(Notice(0, kind, party, category, address, said, now))
        _log.warning("contact points are told of the state of the service", count=len(told))

    def _read_state(self) -> _State:
        try:
            return msgspec.json.decode(self._state_file.read_bytes(), type=_State)
        except (OSError, msgspec.DecodeError):
            return _State()

    def _keep_state(self) -> None:
        half = self._state_file.with_suffix(".half")
        half.write_bytes(msgspec.json.encode(_State(self._lost_at)))
        half.replace(self._state_file)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
