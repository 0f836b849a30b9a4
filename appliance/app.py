"""The composition root: the only place that knows every class of the appliance.

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

from appliance.access.gatekeeper import Gatekeeper
from appliance.access.officers import OfficerList
from appliance.access.revocation import RevocationList
from appliance.api.rooms import Rooms, ServiceStatus
from appliance.api.server import ApiServer
from appliance.api.tls import TlsFiles
from appliance.audit.record import Record
from appliance.config import profile_pack, settings
from appliance.config.layout import Layout
from appliance.config.profile_pack import ProfilePack
from appliance.domain.clock import SystemClock
from appliance.domain.errors import Draining
from appliance.domain.record import Act
from appliance.exchange.capacity import CapacityDesk
from appliance.exchange.desk import SearchDesk
from appliance.exchange.reference_desk import ReferenceDesk
from appliance.gallery.gallery import Gallery
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey
from appliance.keys.probe_vault import ProbeVault
from appliance.matching import backend, encoder, provenance, self_test
from appliance.matching.assemblers import assemblers
from appliance.matching.matcher import Matcher, QueueSettings
from appliance.pulse import Pulse
from appliance.store import setting_table
from appliance.store.database import Database
from appliance.store.filesystem import RealFileSystem
from appliance.store.segments import SegmentStore
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
        self._layout = Layout(directory)
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
        self._backend = backend.choose(self._settings.matching.backend)
        layout, chosen = self._layout, self._settings
        pack = profile_pack.load(layout.pack, layout.pack_signature, layout.pack_key)
        pack.require_in_force(self._clock.now())
        self._pack_version = pack.version
        master = MasterKey.load(layout.master_key)
        self._build_store(master)
        self._build_matcher(pack)
        rooms = self._build_desks(master, pack)
        tls = TlsFiles(layout.ca_cert, layout.server_cert, layout.server_key)
        self._api = ApiServer(rooms, tls, chosen, self._metrics)
        self._pulse = Pulse(
            self._gallery, self._metrics, self._clock, lambda: not self._waiting_for
        )
        self._watchdog = sd_notify.Watchdog(self._pulse.alive)
        self._telemetry = TelemetryServer(
            chosen.telemetry.host,
            chosen.telemetry.port,
            self._metrics,
            self._pulse.alive,
            self._checks,
        )

    def _build_store(self, master: MasterKey) -> None:
        """Make what is durable: database, probes' keys, record, reference data."""
        layout, chosen, clock = self._layout, self._settings, self._clock
        self._database = Database(
            layout.database, on_fatal=self._die, observe_commit=self._metrics.fsync
        )
        self._vault = ProbeVault(layout.probe_keys, master, RealFileSystem(), on_fatal=self._die)
        self._record = Record(
            self._database,
            HeadSigner.load(layout.head_key),
            layout.heads_log,
            clock,
            self._metrics,
            interval_s=chosen.exchange.head_interval_s,
            on_fatal=self._die,
        )
        store_id = self._database.read(setting_table.store_id)
        self._gallery = Gallery(
            self._database,
            SegmentStore(layout.segments, master, store_id, on_fatal=self._die),
            assemblers(),
            clock,
            memory_budget_bytes=chosen.matching.memory_budget_bytes,
        )

    def _build_matcher(self, pack: ProfilePack) -> None:
        chosen = self._settings.matching
        queue = QueueSettings(
            workers=chosen.workers,
            depth_max=chosen.queue_depth_max,
            batch_max=chosen.batch_max,
            # Waiting for company pays on a device that serves a batch at once; not on a CPU.
            batch_wait_ms=0 if self._backend == backend.CPU else chosen.batch_wait_ms,
        )
        self._matcher = Matcher(
            self._gallery, pack, queue, backend=self._backend, metrics=self._metrics
        )

    def _build_desks(self, master: MasterKey, pack: ProfilePack) -> Rooms:
        """Make the rooms that the edge serves."""
        layout, chosen, clock = self._layout, self._settings, self._clock
        self._desk = SearchDesk(
            database=self._database,
            record=self._record,
            vault=self._vault,
            master=master,
            matcher=self._matcher,
            pack=pack,
            officers=OfficerList.load(layout.officers),
            settings=chosen,
            clock=clock,
            metrics=self._metrics,
        )
        return Rooms(
            desk=self._desk,
            reference=ReferenceDesk(self._gallery, self._record, encoder, clock, self._metrics),
            capacity=CapacityDesk(self._database, self._record, pack, chosen, clock),
            record=self._record,
            gatekeeper=Gatekeeper(
                pack,
                RevocationList(layout.crl, layout.ca_cert),
                clock,
                own_party=chosen.instance.party,
            ),
            clock=clock,
            status=self._status,
        )

    def run(self) -> int:
        """Serve until told to stop."""
        logs.configure(self._settings.telemetry.log_level, sys.stderr)
        return asyncio.run(self._serve())

    async def _serve(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop_asked.set)
        self._metrics.build(__version__, provenance.kernel_digest(), self._backend)
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
        self._gallery.open(self._loaded)
        self._metrics.gallery_loaded(self._clock.monotonic_s() - begun)
        self._waiting_for = ("the kernels' self-test has not finished",)
        cases = self_test.run()
        self._require_wanted()
        self._record.write(
            Act.SERVICE_STARTED,
            self._settings.instance.party,
            {"version": __version__, "kernel_digest": provenance.kernel_digest()},
        )
        self._record.start()
        self._desk.start()
        self._waiting_for = ()
        self._log.info("ready", backend=self._backend, count=cases)

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
        self._desk.drain(max(0.0, ends_at_s - self._clock.monotonic_s()))
        self._desk.close()
        self._matcher.close()
        self._record.close()
        self._gallery.close()
        self._vault.close()
        self._database.close()
        self._telemetry.stop()

    def _checks(self) -> list[tuple[str, bool, str]]:
        reasons = self._waiting_for
        return [("ready", not reasons, "; ".join(reasons) or "searches are taken")]

    def _status(self) -> ServiceStatus:
        return ServiceStatus(
            ready=not self._waiting_for,
            reasons=self._waiting_for,
            backend=self._backend,
            version=__version__,
            kernel_digest=provenance.kernel_digest(),
            pack_version=self._pack_version,
            gallery=self._gallery.count(),
            queue_depth=self._desk.queue_depth(),
            started_at=self._started_at,
        )

    def _die(self, error: BaseException) -> None:
        """End the process at once: after a failed fsync nobody knows what is on the disk.

        Trying again could acknowledge what was lost (PostgreSQL learnt it in 2018); the restart
        reads back what is really there.
        """
        self._log.critical("storage_failed", error_type=type(error).__name__)
        os._exit(EXIT_STORAGE)
