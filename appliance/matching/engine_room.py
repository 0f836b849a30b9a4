"""The engine in use, and what keeps its devices honest: a test every hour, and their return."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from appliance.domain.clock import Clock
from appliance.domain.errors import BackendUnavailable, Draining
from appliance.gallery.epoch import Epoch
from appliance.matching import backend
from appliance.matching.device_fleet import DeviceFleet
from appliance.matching.device_worker import BatchSettings, DeviceWorker, OpenDevice
from appliance.matching.engine import CPU, Engine
from appliance.telemetry.logs import logger
from appliance.telemetry.metrics import Metrics

CHECK_INTERVAL_S = 3_600
"""How often a device in service is held against the references."""

RETURN_INTERVAL_S = 60
"""How often it is tried whether a device in quarantine may come back."""

TICK_S = 5

_log = logger("devices")


class EngineRoom:
    """Built at start, closed at the stop. Thread-safe.

    Raises BackendUnavailable where devices are demanded and none can serve.
    """

    def __init__(
        self,
        configured: str,
        memory_bytes: int,
        batches: BatchSettings,
        clock: Clock,
        metrics: Metrics,
        find: backend.FindDevices = backend.cuda_devices,
    ) -> None:
        self._clock = clock
        self._metrics = metrics
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None
        self._due_s: dict[int, float] = {}
        self._told: dict[int, str] = {}
        choice = backend.choose(configured, memory_bytes, find)
        self.reason = choice.reason
        self._fleet = self._open(configured, choice.devices, batches) if choice.devices else None
        if self._fleet is None:
            _log.warning("searches run on the processor", backend=backend.CPU)
        else:
            _log.warning("searches run on devices", backend=backend.CUDA, count=len(self._due_s))

    @property
    def engine(self) -> Engine:
        """Return what compares; the same object for as long as this room is open."""
        return CPU if self._fleet is None else self._fleet

    @property
    def is_batched(self) -> bool:
        """Say whether searches gain from waiting for company."""
        return self._fleet is not None

    def devices(self) -> list[str]:
        """Return a line for each device: its number, name and whether it serves, or why not."""
        return [self._line(worker) for worker in self._workers()]

    def prepare(self, epochs: Sequence[Epoch]) -> None:
        """Have epochs resident on the devices; ConfigurationInvalid where they do not fit."""
        if self._fleet is not None:
            self._fleet.prepare(epochs)

    def require_room(self, epochs: Sequence[Epoch]) -> None:
        """Raise ConfigurationInvalid unless the devices have memory for epochs about to be."""
        if self._fleet is not None:
            self._fleet.require_room(epochs)

    def start(self) -> None:
        """Begin to watch the devices."""
        if self._fleet is not None:
            self._keeper = threading.Thread(target=self._keep, name="devices", daemon=True)
            self._keeper.start()

    def tick(self) -> None:
        """Test the devices whose time has come, and try to bring back those in quarantine."""
        for worker in self._workers():
            if self._clock.monotonic_s() < self._due_s[worker.number]:
                continue
            serving = worker.in_service
            try:
                worker.check() if serving else worker.open()
            except Draining:
                return
            except Exception as error:  # whatever opening meets, the device stays where it is
                self._told[worker.number] = str(error)
            else:
                if not serving:
                    self._serves(worker)
            interval_s = CHECK_INTERVAL_S if worker.in_service else RETURN_INTERVAL_S
            self._due_s[worker.number] = self._clock.monotonic_s() + interval_s

    def close(self) -> None:
        """Stop watching, finish what is queued and let the devices go."""
        self._stopping.set()
        if self._fleet is not None:
            self._fleet.close()
        if self._keeper is not None:
            self._keeper.join()

    def _open(
        self, configured: str, devices: Sequence[OpenDevice], batches: BatchSettings
    ) -> DeviceFleet | None:
        """Return the devices in service and those that may come back, None if none serves now."""
        workers = [
            DeviceWorker(
                number, device, batches, on_fault=self._failed, observe_batch=self._metrics.batch
            )
            for number, device in enumerate(devices)
        ]
        for worker in workers:
            try:
                worker.open()
            except Exception as error:  # whatever opening meets, the others may serve
                self._failed(worker, error)
            else:
                self._serves(worker)
        if any(worker.in_service for worker in workers):
            return DeviceFleet(
                workers,
                batch_max=batches.batch_max,
                on_fallback=self._metrics.devices.fell_back,
            )
        for worker in workers:
            worker.close()
        self.reason = f"backend cuda: {'; '.join(self._told.values())}"
        if configured == backend.CUDA:
            raise BackendUnavailable(self.reason)
        return None

    def _serves(self, worker: DeviceWorker) -> None:
        self._told.pop(worker.number, None)
        self._due_s[worker.number] = self._clock.monotonic_s() + CHECK_INTERVAL_S
        self._metrics.devices.in_service(worker.number, worker.budget_bytes)
        _log.warning("a device is in service", count=worker.number)

    def _failed(self, worker: DeviceWorker, error: Exception) -> None:
        self._told[worker.number] = str(error)
        self._due_s[worker.number] = self._clock.monotonic_s() + RETURN_INTERVAL_S
        self._metrics.devices.failed(worker.number)
        _log.error(
            "a device failed and is in quarantine",
            count=worker.number,
            error_type=type(error).__name__,
        )

    def _workers(self) -> Sequence[DeviceWorker]:
        return () if self._fleet is None else self._fleet.workers

    def _line(self, worker: DeviceWorker) -> str:
        name = worker.facts.name if worker.facts is not None else "unknown"
        if worker.in_service:
            return f"{worker.number} {name}: in service"
        return f"{worker.number} {name}: {self._told.get(worker.number, 'in quarantine')}"

    def _keep(self) -> None:
        while not self._stopping.wait(TICK_S):
            self.tick()
