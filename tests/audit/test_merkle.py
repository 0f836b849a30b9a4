"""The tree is that of RFC 6962, and no proof holds for anything but what it proves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from appliance.audit import merkle
from appliance.audit.merkle import Frontier
from appliance.domain.errors import StorageCorrupt

HASHES = [merkle.leaf_hash(bytes([n])) for n in range(70)]


def _mth(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word, over hashed leaves."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\1" + _mth(hashes[:half]) + _mth(hashes[half:])).digest()


def _node(level: int, number: int) -> bytes:
    return _mth(HASHES[number << level : (number + 1) << level])


def test_known_roots_of_the_certificate_transparency_tests_come_out() -> None:
    """The vectors that the authors of the RFC ship with their own implementation."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    inputs.append("606162636465666768696a6b6c6d6e6f")
    hashes = [merkle.leaf_hash(bytes.fromhex(each)) for each in inputs]
    expected = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert expected == merkle.root_of(hashes).hex()
    assert hashlib.sha256(b"").digest() == merkle.root_of([])
    assert hashlib.sha256(b"\0").digest() == merkle.root_of(hashes[:1])


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33, 63, 64, 65, 70])
def test_every_proof_of_a_tree_holds_and_no_other(size: int) -> None:
    root = _mth(HASHES[:size])
    assert root == merkle.root_of(HASHES[:size]) == merkle.range_root(0, size, _node)
    for index in range(size):
        path = merkle.inclusion_path(index, size, _node)
        merkle.verify_inclusion(HASHES[index], index, size, path, root)
        for wrong in ((index + 1) % size, size, -1):
            if wrong != index:
                with pytest.raises(StorageCorrupt):
                    merkle.verify_inclusion(HASHES[index], wrong, size, path, root)
        for other in (path[:-1], [*path, root], path[::-1] if len(path) > 1 else [root]):
            if other != path:
                with pytest.raises(StorageCorrupt):
                    merkle.verify_inclusion(HASHES[index], index, size, other, root)


@pytest.mark.parametrize("new", [*range(1, 18), 33, 64, 70])
def test_a_tree_is_seen_to_have_grown_from_each_of_its_beginnings_only(new: int) -> None:
    new_root = _mth(HASHES[:new])
    for old in range(1, new + 1):
        old_root = _mth(HASHES[:old])
        path = merkle.consistency_path(old, new, _node)
        merkle.verify_consistency(old, new, old_root, new_root, path)
        with pytest.raises(StorageCorrupt):
            merkle.verify_consistency(old, new, bytes(32), new_root, path)
        with pytest.raises(StorageCorrupt):
            merkle.verify_consistency(old, new, old_root, new_root, [*path, old_root])
        for at in range(len(path)):
            forged = [*path[:at], bytes(32), *path[at + 1 :]]
            with pytest.raises(StorageCorrupt):
                merkle.verify_consistency(old, new, old_root, new_root, forged)
            with pytest.raises(StorageCorrupt):
                merkle.verify_consistency(old, new, old_root, new_root, path[:at])
    for old in (0, -1, new + 1):
        with pytest.raises(StorageCorrupt):
            merkle.verify_consistency(old, new, new_root, new_root, [])


def test_the_frontier_is_the_tree_without_its_leaves() -> None:
    for level in (0, 2):
        frontier, step = Frontier(), 1 << level
        for number in range(70 // step):
            for rest in range(step if level else 1):
                done = number * step
                assert _mth(HASHES[: done + rest]) == frontier.root(HASHES[done : done + rest])
            frontier.add(level, _node(level, number))
