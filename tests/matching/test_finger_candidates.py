"""Which candidates are told, in which order, and what is told of each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.codecs import finger_record
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import FingerCandidate
from appliance.matching import calibration, encoder, finger_candidates, subject_search
from appliance.matching.finger_candidates import best_with_ties
from appliance.matching.finger_search import Scored
from tests.matching import made_fingers, shelf

MATE = 3
DEPTH = 50


def candidates(
    items: Sequence[LoadItem],
    limit: int,
    *,
    chunk_items: int = 1_000,
    depth: int = DEPTH,
    removed: Sequence[int] = (),
) -> tuple[FingerCandidate, ...]:
    """Return the candidates for the second impression of the mate, however weak."""
    epoch = shelf.epoch(items, chunk_items=chunk_items, removed=removed)
    template = made_fingers.probe(MATE)
    (blob,) = encoder.encode_finger([template])
    return finger_candidates.candidates(
        blob,
        [template],
        epoch,
        subject_search.search(
            blob,
            encoder.places_of([template]),
            epoch,
            depth,
            calibration.shipped(),
            shelf.places(items),
        ),
        limit,
        shelf.store(items, flagged=["F-3"]),
    )


def copies(numbers: Sequence[str]) -> list[LoadItem]:
    """Return the mate's record under several reference numbers."""
    return [made_fingers.item(each, made_fingers.records()[MATE][0]) for each in numbers]


@pytest.mark.requirement("A6.1")
def test_a_candidate_carries_its_record_its_meaning_and_its_pairs() -> None:
    items = [made_fingers.gallery_item(each) for each in range(6)]
    best = candidates(items, 3)[0]
    assert (best.rank, best.reference_number, best.flagged) == (1, "F-3", True)
    assert best.record == made_fingers.records()[MATE][0]
    mine = made_fingers.probe(MATE).minutiae
    theirs = finger_record.decode(best.record).minutiae
    assert len(best.pairs) >= 8
    for pair in best.pairs:
        assert 0 <= pair.probe_index < len(mine)
        assert 0 <= pair.candidate_index < len(theirs)
        assert 0 <= pair.similarity <= 100
        assert pair.residual >= 0
    assert 0 <= best.rotation < 1024


def test_no_more_are_told_than_asked_and_the_best_are() -> None:
    items = [made_fingers.gallery_item(each) for each in range(12)]
    everyone = candidates(items, 12)
    scores = [each.score_hundredths for each in everyone]
    assert scores == sorted(scores, reverse=True)
    for limit in (0, 1, 5):
        assert candidates(items, limit) == everyone[:limit]


def test_of_equal_scores_beyond_the_limit_the_lowest_reference_numbers_are_told() -> None:
    items = copies(["E", "C", "A", "D", "B"])
    for chunk_items in (1_000, 2, 1):
        told = candidates(items, 2, chunk_items=chunk_items)
        assert [(each.rank, each.reference_number) for each in told] == [(1, "A"), (2, "B")]


def test_the_answer_does_not_depend_on_how_the_gallery_is_cut() -> None:
    items = [made_fingers.gallery_item(each) for each in range(12)]
    whole = candidates(items, 6, depth=8)
    assert [candidates(items, 6, depth=8, chunk_items=each) for each in (1, 5)] == [whole] * 2


def test_a_removed_print_is_never_told() -> None:
    items = [made_fingers.gallery_item(each) for each in range(6)]
    told = candidates(items, 6, removed=(MATE + 1,))
    assert "F-3" not in {each.reference_number for each in told}


@given(
    st.lists(st.integers(0, 4), max_size=20).map(lambda raws: sorted(raws, reverse=True)),
    st.integers(0, 25),
)
def test_all_that_may_still_take_a_place_are_read_and_no_more(raws: list[int], limit: int) -> None:
    ranked = [Scored(ordinal, raw, 0, ordinal) for ordinal, raw in enumerate(raws)]
    taken = best_with_ties(ranked, limit, lambda each: each.raw)
    last = raws[min(limit, len(raws)) - 1] if limit and raws else None
    wanted = [each for each in ranked if last is not None and each.raw >= last]
    assert taken == wanted
