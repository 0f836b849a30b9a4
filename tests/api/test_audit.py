"""The record through the wire: the auditor is given what proves itself, and nobody else is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.audit import heads, merkle
from appliance.audit.heads import Head
from appliance.client import ApplianceRefused, AsyncClient, Client
from appliance.domain.codes import Collection
from appliance.domain.record import Act
from appliance.keys.head_signer import HeadSigner
from tests.audit.bench import Bench, fill, open_bench
from tests.edge import Edge, serving

SUPPLIED = (Collection.TP, "RS-7")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Five entries under one head, the last of which supplied an item."""
    made = open_bench(tmp_path, HeadSigner.create(tmp_path / "head.key"))
    fill(made, 4, head_every=10)
    made.record.write(Act.SEARCH_ANSWERED, "MK", {"request_number": "Q"}, [SUPPLIED])
    made.record.sign_head()
    yield made
    made.close()


@pytest.fixture
def edge(bench: Bench) -> Iterator[Edge]:
    folder = bench.folder / "tls"
    folder.mkdir()
    with serving(folder, record=bench.record) as served:
        yield served


def _head(line: str, bench: Bench) -> Head:
    head = heads.parse(line)
    head.verify(bench.signer.public_bytes)
    return head


@pytest.mark.requirement("A17.3", "A17.5")
def test_an_entry_is_proven_by_its_own_content_and_the_public_key(edge: Edge, bench: Bench) -> None:
    with edge.client("auditor", "RS") as client:
        leaf = client.audit.leaf(5)
        proof = client.audit.inclusion(5, head=1)
    head = _head(proof.head.line, bench)
    assert (head.number, head.size, head.root) == (1, 5, proof.head.root)
    assert b"RS-7" in leaf.leaf
    merkle.verify_inclusion(merkle.leaf_hash(leaf.leaf), 4, 5, proof.path, head.root)


def test_an_entry_that_no_head_stands_over_yet_is_signed_for_its_proof(
    edge: Edge, bench: Bench
) -> None:
    with edge.client("auditor", "RS") as client:
        proof = client.audit.inclusion(6)
    head = _head(proof.head.line, bench)
    assert head.number == 2
    merkle.verify_inclusion(proof.leaf_hash, 5, head.size, proof.path, head.root)


def test_the_record_is_proven_to_have_only_grown(edge: Edge, bench: Bench) -> None:
    with edge.client("auditor", "RS") as client:
        old = client.audit.head()
        assert old is not None
        bench.record.sign_head()
        proof = client.audit.consistency(old.number)
    first, second = _head(proof.old.line, bench), _head(proof.new.line, bench)
    assert (first.line(), second.number) == (old.line, 2)
    merkle.verify_consistency(first.size, second.size, first.root, second.root, proof.path)


def test_entries_say_what_they_supplied_and_leaves_hold_it_as_it_was_hashed(edge: Edge) -> None:
    with edge.client("auditor", "RS") as client:
        entries = list(client.record_entries(4))
        leaves = list(client.audit.leaves(4))
        report = client.verify_record()
    (subject,) = entries[0].subjects
    assert (subject.collection, subject.reference_number) == ("TP", "RS-7")
    assert [entry.act for entry in entries[1:]] == ["record_read"]
    assert entries[0].leaf_hash == leaves[0].leaf_hash == merkle.leaf_hash(leaves[0].leaf)
    assert leaves[0].leaf.startswith(entries[0].salt)
    assert (report.intact, report.entries, report.opened, report.signed) == (True, 8, 8, 5)


@pytest.mark.requirement("A17.5")
@pytest.mark.parametrize(
    "read",
    [
        lambda client: list(client.audit.leaves()),
        lambda client: client.audit.leaf(1),
        lambda client: client.audit.head(),
        lambda client: client.audit.inclusion(1),
        lambda client: client.audit.consistency(1),
        lambda client: client.verify_record(),
        lambda client: list(client.record_entries()),
    ],
)
def test_reading_is_for_the_auditor_alone_and_is_recorded(
    edge: Edge, bench: Bench, read: Callable[[Client], Any]
) -> None:
    for role in ("administrator", "contact-point-dna"):
        with (
            edge.client(role, "RS") as client,
            pytest.raises(ApplianceRefused, match="ROLE_DENIED"),
        ):
            read(client)
    assert bench.record.size() == 5
    with edge.client("auditor", "RS") as client:
        read(client)
    assert [entry.act for entry in bench.record.entries(5, 10)] == [Act.RECORD_READ]


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda client: client.audit.inclusion(0), "sequence"),
        (lambda client: client.audit.inclusion(1_000), "sequence"),
        (lambda client: client.audit.inclusion(2**64 - 1), "sequence"),
        (lambda client: client.audit.inclusion(1, head=9), "head"),
        (lambda client: client.audit.consistency(0), "old"),
        (lambda client: client.audit.consistency(9), "old"),
        (lambda client: client.audit.consistency(1, new=9), "new"),
        (lambda client: list(client.audit.leaves(2**64 - 1)), "after"),
    ],
)
def test_a_proof_of_what_there_is_not_is_refused_by_field(
    edge: Edge, ask: Callable[[Client], Any], field: str
) -> None:
    with edge.client("auditor", "RS") as client, pytest.raises(ApplianceRefused) as told:
        ask(client)
    assert [violation.field for violation in told.value.violations] == [field]


def test_both_clients_read_the_same(edge: Edge) -> None:
    async def read() -> tuple[object, ...]:
        pair = edge.certificate("auditor", "RS")
        async with AsyncClient(
            edge.target,
            ca=edge.authority.certificate,
            certificate=pair.certificate,
            key=pair.key,
        ) as client:
            audit = client.audit
            leaf, head = await audit.leaf(2), await audit.head()
            first = [leaf async for leaf in audit.leaves()][:5]
            return leaf, head, first, await audit.inclusion(3, 1), await audit.consistency(1, 1)

    with edge.client("auditor", "RS") as client:
        audit = client.audit
        expected = audit.leaf(2), audit.head(), list(audit.leaves())[:5]
        assert asyncio.run(read()) == (*expected, audit.inclusion(3, 1), audit.consistency(1, 1))
