"""Host devices for tests, and what a test leaves on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kernels.host.build import Order
from kernels.host_device import HostDevice
from tests.kernels.host.fibre_modules import require_compiler


@contextmanager
def host_device(
    number: int = 0,
    *,
    architecture: int = 90,
    order: Order = Order.FORWARD,
    budget_bytes: int = 1 << 30,
) -> Iterator[HostDevice]:
    """Lend a device that must end without any memory in use; skip without a compiler."""
    require_compiler()
    device = HostDevice(number, architecture=architecture, order=order, budget_bytes=budget_bytes)
    yield device
    assert device.memory().used_bytes == 0, "memory of the device was not given back"
