"""Where the kernels run: chosen once at start, and never changed in silence."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from appliance.domain.errors import BackendUnavailable, ConfigurationInvalid
from appliance.matching.device_worker import OpenDevice
from kernels.device import DeviceUnavailable

CPU = "cpu"
CUDA = "cuda"
AUTO = "auto"

FindDevices = Callable[[int], Sequence[OpenDevice]]
"""Returns what opens each device with so many bytes of its memory; BackendUnavailable if none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The backend, what opens each of its devices, and why it is the processor's turn, if it is."""

    backend: str
    devices: Sequence[OpenDevice]
    reason: str


def cuda_devices(memory_bytes: int) -> list[OpenDevice]:
    """Return what opens each CUDA device; BackendUnavailable with the reason if there is none.

    ``memory_bytes`` of each are taken, 0 means nine tenths of what is free.
    """
    if importlib.util.find_spec("cupy") is None:
        raise BackendUnavailable(
            "backend cuda: CuPy is not installed; the extra gpu-cuda12 or gpu-cuda13 brings it"
        )
    try:
        from kernels import cuda_device
    except ImportError as error:
        raise BackendUnavailable(f"backend cuda: CuPy cannot be loaded: {error}") from error
    try:
        count = cuda_device.count()
    except DeviceUnavailable as error:
        raise BackendUnavailable(f"backend cuda: {error}") from error
    return [partial(cuda_device.CudaDevice, number, memory_bytes) for number in range(count)]


def choose(configured: str, memory_bytes: int = 0, find: FindDevices = cuda_devices) -> Choice:
    """Return the backend to use for ``configured``: auto, cpu or cuda.

    ``auto`` takes devices where there are any. ``cuda`` where there are none raises
    BackendUnavailable with the reason: an operator who paid for a GPU must not be served by a CPU
    unknowingly. Anything else raises ConfigurationInvalid.
    """
    if configured == CPU:
        return Choice(CPU, (), "")
    if configured not in (AUTO, CUDA):
        raise ConfigurationInvalid(
            f"matching.backend: {configured!r} is none of {AUTO}, {CPU}, {CUDA}"
        )
    try:
        return Choice(CUDA, find(memory_bytes), "")
    except BackendUnavailable as error:
        if configured == CUDA:
            raise
        return Choice(CPU, (), error.message)
