"""Reference data over the wire: loads acknowledged item by item, upkeep, capacities, record."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import grpc
import pytest

from appliance.client import ApplianceRefused, Capacity, LoadItem, LoadResult
from appliance.client import limits as client_limits
from appliance.client.rpcs import LOAD
from appliance.domain.codes import Bucket, Collection
from appliance.domain.errors import RecordUnavailable
from appliance.domain.limits import LOAD_ITEMS_PER_MESSAGE_MAX
from appliance.domain.record import Act
from appliance.v1 import codes_pb2, reference_data_pb2
from tests import fake_rooms
from tests.api.searches import PROFILE, record
from tests.edge import Edge

ADMINISTRATOR = ("administrator", "RS")


def _items(count: int) -> Iterator[LoadItem]:
    return (LoadItem("DNA_REFERENCE", f"D-{i}", PROFILE) for i in range(count))


def test_each_item_of_a_load_has_a_result_in_order(edge: Edge) -> None:
    with edge.client(*ADMINISTRATOR) as client:
        results = list(client.load(_items(3_500)))

    assert [f"D-{i}" for i in range(3_500)] == [result.reference_number for result in results]
    assert all(result.accepted for result in results)
    assert sorted(edge.reference.batches) == [500, 1_000, 1_000, 1_000]


def test_the_reference_desk_receives_records_and_profiles_as_they_were_sent(edge: Edge) -> None:
    with edge.client(*ADMINISTRATOR) as client:
        list(
            client.load([LoadItem("UL", "u", record()), LoadItem("DNA_UNIDENTIFIED", "d", PROFILE)])
        )

    finger = edge.reference.items[Collection.UL, "u"]
    profile = edge.reference.items[Collection.DNA_UNIDENTIFIED, "d"]
    assert (finger.finger_record, finger.dna_values) == (record(), None)
    assert (profile.finger_record, profile.dna_values) == (None, PROFILE)


def test_one_bad_item_never_harms_another(edge: Edge) -> None:
    items = [
        LoadItem("TP", "good", record()),
        LoadItem("TP", "", record()),
        LoadItem("TP", "profile among prints", PROFILE),
        LoadItem("TP", "good", record()),
        LoadItem("DNA_REFERENCE", "empty", ()),
        LoadItem("TP", "n" * 65, record()),
        LoadItem("TP", "also good", record()),
    ]
    with edge.client(*ADMINISTRATOR) as client:
        results = list(client.load(items))

    assert [result.reason for result in results] == [
        "",
        "REQUEST_INVALID",
        "REQUEST_INVALID",
        "REFERENCE_EXISTS",
        "REQUEST_INVALID",
        "REQUEST_INVALID",
        "",
    ]
    assert results[2].message == "finger_record: is required for the collection TP"
    assert edge.reference.count() == {Collection.TP: 2}


def test_a_load_reads_no_further_ahead_than_the_window(edge: Edge) -> None:
    taken = itertools.count()
    blocked = threading.Event()
    edge.reference.before_load = lambda: blocked.wait(5) and None

    def items() -> Iterator[LoadItem]:
        for item in _items(10_000):
            next(taken)
            yield item

    with edge.client(*ADMINISTRATOR) as client:
        results = client.load(items())
        reader = threading.Thread(target=lambda: list(results), daemon=True)
        reader.start()
        time.sleep(0.5)
        read_ahead = next(taken)
        blocked.set()
        reader.join(10)

    # The window, and the one item that showed that the second batch was full.
    assert read_ahead <= client_limits.LOAD_WINDOW_BATCHES * client_limits.LOAD_BATCH_ITEMS + 1


def test_the_server_works_on_two_batches_of_a_stream_at_most(edge: Edge) -> None:
    under_way, most = [0], [0]
    lock = threading.Lock()

    def slow() -> None:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.02)
        with lock:
            under_way[0] -= 1

    edge.reference.before_load = slow
    batches = [reference_data_pb2.LoadRequest(batch_number=i) for i in range(12)]
    for i, batch in enumerate(batches):
        batch.items.add(
            collection=codes_pb2.COLLECTION_TP, reference_number=f"T-{i}", finger_record=b"x"
        )
    with edge.channel(*ADMINISTRATOR) as channel:
        numbers = [r.batch_number for r in LOAD.on(channel, "stream_stream")(iter(batches))]

    assert numbers == list(range(12))
    assert most[0] == 2


def test_a_failing_load_ends_the_stream_with_its_reason(edge: Edge) -> None:
    def fail() -> None:
        if len(edge.reference.batches) == 2:
            raise RecordUnavailable("no space left")

    edge.reference.before_load = fail
    results: list[LoadResult] = []
    with edge.client(*ADMINISTRATOR) as client, pytest.raises(ApplianceRefused) as caught:
        results.extend(client.load(_items(5_000)))

    assert caught.value.reason == "RECORD_UNAVAILABLE"
    assert len(results) == 2_000


@pytest.mark.parametrize("count", [0, LOAD_ITEMS_PER_MESSAGE_MAX + 1])
def test_a_batch_of_a_wrong_size_is_refused(edge: Edge, count: int) -> None:
    batch = reference_data_pb2.LoadRequest()
    for i in range(count):
        batch.items.add(
            collection=codes_pb2.COLLECTION_TP, reference_number=f"{i}", finger_record=b"x"
        )
    with (
        edge.channel(*ADMINISTRATOR) as channel,
        pytest.raises(grpc.RpcError, match=r"1\.\.1000 items"),
    ):
        list(LOAD.on(channel, "stream_stream")(iter([batch])))

    assert edge.reference.batches == []


def test_a_client_that_leaves_a_load_leaves_no_work_behind(edge: Edge) -> None:
    with edge.client(*ADMINISTRATOR) as client:
        results = client.load(_items(50_000))
        next(results)
        results.close()
        held = -1
        while held != len(edge.reference.items):
            held = len(edge.reference.items)
            time.sleep(0.5)

    # The batches under way and those already on the wire, never the rest of the load.
    assert held < 25_000


def test_items_are_flagged_read_counted_and_deleted(edge: Edge) -> None:
    with edge.client(*ADMINISTRATOR) as client:
        list(client.load(_items(2)))
        client.duties.flag("DNA_REFERENCE", "D-1")
        found = client.get("DNA_REFERENCE", "D-1")
        client.duties.delete("DNA_REFERENCE", "D-1", "incorrect")
        counted = client.count()
        with pytest.raises(ApplianceRefused) as caught:
            client.get("DNA_REFERENCE", "D-1")

    assert (found.flagged, found.record) == (True, b"record")
    assert found.loaded_at.ToDatetime(UTC) == fake_rooms.NOW
    assert counted["DNA_REFERENCE"] == 1
    assert (caught.value.reason, caught.value.code) == ("REFERENCE_UNKNOWN", "NOT_FOUND")


def test_an_unnamed_item_is_refused_with_every_problem(edge: Edge) -> None:
    with edge.channel(*ADMINISTRATOR) as channel, pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary("/appliance.v1.DataDutiesService/Delete")(b"")

    assert "collection: is required; reference_number: is required" in str(caught.value)


def test_capacities_are_declared_and_their_use_is_told(edge: Edge) -> None:
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    with edge.client(*ADMINISTRATOR) as client:
        client.declare([Capacity("ME", "identified", 100, moment), Capacity("MK", "identified", 0)])
        declared = client.declarations()
        used = client.use_today()

    first = edge.capacity.declared[0]
    assert (first.party, first.scope, first.searches_per_day) == ("ME", Bucket.IDENTIFIED, 100)
    assert (first.effective_from, first.declared_by) == (moment, "RS administrator")
    assert [entry.party for entry in declared] == ["ME", "MK"]
    assert (used[0].day, used[0].capacity, used[0].used) == ("2026-05-04", 100, 3)


def test_a_declaration_names_every_problem(edge: Edge) -> None:
    with edge.client(*ADMINISTRATOR) as client, pytest.raises(ApplianceRefused) as caught:
        client.declare([Capacity("me", "identified", 1_000_001)])

    assert [violation.field for violation in caught.value.violations] == [
        "declarations[0].party",
        "declarations[0].searches_per_day",
    ]
    assert edge.capacity.declared == []


def test_a_contact_point_sees_the_use_of_its_own_party_only(edge: Edge) -> None:
    with edge.client() as client:
        client.use_today()
        client.use_today("ME")
        with pytest.raises(ApplianceRefused) as caught:
            client.use_today("MK")

    assert caught.value.reason == "ROLE_DENIED"
    assert edge.capacity.asked == ["ME", "ME"]


def test_an_auditor_reads_the_record_page_by_page_and_that_is_recorded_first(edge: Edge) -> None:
    for i in range(2_500):
        edge.record.write(Act.SEARCH_RECEIVED, "ME", {"request_number": f"n-{i}"})
    with edge.client("auditor", "RS") as client:
        entries = list(client.record_entries())

    assert [entry.sequence for entry in entries] == list(range(1, 2_504))
    assert entries[0].details[0].value == "n-0"
    assert [entry.act for entry in entries[-3:]] == ["record_read"] * 3
