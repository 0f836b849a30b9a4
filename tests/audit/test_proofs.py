"""Proofs from the stored tree hold over tiles, their edges and several heads, or are refused."""

from __future__ import annotations

import pytest

from appliance.domain.errors import StorageCorrupt
from appliance.domain.record import Act
from tests.audit.bench import Bench, open_bench

pytestmark = pytest.mark.requirement("A17.3")

_SIZES = (1, 255, 256, 300, 511, 512, 700)


def _grow(bench: Bench, size: int) -> None:
    count = size - bench.record.size()
    bench.database.write(
        lambda tx: [bench.record.append(tx, Act.SEARCH_RECEIVED, "MK", {}) for _ in range(count)]
    ).result()
    bench.record.sign_head()


def test_every_kind_of_place_in_the_tree_can_be_proved_under_every_head(bench: Bench) -> None:
    for size in _SIZES:
        _grow(bench, size)
    heads = bench.stored_heads()
    assert [*_SIZES] == [head["size"] for head in heads]
    for head in heads:
        for sequence in {1, 2, 128, 255, 256, 257, 300, 512, 513, 700, head["size"]}:
            if sequence <= head["size"]:
                proof = bench.record.inclusion(sequence, head["number"])
                proof.verify(bench.signer.public_bytes)
                (entry,) = bench.record.entries(sequence - 1, 1)
                assert (entry.leaf_hash, head["size"]) == (proof.leaf_hash, proof.head.size)


def test_each_head_is_proved_to_have_grown_from_each_before_it(bench: Bench) -> None:
    for size in _SIZES:
        _grow(bench, size)
    for new in range(1, len(_SIZES) + 1):
        for old in range(1, new + 1):
            bench.record.consistency(old, new).verify(bench.signer.public_bytes)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM record WHERE sequence = 5",
        "DELETE FROM record WHERE sequence = 600",
        "DELETE FROM record_node WHERE number = 1",
    ],
)
def test_no_proof_is_made_of_a_tree_that_lacks_something(bench: Bench, statement: str) -> None:
    _grow(bench, 700)
    intruder = bench.intruder()
    intruder.execute(statement)
    intruder.close()
    again = open_bench(bench.folder, bench.signer, bench.clock)
    with pytest.raises(StorageCorrupt):
        again.record.inclusion(6)
    again.close()
