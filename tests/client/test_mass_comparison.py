"""Mass comparisons over the wire: both clients, the real desk, and what is refused at the edge."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from appliance.client import ApplianceRefused, AsyncClient, MassItem, MassTerms, limits
from appliance.client.mass_comparison import AsyncMassComparisonCalls, MassComparisonCalls
from appliance.v1 import mass_comparison_pb2 as pb
from tests.edge import DNA, FINGER, Edge, serving
from tests.exchange.mass_world import MassWorld, expected, offered

TERMS = MassTerms("M-1", "CRIMINAL_OFFENCE_INVESTIGATION", "MK-0001", "MK-0900", "DNA Act 12")


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    """A server in front of the real desk of mass comparisons."""
    for name in ("world", "edge"):
        (tmp_path / name).mkdir()
    mass = MassWorld(tmp_path / "world")
    with serving(tmp_path / "edge", mass=mass.desk) as running:
        yield running
    mass.close()


def items(profiles: int) -> list[MassItem]:
    return [
        MassItem(each.reference_number, each.values)
        for each in (offered(number) for number in range(profiles))
    ]


def pairs(matches: list[pb.MassMatch]) -> list[tuple[str, str]]:
    return [(each.reference_number, each.match.reference_number) for each in matches]


def test_both_clients_have_the_same_calls() -> None:
    for name, method in inspect.getmembers(MassComparisonCalls, inspect.isfunction):
        if not name.startswith("_"):
            other = getattr(AsyncMassComparisonCalls, name)
            assert inspect.signature(method).parameters == inspect.signature(other).parameters


@pytest.mark.requirement("A4.1", "A4.2")
def test_a_comparison_over_the_wire(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LOAD_BATCH_ITEMS", 7)
    with edge.client(DNA, "MK") as client:
        mass = client.mass_comparison
        assert mass.open(TERMS).state == pb.MASS_JOB_STATE_OPEN
        person = MassItem("P-1", offered(1).values, kind="reference")
        sent = list(mass.send("M-1", [*items(20), person]))
        assert [each.batch_number for each in sent] == [1, 2, 3]
        assert sent[-1].received == 20
        (left_out,) = [each for batch in sent for each in batch.refused]
        assert (left_out.number, left_out.reference_number) == (21, "P-1")
        assert "only unidentified profiles" in left_out.message
        assert mass.start("M-1", 3).profiles_received == 20
        found = list(mass.matches("M-1"))
        assert expected(20) == pairs(found)
        assert found[0].header.requesting_party == "MK"
        assert pairs(list(mass.matches("M-1", 5))) == pairs(found[5:])
        job = mass.acknowledge("M-1", len(found))
        assert (job.state, job.acknowledged) == (pb.MASS_JOB_STATE_FINISHED, len(found))
        assert mass.cancel("M-1").state == pb.MASS_JOB_STATE_FINISHED


def test_the_async_client_compares_too(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LOAD_BATCH_ITEMS", 7)
    pair = edge.certificate(DNA, "MK")

    async def run() -> list[pb.MassMatch]:
        async with AsyncClient(
            edge.target, ca=edge.authority.certificate, certificate=pair.certificate, key=pair.key
        ) as client:
            mass = client.mass_comparison
            await mass.open(TERMS)
            sent = [batch async for batch in mass.send("M-1", items(20))]
            await mass.start("M-1", len(sent))
            found = [match async for match in mass.matches("M-1")]
            await mass.acknowledge("M-1", len(found))
            assert (await mass.job("M-1")).profiles_compared == 20
            assert (await mass.cancel("M-1")).state == pb.MASS_JOB_STATE_FINISHED
            with pytest.raises(ApplianceRefused) as closed:
                _ = [batch async for batch in mass.send("M-1", items(1))]
            assert closed.value.reason == "REQUEST_INVALID"
            return found

    assert expected(20) == pairs(asyncio.run(run()))


@pytest.mark.requirement("A8.1")
def test_a_contact_point_for_prints_is_refused_and_that_is_recorded(edge: Edge) -> None:
    with edge.client(FINGER, "MK") as client, pytest.raises(ApplianceRefused) as refused:
        client.mass_comparison.open(TERMS)
    assert refused.value.reason == "ROLE_DENIED"
    assert [(each[0], each[3]) for each in edge.desk.refusals] == [("MK", "ROLE_DENIED")]


def test_a_kind_that_is_not_stated_and_an_unknown_field_are_refused(edge: Edge) -> None:
    with edge.client(DNA, "MK") as client:
        client.mass_comparison.open(TERMS)
    with edge.channel(DNA, "MK") as channel:
        send = channel.stream_stream(
            "/appliance.v1.MassComparisonService/Send",
            request_serializer=lambda data: data,
            response_deserializer=pb.SendResponse.FromString,
        )
        profile = pb.MassProfile(reference_number="S-1")
        unstated = pb.SendRequest(job_number="M-1", batch_number=1, profiles=[profile])
        (answer,) = send(iter([unstated.SerializeToString()]))
        assert "the kind of the profile is not stated" in answer.refusals[0].message
        with pytest.raises(grpc.RpcError) as foreign:
            list(send(iter([unstated.SerializeToString() + b"\xf8\x07\x01"])))
        assert foreign.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_stop_of_the_service_is_not_taken_for_the_end_of_the_job(edge: Edge) -> None:
    with edge.client(DNA, "MK") as client:
        client.mass_comparison.open(TERMS)
        watching = client.mass_comparison.matches("M-1")
        stopping = threading.Timer(0.5, lambda: edge.run(edge.server.stop(10)))
        stopping.start()
        with pytest.raises(ApplianceRefused) as refused:
            next(watching)
        assert (refused.value.code, refused.value.reason) == ("UNAVAILABLE", "DRAINING")
        stopping.join()
