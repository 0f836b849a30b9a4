"""Arrays of one computation on a device, given back together."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any

from numpy.typing import DTypeLike, NDArray

from kernels.device import Device, DeviceArray, Lane


class Scratch:
    """Collects arrays and frees them all on ``close``, or where a ``with`` block fails.

    Between its last launch and ``close`` somebody must have waited. For one thread.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._held: list[DeviceArray] = []

    def allocate(self, shape: Sequence[int], dtype: DTypeLike) -> DeviceArray:
        """Return an array of arbitrary content."""
        return self._keep(self._device.allocate(shape, dtype))

    def zeros(self, shape: Sequence[int], dtype: DTypeLike) -> DeviceArray:
        """Return an array of zeros."""
        return self._keep(self._device.zeros(shape, dtype))

    def upload(self, values: NDArray[Any], lane: Lane = Lane.SEARCH) -> DeviceArray:
        """Return a copy of an array."""
        return self._keep(self._device.upload(values, lane))

    def close(self) -> None:
        """Free what is held."""
        held, self._held = self._held, []
        self._device.free(*held)

    def _keep(self, array: DeviceArray) -> DeviceArray:
        self._held.append(array)
        return array

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What began well goes on: whoever waits for its results closes it.
        if error is not None:
            self.close()
