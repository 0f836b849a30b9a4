"""Devices are opened loudly, tested every hour, and taken back when they are well again."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import pytest

from appliance.domain.errors import BackendUnavailable, ConfigurationInvalid
from appliance.matching import device_self_test, engine_room
from appliance.matching.device_residency import WHOLE, epoch_bytes, search_bytes
from appliance.matching.device_worker import OpenDevice
from appliance.matching.engine import CPU
from appliance.matching.engine_room import CHECK_INTERVAL_S, RETURN_INTERVAL_S, EngineRoom
from appliance.telemetry.metrics import Metrics
from kernels.device import DeviceUnavailable
from kernels.host_device import HostDevice
from kernels.limits import SHORTLIST_MAX
from tests.fixed_clock import FixedClock
from tests.kernels.host.fibre_modules import require_compiler
from tests.matching import made_epochs
from tests.matching.faulty_device import FaultyDevice
from tests.matching.fleets import AMPLE_BYTES, BATCHES


class Room:
    """An engine room over devices that can be told to fail."""

    def __init__(
        self, count: int, configured: str, budget_bytes: int, broken: Sequence[int]
    ) -> None:
        self.clock, self.metrics = FixedClock(), Metrics()
        self.devices = [
            FaultyDevice(partial(HostDevice, number, budget_bytes=budget_bytes))
            for number in range(count)
        ]
        for number in broken:
            self.devices[number].faults["open"] = DeviceUnavailable(f"device {number} is too old")
        self.room = EngineRoom(configured, 0, BATCHES, self.clock, self.metrics, find=self._openers)

    def _openers(self, _memory_bytes: int) -> list[OpenDevice]:
        return [device.opened for device in self.devices]

    def metric(self, name: str, **labels: str) -> float | None:
        """Return the value of a metric as it is served."""
        return self.metrics.registry.get_sample_value(f"appliance_device_{name}", labels)

    def search(self) -> None:
        """Search; the answer is that of the processor."""
        epoch, probe = made_epochs.prints(), made_epochs.blobs()[2]
        found = self.room.engine.short_list(probe, epoch, 4)
        assert found.rows.tolist() == CPU.short_list(probe, epoch, 4).rows.tolist()


@contextmanager
def opened(
    count: int,
    configured: str = "cuda",
    budget_bytes: int = AMPLE_BYTES,
    broken: Sequence[int] = (),
) -> Iterator[Room]:
    """Lend an open room."""
    require_compiler()
    made = Room(count, configured, budget_bytes, broken)
    try:
        yield made
    finally:
        made.room.close()


def test_devices_in_service_are_told_by_name_and_by_metric() -> None:
    with opened(2) as made:
        assert made.room.engine.backend == "cuda"
        assert made.room.is_batched
        assert made.room.reason == ""
        told = ["0 fibres on the host: in service", "1 fibres on the host: in service"]
        assert made.room.devices() == told
        for number in ("0", "1"):
            assert made.metric("in_service", device=number) == 1
            assert made.metric("memory_bytes", device=number) == AMPLE_BYTES
            assert made.metric("faults_total", device=number) == 0


def test_a_device_that_cannot_be_opened_leaves_the_others_in_service() -> None:
    with opened(2, broken=[0]) as made:
        assert made.room.devices()[0] == "0 unknown: device 0 is too old"
        assert made.room.devices()[1].endswith("in service")
        assert made.metric("in_service", device="0") == 0
        made.search()
        assert made.metric("fallback_total", cause="fault") == 0


def test_cuda_without_a_device_that_serves_is_refused_with_every_reason() -> None:
    with pytest.raises(BackendUnavailable) as refused, opened(2, broken=[0, 1]):
        pass
    assert refused.value.message == "backend cuda: device 0 is too old; device 1 is too old"


def test_cuda_is_refused_where_the_only_device_answers_wrongly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = dataclasses.replace(device_self_test._cases(), short_lists=[[], []])
    monkeypatch.setattr(device_self_test, "_cases", lambda: wrong)
    with pytest.raises(BackendUnavailable, match="self-test"), opened(1):
        pass


def test_auto_without_a_device_that_serves_takes_the_processor_and_says_why() -> None:
    with opened(1, "auto", broken=[0]) as made:
        assert made.room.engine is CPU
        assert not made.room.is_batched
        assert made.room.reason == "backend cuda: device 0 is too old"
        assert made.room.devices() == []
        made.room.prepare([made_epochs.prints()])
        made.room.start()
        made.room.tick()


def test_the_processor_that_was_asked_for_touches_no_device() -> None:
    with opened(1, "cpu") as made:
        assert made.room.engine is CPU
        assert made.devices[0].launches == 0
        assert made.room.reason == ""


def test_a_device_is_tested_every_hour_and_not_before() -> None:
    with opened(1) as made:
        (device,) = made.devices
        before = device.launches
        made.clock.advance(seconds=CHECK_INTERVAL_S - 1)
        made.room.tick()
        assert device.launches == before
        made.clock.advance(seconds=1)
        made.room.tick()
        after = device.launches
        assert after > before
        made.room.tick()
        assert device.launches == after
        assert made.metric("faults_total", device="0") == 0


def test_the_hourly_test_finds_a_device_whose_memory_lies() -> None:
    with opened(1) as made:
        (device,) = made.devices
        made.search()
        device.corrupts = {0: 1}
        made.clock.advance(seconds=CHECK_INTERVAL_S)
        made.room.tick()
        assert made.metric("in_service", device="0") == 0
        assert made.metric("faults_total", device="0") == 1
        assert "differs from its reference" in made.room.devices()[0]
        assert made.room.engine.backend == "cpu"
        made.search()
        assert made.metric("fallback_total", cause="fault") == 1


def test_a_device_that_failed_is_tried_every_minute_until_it_serves_again() -> None:
    with opened(1) as made:
        (device,) = made.devices
        device.lose()
        made.search()
        assert made.metric("in_service", device="0") == 0
        for _ in range(2):
            made.clock.advance(seconds=RETURN_INTERVAL_S)
            made.room.tick()
            assert "uncorrectable ECC" in made.room.devices()[0]
        device.mend()
        made.room.tick()
        assert made.metric("in_service", device="0") == 0
        made.clock.advance(seconds=RETURN_INTERVAL_S)
        made.room.tick()
        assert made.metric("in_service", device="0") == 1
        assert made.room.devices() == ["0 fibres on the host: in service"]
        before = made.metric("fallback_total", cause="fault")
        made.search()
        assert made.metric("fallback_total", cause="fault") == before
        assert made.metric("faults_total", device="0") == 1


def test_a_gallery_too_large_for_the_devices_is_refused_at_the_start() -> None:
    epoch = made_epochs.prints()
    wanted = epoch_bytes(epoch) + search_bytes(epoch, WHOLE, BATCHES.batch_max, SHORTLIST_MAX)
    with opened(1, budget_bytes=wanted) as made:
        made.room.prepare([epoch])
    with opened(1, budget_bytes=wanted - 1) as made:
        with pytest.raises(ConfigurationInvalid, match=f"device_memory_bytes.*{wanted} bytes"):
            made.room.prepare([epoch])
        made.search()
        assert made.metric("fallback_total", cause="memory") == 1


def test_the_keeper_ticks_by_itself_and_ends_with_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_room, "TICK_S", 0.01)
    with opened(1) as made:
        made.room.start()
        made.devices[0].corrupts = {0: 1}
        made.clock.advance(seconds=CHECK_INTERVAL_S)
        until_s = time.monotonic() + 20
        while made.metric("in_service", device="0") and time.monotonic() < until_s:
            time.sleep(0.01)
        assert made.metric("in_service", device="0") == 0
