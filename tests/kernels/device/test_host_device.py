"""The device without a device keeps the rules of one, and is stricter where a real one forgives."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.device import SELECT, DeviceError, DeviceMemoryExceeded, Lane
from kernels.host_device import RUBBISH, HostDevice
from kernels.scratch import Scratch
from tests.kernels.device.host_devices import host_device


def test_what_is_uploaded_is_downloaded_again_and_the_callers_array_is_its_own() -> None:
    with host_device() as device:
        sent = np.arange(12, dtype=np.int64).reshape(3, 4)
        array = device.upload(sent, Lane.LOAD)
        sent[...] = -1
        device.synchronize(Lane.LOAD)
        (got,) = device.download(array).wait()
        assert np.arange(12).reshape(3, 4).tolist() == got.tolist()
        device.free(array)


def test_new_memory_holds_rubbish_unless_zeros_are_asked_for() -> None:
    with host_device() as device:
        rubbish, zeros = device.allocate((5,), np.uint8), device.zeros((2, 2), np.int32)
        got = device.download(rubbish, zeros).wait()
        assert got[0].tolist() == [RUBBISH] * 5
        assert got[1].tolist() == [[0, 0], [0, 0]]
        device.free(rubbish, zeros)


def test_memory_is_counted_and_refused_over_the_budget() -> None:
    with host_device(budget_bytes=100) as device:
        array = device.allocate((60,), np.uint8)
        assert device.memory().free_bytes == 40
        with pytest.raises(DeviceMemoryExceeded, match="41 bytes wanted, 40 are free"):
            device.allocate((41,), np.uint8)
        device.free(array)


def test_freed_memory_and_memory_of_another_device_are_refused() -> None:
    with host_device() as device, host_device(1) as other:
        array, foreign = device.allocate((4,), np.uint8), other.allocate((4,), np.uint8)
        device.free(array)
        for wrong in (array, foreign):
            for use in (device.free, device.download):
                with pytest.raises(DeviceError, match="freed, or belongs to another device"):
                    use(wrong)
        other.free(foreign)


def test_a_launch_with_wrong_arguments_is_a_failure_of_the_device() -> None:
    with host_device() as device, pytest.raises(DeviceError, match="select_cut"):
        device.launch(SELECT, "select_cut", (1,), (256,), np.int32(1))


def test_scratch_memory_is_given_back_where_a_launch_fails() -> None:
    with host_device(budget_bytes=100) as device:
        with pytest.raises(DeviceMemoryExceeded), Scratch(device) as scratch:
            [scratch.allocate((60,), np.uint8) for _ in range(2)]
        assert device.memory().used_bytes == 0


def test_devices_side_by_side_are_told_apart() -> None:
    assert HostDevice(0).facts.uuid != HostDevice(1).facts.uuid
