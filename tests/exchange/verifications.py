"""Answered searches with matches to verify, and own unidentified data to put notes on."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

from appliance.access.officers import OfficerList
from appliance.config.pack_book import PackBook
from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Category, Collection
from appliance.domain.principal import Principal
from appliance.domain.search import ItemResult, SearchRequest
from appliance.domain.verification import NewStatement, Outcome
from appliance.exchange.notes import NoteDesk
from appliance.exchange.verification import VerificationDesk
from appliance.matching.outcome import MatchOutcome
from appliance.store import catalogue_table
from appliance.store.catalogue_table import NewItem
from appliance.store.database import Transaction
from appliance.store.segment_layout import BlockPlace
from tests.exchange import world as worlds
from tests.exchange.world import (
    DNA,
    FINGER,
    SETTINGS,
    FakeMatcher,
    World,
    dna_probe,
    pack_with,
    request,
)

HIT = NewStatement("Q-1", "P-1", Collection.TP, "RS-77", Outcome.HIT, "MK-0001")
SECOND = "MK-0002"


class Finding(FakeMatcher):
    """Finds these items, in this order, for every probe; ``finds`` may be changed."""

    def __init__(self, *finds: tuple[Collection, str]) -> None:
        super().__init__()
        self.finds = finds

    def submit(
        self, request: SearchRequest, candidate_limit: int, pack: ProfilePack
    ) -> Future[MatchOutcome]:
        """Answer at once."""
        future: Future[MatchOutcome] = Future()
        usual = worlds.outcome(request)
        future.set_result(replace(usual, items=tuple(self._found(each) for each in usual.items)))
        return future

    def _found(self, item: ItemResult) -> ItemResult:
        ranked = [(at, *each) for at, each in enumerate(self.finds, 1)]
        if item.finger_candidates:
            finger = tuple(
                replace(worlds.candidate(number, rank), collection=collection)
                for rank, collection, number in ranked
            )
            return replace(item, matched=bool(finger), finger_candidates=finger)
        dna = tuple(
            replace(worlds.dna_match(number), rank=rank, collection=collection)
            for rank, collection, number in ranked
        )
        return replace(item, matched=bool(dna), dna_matches=dna)


def answered(world: World, number: str = "Q-1", **changes: object) -> SearchRequest:
    """Have a search answered by the matcher of the world; return what was asked."""
    asked = request(number, **changes)
    if asked.search_type.category is Category.DNA:
        asked = request(number, dna_probe(), **changes)
    world.desk.submit(asker(asked), asked)
    world.desk.wait(asked.party, number).result(20)
    return asked


def asker(asked: SearchRequest) -> Principal:
    """Return the contact point that sends such a request."""
    dna = asked.search_type.category is Category.DNA
    return replace(DNA if dna else FINGER, party=asked.party)


def desk(world: World, *second_expert: Category) -> VerificationDesk:
    """Return the desk of a world; its list of officers gains a second expert of MK.

    The pack asks for a second expert in the named categories.
    """
    path = world.folder / "officers.toml"
    if SECOND not in path.read_text():
        path.write_text(
            path.read_text() + worlds._OFFICER.format(party="MK").replace("0001", "0002")
        )
    return VerificationDesk(
        world.database,
        world.record,
        OfficerList.load(path),
        PackBook([pack_with(second_expert=frozenset(second_expert))], world.clock),
        SETTINGS,
        world.clock,
    )


def notes(world: World) -> NoteDesk:
    """Return the desk where the owner keeps notes."""
    return NoteDesk(world.database, world.record, world.clock)


def hold(world: World, collection: Collection, *reference_numbers: str) -> None:
    """Enter items in the catalogue as a load would."""

    def work(tx: Transaction) -> None:
        first = catalogue_table.next_ordinal(tx)
        rows = [
            NewItem(first + at, collection.value, number, first, 0, at, None)
            for at, number in enumerate(reference_numbers)
        ]
        catalogue_table.add_blocks(tx, [BlockPlace(first, 0, 1, 1, bytes(32))])
        catalogue_table.add_items(tx, rows, world.clock.now())

    world.database.write(work).result()


def delete(world: World, collection: Collection, reference_number: str) -> None:
    """Delete an item from the catalogue as the gallery does."""

    def work(tx: Transaction) -> None:
        ordinal = catalogue_table.live_ordinal(tx, collection, reference_number)
        assert ordinal is not None
        catalogue_table.mark_deleted(tx, ordinal, world.clock.now())

    world.database.write(work).result()
