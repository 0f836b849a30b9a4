"""A device that is none: the CUDA sources on the host, one fibre for each of their threads.

For tests: thousands of times slower than a device, but every line above the port runs as it would
on one. It is strict where a device is forgiving: new memory holds rubbish, freed memory may be
neither used nor freed again, and every byte counts.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels.device import (
    Argument,
    DeviceArray,
    DeviceError,
    DeviceMemoryExceeded,
    Download,
    Facts,
    Lane,
    Memory,
)
from kernels.host.build import FibreError, HostModule, Order, build

RUBBISH = 0xA5
MULTIPROCESSORS = 2

# The scheduler of a library is one, whichever device launches from it.
_LAUNCHING = threading.Lock()
_library = cache(build)


class HostArray:
    """Memory of a host device; what it holds is its own affair."""

    def __init__(self, shape: Sequence[int], dtype: DTypeLike) -> None:
        self.values: NDArray[Any] = np.empty(tuple(shape), dtype)
        self.is_freed = False
        self.spoil()

    @property
    def nbytes(self) -> int:
        """Return its bytes."""
        return self.values.nbytes

    def spoil(self) -> None:
        """Fill it with rubbish."""
        self.values.reshape(-1).view(np.uint8)[...] = RUBBISH


class HostDownload:
    """Copies made when they were asked for."""

    def __init__(self, copies: tuple[NDArray[Any], ...]) -> None:
        self._copies = copies

    def wait(self) -> tuple[NDArray[Any], ...]:
        """Return the copies."""
        return self._copies


class HostDevice:
    """The port of ``device.Device`` on fibres. Any number of them may stand side by side."""

    def __init__(
        self,
        number: int = 0,
        *,
        budget_bytes: int = 1 << 30,
        architecture: int = 90,
        order: Order = Order.FORWARD,
    ) -> None:
        """``architecture`` decides between the paths of a kernel as that of a device does."""
        self._facts = Facts(
            name="fibres on the host",
            uuid=f"host-{number}",
            architecture=architecture,
            multiprocessors=MULTIPROCESSORS,
            driver="none",
            kernels="compiled for the host",
        )
        self._budget_bytes = budget_bytes
        self._order = order
        self._held: set[HostArray] = set()

    @property
    def facts(self) -> Facts:
        """Return what the device is."""
        return self._facts

    def memory(self) -> Memory:
        """Return the bytes of the arrays held."""
        return Memory(self._budget_bytes, sum(array.nbytes for array in self._held))

    def allocate(self, shape: Sequence[int], dtype: DTypeLike) -> HostArray:
        """Return an array of rubbish."""
        wanted = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
        free = self.memory().free_bytes
        if wanted > free:
            raise DeviceMemoryExceeded(f"{wanted} bytes wanted, {free} are free")
        array = HostArray(shape, dtype)
        self._held.add(array)
        return array

    def zeros(self, shape: Sequence[int], dtype: DTypeLike) -> HostArray:
        """Return an array of zeros."""
        array = self.allocate(shape, dtype)
        array.values[...] = 0
        return array

    def upload(self, values: NDArray[Any], lane: Lane = Lane.SEARCH) -> HostArray:
        """Return a copy of an array."""
        array = self.allocate(values.shape, values.dtype)
        array.values[...] = values
        return array

    def free(self, *arrays: DeviceArray) -> None:
        """Give arrays back; whoever uses one later is found out."""
        for array in arrays:
            own = self._own(array)
            self._held.remove(own)
            own.spoil()
            own.is_freed = True

    def launch(
        self,
        source: Path,
        kernel: str,
        grid: tuple[int, ...],
        block: tuple[int, ...],
        *arguments: Argument,
    ) -> None:
        """Run a kernel to its end."""
        plain = [
            each if isinstance(each, np.generic) else self._own(each).values for each in arguments
        ]
        try:
            with _LAUNCHING:
                HostModule(_library(source), self._order).launch(kernel, grid, block, *plain)
        except FibreError as error:
            raise DeviceError(str(error)) from error

    def download(self, *arrays: DeviceArray) -> Download:
        """Return copies of the arrays as they are now."""
        return HostDownload(tuple(self._own(array).values.copy() for array in arrays))

    def synchronize(self, lane: Lane) -> None:
        """Return at once: nothing is ever queued here."""

    def _own(self, array: DeviceArray) -> HostArray:
        if not isinstance(array, HostArray) or array.is_freed or array not in self._held:
            raise DeviceError("an array was freed, or belongs to another device")
        return array
