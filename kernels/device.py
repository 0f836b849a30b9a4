"""A device as the kernels see it: memory, launches in their order, results that are waited for.

Two implementations stand behind this port: ``cuda_device`` on a real device, and ``host_device``,
which executes the same sources without one. Nothing here waits in secret: uploads and launches are
queued, and only ``Download.wait`` and ``Device.synchronize`` wait for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

KERNELS = Path(__file__).resolve().parent
STAGE1 = KERNELS / "finger" / "stage1.cu"
SELECT = KERNELS / "topk" / "select.cu"
DNA = KERNELS / "dna" / "search.cu"

ARCHITECTURE_MIN = 75
"""Compute capability, ten times, of the oldest device that the sources are compiled for."""


class DeviceError(RuntimeError):
    """A device refuses or fails: what it was computing may not be used."""


class DeviceLost(DeviceError):
    """The device answers no more, or reports memory that it could not correct."""


class DeviceMemoryExceeded(DeviceError):
    """The arrays do not fit into the memory that the device may use."""


class DeviceUnavailable(DeviceError):
    """No device can be used; the message says why."""


class Lane(IntEnum):
    """Two queues of work in order: a load beside a search does not hold it up."""

    SEARCH = 0
    LOAD = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What a device is. ``architecture`` is its compute capability, ten times: 90 for 9.0.

    ``driver`` and ``kernels`` say with which driver and which machine code it computes.
    """

    name: str
    uuid: str
    architecture: int
    multiprocessors: int
    driver: str
    kernels: str


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that the device may use for us, and those in use."""

    budget_bytes: int
    used_bytes: int

    @property
    def free_bytes(self) -> int:
        """Return the bytes that may still be allocated."""
        return self.budget_bytes - self.used_bytes


class DeviceArray(Protocol):
    """Memory of a device, to be handed to launches; only a download shows what it holds."""

    @property
    def nbytes(self) -> int:
        """Return its bytes."""


Argument = DeviceArray | np.generic
"""What a kernel takes: an array, passed by address, or a scalar of the parameter's type."""


class Download(Protocol):
    """Copies that are under way."""

    def wait(self) -> tuple[NDArray[Any], ...]:
        """Return the arrays once they are here; raises what went wrong until then."""


class Device(Protocol):
    """One device. Its methods belong to the one thread that owns it; DeviceError when it fails.

    Arrays that a queued launch or download uses may be freed once something later on the same lane
    was waited for, not before.
    """

    @property
    def facts(self) -> Facts:
        """Return what the device is."""

    def memory(self) -> Memory:
        """Return the figures of its memory, rounded as the device allocates."""

    def allocate(self, shape: Sequence[int], dtype: DTypeLike) -> DeviceArray:
        """Return an array of arbitrary content; DeviceMemoryExceeded if it does not fit."""

    def zeros(self, shape: Sequence[int], dtype: DTypeLike) -> DeviceArray:
        """Return an array of zeros; DeviceMemoryExceeded if it does not fit."""

    def upload(self, values: NDArray[Any], lane: Lane = Lane.SEARCH) -> DeviceArray:
        """Return a copy of an array; the caller's may change as soon as this returns."""

    def free(self, *arrays: DeviceArray) -> None:
        """Give arrays back."""

    def launch(
        self,
        source: Path,
        kernel: str,
        grid: tuple[int, ...],
        block: tuple[int, ...],
        *arguments: Argument,
    ) -> None:
        """Queue a kernel of a source on the lane of searches."""

    def download(self, *arrays: DeviceArray) -> Download:
        """Queue copies of arrays to the host behind what the lane of searches already holds."""

    def synchronize(self, lane: Lane) -> None:
        """Wait until everything queued on a lane is done."""
