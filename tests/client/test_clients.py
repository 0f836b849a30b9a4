"""Both clients do the same; names are checked before a call; files and bytes serve as PEM."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import grpc
import pytest

from appliance.client import ApplianceRefused, AsyncClient, Capacity, Client, LoadItem, messages
from appliance.client import limits as client_limits
from appliance.client.refusal import from_rpc_error
from appliance.domain.codes import Bucket, Collection, SearchType
from appliance.domain.errors import DeviceLost, QueueFull, RecordUnavailable
from appliance.domain.limits import LOAD_ITEMS_PER_MESSAGE_MAX, MESSAGE_BYTES_MAX
from appliance.domain.record import Act
from appliance.v1 import codes_pb2, reference_data_pb2
from tests.api.searches import PROFILE, record, terms
from tests.edge import DNA, FINGER, SERVER_NAME, Edge

METHODS = [name for name, _ in inspect.getmembers(Client, inspect.isfunction) if name[0] != "_"]


def _async_client(edge: Edge, role: str, party: str = "ME") -> AsyncClient:
    pair = edge.certificate(role, party)
    return AsyncClient(
        edge.target, ca=edge.authority.certificate, certificate=pair.certificate, key=pair.key
    )


def test_both_clients_have_the_same_methods_with_the_same_arguments() -> None:
    for name in METHODS:
        expected = inspect.signature(getattr(Client, name)).parameters
        assert expected == inspect.signature(getattr(AsyncClient, name)).parameters, name


def test_the_async_client_searches_watches_and_reads(edge: Edge) -> None:
    async def use() -> list[Any]:
        async with _async_client(edge, FINGER) as client, _async_client(edge, DNA) as dna:
            watch = client.watch()
            first = asyncio.ensure_future(anext(watch))
            while not edge.desk.watches:
                await asyncio.sleep(0.01)
            answer = await client.search_finger(terms(), {"p": record()})
            accepted = await client.submit_finger(terms(), {"p": record()})
            found = await client.answer("2026-1")
            quality = await client.check_quality(record(20))
            watched = await first
            await watch.aclose()
            profile = await dna.search_dna(terms("d", "DNA/REFERENCE"), {"t": PROFILE})
            again = await dna.submit_dna(terms("d", "DNA/REFERENCE"), {"t": PROFILE})
            fetched = await dna.answer("d", "dna")
            return [answer, accepted, found, quality, watched, profile, again, fetched]

    answer, accepted, found, quality, watched, profile, again, fetched = asyncio.run(use())

    assert answer == found == watched.answer
    assert (accepted.replayed, again.replayed) == (True, True)
    assert quality.minutiae_count == 20
    assert profile == fetched
    assert profile.results[0].matches[0].reference_number == "DNA-1"


def test_the_async_client_loads_and_keeps(edge: Edge) -> None:
    items = [LoadItem("DNA_REFERENCE", f"D-{i}", PROFILE) for i in range(2_500)]

    async def use() -> list[Any]:
        async with _async_client(edge, "administrator", "RS") as client:
            results = [result async for result in client.load(iter(items))]
            await client.duties.flag("DNA_REFERENCE", "D-1")
            held = await client.get("DNA_REFERENCE", "D-1")
            await client.duties.delete("DNA_REFERENCE", "D-1", "incorrect")
            counted = await client.count()
            await client.declare([Capacity("ME", "not_yet_identified", 5)])
            declared = await client.declarations()
            used = await client.use_today("ME")
            return [results, held, counted, declared, used, await client.status()]

    results, held, counted, declared, used, status = asyncio.run(use())

    assert [result.reference_number for result in results] == [f"D-{i}" for i in range(2_500)]
    assert held.flagged
    assert counted["DNA_REFERENCE"] == 2_499
    assert declared[0].bucket == codes_pb2.BUCKET_NOT_YET_IDENTIFIED
    assert used[0].party == "ME"
    assert status.ready


def test_the_async_client_reads_the_record(edge: Edge) -> None:
    edge.record.write(Act.SEARCH_RECEIVED, "ME", {"request_number": "n"})

    async def use() -> tuple[list[Any], Any]:
        async with _async_client(edge, "auditor", "RS") as client:
            entries = [entry async for entry in client.record_entries()]
            return entries, await client.verify_record()

    entries, report = asyncio.run(use())

    assert [entry.act for entry in entries] == ["search_received", "record_read"]
    assert report.intact


def test_the_async_client_tries_again_after_a_passing_refusal(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        edge.desk.error = None

    async def use() -> Any:
        async with _async_client(edge, FINGER) as client:
            return await client.search_finger(terms(), {"p": record()})

    edge.desk.error = QueueFull(depth_max=1, retry_after_s=9)
    monkeypatch.setattr("appliance.client.async_client.sleep", sleep)

    assert asyncio.run(use()).results
    assert sleeps == [9.0]


def test_the_async_client_gives_up_when_the_wait_asked_for_is_longer_than_the_time_left(
    edge: Edge,
) -> None:
    async def use() -> None:
        async with _async_client(edge, FINGER) as client:
            await client.search_finger(terms(), {"p": record()})

    edge.desk.error = DeviceLost("gpu 0")
    with pytest.raises(ApplianceRefused) as caught:
        asyncio.run(use())

    assert (caught.value.reason, caught.value.retry_after_s) == ("DEVICE_LOST", 30)


def test_the_async_load_raises_the_reason_that_ended_the_stream(edge: Edge) -> None:
    def fail() -> None:
        raise RecordUnavailable("no space left")

    edge.reference.before_load = fail

    async def use() -> list[Any]:
        items = (LoadItem("DNA_REFERENCE", f"D-{i}", PROFILE) for i in range(20_000))
        async with _async_client(edge, "administrator", "RS") as client:
            return [result async for result in client.load(items)]

    with pytest.raises(ApplianceRefused) as caught:
        asyncio.run(use())

    assert caught.value.reason == "RECORD_UNAVAILABLE"


def test_pem_files_serve_as_well_as_bytes(edge: Edge, tmp_path: Path) -> None:
    pair = edge.certificate()
    (tmp_path / "c.crt").write_bytes(pair.certificate)
    (tmp_path / "c.key").write_bytes(pair.key)
    with Client(
        edge.target, ca=edge.folder / "ca.crt", certificate=tmp_path / "c.crt",
        key=tmp_path / "c.key",
    ) as client:  # fmt: skip
        assert client.check_quality(record(15)).minutiae_count == 15


def test_the_name_of_the_server_may_differ_from_its_address(edge: Edge) -> None:
    with edge.client(server_name=SERVER_NAME) as client:
        assert client.check_quality(record(15)).minutiae_count == 15
    with (
        edge.client(server_name="other.test", timeout_s=0.5) as client,
        pytest.raises(ApplianceRefused),
    ):
        client.check_quality(record(15))


def test_unknown_names_are_refused_before_any_call(edge: Edge) -> None:
    with edge.client() as client:
        with pytest.raises(ValueError, match="'TP/PP' is none of TP/TP, LT/TP"):
            client.search_finger(terms(search_type="TP/PP"), {"p": record()})
        with pytest.raises(ValueError, match="'XX' is none of TP, UL, PP, ULP"):
            client.get("XX", "a")


def test_the_names_of_the_client_are_those_of_the_domain() -> None:
    assert set(messages.SEARCH_TYPES) == {each.value for each in SearchType}
    assert set(messages.COLLECTIONS) == {each.value for each in Collection}
    assert set(messages.BUCKETS) == {each.value for each in Bucket}


def test_the_limits_of_the_client_fit_those_of_the_server() -> None:
    assert client_limits.LOAD_BATCH_ITEMS <= LOAD_ITEMS_PER_MESSAGE_MAX
    assert client_limits.MESSAGE_BYTES_MAX == MESSAGE_BYTES_MAX


def test_batches_stay_within_bytes_and_items() -> None:
    items = [LoadItem("TP", f"{i}", bytes(60_000)) for i in range(100)]
    batches = list(messages.batches(items))

    assert sum(len(batch.names) for batch in batches) == 100
    assert all(
        batch.message.ByteSize() <= client_limits.LOAD_BATCH_BYTES + 1_000 for batch in batches
    )
    assert [batch.message.batch_number for batch in batches] == list(range(1, len(batches) + 1))


def test_an_acknowledgement_of_another_batch_is_an_error() -> None:
    batch = next(messages.batches([LoadItem("TP", "a", b"x")]))
    other = reference_data_pb2.LoadResponse(batch_number=2)
    other.results.add(accepted=True)

    with pytest.raises(RuntimeError, match="another batch than 1"):
        list(batch.results(other))
    with pytest.raises(RuntimeError, match="without acknowledging"):
        list(batch.results(None))


def test_a_failure_without_details_is_told_by_its_code() -> None:
    class Failed(grpc.RpcError):
        """A call that failed in the transport."""

        def code(self) -> grpc.StatusCode:
            """Return its code."""
            return grpc.StatusCode.RESOURCE_EXHAUSTED

        def details(self) -> str:
            """Return its text."""
            return "Concurrent RPC limit exceeded!"

        def trailing_metadata(self) -> tuple[tuple[str, bytes], ...]:
            """Return details that no decoder understands."""
            return (("grpc-status-details-bin", b"\xff\xff"),)

    refused = from_rpc_error(Failed())

    assert (refused.reason, refused.code) == ("RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED")
    assert str(refused) == "RESOURCE_EXHAUSTED: Concurrent RPC limit exceeded!"


@pytest.mark.parametrize(
    ("profile", "content"),
    [
        ([("vWA", ("16", "17")), ("TH01", ("9.3",))], "dna_record"),
        ([("vWA", ("16,3", "17"))], "dna_profile"),
        ([("v=WA", ("16", "17"))], "dna_profile"),
        ([("vWA", ())], "dna_record"),
        ([], "dna_profile"),
    ],
)
def test_a_profile_travels_as_text_unless_it_holds_a_separator(
    profile: list[tuple[str, tuple[str, ...]]], content: str
) -> None:
    (batch,) = messages.batches([LoadItem("DNA_REFERENCE", "d", profile)])
    assert content == batch.message.items[0].WhichOneof("content")
