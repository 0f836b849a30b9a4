"""Reference data: item by item refused or durable, only by our administrator, all on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance.codecs import finger_record
from appliance.codecs.dna_record import decode_dna_record
from appliance.codecs.finger_writer import FingerFormat, encode_views
from appliance.domain import loci
from appliance.domain.codes import Category, Collection, Role
from appliance.domain.dna import Reading, SingleAllele
from appliance.domain.dna_rule import PCC_SEE
from appliance.domain.errors import (
    EngineLoading,
    ProfileMalformed,
    QualityInsufficient,
    ReferenceExists,
    RequestInvalid,
    RoleDenied,
    TemplateMalformed,
)
from appliance.domain.limits import LOAD_ITEMS_PER_MESSAGE_MAX
from appliance.domain.record import Act
from appliance.exchange.preparation import Preparation, RawItem
from appliance.exchange.reference_desk import ReferenceDesk
from appliance.gallery.gallery import Gallery
from appliance.store import setting_table
from appliance.store.segments import SegmentStore
from tests.exchange.reference_bench import (
    TupleAssembler,
    TuplePacker,
    finger,
    finger_bytes,
    packed_of,
)
from tests.exchange.world import ADMINISTRATOR, FINGER, World, details

_LOCI = (
    ("TH01", ("6", "9.3")),
    ("FGA", ("22", "24")),
    ("vWA", ("17", "16")),
    ("D3S1358", ("15",)),
    ("D8S1179", ("12", "014")),
    ("D18S51", ("13", "17")),
    ("SE33", ("o", "OL")),
)
_RECORD = b"TH01=6,9.3;FGA=22,24;vWA=17,16;D3S1358=15;D8S1179=12,014;D18S51=13,17;SE33=o,OL"


@dataclass
class Bench:
    """A reference desk on real storage."""

    world: World
    gallery: Gallery
    desk: ReferenceDesk

    def held(self, collection: Collection) -> list[bytes]:
        """Return what searches of a collection see."""
        return [
            packed
            for chunk in self.gallery.snapshot(collection).chunks
            for packed, removed in zip(packed_of(chunk.resident), chunk.removed, strict=True)
            if not removed
        ]


@pytest.fixture
def bench(make_world: Callable[..., World], tmp_path: Path) -> Iterator[Bench]:
    world = make_world()
    store_id = world.database.read(setting_table.store_id)
    segments = SegmentStore(tmp_path / "segments", world.master, store_id, on_fatal=print)
    gallery = Gallery(
        world.database,
        segments,
        dict.fromkeys(Category, TupleAssembler()),
        world.clock,
        memory_budget_bytes=1 << 20,
        merge=False,
    )
    yield Bench(
        world,
        gallery,
        ReferenceDesk(
            gallery, world.record, Preparation(TuplePacker(), lambda: PCC_SEE), world.clock
        ),
    )
    gallery.close()


def _dna(number: str) -> RawItem:
    return RawItem(Collection.DNA_REFERENCE, number, None, _LOCI)


def test_accepted_items_are_held_as_received_and_packed(bench: Bench) -> None:
    bench.gallery.open()
    items = [finger("RS-1", 3), _dna("RS-2"), finger("RS-3", 5)]
    assert bench.desk.load(ADMINISTRATOR, items) == [(), (), ()]
    assert bench.held(Collection.TP) == [b"\x03", b"\x05"]
    assert finger_bytes(5) == bench.desk.get(ADMINISTRATOR, Collection.TP, "RS-3").record
    kept = bench.desk.get(ADMINISTRATOR, Collection.DNA_REFERENCE, "RS-2").record
    assert kept == _RECORD
    # The canonical form that searches see follows from what was received.
    assert bench.held(Collection.DNA_REFERENCE) == [decode_dna_record(kept).codes]
    counted = bench.desk.count()
    assert (counted[Collection.TP], counted[Collection.DNA_REFERENCE]) == (2, 1)


def test_one_bad_item_never_harms_another(bench: Bench) -> None:
    bench.gallery.open()
    items = [
        finger("RS-1", 3),
        replace(finger("RS-2"), finger_record=b"garbage"),
        finger("RS-1", 4),
        finger("RS-3", 0),
        finger("", 3),
        replace(finger("RS-4"), finger_record=None),
        replace(finger("RS-5"), dna_values=_LOCI),
        replace(_dna("RS-6"), dna_values=(("NOWHERE", ("1", "2")),)),
        replace(_dna("RS-7"), finger_record=finger_bytes()),
        _dna("x" * 65),
        finger("RS-8", 6),
    ]
    outcomes = bench.desk.load(ADMINISTRATOR, items)
    assert [type(outcome) for outcome in outcomes] == [
        tuple,
        TemplateMalformed,
        ReferenceExists,
        QualityInsufficient,
        RequestInvalid,
        RequestInvalid,
        RequestInvalid,
        ProfileMalformed,
        RequestInvalid,
        RequestInvalid,
        tuple,
    ]
    assert bench.held(Collection.TP) == [b"\x03", b"\x06"]


DROP_OUT = Reading(SingleAllele.DROP_OUT)


def test_a_source_that_writes_drop_outs_as_single_values_is_read_so_for_good(bench: Bench) -> None:
    bench.gallery.open()
    stain = (*_LOCI, ("D21S11", ("28", "30")))
    item = RawItem(Collection.DNA_UNIDENTIFIED, "RS-1", None, stain, DROP_OUT)
    assert bench.desk.load(ADMINISTRATOR, [item]) == [()]
    kept = bench.desk.get(ADMINISTRATOR, Collection.DNA_UNIDENTIFIED, "RS-1").record
    assert kept == b"READING=drop_out,absent;" + _RECORD + b";D21S11=28,30"
    (packed,) = bench.held(Collection.DNA_UNIDENTIFIED)
    assert packed == decode_dna_record(kept).codes
    slot = next(locus.slot for locus in loci.LOCI if locus.name == "D3S1358")
    assert packed[2 * slot : 2 * slot + 2] == bytes((60, loci.WILDCARD))


INCLUSIONS = {
    "six of the standard set": (Collection.DNA_REFERENCE, _LOCI, ""),
    "five loci of a person": (Collection.DNA_REFERENCE, _LOCI[1:], "5 loci are fully"),
    "five loci of a trace": (Collection.DNA_UNIDENTIFIED, _LOCI[1:], "5 loci are fully"),
    "amelogenin is no sixth": (
        Collection.DNA_UNIDENTIFIED,
        (*_LOCI[1:], ("AMEL", ("X", "Y"))),
        "5 loci are fully",
    ),
    "one outside of the set for a trace": (
        Collection.DNA_UNIDENTIFIED,
        (*_LOCI[1:6], ("SE33", ("17", "18"))),
        "",
    ),
    "one outside of the set for a person": (
        Collection.DNA_REFERENCE,
        (*_LOCI[1:6], ("SE33", ("17", "18"))),
        "6 of ESS_12",
    ),
    "nothing": (Collection.DNA_UNIDENTIFIED, (("TH01", ("", "")),), "profile is empty"),
}


@pytest.mark.parametrize("name", INCLUSIONS)
def test_only_profiles_that_the_inclusion_rule_admits_are_held(bench: Bench, name: str) -> None:
    collection, values, refused = INCLUSIONS[name]
    bench.gallery.open()
    (outcome,) = bench.desk.load(ADMINISTRATOR, [RawItem(collection, "RS-1", None, values)])
    assert isinstance(outcome, ProfileMalformed) == bool(refused)
    assert outcome == () or refused in outcome.message
    assert bench.desk.count()[collection] == (0 if refused else 1)


def test_every_act_on_reference_data_is_recorded(bench: Bench) -> None:
    bench.gallery.open()
    bench.desk.load(ADMINISTRATOR, [finger("RS-1"), finger("RS-1"), _dna("RS-2")])
    assert bench.desk.get(ADMINISTRATOR, Collection.TP, "RS-1").reference_number == "RS-1"
    loaded, read = bench.world.record.entries(0, 100)
    assert (details(loaded)["accepted"], details(loaded)["well_formed"]) == ("2", "3")
    assert (loaded.act, read.act) == (Act.REFERENCE_LOADED, Act.REFERENCE_READ)
    assert details(read)["reference_number"] == "RS-1"
    assert {ADMINISTRATOR.fingerprint} == {
        details(entry)["certificate"] for entry in (loaded, read)
    }


def test_a_load_of_which_nothing_is_accepted_is_no_supply(bench: Bench) -> None:
    bench.gallery.open()
    bench.desk.load(ADMINISTRATOR, [replace(finger("RS-1"), finger_record=b"")])
    assert bench.desk.load(ADMINISTRATOR, []) == []
    assert bench.world.record.entries(0, 100) == []


def test_only_the_administrator_touches_reference_data(bench: Bench) -> None:
    bench.gallery.open()
    bench.desk.load(ADMINISTRATOR, [finger("RS-1")])
    for stranger in (FINGER, replace(ADMINISTRATOR, role=Role.AUDITOR)):
        for act in (
            lambda who: bench.desk.load(who, [finger("RS-2")]),
            lambda who: bench.desk.get(who, Collection.TP, "RS-1"),
        ):
            with pytest.raises(RoleDenied):
                act(stranger)
    assert bench.desk.count()[Collection.TP] == 1
    assert len(bench.world.record.entries(0, 100)) == 1


def test_a_load_is_bounded(bench: Bench) -> None:
    bench.gallery.open()
    many = [finger(f"RS-{number}") for number in range(LOAD_ITEMS_PER_MESSAGE_MAX + 1)]
    with pytest.raises(RequestInvalid, match="1001"):
        bench.desk.load(ADMINISTRATOR, many)
    outcomes = bench.desk.load(ADMINISTRATOR, many[:-1])
    assert outcomes == [()] * LOAD_ITEMS_PER_MESSAGE_MAX


def test_nothing_is_loaded_before_the_gallery_is_resident(bench: Bench) -> None:
    with pytest.raises(EngineLoading):
        bench.desk.load(ADMINISTRATOR, [finger("RS-1")])
    assert bench.world.record.entries(0, 100) == []


def test_an_accepted_record_brings_what_is_wrong_with_its_sequence(bench: Bench) -> None:
    bench.gallery.open()
    views = [finger_record.decode(finger_bytes(each)) for each in (3, 0)]
    record = encode_views(views, FingerFormat.ISO_2005)
    outcomes = bench.desk.load(ADMINISTRATOR, [replace(finger("RS-1"), finger_record=record)])
    assert outcomes == [("view 1 is empty",)]
    assert bench.held(Collection.TP) == [b"\x03"]
