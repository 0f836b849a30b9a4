"""A device that fails is taken out of service; nothing it said is answered, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from appliance.matching.engine import CPU
from kernels.device import DeviceError, DeviceLost
from kernels.dna.rule import Rule
from tests.matching import made_epochs
from tests.matching.fleets import MadeFleet, made_fleet

PLACES = pytest.mark.parametrize("place", ["launch", "wait", "upload"])


def _require_answers(made: MadeFleet) -> None:
    """Ask for every kind of work; each answer is that of the processor."""
    prints, profiles = made_epochs.prints(20), made_epochs.profiles()
    probe, person = made_epochs.blobs()[4], made_epochs.people()[5]
    found, expected = (each.short_list(probe, prints, 8) for each in (made.fleet, CPU))
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.scores.tolist() == expected.scores.tolist()
    (got,), (said,) = (each.search_dna(person, profiles, Rule()) for each in (made.fleet, CPU))
    assert got.rows.tolist() == said.rows.tolist()
    stains = made_epochs.people()[:9]
    pairs = [
        sum(len(block.rows) for _, block in each.compare_dna(stains, profiles, Rule()))
        for each in (made.fleet, CPU)
    ]
    assert pairs[0] == pairs[1] > 0


@PLACES
def test_a_search_on_a_failing_device_is_run_again_on_another(place: str) -> None:
    with made_fleet(2) as made:
        made.devices[0].faults[place] = DeviceLost("uncorrectable ECC error encountered")
        for _ in range(2):
            _require_answers(made)
        assert made.in_service() == [False, True]
        assert made.faults == [(0, "uncorrectable ECC error encountered")]
        assert made.fallbacks == []
        assert made.fleet.backend == "cuda"


@PLACES
def test_where_no_device_is_left_the_processor_answers(place: str) -> None:
    with made_fleet(2) as made:
        for device in made.devices:
            device.faults[place] = DeviceError("an illegal memory access was encountered")
        _require_answers(made)
        assert made.in_service() == [False, False]
        assert sorted(number for number, _ in made.faults) == [0, 1]
        assert set(made.fallbacks) == {"fault"}
        assert made.fleet.backend == "cpu"


def test_every_search_of_a_batch_that_fails_is_answered() -> None:
    epoch, probes = made_epochs.prints(), made_epochs.blobs()[:12]
    with made_fleet(2) as made:
        made.fleet.prepare([epoch])
        made.devices[1].lose()
        with ThreadPoolExecutor(12) as pool:
            found = list(pool.map(lambda probe: made.fleet.short_list(probe, epoch, 5), probes))
        assert made.in_service() == [True, False]
    for probe, one in zip(probes, found, strict=True):
        assert one.rows.tolist() == CPU.short_list(probe, epoch, 5).rows.tolist()


def test_a_device_whose_memory_lies_fails_its_test_and_is_quarantined() -> None:
    with made_fleet(1) as made:
        (worker,), (device,) = made.workers, made.devices
        worker.check()
        device.corrupts = {0: 1}
        with pytest.raises(DeviceError):
            worker.check()
        assert made.in_service() == [False]
        _require_answers(made)
        assert set(made.fallbacks) == {"fault"}


def test_a_device_that_answers_wrongly_at_the_start_never_serves() -> None:
    with made_fleet(2, opened=False) as made:
        made.devices[0].corrupts = {0: 1}
        with pytest.raises(DeviceError):
            made.workers[0].open()
        made.workers[1].open()
        assert made.in_service() == [False, True]
        _require_answers(made)
        assert made.devices[0].launches > 0
        assert made.fallbacks == []


def test_a_device_that_comes_back_serves_again_without_a_restart() -> None:
    with made_fleet(1) as made:
        (worker,), (device,) = made.workers, made.devices
        _require_answers(made)
        device.lose()
        _require_answers(made)
        with pytest.raises(DeviceLost):
            worker.open()
        assert made.in_service() == [False]
        device.mend()
        worker.open()
        before, heard = device.launches, len(made.fallbacks)
        _require_answers(made)
        assert device.launches > before
        assert len(made.fallbacks) == heard
        assert made.in_service() == [True]


def test_a_full_device_is_not_taken_for_a_broken_one() -> None:
    with made_fleet(1, budget_bytes=400_000) as made:
        _require_answers(made)
        assert made.in_service() == [True]
        assert made.faults == []
        assert set(made.fallbacks) == {"memory"}


@pytest.mark.parametrize("byte", [3, 7])
def test_an_answer_that_cannot_be_takes_its_device_out_of_service(byte: int) -> None:
    with made_fleet(2) as made:
        made.devices[0].corrupts = {byte: 0xFF}
        for _ in range(2):
            _require_answers(made)
        assert made.in_service() == [False, True]
        ((number, told),) = made.faults
        assert number == 0
        assert "cannot be" in told or "more survivors" in told
