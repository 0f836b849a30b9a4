"""Notes stay with data that is corrected, and end with data that is deleted (Art. 1(3)(i), 15)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.domain.codes import Collection, SearchType
from appliance.domain.errors import RequestInvalid
from appliance.domain.note import Note
from appliance.domain.record import Act
from appliance.domain.verification import Verification
from appliance.exchange.preparation import RawItem
from tests.exchange.office import Office
from tests.exchange.reference_bench import finger
from tests.exchange.verifications import HIT, Finding, answered, desk, notes
from tests.exchange.world import ADMINISTRATOR, FINGER, World, details

UL = Collection.UL
LATENT_HIT = replace(HIT, collection=UL, reference_number="U-1")


@pytest.fixture
def office(make_world: Callable[..., World], tmp_path: Path) -> Iterator[Office]:
    """The office of a Party whose unsolved latents U-1 and U-2 every finger search finds."""
    world = make_world(matcher=Finding((UL, "U-1"), (UL, "U-2")))
    for party in ("MK", "RO"):
        world.declare(100, party)
    made = Office(world, tmp_path)
    made.load(latent("U-1"), latent("U-2"))
    yield made
    made.gallery.close()


def latent(number: str, minutiae: int = 3) -> RawItem:
    return finger(number, minutiae, UL)


def hit(office: Office, number: str, reference_number: str = "U-1") -> None:
    answered(office.world, number, search_type=SearchType.TP_UL)
    said = replace(LATENT_HIT, request_number=number, reference_number=reference_number)
    desk(office.world).record(FINGER, said)


def standing(office: Office, *, removed: bool = False) -> list[Note]:
    return notes(office.world).notes(ADMINISTRATOR, 0, 10, removed=removed)


@pytest.mark.requirement("A1.3", "A15.1")
def test_a_correction_keeps_the_notes_and_what_they_say(office: Office) -> None:
    hit(office, "Q-1")
    before = standing(office)
    office.desk.correct(ADMINISTRATOR, latent("U-1", 5), "a swapped finger")
    assert standing(office) == before
    (note,) = before
    assert (note.reference_number, note.verification) == ("U-1", Verification.HIT)
    office.desk.correct(ADMINISTRATOR, latent("U-1", 6), "and another")
    assert standing(office) == before
    assert office.world.acts(Act.NOTE_REMOVED) == []


@pytest.mark.requirement("A1.3")
def test_a_note_on_corrected_data_is_removed_with_a_reason_alone(office: Office) -> None:
    hit(office, "Q-1")
    office.desk.correct(ADMINISTRATOR, latent("U-1", 5), "a swapped finger")
    (note,) = standing(office)
    with pytest.raises(RequestInvalid, match="reason"):
        notes(office.world).remove(ADMINISTRATOR, note.number, "")
    notes(office.world).remove(ADMINISTRATOR, note.number, "the match was of the wrong finger")
    assert standing(office) == []
    office.desk.correct(ADMINISTRATOR, latent("U-1", 6), "and another")
    (removed,) = standing(office, removed=True)
    assert removed.removal_reason == "the match was of the wrong finger"


@pytest.mark.requirement("A1.3", "A15.1")
def test_a_hit_on_an_answer_from_before_the_correction_is_noted_still(office: Office) -> None:
    answered(office.world, "Q-1", search_type=SearchType.TP_UL)
    office.desk.correct(ADMINISTRATOR, latent("U-1", 5), "a swapped finger")
    desk(office.world).record(FINGER, LATENT_HIT)
    assert [note.reference_number for note in standing(office)] == ["U-1"]


@pytest.mark.requirement("A1.3", "A15.3")
def test_notes_stay_while_data_is_restricted_and_released(office: Office) -> None:
    hit(office, "Q-1")
    for restricted in (True, False):
        office.desk.restrict(ADMINISTRATOR, UL, "U-1", restricted=restricted, reason="a claim")
        assert [note.reference_number for note in standing(office)] == ["U-1"]


@pytest.mark.requirement("A1.3", "A15.1")
def test_a_deletion_ends_the_notes_and_the_record_says_so(office: Office) -> None:
    hit(office, "Q-1")
    hit(office, "Q-2")
    hit(office, "Q-3", "U-2")
    office.desk.delete(ADMINISTRATOR, UL, "U-1", "incorrect")
    assert [note.reference_number for note in standing(office, removed=True)] == ["U-2"]
    (entry,) = office.world.acts(Act.NOTE_REMOVED)
    told = details(entry)
    assert (told["reference_number"], told["noted_for"]) == ("U-1", "MK Q-1\nMK Q-2")
    assert "deleted" in told["reason"]
    assert [each.act for each in office.world.record.about(UL, "U-1")][-2:] == [
        Act.NOTE_REMOVED,
        Act.REFERENCE_DELETED,
    ]


def test_other_data_loaded_under_the_number_inherits_no_note(office: Office) -> None:
    hit(office, "Q-1")
    office.desk.delete(ADMINISTRATOR, UL, "U-1", "incorrect")
    office.load(latent("U-1"))
    assert standing(office, removed=True) == []
