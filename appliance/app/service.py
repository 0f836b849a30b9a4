"""One running appliance: its start, its life and its orderly stop.

Start: telemetry, then the gRPC service (NOT_SERVING, every call refused with ENGINE_LOADING), then
the gallery becomes resident and the kernels prove themselves against their references; only then
are searches taken, those of before the restart first. Stop: no new work, what runs is finished.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.api.rooms import ServiceStatus
from appliance.api.server import ApiServer
from appliance.api.tls import TlsFiles
from appliance.app.house import House
from appliance.app.pulse import Pulse
from appliance.app.site import Site
from appliance.config import settings
from appliance.config.layout import Layout
from appliance.domain.clock import SystemClock
from appliance.domain.errors import ClockSkewed, Draining
from appliance.domain.record import Act
from appliance.exchange.participation import Participation
from appliance.matching import provenance, self_test
from appliance.telemetry import logs, sd_notify
from appliance.telemetry.http import TelemetryServer
from appliance.telemetry.logs import logger
from appliance.telemetry.metrics import Metrics
from appliance.version import __version__

DRAIN_S = 20
"""A stop waits so long, all in all, for what runs and waits, as RECOVERING.md promises."""

EXIT_STORAGE = 70
"""Exit status after a storage failure that must not be survived (sysexits: EX_SOFTWARE)."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the service listens, each as host:port."""

    grpc: str
    telemetry: str


def _nothing(*_: object) -> None:
    """Observe nothing."""


class Appliance:
    """One running appliance over one installation directory.

    ``run`` blocks until SIGTERM or SIGINT and returns the exit status. ``on_listening`` is told the
    addresses, ``on_load`` the progress of the gallery (done, total), ``on_ready`` that searches
    are taken. Raises ConfigurationInvalid, BackendUnavailable or StorageCorrupt at start.
    """

    def __init__(
        self,
        directory: Path,
        *,
        on_listening: Callable[[Listening], None] = _nothing,
        on_load: Callable[[int, int], None] = _nothing,
        on_ready: Callable[[], None] = _nothing,
    ) -> None:
        self._settings = settings.load(directory)
        self._on_listening = on_listening
        self._on_load = on_load
        self._on_ready = on_ready
        self._clock = SystemClock()
        self._started_at: datetime = self._clock.now()
        self._log = logger("app")
        self._stop_asked = asyncio.Event()
        self._waiting_for: tuple[str, ...] = ("the gallery is not resident yet",)
        self._metrics = Metrics()
        chosen = self._settings
        self._house = House(Site(Layout(directory), chosen, self._clock, self._metrics, self._die))
        layout = Layout(directory)
        tls = TlsFiles(layout.ca_cert, layout.server_cert, layout.server_key)
        self._api = ApiServer(self._house.rooms(self._status), tls, chosen, self._metrics)
        self._pulse = Pulse(
            self._house.gallery,
            self._metrics,
            self._clock,
            lambda: not self._waiting_for,
            self._house.data.tell_addresses,
        )
        self._watchdog = sd_notify.Watchdog(self._pulse.alive)
        self._telemetry = TelemetryServer(
            chosen.telemetry.host,
            chosen.telemetry.port,
            self._metrics,
            self._pulse.alive,
            self._checks,
        )

    def run(self) -> int:
        """Serve until told to stop."""
        logs.configure(self._settings.telemetry.log_level, sys.stderr)
        return asyncio.run(self._serve())

    async def _serve(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop_asked.set)
        self._metrics.build(
            __version__, provenance.kernel_digest(), self._house.engines.engine.backend
        )
        self._telemetry.start()
        port = await self._api.start()
        host = self._settings.listen.host
        telemetry = f"{self._settings.telemetry.host}:{self._telemetry.port}"
        self._on_listening(Listening(f"{host}:{port}", telemetry))
        pulse = asyncio.create_task(self._pulse.beat())
        try:
            # Draining: told to stop before it was ready, so that there is nothing to finish.
            with suppress(Draining):
                await asyncio.to_thread(self._become_ready)
                self._set_ready(True)
                self._watchdog.start()
                await self._stop_asked.wait()
        finally:
            await self._stop()
            pulse.cancel()
        return 0

    def _become_ready(self) -> None:
        begun = self._clock.monotonic_s()
        self._house.gallery.open(self._loaded)
        self._metrics.gallery_loaded(self._clock.monotonic_s() - begun)
        self._waiting_for = ("the kernels' self-test has not finished",)
        cases = self_test.run()
        self._house.start_engines()
        self._require_wanted()
        self._house.record.write(
            Act.SERVICE_STARTED,
            self._settings.instance.party,
            {"version": __version__, "kernel_digest": provenance.kernel_digest()},
        )
        self._house.record.start(self._house.guard.check)
        self._house.desk.start()
        self._house.mass.start()
        self._house.data.start()
        self._waiting_for = ()
        self._log.info("ready", backend=self._house.engines.engine.backend, count=cases)

    def _loaded(self, done: int, total: int) -> None:
        self._require_wanted()
        self._on_load(done, total)

    def _require_wanted(self) -> None:
        if self._stop_asked.is_set():
            raise Draining("told to stop before it was ready")

    def _set_ready(self, ready: bool) -> None:
        self._api.set_ready(ready)
        self._metrics.set_ready(ready)
        sd_notify.notify("READY=1" if ready else "STOPPING=1")
        if ready:
            self._on_ready()

    async def _stop(self) -> None:
        """Take no more, finish what runs, close from the top of the house to the bottom."""
        self._waiting_for = ("the service is stopping",)
        self._set_ready(False)
        ends_at_s = self._clock.monotonic_s() + DRAIN_S
        await self._api.stop(DRAIN_S)
        await asyncio.to_thread(self._close_rooms, ends_at_s)
        self._watchdog.stop()

    def _close_rooms(self, ends_at_s: float) -> None:
        self._house.close(max(0.0, ends_at_s - self._clock.monotonic_s()))
        self._telemetry.stop()

    def _checks(self) -> list[tuple[str, bool, str]]:
        reasons = self._waiting_for
        return [
            ("ready", not reasons, "; ".join(reasons) or "searches are taken"),
            self._clock_check(),
        ]

    def _clock_check(self) -> tuple[str, bool, str]:
        try:
            self._house.guard.check()
        except ClockSkewed as error:
            return "clock", False, error.message
        return "clock", True, "the clock goes right"

    def _status(self) -> ServiceStatus:
        return ServiceStatus(
            ready=not self._waiting_for,
            reasons=self._waiting_for,
            backend=self._house.engines.engine.backend,
            version=__version__,
            kernel_digest=provenance.kernel_digest(),
            pack_version=self._house.packs.in_force().version,
            gallery=self._house.gallery.count(),
            queue_depth=self._house.desk.queue_depth(),
            started_at=self._started_at,
            backend_reason=self._house.engines.reason,
            devices=tuple(self._house.engines.devices()),
            pilot=self._settings.instance.pilot,
            parties=Participation(self._house.packs, self._settings).standings(self._clock.now()),
        )

    def _die(self, error: BaseException) -> None:
        """End the process at once: after a failed fsync nobody knows what is on the disk.

        Trying again could acknowledge what was lost (PostgreSQL learnt it in 2018); the restart
        reads back what is really there.
        """
        self._log.critical("storage_failed", error_type=type(error).__name__)
        os._exit(EXIT_STORAGE)
