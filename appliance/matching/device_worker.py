"""One thread that owns one device: opens it, tests it, does its work, and takes it out of service.

A device that fails, or answers anything other than its reference, is put in quarantine at once and
nothing that it was computing is answered. It returns when it can be opened anew and passes the
self-test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from appliance.matching import device_self_test, device_work
from appliance.matching.device_residency import Residency
from appliance.matching.device_work import Result, Work
from appliance.matching.job_queue import JobQueue
from kernels.device import Device, DeviceError, DeviceMemoryExceeded, Facts, Memory

OpenDevice = Callable[[], Device]
Control = Callable[[], None]


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How a device's thread takes its work; ``batch_wait_ms`` is the wait of a lone probe."""

    depth_max: int
    batch_max: int
    batch_wait_ms: float


class DeviceWorker:
    """Thread-safe; the device itself is touched by one thread alone."""

    def __init__(
        self,
        number: int,
        open_device: OpenDevice,
        batches: BatchSettings,
        *,
        on_fault: Callable[[DeviceWorker, DeviceError], None] = lambda _worker, _error: None,
        observe_batch: Callable[[int], None] = lambda _size: None,
    ) -> None:
        """Start the thread; the device is opened by ``open``.

        ``on_fault`` hears, on the worker's thread, why the device went out of service.
        """
        self.number = number
        self._open_device = open_device
        self._on_fault = on_fault
        self._device: Device | None = None
        self._residency: Residency | None = None
        self._facts: Facts | None = None
        self._budget_bytes = 0
        self._jobs: JobQueue[Work | Control, Result] = JobQueue(
            self._process,
            workers=1,
            depth_max=batches.depth_max,
            batch_max=batches.batch_max,
            batch_wait_ms=batches.batch_wait_ms,
            observe_batch=observe_batch,
        )

    @property
    def in_service(self) -> bool:
        """Say whether work is taken: opened, tested, and not failed since."""
        return self._device is not None

    @property
    def facts(self) -> Facts | None:
        """Return what the device is, None before it was ever opened."""
        return self._facts

    @property
    def budget_bytes(self) -> int:
        """Return the bytes that the device may use, 0 before it was ever opened."""
        return self._budget_bytes

    @property
    def depth(self) -> int:
        """Return how many jobs wait."""
        return self._jobs.depth

    def submit(self, work: Work) -> Future[Result]:
        """Queue work; its future raises DeviceError where the device fails or is out of service.

        DeviceMemoryExceeded is no failure of the device. Raises QueueFull or Draining.
        """
        return self._jobs.submit(work)

    def open(self) -> None:
        """Open and test the device, which leaves quarantine so; DeviceError if it may not serve."""
        self._control(self._open)

    def check(self) -> None:
        """Run the self-test now; DeviceError, and quarantine, if the device fails it."""
        self._control(self._check)

    def memory(self) -> Memory:
        """Return the memory figures; DeviceError out of service."""
        told: list[Memory] = []
        self._control(lambda: told.append(self._serving()[0].memory()))
        return told[0]

    def close(self) -> None:
        """Finish what is queued and let the device go."""
        self._jobs.close()
        self._let_go()

    def _control(self, act: Control) -> None:
        self._jobs.submit(act).result()

    def _process(self, batch: Sequence[Work | Control]) -> Sequence[Result | BaseException]:
        outcomes: list[Result | BaseException] = []
        for is_control, group in groupby(batch, callable):
            jobs = list(group)
            if is_control:
                outcomes += [self._act(cast(Control, job)) for job in jobs]
            else:
                outcomes += self._do(cast(Sequence[Work], jobs))
        return outcomes

    def _act(self, act: Control) -> BaseException | None:
        try:
            act()
        except Exception as error:  # the thread outlives whatever it was asked
            return error
        return None

    def _do(self, works: Sequence[Work]) -> Sequence[Result | BaseException]:
        try:
            device, residency = self._serving()
            return device_work.do(device, residency, works)
        except DeviceMemoryExceeded as error:
            return [error] * len(works)
        except DeviceError as error:
            self._quarantine(error)
            return [error] * len(works)
        except Exception as error:
            if len(works) == 1:
                return [error]
            # One of them is to blame: each ends on its own.
            return [outcome for work in works for outcome in self._do([work])]

    def _serving(self) -> tuple[Device, Residency]:
        if self._device is None or self._residency is None:
            raise DeviceError("the device is out of service")
        return self._device, self._residency

    def _open(self) -> None:
        if self._device is not None:
            return
        device = self._open_device()
        device_self_test.run(device)
        self._facts, self._budget_bytes = device.facts, device.memory().budget_bytes
        self._residency = Residency(device)
        # Last, because work is taken from here on.
        self._device = device

    def _check(self) -> None:
        device, _ = self._serving()
        try:
            device_self_test.run(device)
        except DeviceMemoryExceeded:
            # A full device is no broken one; the next check finds more room, or the next fault.
            return
        except DeviceError as error:
            self._quarantine(error)
            raise

    def _quarantine(self, error: DeviceError) -> None:
        if self._device is None:
            return
        # What the device holds is let go, not given back: nothing more is asked of it.
        self._device = self._residency = None
        self._on_fault(self, error)

    def _let_go(self) -> None:
        if self._residency is not None:
            self._residency.close()
        self._device = self._residency = None
