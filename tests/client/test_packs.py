"""Both clients bring packs to the desk and tell its history."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from appliance.client import ApplianceRefused, AsyncClient
from appliance.v1 import admin_pb2
from tests.edge import Edge, edge

__all__ = ["edge"]

_AT = datetime(2026, 7, 1, tzinfo=UTC)


def test_a_pack_is_activated_listed_and_rolled_back(edge: Edge) -> None:
    with edge.client("administrator", "RS") as client:
        made = client.packs.activate(b"V2", b"signed")
        again = client.packs.reactivate("V2", _AT)
        history = client.packs.list()
        assert client.packs.get().content == b"in force"
        assert client.packs.get("V2").signature == b"signed"
    assert (made.activation.version, made.activation.number) == ("V2", 1)
    (change,) = made.changes
    assert (change.path, change.before, change.after) == ("minutiae_min", "12", "14")
    assert again.activation.effective_from.ToDatetime(UTC) == _AT
    assert history == [made.activation, again.activation]
    assert history[0].state == admin_pb2.PACK_ACTIVATION_STATE_SCHEDULED


def test_the_asynchronous_client_does_the_same(edge: Edge) -> None:
    pair = edge.certificate("administrator", "RS")

    async def calls() -> list[admin_pb2.PackActivation]:
        async with AsyncClient(
            edge.target,
            ca=edge.authority.certificate,
            certificate=pair.certificate,
            key=pair.key,
        ) as client:
            await client.packs.activate(b"V2", b"signed")
            await client.packs.reactivate("V2")
            assert (await client.packs.get("V2")).content == b"V2"
            return await client.packs.list()

    assert [each.number for each in asyncio.run(calls())] == [1, 2]


def test_refusals_keep_their_names(edge: Edge) -> None:
    with edge.client("administrator", "RS") as client:
        with pytest.raises(ApplianceRefused) as unsigned:
            client.packs.activate(b"V2", b"not signed")
        with pytest.raises(ApplianceRefused) as unknown:
            client.packs.reactivate("V9")
        with pytest.raises(ValueError, match="lacks a time zone"):
            client.packs.reactivate("V9", datetime(2026, 7, 1))  # noqa: DTZ001
    assert unsigned.value.reason == "PACK_SIGNATURE_INVALID"
    assert unknown.value.reason == "PACK_UNKNOWN"


@pytest.mark.parametrize("role", ["auditor", "contact-point-dna"])
def test_nobody_but_the_administrator_activates(edge: Edge, role: str) -> None:
    with edge.client(role, "RS") as client, pytest.raises(ApplianceRefused) as refused:
        client.packs.activate(b"V2", b"signed")
    assert refused.value.reason == "ROLE_DENIED"
