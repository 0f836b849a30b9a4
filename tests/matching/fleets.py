"""Fleets of host devices that can be told to fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from appliance.matching.device_fleet import DeviceFleet
from appliance.matching.device_worker import BatchSettings, DeviceWorker
from kernels.host_device import HostDevice
from tests.kernels.host.fibre_modules import require_compiler
from tests.matching.faulty_device import FaultyDevice

BATCHES = BatchSettings(depth_max=100, batch_max=16, batch_wait_ms=0)
AMPLE_BYTES = 1 << 40
"""The reckoned need of a search with the longest short list is far above what it takes here."""


class MadeFleet:
    """A fleet, its devices, and what was heard of it."""

    def __init__(self, count: int, budget_bytes: int, batches: BatchSettings = BATCHES) -> None:
        self.devices = [
            FaultyDevice(partial(HostDevice, number, budget_bytes=budget_bytes))
            for number in range(count)
        ]
        self.faults: list[tuple[int, str]] = []
        self.fallbacks: list[str] = []
        self.workers = [
            DeviceWorker(
                number,
                device.opened,
                batches,
                on_fault=lambda worker, error: self.faults.append((worker.number, str(error))),
            )
            for number, device in enumerate(self.devices)
        ]
        self.fleet = DeviceFleet(
            self.workers, batch_max=batches.batch_max, on_fallback=self.fallbacks.append
        )

    def open(self) -> None:
        """Open every device."""
        for worker in self.workers:
            worker.open()

    def in_service(self) -> list[bool]:
        """Say of each device whether it is in service."""
        return [worker.in_service for worker in self.workers]


@contextmanager
def made_fleet(
    count: int, *, budget_bytes: int = AMPLE_BYTES, opened: bool = True, **settings: BatchSettings
) -> Iterator[MadeFleet]:
    """Lend a fleet of so many devices; those still in service must end without memory in use."""
    require_compiler()
    made = MadeFleet(count, budget_bytes, **settings)
    try:
        if opened:
            made.open()
        yield made
        serving = made.in_service()
    finally:
        made.fleet.close()
    for device, was_serving in zip(made.devices, serving, strict=True):
        if was_serving:
            assert device.memory().used_bytes == 0
