"""Subjects are found by all their fingers, and fingers under wrong positions are told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from appliance.domain.finger import FingerTemplate
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import FingerCandidate
from appliance.matching import calibration, encoder, finger_candidates, subject_search
from tests.matching import made_subjects, shelf

MATE = 5
DEPTH = 20


def found(
    views: Sequence[FingerTemplate],
    items: Sequence[LoadItem] = (),
    *,
    depth: int = DEPTH,
    chunk_items: int = 1_000,
) -> tuple[FingerCandidate, ...]:
    """Return the candidates of a probe of these views, however weak."""
    held = items or made_subjects.gallery()
    epoch = shelf.epoch(held, chunk_items=chunk_items)
    (blob,) = encoder.encode_records([views])
    subjects = subject_search.search(
        blob,
        encoder.places_of(views),
        epoch,
        depth,
        calibration.shipped(),
        shelf.places(held),
    )
    return finger_candidates.candidates(blob, views, epoch, subjects, 5, shelf.store(held))


def positions(candidate: FingerCandidate) -> list[tuple[int, int]]:
    return sorted((each.probe_position, each.candidate_position) for each in candidate.fingers)


def test_a_subject_is_one_candidate_with_every_finger_that_corresponds() -> None:
    told = found(made_subjects.fingers(MATE, 1))
    assert [each.reference_number for each in told].count("S-5") == 1
    best = told[0]
    assert (best.reference_number, best.warnings) == ("S-5", ())
    assert positions(best) == [(2, 2), (3, 3), (7, 7), (8, 8)]
    assert best.pairs == best.fingers[0].pairs
    for each in best.fingers:
        mine = made_subjects.fingers(MATE, 1)[each.probe_view].minutiae
        assert len(each.pairs) > 4
        assert max(pair.probe_index for pair in each.pairs) < len(mine)


def test_each_further_finger_sets_the_subject_further_apart_from_the_next() -> None:
    apart = []
    for count in (1, 2, 4):
        told = found(made_subjects.fingers(MATE, 1, range(count)))
        assert told[0].reference_number == "S-5"
        apart.append(len(told[0].fingers))
    assert apart == [1, 2, 4]


def test_missing_fingers_are_normal() -> None:
    told = found(made_subjects.fingers(MATE, 1, (1, 3)))
    assert (told[0].reference_number, positions(told[0])) == ("S-5", [(3, 3), (8, 8)])
    assert told[0].warnings == ()


def test_a_latent_of_unknown_position_finds_the_subject_and_the_finger() -> None:
    latent = made_subjects.fingers(MATE, 1, (2,), {2: 0})
    told = found(latent)
    assert (told[0].reference_number, positions(told[0])) == ("S-5", [(0, 7)])
    assert (told[0].fingers[0].candidate_view, told[0].warnings) == (2, ())


def test_ten_prints_find_a_single_latent() -> None:
    latents = [
        made_subjects.item(f"L-{each}", made_subjects.fingers(each, 1, (2,), {2: 0}))
        for each in range(made_subjects.PERSONS)
    ]
    told = found(made_subjects.fingers(MATE, 0), latents)
    assert (told[0].reference_number, positions(told[0])) == ("L-5", [(7, 0)])


@pytest.mark.parametrize("depth", [3, DEPTH])
def test_two_exchanged_fingers_are_found_and_told(depth: int) -> None:
    told = found(made_subjects.fingers(MATE, 1, stated={0: 7, 2: 2}), depth=depth)
    assert told[0].reference_number == "S-5"
    assert positions(told[0]) == [(2, 7), (3, 3), (7, 2), (8, 8)]
    assert len(told[0].warnings) == 2
    assert any("position 2 of the probe corresponds to position 7" in t for t in told[0].warnings)


def test_hands_exchanged_as_a_whole_are_found_and_told() -> None:
    told = found(made_subjects.fingers(MATE, 1, stated={0: 7, 1: 8, 2: 2, 3: 3}))
    assert told[0].reference_number == "S-5"
    assert positions(told[0]) == [(2, 7), (3, 8), (7, 2), (8, 3)]
    assert len(told[0].warnings) == 4


def test_a_single_print_under_a_wrong_position_is_found_and_told() -> None:
    told = found(made_subjects.fingers(MATE, 1, (0,), {0: 8}))
    assert (told[0].reference_number, positions(told[0])) == ("S-5", [(8, 2)])
    assert len(told[0].warnings) == 1


def test_the_fingers_that_no_list_names_are_compared_too() -> None:
    views = made_subjects.fingers(MATE, 1)
    assert positions(found(views, depth=1)[0]) == positions(found(views)[0])


def test_the_order_of_the_views_and_the_cut_of_the_gallery_change_nothing() -> None:
    views = made_subjects.fingers(MATE, 1)
    whole = found(views)
    assert [found(views, chunk_items=each) for each in (1, 5)] == [whole] * 2
    turned = found(views[::-1])
    for mine, theirs in zip(turned, whole, strict=True):
        assert mine.reference_number == theirs.reference_number
        assert mine.score_hundredths == theirs.score_hundredths
