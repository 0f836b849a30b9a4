"""DNA searches and mass comparisons on a device equal those of the processor in every figure."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.device import DeviceError, DeviceMemoryExceeded
from kernels.dna import cpu, gpu, mass, mass_gpu, population
from kernels.dna.layout import ABSENT, PROFILE_SHAPE, WILDCARD, DnaGallery, LayoutError, assemble
from kernels.dna.reference import compare
from kernels.dna.rule import MISMATCH_MAX, Rule, Stringency
from kernels.host.build import Order
from tests.kernels.device.host_devices import host_device
from tests.kernels.dna import small_alphabet

FIELDS = ("rows", "qualities", "compared", "full", "matched", "mismatching")
RULES = [
    Rule(),
    Rule(min_full_loci=1, mismatch_max=0),
    Rule(min_full_loci=3, mismatch_max=2, microvariant_tolerance=False),
    Rule(min_full_loci=5, mismatch_max=9, counted=0xFF, wildcard_counts_as_full=True),
    Rule(min_full_loci=2, stringency=Stringency.ONE_SIDE, double_wildcard_compared=True),
    Rule(min_full_loci=1, mismatch_max=MISMATCH_MAX, stringency=Stringency.ONE_ALLELE),
]


def _search(queries: np.ndarray, gallery: DnaGallery, rule: Rule, room: int = gpu.ROOM) -> list:
    with host_device() as device:
        resident = gpu.upload(device, gallery)
        found = gpu.Searches(device, queries, resident, rule, room).wait()
        resident.free(device)
    return found


def _require_equal(queries: np.ndarray, gallery: DnaGallery, rule: Rule, room: int = 8) -> int:
    """Compare all answers with those of the processor; return how many matches there are."""
    found = _search(queries, gallery, rule, room)
    for query, one in zip(queries, found, strict=True):
        expected = cpu.search(query, gallery, rule)
        for field in FIELDS:
            assert getattr(expected, field).tolist() == getattr(one, field).tolist(), field
    return sum(len(one.rows) for one in found)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("room", [1, 30, 2_000])
def test_thousands_of_pairs_are_answered_as_by_the_processor(rule: Rule, room: int) -> None:
    gallery = assemble(small_alphabet.draw(300, seed=31))
    assert _require_equal(small_alphabet.draw(12, seed=32), gallery, rule, room) > 10


def test_the_answers_are_those_of_the_reference() -> None:
    profiles = small_alphabet.draw(150, seed=33)
    queries = small_alphabet.draw(2, seed=34)
    for query, one in zip(queries, _search(queries, assemble(profiles), Rule()), strict=True):
        said = [compare(query, profile, Rule()) for profile in profiles]
        rows = [row for row, comparison in enumerate(said) if comparison.quality]
        assert rows == one.rows.tolist()
        assert [said[row].quality for row in rows] == one.qualities.tolist()


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65])
def test_every_gallery_size_is_searched_to_its_last_profile(count: int) -> None:
    person = population.generate(1, seed=35)
    (found,) = _search(person, assemble(np.repeat(person, count, axis=0)), Rule(), room=10)
    assert list(range(count)) == found.rows.tolist()


@pytest.mark.parametrize("code", [ABSENT, WILDCARD])
def test_blank_profiles_are_treated_as_by_the_processor(code: int) -> None:
    blank = np.full((70, *PROFILE_SHAPE), code, np.uint8)
    people = population.generate(70, seed=36)
    lenient = Rule(min_full_loci=1, wildcard_counts_as_full=True)
    for rule in (Rule(), lenient):
        _require_equal(np.concatenate([people[:2], blank[:1]]), assemble(people), rule)
        _require_equal(np.concatenate([blank[:1], people[:2]]), assemble(blank), rule)


def test_malformed_and_too_many_queries_are_refused() -> None:
    profiles = population.generate(3, seed=37)
    gallery = assemble(profiles)
    with pytest.raises(LayoutError):
        _search(profiles[0], gallery, Rule())
    with pytest.raises(LayoutError):
        _search(profiles[:, :, ::-1], gallery, Rule())
    for count in (0, gpu.QUERIES_MAX + 1):
        with pytest.raises(ValueError, match=f"{count} queries"):
            _search(np.repeat(profiles[:1], count, axis=0), gallery, Rule())


def test_a_batch_fits_into_the_bytes_that_were_reckoned() -> None:
    person = population.generate(1, seed=38)
    gallery = assemble(np.repeat(person, 2_000, axis=0))
    budget = gpu.resident_bytes(gallery) + gpu.scratch_bytes(2, gallery.count)
    with host_device(budget_bytes=budget) as device:
        resident = gpu.upload(device, gallery)
        found = gpu.Searches(device, np.repeat(person, 2, axis=0), resident, Rule()).wait()
        assert [len(one.rows) for one in found] == [2_000, 2_000]
        resident.free(device)
    with host_device(budget_bytes=gpu.resident_bytes(gallery) - 1) as device:
        with pytest.raises(DeviceMemoryExceeded):
            gpu.upload(device, gallery)
        assert device.memory().used_bytes == 0


def test_figures_that_cannot_be_are_not_answered() -> None:
    people = population.generate(5, seed=39)
    with host_device() as device:
        resident = gpu.upload(device, assemble(people))
        for place, value in ((0, 6), (1, 70), (2, 9)):
            search = gpu.Searches(device, people[:1], resident, Rule())
            search._download.wait()[place].reshape(-1)[0] = value
            with pytest.raises(DeviceError):
                search.wait()
        resident.free(device)


def _pairs(blocks: object) -> tuple[list, int]:
    """Return all matches of blocks in their order, and where the last block ended."""
    pairs, stop = [], 0
    for block in blocks:
        assert block.stop > block.start >= stop
        stop = block.stop
        columns = [getattr(block, field).tolist() for field in ("stains", *FIELDS)]
        pairs += list(zip(*columns, strict=True))
    return pairs, stop


@pytest.mark.parametrize("rule", RULES[:3])
@pytest.mark.parametrize("start", [0, 17])
def test_a_mass_comparison_finds_the_pairs_of_the_processor(
    monkeypatch: pytest.MonkeyPatch, rule: Rule, start: int
) -> None:
    monkeypatch.setattr(mass_gpu, "BLOCK_STAINS", 10)
    stains, gallery = small_alphabet.draw(45, seed=40), assemble(small_alphabet.draw(200, seed=41))
    stains[20] = ABSENT
    heard: list[int] = []
    with host_device(order=Order.RANDOM) as device:
        resident = gpu.upload(device, gallery)
        blocks = mass_gpu.compare(
            device, stains, resident, rule, start=start, progress=heard.append
        )
        found = _pairs(blocks)
        resident.free(device)
    assert _pairs(mass.compare(stains, gallery, rule, start=start)) == found
    assert heard == sorted(heard)
    assert heard[-1] == len(stains)


def test_the_blocks_of_a_mass_comparison_are_bounded_by_their_matches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mass_gpu, "MATCHES_MAX", 100)
    person = population.generate(1, seed=42)
    gallery = assemble(np.repeat(person, 60, axis=0))
    with host_device() as device:
        resident = gpu.upload(device, gallery)
        compared = mass_gpu.compare(device, np.repeat(person, 7, axis=0), resident, Rule())
        blocks = list(compared)
        resident.free(device)
    assert [(block.start, block.stop) for block in blocks] == [(0, 2), (2, 4), (4, 6), (6, 7)]
    assert [len(block.rows) for block in blocks] == [120, 120, 120, 60]


def test_a_mass_comparison_that_is_given_up_leaves_no_memory_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mass_gpu, "BLOCK_STAINS", 2)
    people = population.generate(9, seed=43)
    with host_device() as device:
        resident = gpu.upload(device, assemble(people))
        blocks = mass_gpu.compare(device, people, resident, Rule())
        assert next(blocks).stop == 2
        blocks.close()
        resident.free(device)
