"""Palms of two thousand minutiae are held and searched whole, from any place of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from appliance.codecs import finger_record
from appliance.domain.codes import Collection, SearchType
from appliance.domain.finger import FingerTemplate, Minutia
from appliance.domain.search import FingerProbe
from appliance.matching import encoder, finger_search, print_parts
from appliance.matching.encoder import minutiae_array
from kernels.finger.layout import LayoutError
from tests.matching import made_palms
from tests.matching.laboratory import Laboratory, nothing, request

PALMS = 5
COUNTS = (2_000, 500, 500, 500, 2_000)


@cache
def palms() -> tuple[FingerTemplate, ...]:
    return tuple(made_palms.palm(seed, count) for seed, count in enumerate(COUNTS))


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with Laboratory.opened(tmp_path_factory.mktemp("palms") / "laboratory") as opened:
        opened.load(
            [made_palms.item(each, f"P-{n}", Collection.PP) for n, each in enumerate(palms())]
        )
        opened.load(
            [
                made_palms.item(made_palms.latent(each, n, 40), f"L-{n}", Collection.ULP)
                for n, each in enumerate(palms())
            ]
        )
        yield opened


def _best(laboratory: Laboratory, kind: SearchType, probe: FingerTemplate) -> str:
    numbers = laboratory.numbers(request(kind, FingerProbe("Q", probe)))
    return numbers[0] if numbers else ""


@pytest.mark.requirement("A1.4")
def test_a_palm_latent_finds_its_palm_from_any_place(laboratory: Laboratory) -> None:
    found = {
        n: _best(
            laboratory, SearchType.LP_PP, made_palms.latent(palms()[n], 100 + n, 30, missing=8)
        )
        for n in range(PALMS)
    }
    assert found == {n: f"P-{n}" for n in range(PALMS)}


def test_a_palm_finds_its_unsolved_latent(laboratory: Laboratory) -> None:
    assert _best(laboratory, SearchType.PP_ULP, palms()[0]) == "L-0"


def test_a_palm_latent_finds_another_latent_of_the_same_place(laboratory: Laboratory) -> None:
    for n in range(PALMS):
        # The same seed gives the same centre; more minutiae around it were developed.
        probe = made_palms.latent(palms()[n], n, 60)
        assert _best(laboratory, SearchType.LP_ULP, probe) == f"L-{n}"


def test_evidence_names_minutiae_of_the_whole_palm(laboratory: Laboratory) -> None:
    probe = made_palms.latent(palms()[4], 104, 30)
    asked = request(SearchType.LP_PP, FingerProbe("Q", probe))
    best = laboratory.candidates(asked)[0]
    theirs = finger_record.decode(best.record).minutiae
    assert len(theirs) == 2_000
    assert len(best.pairs) >= 15
    turns = [
        (theirs[pair.candidate_index].angle - probe.minutiae[pair.probe_index].angle) % 256
        for pair in best.pairs
    ]
    # Right pairs turn all alike, but for the units of the record and what disturbed the latent.
    usual = int(np.median(turns))
    alike = [turn for turn in turns if min((turn - usual) % 256, (usual - turn) % 256) <= 8]
    assert len(alike) >= 0.8 * len(turns)


def test_an_item_of_many_parts_counts_once_and_goes_as_a_whole(tmp_path: Path) -> None:
    with Laboratory.opened(tmp_path / "laboratory") as laboratory:
        laboratory.load([made_palms.item(palms()[n], f"P-{n}", Collection.PP) for n in (1, 2, 3)])
        epoch = laboratory.gallery.snapshot(Collection.PP)
        assert (epoch.size, laboratory.gallery.count()[Collection.PP]) == (3, 3)
        assert sum(len(chunk.ordinals) for chunk in epoch.chunks) > 60
        asked = request(SearchType.LP_PP, FingerProbe("Q", made_palms.latent(palms()[1], 7, 40)))
        assert laboratory.numbers(asked)[0] == "P-1"
        laboratory.gallery.delete(Collection.PP, "P-1", nothing)
        assert laboratory.gallery.snapshot(Collection.PP).size == 2
        assert "P-1" not in laboratory.numbers(asked)


def test_a_latent_of_five_minutiae_and_unknown_position_is_searched(
    laboratory: Laboratory,
) -> None:
    probe = made_palms.latent(palms()[0], 5, 5)
    assert probe.position == 0
    outcome = laboratory.searching(request(SearchType.LP_PP, FingerProbe("Q", probe)))
    assert len(outcome.items) == 1


def test_chance_has_as_many_tries_as_parts_are_compared(laboratory: Laboratory) -> None:
    epoch = laboratory.gallery.snapshot(Collection.ULP)
    finger, palm = encoder.encode_finger([made_palms.latent(palms()[0], 1, 30), palms()[0]])
    assert finger_search.comparisons(finger, epoch) == PALMS
    assert finger_search.comparisons(palm, epoch) == PALMS * len(print_parts.split(palm))


def test_every_minutia_is_well_inside_of_a_part() -> None:
    array = minutiae_array(palms()[0])
    parts = print_parts.parts_of(array)
    assert len(parts) <= 2_000 // 8
    assert {len(part) for part in parts} == {print_parts.PART_MINUTIAE}
    assert set(np.concatenate(parts).tolist()) == set(range(2_000))


def test_a_print_of_a_finger_is_one_part() -> None:
    for count in (0, 1, print_parts.WHOLE_MINUTIAE_MAX):
        (part,) = print_parts.parts_of(minutiae_array(palms()[0])[:count])
        assert part.tolist() == list(range(count))


@pytest.mark.parametrize("spread", [0, 1])
def test_many_minutiae_at_one_place_are_a_bounded_number_of_parts(spread: int) -> None:
    at = [Minutia(spread * n, 0, n % 256, 1, 50) for n in range(9_999)]
    template = FingerTemplate(tuple(at), 80_000, 80, 21, 10, 0, "made")
    assert len(print_parts.parts_of(minutiae_array(template))) <= 9_999 // 12


def test_what_is_no_row_of_parts_is_refused() -> None:
    (packed,) = encoder.encode_finger([palms()[0]])
    for bad in (b"", packed[:-1], packed + b"\0", b"\xff\xff\0\0"):
        with pytest.raises(LayoutError):
            print_parts.split(bad)
