"""The port of ``device.Device`` on CUDA, through CuPy: the only file that knows CuPy.

Launches and copies are queued on two streams and wait for nobody; copies go through pinned memory,
as others would wait. The memory of a device is taken once, at the start, and cut from a pool.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cupy
import cupyx
import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels import binaries, loader
from kernels.device import (
    Argument,
    DeviceArray,
    DeviceError,
    DeviceLost,
    DeviceMemoryExceeded,
    DeviceUnavailable,
    Facts,
    Lane,
    Memory,
)
from kernels.host.build import kernel_names

_FAILURES = (cupy.cuda.runtime.CUDARuntimeError, cupy.cuda.driver.CUDADriverError)

LOST = frozenset({46, 214, 220, 226, 700, 702, 710, 714, 715, 716, 717, 718, 719, 999})
"""Errors after which nothing of a device may be used: unavailable, uncorrectable memory or link,
contained, illegal addresses and instructions, time-out, failed launch, unknown. Source: cudaError_t
in the CUDA Runtime API; cuda.h has the same numbers."""

PIECE_BYTES = 64 * 1024**2
PIECES_MAX = 8
"""Uploads go in pieces; at most so many stand in pinned memory before a lane is waited for."""

GRANULE_BYTES = 512
"""What CuPy's pool cuts memory into."""


@contextmanager
def _failures() -> Iterator[None]:
    """Say failures of CuPy in the words of the port."""
    try:
        yield
    except cupy.cuda.memory.OutOfMemoryError as error:
        raise DeviceMemoryExceeded(str(error)) from error
    except _FAILURES as error:
        kind = DeviceLost if error.status in LOST else DeviceError
        raise kind(str(error)) from error


def count() -> int:
    """Return how many devices there are; DeviceUnavailable with the driver's words without one."""
    try:
        found = int(cupy.cuda.runtime.getDeviceCount())
    except _FAILURES as error:
        raise DeviceUnavailable(str(error)) from error
    if found == 0:
        raise DeviceUnavailable("the driver knows no device")
    return found


class CudaArray:
    """Memory cut from a device's pool; ``values`` is None once it was freed."""

    def __init__(self, values: cupy.ndarray) -> None:
        self.values = values

    @property
    def nbytes(self) -> int:
        """Return its bytes."""
        return int(self.values.nbytes)


class CudaDownload:
    """Copies on their way into pinned memory, and the event behind them.

    ``staged`` are the pinned arrays of uploads queued before: they have to live until then.
    """

    def __init__(
        self,
        copies: tuple[NDArray[Any], ...],
        done: cupy.cuda.Event,
        staged: list[NDArray[Any]],
    ) -> None:
        self._copies, self._done, self._staged = copies, done, staged

    def wait(self) -> tuple[NDArray[Any], ...]:
        """Return the copies once they are here."""
        with _failures():
            self._done.synchronize()
        self._staged.clear()
        return self._copies


class CudaDevice:
    """One CUDA device, with its kernels loaded and its memory taken. For one thread."""

    def __init__(self, number: int, budget_bytes: int) -> None:
        """Take ``budget_bytes`` of device ``number``; DeviceUnavailable with the reason if not.

        0 takes nine tenths of what is free.
        """
        self._budget_bytes = budget_bytes
        try:
            with _failures():
                self._device = cupy.cuda.Device(number)
                self._facts, codes = _facts(number)
                with self._device:
                    self._streams = {each: cupy.cuda.Stream(non_blocking=True) for each in Lane}
                    self._kernels = self._load(codes)
                    free_bytes, _ = cupy.cuda.runtime.memGetInfo()
                    self._budget_bytes = budget_bytes or int(free_bytes) * 9 // 10
                    self._pool = self._take(self._budget_bytes)
        except DeviceMemoryExceeded as error:
            told = f"{self._budget_bytes} bytes of its memory could not be taken"
            raise DeviceUnavailable(told) from error
        except DeviceUnavailable:
            raise
        except DeviceError as error:
            raise DeviceUnavailable(str(error)) from error
        self._staged: dict[Lane, list[NDArray[Any]]] = {each: [] for each in Lane}

    def _load(self, codes: Sequence[binaries.Code]) -> dict[tuple[Path, str], cupy.RawKernel]:
        """Return every kernel of machine code, which CuPy takes from files."""
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        binaries.write(folder, codes)
        kernels = {}
        for code in codes:
            path = folder / binaries.file_name(code.source, code.architecture)
            module = cupy.RawModule(path=str(path))
            for name in kernel_names(code.source):
                if name.encode() in code.image:
                    # Loaded now, not at the first search.
                    kernels[code.source, name] = module.get_function(name)
        return kernels

    def _take(self, budget_bytes: int) -> cupy.cuda.MemoryPool:
        """Return a pool that holds the whole budget and never asks the device for more."""
        pool = cupy.cuda.MemoryPool()
        pool.set_limit(size=budget_bytes)
        # A pool keeps what was freed apart by stream; all our arrays are cut on that of searches.
        with self._streams[Lane.SEARCH]:
            # Dropped at once: what the pool has taken it keeps, and cuts into arrays.
            pool.malloc(budget_bytes // GRANULE_BYTES * GRANULE_BYTES)
        return pool

    @property
    def facts(self) -> Facts:
        """Return what the device is."""
        return self._facts

    def memory(self) -> Memory:
        """Return the figures of the pool."""
        return Memory(self._budget_bytes, int(self._pool.used_bytes()))

    def allocate(self, shape: Sequence[int], dtype: DTypeLike) -> CudaArray:
        """Cut an array from the pool."""
        wanted = math.prod(shape) * np.dtype(dtype).itemsize
        with _failures(), self._device, self._streams[Lane.SEARCH]:
            return CudaArray(cupy.ndarray(tuple(shape), dtype, self._pool.malloc(wanted)))

    def zeros(self, shape: Sequence[int], dtype: DTypeLike) -> CudaArray:
        """Cut an array from the pool and queue its clearing."""
        array = self.allocate(shape, dtype)
        with _failures(), self._device:
            array.values.data.memset_async(0, array.nbytes, self._streams[Lane.SEARCH])
        return array

    def upload(self, values: NDArray[Any], lane: Lane = Lane.SEARCH) -> CudaArray:
        """Copy into pinned memory piece by piece, and queue the copies from there.

        Waits where the pieces under way are too many, which no search's upload is.
        """
        array = self.allocate(values.shape, values.dtype)
        if values.nbytes == 0:
            return array
        stream = self._streams[lane]
        source = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
        target = array.values.reshape(-1).view(np.uint8)
        with _failures(), self._device:
            for start in range(0, values.nbytes, PIECE_BYTES):
                piece = source[start : start + PIECE_BYTES]
                pinned = cupyx.empty_pinned(piece.shape, piece.dtype)
                pinned[...] = piece
                target[start : start + piece.size].set(pinned, stream=stream)
                self._staged[lane].append(pinned)
                if start and len(self._staged[lane]) > PIECES_MAX:
                    # A gallery is larger than the memory that may be pinned for it.
                    stream.synchronize()
                    self._staged[lane].clear()
        return array

    def free(self, *arrays: DeviceArray) -> None:
        """Give arrays back to the pool."""
        for array in arrays:
            _own(array).values = None

    def launch(
        self,
        source: Path,
        kernel: str,
        grid: tuple[int, ...],
        block: tuple[int, ...],
        *arguments: Argument,
    ) -> None:
        """Queue a kernel."""
        plain = tuple(
            each if isinstance(each, np.generic) else _own(each).values for each in arguments
        )
        with _failures(), self._device, self._streams[Lane.SEARCH]:
            self._kernels[source, kernel](grid, block, plain)

    def download(self, *arrays: DeviceArray) -> CudaDownload:
        """Queue copies into pinned memory."""
        stream = self._streams[Lane.SEARCH]
        with _failures(), self._device:
            values = [_own(array).values for array in arrays]
            copies = tuple(cupyx.empty_pinned(each.shape, each.dtype) for each in values)
            for each, copy in zip(values, copies, strict=True):
                each.get(stream=stream, out=copy, blocking=False)
            staged, self._staged[Lane.SEARCH] = self._staged[Lane.SEARCH], []
            return CudaDownload(copies, stream.record(), staged)

    def synchronize(self, lane: Lane) -> None:
        """Wait for a lane."""
        with _failures(), self._device:
            self._streams[lane].synchronize()
        self._staged[lane].clear()


def _own(array: DeviceArray) -> CudaArray:
    if not isinstance(array, CudaArray) or array.values is None:
        raise DeviceError("an array was freed, or belongs to another device")
    return array


def _facts(number: int) -> tuple[Facts, list[binaries.Code]]:
    properties = cupy.cuda.runtime.getDeviceProperties(number)
    architecture = 10 * int(properties["major"]) + int(properties["minor"])
    codes = loader.load(architecture)
    driver = cupy.cuda.runtime.driverGetVersion()
    facts = Facts(
        name=properties["name"].decode(),
        uuid=properties["uuid"][:16].hex(),
        architecture=architecture,
        multiprocessors=int(properties["multiProcessorCount"]),
        driver=f"CUDA {driver // 1000}.{driver % 1000 // 10}",
        kernels=f"{binaries.digest(codes)} {codes[0].origin}",
    )
    return facts, codes
