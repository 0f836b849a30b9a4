"""A device that does as another one, until it is told to fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels.device import (
    Argument,
    Device,
    DeviceArray,
    DeviceError,
    DeviceLost,
    Download,
    Facts,
    Lane,
    Memory,
)


class _FaultyDownload:
    def __init__(self, device: FaultyDevice, inner: Download) -> None:
        self._device = device
        self._inner = inner

    def wait(self) -> tuple[NDArray[Any], ...]:
        self._device.fail("wait")
        arrays = self._inner.wait()
        for place, bits in self._device.corrupts.items():
            for array in arrays:
                array.reshape(-1).view(np.uint8)[place : place + 1] ^= bits
        return arrays


class FaultyDevice:
    """``faults`` maps ``launch``, ``wait``, ``upload`` or ``open`` to what they raise.

    ``corrupts`` flips bits in bytes of every download, as broken memory would. ``launches`` counts
    what was launched. Each opening has a new device behind it, with empty memory.
    """

    def __init__(self, make: Callable[[], Device]) -> None:
        self._make = make
        self._inner = make()
        self.faults: dict[str, DeviceError] = {}
        self.corrupts: dict[int, int] = {}
        self.launches = 0

    def lose(self) -> None:
        """Let everything fail, as when the device fell off the bus."""
        error = DeviceLost("cudaErrorECCUncorrectable: uncorrectable ECC error encountered")
        self.faults = dict.fromkeys(("launch", "wait", "upload", "open"), error)

    def mend(self) -> None:
        """Let everything work again."""
        self.faults = {}
        self.corrupts = {}

    def fail(self, where: str) -> None:
        """Raise what was asked for here."""
        if where in self.faults:
            raise self.faults[where]

    def opened(self) -> FaultyDevice:
        """Return the device as an opener does."""
        self.fail("open")
        self._inner = self._make()
        return self

    @property
    def facts(self) -> Facts:
        return self._inner.facts

    def memory(self) -> Memory:
        return self._inner.memory()

    def allocate(self, shape: Sequence[int], dtype: DTypeLike) -> DeviceArray:
        return self._inner.allocate(shape, dtype)

    def zeros(self, shape: Sequence[int], dtype: DTypeLike) -> DeviceArray:
        return self._inner.zeros(shape, dtype)

    def upload(self, values: NDArray[Any], lane: Lane = Lane.SEARCH) -> DeviceArray:
        self.fail("upload")
        return self._inner.upload(values, lane)

    def free(self, *arrays: DeviceArray) -> None:
        self._inner.free(*arrays)

    def launch(
        self,
        source: Path,
        kernel: str,
        grid: tuple[int, ...],
        block: tuple[int, ...],
        *arguments: Argument,
    ) -> None:
        self.launches += 1
        self.fail("launch")
        self._inner.launch(source, kernel, grid, block, *arguments)

    def download(self, *arrays: DeviceArray) -> Download:
        return _FaultyDownload(self, self._inner.download(*arrays))

    def synchronize(self, lane: Lane) -> None:
        self._inner.synchronize(lane)
