"""The CUDA devices of this machine, or the reason why the tests of this folder are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from appliance.domain.errors import BackendUnavailable
from appliance.matching import backend
from kernels.device import Device, DeviceUnavailable

MEMORY_BYTES = 4 * 1024**3


def openers() -> list[backend.OpenDevice]:
    """Return what opens each device, or skip the test with the reason."""
    try:
        return backend.cuda_devices(MEMORY_BYTES)
    except BackendUnavailable as error:
        pytest.skip(error.message)


@contextmanager
def real_device() -> Iterator[Device]:
    """Lend the first device; it must end without memory in use."""
    try:
        device = openers()[0]()
    except DeviceUnavailable as error:
        pytest.skip(str(error))
    yield device
    assert device.memory().used_bytes == 0, "memory of the device was not given back"
