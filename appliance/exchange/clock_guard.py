"""The guard of the clock: no new search while the time on record could not be the true one.

Capacities, deadlines, dates of packs and the record itself stand on the wall clock (Art. 17(2):
the exact time). It is held against two others: the monotonic clock, which no one can set, since the
start; and the newest instant that was made durable, which a restart cannot forget.
"""

from __future__ import annotations

import threading
from datetime import datetime

from appliance.access import roles
from appliance.audit.record import Record
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import ClockSkewed, RequestInvalid
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import form
from appliance.store import setting_table
from appliance.store.database import Database, Transaction
from appliance.store.instant import from_us, to_us
from appliance.telemetry.metrics import Metrics

_NEWEST = "newest_instant_us"


class ClockGuard:
    """Tells whether the wall clock can be right, within ``skew_max_s``. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        clock: Clock,
        skew_max_s: float,
        metrics: Metrics | None = None,
    ) -> None:
        self._database = database
        self._record = record
        self._clock = clock
        self._skew_max_s = skew_max_s
        self._metrics = metrics
        self._lock = threading.Lock()
        self._anchor = (clock.now(), clock.monotonic_s())
        self._newest = database.read(_newest)

    def skew_s(self) -> float:
        """Return how far the wall clock is off, in seconds: ahead above 0, behind below it."""
        with self._lock:
            (wall, monotonic_s), newest = self._anchor, self._newest
        now = self._clock.now()
        drift_s = (now - wall).total_seconds() - (self._clock.monotonic_s() - monotonic_s)
        behind_s = min(0.0, (now - newest).total_seconds()) if newest else 0.0
        return max(drift_s, behind_s, key=abs)

    def check(self) -> None:
        """Raise ClockSkewed while the clock is off by more than is tolerated."""
        skew_s = self.skew_s()
        if self._metrics is not None:
            self._metrics.clock_skew(skew_s)
        if abs(skew_s) > self._skew_max_s:
            side = "ahead of" if skew_s > 0 else "behind"
            raise ClockSkewed(
                f"the clock is {abs(skew_s):.0f} s {side} where it was last known to be; "
                f"{self._skew_max_s:.0f} s are tolerated"
            )

    def mark(self) -> None:
        """Make the present instant durable, for the start after this one.

        Raises ClockSkewed instead where it cannot be the true one, RecordUnavailable.
        """
        self.check()
        self._keep(self._clock.now())

    def accept(self, principal: Principal, reason: str) -> None:
        """Take the clock as it stands for right from now on; on record, with the reason.

        Raises RoleDenied unless an administrator asks, RequestInvalid without a reason,
        RecordUnavailable.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        violations = form.text("reason", reason, limits.REASON_CHARS_MAX)
        if violations:
            raise RequestInvalid(violations)
        details = {
            "certificate": principal.fingerprint,
            "reason": reason,
            "skew_s": f"{self.skew_s():.3f}",
        }
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            setting_table.put(tx, _NEWEST, str(to_us(now)))
            self._record.append(tx, Act.CLOCK_ACCEPTED, principal.party, details)

        self._database.write(work).result()
        with self._lock:
            self._anchor = (now, self._clock.monotonic_s())
            self._newest = now

    def _keep(self, now: datetime) -> None:
        with self._lock:
            if self._newest is not None and now <= self._newest:
                return
        self._database.write(lambda tx: setting_table.put(tx, _NEWEST, str(to_us(now)))).result()
        with self._lock:
            self._newest = now


def _newest(tx: Transaction) -> datetime | None:
    kept = setting_table.get(tx, _NEWEST)
    return from_us(int(kept)) if kept else None
