"""The edge in front of the real exchange on real storage: the way of a search, end to end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance.client import ApplianceRefused, Capacity, LoadItem, SearchTerms
from appliance.domain.codes import SearchType
from appliance.domain.dna_rule import PCC_SEE
from appliance.domain.errors import StorageCorrupt
from appliance.domain.record import Act
from appliance.exchange.preparation import Preparation
from appliance.exchange.reference_desk import ReferenceDesk
from appliance.gallery.gallery import Gallery
from appliance.matching import encoder
from appliance.matching.assemblers import assemblers
from appliance.store import setting_table
from appliance.store.segments import SegmentStore
from appliance.v1 import codes_pb2
from tests.api.searches import PERSON, record
from tests.edge import DNA, Edge, serving
from tests.exchange.world import World, details, until
from tests.matching.made_profiles import STAIN

TERMS = SearchTerms(
    "2026-1",
    "LT/TP",
    case_reference="K-4/26",
    purpose="CRIMINAL_OFFENCE_INVESTIGATION",
    officer="MK-0001",
    ordering_officer="MK-0900",
)


@dataclass
class House:
    """The edge and the exchange behind it."""

    edge: Edge
    world: World

    def acts(self) -> list[Act]:
        """What is on record."""
        return [entry.act for entry in self.world.record.entries(0, 1000)]

    def refusal(self, terms: SearchTerms, **probes: bytes) -> ApplianceRefused:
        """Search as the contact point of MK and be refused."""
        with self.edge.client(party="MK") as client, pytest.raises(ApplianceRefused) as caught:
            client.search_finger(terms, probes or {"p": record()})
        return caught.value


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with 2 searches a day for MK in either bucket."""
    for name in ("world", "tls"):
        (tmp_path / name).mkdir()
    world = World(tmp_path / "world")
    store_id = world.database.read(setting_table.store_id)
    segments = SegmentStore(tmp_path / "segments", world.master, store_id, on_fatal=print)
    gallery = Gallery(
        world.database, segments, assemblers(), world.clock, memory_budget_bytes=1 << 24
    )
    gallery.open()
    reference = ReferenceDesk(
        gallery, world.record, Preparation(encoder, lambda: PCC_SEE), world.clock
    )
    with serving(
        tmp_path / "tls",
        desk=world.desk,
        reference=reference,
        capacity=world.capacity,
        record=world.record,
        clock=world.clock,
    ) as edge:
        with edge.client("administrator", "RS") as client:
            client.declare(
                [Capacity("MK", "identified", 2), Capacity("MK", "not_yet_identified", 2)]
            )
        world.clock.advance(seconds=1)
        yield House(edge, world)
        world.matcher.release()
    gallery.close()
    world.close()


def test_a_search_is_answered_recorded_and_counted_once_however_often_it_is_sent(
    house: House,
) -> None:
    with house.edge.client(party="MK") as client:
        first = client.search_finger(TERMS, {"p": record()})
        again = client.search_finger(TERMS, {"p": record()})
        fetched = client.answer("2026-1")
        used = {use.bucket: use.used for use in client.use_today()}

    assert first == again == fetched
    assert first.header.state == codes_pb2.ANSWER_STATE_ANSWERED
    assert first.header.requested_party == "RS"
    assert first.results[0].candidates[0].reference_number == "RS-77"
    assert used[codes_pb2.BUCKET_NOT_YET_IDENTIFIED] == 1
    assert house.acts()[-2:] == [Act.SEARCH_RECEIVED, Act.SEARCH_ANSWERED]


def test_a_dna_search_is_answered_locus_by_locus(house: House) -> None:
    with house.edge.client(DNA, "MK") as client:
        terms = replace(TERMS, search_type="DNA/REFERENCE")
        match = client.search_dna(terms, {"p": list(STAIN.items())}).results[0].matches[0]

    assert [(view.locus, list(view.candidate)) for view in match.loci] == [
        ("TH01", ["6", "9.3"]),
        ("FGA", []),
    ]


def test_a_used_up_capacity_names_the_midnight_of_the_requested_party(house: House) -> None:
    with house.edge.client(party="MK") as client:
        client.search_finger(TERMS, {"a": record(), "b": record()})
    refused = house.refusal(replace(TERMS, request_number="2026-2"))

    # 12:00:01 UTC is 13:00:01 in Belgrade: eleven hours less one second are left of the day.
    assert (refused.reason, refused.retry_after_s) == ("CAPACITY_EXHAUSTED", 11 * 3600 - 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"purpose": "CURIOSITY"}, "PURPOSE_UNKNOWN"),
        ({"case_reference": ""}, "CASE_REFERENCE_MISSING"),
        ({"officer": "MK-0666"}, "OFFICER_NOT_AUTHORISED"),
        ({"ordering_officer": ""}, "OFFICER_NOT_AUTHORISED"),
    ],
)
def test_what_the_exchange_refuses_reaches_the_client_by_name(
    house: House, change: dict[str, str], reason: str
) -> None:
    assert house.refusal(replace(TERMS, **change)).reason == reason  # type: ignore[arg-type]
    assert house.acts()[-1] is Act.SEARCH_REFUSED
    assert house.world.matcher.searched == []


def test_too_many_candidates_are_refused_by_field(house: House) -> None:
    refused = house.refusal(replace(TERMS, candidates_max=11))

    assert [violation.field for violation in refused.violations] == ["candidates_max"]


def test_a_malformed_record_is_on_record_without_its_bytes(house: House) -> None:
    assert house.refusal(TERMS, p=b"FMR\0 20\0secret").reason == "TEMPLATE_MALFORMED"
    entry = house.world.record.entries(0, 1000)[-1]

    assert entry.act is Act.SEARCH_REFUSED
    assert entry.party == "MK"
    assert details(entry)["reason"] == "TEMPLATE_MALFORMED"
    assert details(entry)["search_type"] == SearchType.LT_TP.value
    assert "secret" not in str(entry)


def test_a_revoked_caller_is_on_record_without_a_party(house: House) -> None:
    edge = house.edge
    pair = edge.certificate(party="MK")
    with edge.client(pair=pair) as client:
        client.search_finger(TERMS, {"p": record()})
        (edge.folder / "new.crl").write_bytes(edge.authority.revoked(pair))
        os.replace(edge.folder / "new.crl", edge.folder / "revoked.crl")
        with pytest.raises(ApplianceRefused):
            client.search_finger(TERMS, {"p": record()})
    entry = house.world.record.entries(0, 1000)[-1]

    assert (entry.act, entry.party) == (Act.SEARCH_REFUSED, "")
    assert details(entry)["reason"] == "CERTIFICATE_REVOKED"


def test_watchers_are_told_and_waits_at_a_deadline_leave_the_request(house: House) -> None:
    house.world.matcher.hold = True
    with house.edge.client(party="MK", timeout_s=0.5) as client:
        watch = client.watch()
        # An answer that comes before the watch has reached the desk would not be told.
        until(lambda: len(house.world.desk._waiters._watches["MK"]) == 1)
        queued = client.search_finger(TERMS, {"p": record()})
        until(lambda: len(house.world.matcher.held) == 1)
        house.world.matcher.release()
        watched = next(watch)
        watch.close()

    assert queued.header.state == codes_pb2.ANSWER_STATE_QUEUED
    assert watched.answer.header.request_number == "2026-1"


def test_a_failed_and_a_cancelled_request_are_told_to_who_watches(house: House) -> None:
    house.world.matcher.errors = [StorageCorrupt("a block of the gallery is damaged")]
    with house.edge.client(party="MK") as client:
        client.submit_finger(TERMS, {"p": record()})
        failed = next(client.watch(after=0))
        house.world.desk.pause(True)
        client.submit_finger(replace(TERMS, request_number="2026-2"), {"p": record()})
        client.requests.cancel("2026-2")
        cancelled = next(client.watch(after=failed.cursor))
    assert (failed.request_number, failed.state) == ("2026-1", codes_pb2.REQUEST_STATE_FAILED)
    assert (failed.failure_reason, failed.HasField("answer")) == ("STORAGE_CORRUPT", False)
    assert (cancelled.request_number, cancelled.state, cancelled.failure_reason) == (
        "2026-2",
        codes_pb2.REQUEST_STATE_CANCELLED,
        "",
    )


def test_reference_data_is_loaded_through_the_wire_and_kept_as_received(house: House) -> None:
    items = [LoadItem("DNA_REFERENCE", f"D-{i}", PERSON) for i in range(1_200)]
    with house.edge.client("administrator", "RS") as client:
        results = list(client.load([*items, LoadItem("DNA_REFERENCE", "D-5", PERSON)]))
        kept = client.get("DNA_REFERENCE", "D-7")
        counted = client.count()

    assert [result.reason for result in results if not result.accepted] == ["REFERENCE_EXISTS"]
    received = ";".join(f"{locus}={','.join(values)}" for locus, values in PERSON)
    assert kept.record == received.encode()
    assert counted["DNA_REFERENCE"] == 1_200


def test_the_auditor_finds_the_record_intact(house: House) -> None:
    with house.edge.client(party="MK") as client:
        client.search_finger(TERMS, {"p": record()})
    house.world.record.sign_head()
    with house.edge.client("auditor", "RS") as client:
        acts = [entry.act for entry in client.record_entries()]
        report = client.verify_record()

    assert acts[-3:] == ["search_received", "search_answered", "record_read"]
    assert report.intact, report.reason
