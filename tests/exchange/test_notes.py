"""Notes: put on own unidentified data that matched, kept for the owner, removed with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.domain.codes import Collection, Role, SearchType
from appliance.domain.errors import ReferenceUnknown, RequestInvalid, RoleDenied
from appliance.domain.note import Occasion
from appliance.domain.record import Act
from appliance.domain.verification import Outcome, Verification
from tests.exchange.verifications import HIT, Finding, answered, delete, desk, hold, notes
from tests.exchange.world import ADMINISTRATOR, DNA, FINGER, World, details

STAIN = Collection.DNA_UNIDENTIFIED
LATENT = Collection.UL
DNA_HIT = replace(HIT, probe="D-1", collection=STAIN, reference_number="S-1")
LATENT_HIT = replace(HIT, collection=LATENT, reference_number="U-1")


@pytest.fixture
def stains(make_world: Callable[..., World]) -> World:
    """A world whose DNA searches match the unidentified profiles S-1 and S-2."""
    world = make_world(matcher=Finding((STAIN, "S-1"), (STAIN, "S-2")))
    for party in ("MK", "RO"):
        world.declare(100, party)
    hold(world, STAIN, "S-1", "S-2")
    return world


@pytest.fixture
def latents(make_world: Callable[..., World]) -> World:
    """A world whose finger searches find the unsolved latent U-1."""
    world = make_world(matcher=Finding((LATENT, "U-1")))
    world.declare()
    hold(world, LATENT, "U-1")
    return world


def _search_stain(world: World, number: str, party: str = "MK") -> None:
    answered(
        world,
        number,
        party=party,
        officer=f"{party}-0001",
        search_type=SearchType.DNA_UNIDENTIFIED,
    )


@pytest.mark.requirement("A1.3")
def test_a_profile_that_matched_two_parties_has_a_note_of_each(stains: World) -> None:
    _search_stain(stains, "Q-1", "RO")
    first_at = stains.clock.now()
    stains.clock.advance(hours=1)
    _search_stain(stains, "Q-2", "MK")
    listed = notes(stains).notes(ADMINISTRATOR, 0, 10, reference_number="S-1")
    assert [(n.party, n.request_number) for n in listed] == [("RO", "Q-1"), ("MK", "Q-2")]
    assert [first_at, stains.clock.now()] == [n.noted_at for n in listed]
    assert {Occasion.MATCH} == {n.occasion for n in listed}
    entries = stains.acts(Act.NOTE_ADDED)
    assert [entry.party for entry in entries] == ["RO", "MK"]
    assert details(entries[0])["reference_numbers"] == "S-1\nS-2"
    assert [each for each in stains.record.about(STAIN, "S-2") if each in entries] == entries


@pytest.mark.requirement("A1.3")
def test_a_note_on_a_profile_does_not_wait_for_the_expert_but_shows_what_was_said(
    stains: World,
) -> None:
    _search_stain(stains, "Q-1")
    (note, _) = notes(stains).notes(ADMINISTRATOR, 0, 10)
    assert note.verification is Verification.UNVERIFIED
    desk(stains).record(DNA, replace(DNA_HIT, outcome=Outcome.NO_HIT))
    (note, _) = notes(stains).notes(ADMINISTRATOR, 0, 10)
    assert (note.occasion, note.verification) == (Occasion.MATCH, Verification.NO_HIT)


@pytest.mark.requirement("A1.3")
def test_a_latent_is_noted_once_an_expert_has_called_it_a_hit(latents: World) -> None:
    answered(latents, search_type=SearchType.TP_UL)
    assert notes(latents).notes(ADMINISTRATOR, 0, 10) == []
    desk(latents).record(FINGER, LATENT_HIT)
    (note,) = notes(latents).notes(ADMINISTRATOR, 0, 10)
    assert (note.collection, note.reference_number) == (LATENT, "U-1")
    assert (note.occasion, note.verification) == (Occasion.HIT, Verification.HIT)
    (entry,) = latents.acts(Act.NOTE_ADDED)
    assert details(entry)["occasion"] == "hit"


def test_a_no_hit_puts_no_note_on_a_latent(latents: World) -> None:
    answered(latents, search_type=SearchType.TP_UL)
    desk(latents).record(FINGER, replace(LATENT_HIT, outcome=Outcome.NO_HIT))
    assert notes(latents).notes(ADMINISTRATOR, 0, 10) == []


def test_the_data_of_persons_takes_no_notes(make_world: Callable[..., World]) -> None:
    world = make_world(matcher=Finding((Collection.DNA_REFERENCE, "P-1")))
    world.declare()
    hold(world, Collection.DNA_REFERENCE, "P-1")
    _search_stain(world, "Q-1")
    assert notes(world).notes(ADMINISTRATOR, 0, 10) == []
    assert world.acts(Act.NOTE_ADDED) == []


def test_a_note_goes_with_the_data_it_stands_on(stains: World) -> None:
    _search_stain(stains, "Q-1")
    delete(stains, STAIN, "S-1")
    left = notes(stains).notes(ADMINISTRATOR, 0, 10, removed=True)
    assert [note.reference_number for note in left] == ["S-2"]


def test_other_data_under_a_number_that_was_free_again_inherits_no_note(latents: World) -> None:
    answered(latents, search_type=SearchType.TP_UL)
    delete(latents, LATENT, "U-1")
    hold(latents, LATENT, "U-1")
    desk(latents).record(FINGER, LATENT_HIT)
    assert notes(latents).notes(ADMINISTRATOR, 0, 10) == []
    assert latents.acts(Act.NOTE_ADDED) == []


def test_a_removed_note_is_kept_with_its_reason_and_recorded(stains: World) -> None:
    _search_stain(stains, "Q-1")
    office = notes(stains)
    first, second = office.notes(ADMINISTRATOR, 0, 10)
    office.remove(ADMINISTRATOR, first.number, "match by chance at six loci")
    office.remove(ADMINISTRATOR, first.number, "match by chance at six loci")
    assert [second] == office.notes(ADMINISTRATOR, 0, 10)
    removed, _ = office.notes(ADMINISTRATOR, 0, 10, removed=True)
    assert removed.removed_at == stains.clock.now()
    assert removed.removal_reason == "match by chance at six loci"
    (entry,) = stains.acts(Act.NOTE_REMOVED)
    told = details(entry)
    assert (told["reference_number"], told["noted_for"]) == ("S-1", "MK Q-1")
    assert (told["reason"], told["certificate"]) == (
        "match by chance at six loci",
        ADMINISTRATOR.fingerprint,
    )


def test_a_note_is_removed_by_the_administrator_for_a_reason_and_once(stains: World) -> None:
    _search_stain(stains, "Q-1")
    office = notes(stains)
    number = office.notes(ADMINISTRATOR, 0, 10)[0].number
    with pytest.raises(RequestInvalid, match="reason: is missing"):
        office.remove(ADMINISTRATOR, number, "")
    for stranger in (DNA, replace(ADMINISTRATOR, role=Role.AUDITOR)):
        with pytest.raises(RoleDenied):
            office.remove(stranger, number, "a reason")
        with pytest.raises(RoleDenied):
            office.notes(stranger, 0, 10)
    with pytest.raises(ReferenceUnknown):
        office.remove(ADMINISTRATOR, 999, "a reason")
    assert len(office.notes(ADMINISTRATOR, 0, 10)) == 2
    office.remove(ADMINISTRATOR, number, "a reason")
    with pytest.raises(ReferenceUnknown):
        office.remove(ADMINISTRATOR, number, "another reason")
    assert len(stains.acts(Act.NOTE_REMOVED)) == 1


def test_notes_are_listed_page_by_page(stains: World) -> None:
    for at in range(3):
        _search_stain(stains, f"Q-{at}")
    office = notes(stains)
    pages, after = [], 0
    while page := office.notes(ADMINISTRATOR, after, 4):
        pages.append([f"{note.request_number} {note.reference_number}" for note in page])
        after = page[-1].number
    assert pages == [["Q-0 S-1", "Q-0 S-2", "Q-1 S-1", "Q-1 S-2"], ["Q-2 S-1", "Q-2 S-2"]]
    of_latents = office.notes(ADMINISTRATOR, 0, 10, collection=LATENT)
    assert of_latents == []
