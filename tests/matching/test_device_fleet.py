"""Answers of devices are those of the processor: any number of them, whole or in shares."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from appliance.domain.errors import ConfigurationInvalid, Draining
from appliance.gallery.epoch import Epoch
from appliance.matching import device_fleet
from appliance.matching.device_fleet import DeviceFleet
from appliance.matching.device_residency import WHOLE, Share, epoch_bytes, search_bytes
from appliance.matching.device_worker import BatchSettings
from appliance.matching.engine import CPU, Engine
from kernels.dna.rule import Rule
from tests.matching import made_epochs, made_fingers
from tests.matching.fleets import AMPLE_BYTES, made_fleet
from tests.matching.laboratory import Laboratory, latent

DEPTHS = (0, 1, 7, 100)
DEVICES = pytest.mark.parametrize("devices", [1, 2, 3])
FIELDS = ("rows", "qualities", "compared", "full", "matched", "mismatching")


def _short_lists(engine: Engine, epoch: Epoch) -> list[tuple[list[int], list[int]]]:
    found = [engine.short_list(made_epochs.blobs()[9], epoch, depth) for depth in DEPTHS]
    return [(one.rows.tolist(), one.scores.tolist()) for one in found]


def _matches(engine: Engine, epoch: Epoch) -> list[list[list[int]]]:
    found = engine.search_dna(made_epochs.people()[3], epoch, Rule())
    return [[getattr(one, field).tolist() for field in FIELDS] for one in found]


def _pairs(engine: Engine, epoch: Epoch) -> list[tuple[int, ...]]:
    pairs = []
    for chunk, block in engine.compare_dna(made_epochs.people()[:40], epoch, Rule()):
        first = int(chunk.ordinals[0])
        columns = [getattr(block, field).tolist() for field in ("stains", *FIELDS)]
        pairs += [(first, *pair) for pair in zip(*columns, strict=True)]
    return pairs


def _require_equal(engine: Engine, prints: Epoch, profiles: Epoch) -> None:
    assert _short_lists(CPU, prints) == _short_lists(engine, prints)
    assert _matches(CPU, profiles) == _matches(engine, profiles)
    assert _pairs(CPU, profiles) == _pairs(engine, profiles)


def _small_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reckon with short lists as they are asked for here, so that budgets bind."""
    monkeypatch.setattr(device_fleet.limits, "SHORTLIST_MAX", max(DEPTHS))


@DEVICES
@pytest.mark.parametrize("cuts", [(), (1, 20), (30,)])
def test_replicas_answer_as_the_processor(devices: int, cuts: tuple[int, ...]) -> None:
    with made_fleet(devices) as made:
        _require_equal(made.fleet, made_epochs.prints(*cuts), made_epochs.profiles(*cuts))
        assert made.fallbacks == []
        assert made.fleet.backend == "cuda"
        assert made.fleet.kernel_build == "compiled for the host"


@DEVICES
def test_searches_at_the_same_time_are_answered_each_as_alone(devices: int) -> None:
    epoch, probes = made_epochs.prints(20), made_epochs.blobs()[:24]
    with made_fleet(devices) as made, ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda probe: made.fleet.short_list(probe, epoch, 9), probes))
    for probe, one in zip(probes, found, strict=True):
        expected = CPU.short_list(probe, epoch, 9)
        assert expected.rows.tolist() == one.rows.tolist()
        assert expected.scores.tolist() == one.scores.tolist()


def test_probes_that_wait_are_searched_together() -> None:
    epoch = made_epochs.prints()
    together = BatchSettings(depth_max=100, batch_max=8, batch_wait_ms=5_000)
    with made_fleet(1, batches=together, opened=False) as made:
        (worker,), (device,) = made.workers, made.devices
        with ThreadPoolExecutor(8) as pool:
            opening = [pool.submit(worker.open) for _ in range(8)]
            [each.result() for each in opening]
            before = device.launches
            found = list(
                pool.map(
                    lambda n: made.fleet.short_list(made_epochs.blobs()[n], epoch, 3), range(8)
                )
            )
    assert len(found) == 8
    # One batch: stage 1, eight launches for the cut, and four to compact and rank.
    assert device.launches - before == 13


@pytest.mark.parametrize("devices", [2, 3])
@pytest.mark.parametrize("cuts", [(), (1, 20)])
def test_shares_answer_as_the_processor_where_no_device_holds_everything(
    monkeypatch: pytest.MonkeyPatch, devices: int, cuts: tuple[int, ...]
) -> None:
    _small_depth(monkeypatch)
    prints, profiles = made_epochs.prints(*cuts), made_epochs.profiles(*cuts)
    shares = [Share(number, devices) for number in range(devices)]
    dna = max(epoch_bytes(profiles), 0)
    searches = max(search_bytes(profiles, WHOLE, 16, 100), search_bytes(prints, WHOLE, 16, 100))
    budget = dna + searches + max(epoch_bytes(prints, share) for share in shares)
    with made_fleet(devices, budget_bytes=budget) as made:
        made.fleet.prepare([prints, profiles])
        _require_equal(made.fleet, prints, profiles)
        assert made.fallbacks == []
        whole = epoch_bytes(prints) + epoch_bytes(profiles)
        for worker in made.workers:
            assert 0 < worker.memory().used_bytes < whole


def test_a_gallery_that_no_devices_hold_is_refused_and_answered_by_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _small_depth(monkeypatch)
    prints, profiles = made_epochs.prints(), made_epochs.profiles()
    with made_fleet(2, budget_bytes=300_000) as made:
        with pytest.raises(ConfigurationInvalid) as refused:
            made.fleet.prepare([prints, profiles])
        assert "device_memory_bytes" in refused.value.message
        assert "each of 2 devices, 300000 are allowed" in refused.value.message
        _require_equal(made.fleet, prints, profiles)
        assert set(made.fallbacks) == {"memory"}
        assert made.fleet.backend == "cpu"
        assert made.in_service() == [True, True]


@DEVICES
def test_a_load_is_refused_before_it_would_not_fit_and_what_was_there_stays(
    tmp_path: Path, devices: int
) -> None:
    with made_fleet(devices, budget_bytes=600_000) as made:
        with Laboratory.opened(tmp_path, engine=made.fleet, elsewhere=made.fleet) as laboratory:
            laboratory.load_fingers(0, 1, 2)
            many = [made_fingers.gallery_item(each) for each in range(3, 9)]

            def load_for_ever() -> None:
                for number in range(2_000):
                    laboratory.load(
                        [
                            replace(each, reference_number=f"{number}-{place}")
                            for place, each in enumerate(many)
                        ]
                    )

            with pytest.raises(ConfigurationInvalid, match=f"each of {devices} devices"):
                load_for_ever()
            assert "F-1" in laboratory.numbers(latent(1))
        assert made.fallbacks == []


@DEVICES
def test_deletions_loads_and_merges_show_in_the_next_search(devices: int) -> None:
    first = made_epochs.prints(20)
    later = made_epochs.prints(20, 40)
    grown = Epoch(3, first.collection, (*first.chunks[:1], *later.chunks[1:]), 0)
    merged = made_epochs.prints(number=5)
    with made_fleet(devices) as made:
        for epoch in (first, made_epochs.without(first, 9), grown, merged, first):
            for _ in range(devices):
                assert _short_lists(CPU, epoch) == _short_lists(made.fleet, epoch)


def test_a_deletion_uploads_the_mask_alone_and_what_nobody_needs_is_given_back() -> None:
    first, merged = made_epochs.prints(20), made_epochs.prints(number=9)
    with made_fleet(1) as made:
        (worker,) = made.workers
        used = []
        for epoch in (first, made_epochs.without(first, 9), merged):
            _short_lists(made.fleet, epoch)
            used.append(worker.memory().used_bytes)
        assert used == [epoch_bytes(first), epoch_bytes(first), epoch_bytes(merged)]


def test_collections_are_resident_side_by_side() -> None:
    prints, profiles = made_epochs.prints(), made_epochs.profiles(40)
    with made_fleet(1) as made:
        made.fleet.prepare([prints, profiles])
        (worker,) = made.workers
        assert worker.memory().used_bytes == epoch_bytes(prints) + epoch_bytes(profiles)


def test_an_empty_gallery_is_searched() -> None:
    empty = made_epochs.prints()
    empty = Epoch(1, empty.collection, (), 0)
    with made_fleet(2) as made:
        made.fleet.prepare([empty])
        assert made.fleet.short_list(made_epochs.blobs()[0], empty, 5).rows.tolist() == []


def test_a_malformed_probe_fails_alone_and_its_device_stays_in_service() -> None:
    epoch = made_epochs.prints()
    with made_fleet(1) as made:
        with pytest.raises(ValueError, match="blob"):
            made.fleet.short_list(b"x", epoch, 5)
        assert made.in_service() == [True]
        assert len(made.fleet.short_list(made_epochs.blobs()[0], epoch, 5).rows) == 5


def test_a_closed_fleet_takes_no_work() -> None:
    with made_fleet(1) as made:
        made.fleet.close()
        with pytest.raises(Draining):
            made.workers[0].open()


def test_a_fleet_without_devices_answers_by_the_processor() -> None:
    heard: list[str] = []
    fleet = DeviceFleet([], batch_max=16, on_fallback=heard.append)
    prints, profiles = made_epochs.prints(), made_epochs.profiles()
    fleet.prepare([prints, profiles])
    _require_equal(fleet, prints, profiles)
    assert set(heard) == {"fault"}
    assert fleet.backend == "cpu"
    assert fleet.kernel_build == ""


@pytest.mark.parametrize("devices", [1, 2, 3, 7])
def test_shares_take_every_row_once(devices: int) -> None:
    for rows in (0, 1, 2, 5, 100):
        taken = [Share(number, devices).rows(rows) for number in range(devices)]
        assert [row for begin, end in taken for row in range(begin, end)] == list(range(rows))


def test_the_ample_budget_of_these_tests_is_no_limit() -> None:
    assert search_bytes(made_epochs.prints(), WHOLE, 16, 20_000) < AMPLE_BYTES
    assert np.unique(made_epochs.people(), axis=0).shape[0] < made_epochs.PROFILES
