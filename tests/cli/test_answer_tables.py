"""What an expert reads in the terminal: figures in words, and foreign texts as they are."""

from __future__ import annotations

import io

import pytest
from rich.console import Console, RenderableType

from appliance.cli import answer_tables, output
from appliance.v1 import dactyloscopic_pb2

MARKUP = "[/red][link=x]A[/link] :warning:"


def shown(*parts: RenderableType, width: int = 140) -> str:
    """Return what the commands' console shows, as plain text."""
    console = Console(
        file=io.StringIO(),
        width=width,
        highlight=False,
        markup=output.console._markup,
        emoji=output.console._emoji,
    )
    for part in parts:
        console.print(part)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def finger(*candidates: dactyloscopic_pb2.FingerCandidate) -> dactyloscopic_pb2.FingerResult:
    return dactyloscopic_pb2.FingerResult(
        reference_number="latent-1", matched=bool(candidates), candidates=candidates
    )


def candidate(
    number: str, score_hundredths: int, rank: int = 1, *, pairs: int = 0, flagged: bool = False
) -> dactyloscopic_pb2.FingerCandidate:
    made = dactyloscopic_pb2.FingerCandidate(
        reference_number=number, rank=rank, score_hundredths=score_hundredths, flagged=flagged
    )
    finger = made.fingers.add(probe_position=2, candidate_position=7)
    for index in range(pairs):
        finger.pairs.add(probe_index=index, candidate_index=index)
    return made


@pytest.mark.parametrize(
    ("hundredths", "words"),
    [
        (0, "1 in 1"),
        (1000, "1 in 10"),
        (4000, "1 in 10,000"),
        (6000, "1 in 1,000,000"),
        (12_000, "1 in 1.0·10^12"),
    ],
)
def test_a_score_is_told_as_how_rarely_different_fingers_reach_it(
    hundredths: int, words: str
) -> None:
    assert answer_tables.meaning(hundredths) == words


@pytest.mark.parametrize(
    ("hundredths", "gallery", "words"),
    [(4000, 10_000, "1"), (4000, 1_000_000, "1e+02"), (6000, 1000, "0.001"), (0, 7, "7")],
)
def test_a_score_is_told_as_how_many_of_this_gallery_reach_it_by_chance(
    hundredths: int, gallery: int, words: str
) -> None:
    assert answer_tables.by_chance(hundredths, gallery) == words


def test_candidates_are_rows_with_rank_meaning_and_pairs() -> None:
    found = finger(candidate("A-1", 4000, pairs=17), candidate("B-2", 2050, 2, flagged=True))
    first, second = (
        line.split("│")[1:-1]
        for line in shown(answer_tables.finger_result(found, 1000)).splitlines()
        if "│" in line
    )
    assert [each.strip() for each in first] == [
        "1",
        "A-1",
        "40.00",
        "1 in 10,000",
        "0.1",
        "17",
        "2→7",
    ]
    assert [each.strip() for each in second[:3]] == ["2", "B-2 (contested)", "20.50"]


def test_fingers_out_of_sequence_are_told_below_the_candidates() -> None:
    found = candidate("A-1", 4000)
    found.warnings.append("out of sequence")
    assert "A-1: out of sequence" in shown(answer_tables.finger_result(finger(found), 1000))


def test_no_match_is_said() -> None:
    assert "no match" in shown(answer_tables.finger_result(finger(), 1000))


def test_a_reference_number_that_looks_like_markup_is_printed_as_it_is() -> None:
    found = finger(candidate(MARKUP, 4000))
    found.reference_number = MARKUP
    assert shown(answer_tables.finger_result(found, 1000)).count(MARKUP) == 2
