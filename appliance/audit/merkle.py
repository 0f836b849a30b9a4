"""The Merkle tree of RFC 6962, section 2.1: hashes, roots, proofs and how proofs are checked.

Nothing here reads or stores anything. The tree over n leaves is cut into complete subtrees, each
named by (level, number): the one over leaves number·2^level .. (number+1)·2^level - 1, counted
from 0. Whoever holds the leaves offers their hashes through ``Nodes``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from appliance.domain.errors import StorageCorrupt

HASH_BYTES = 32
LEVELS_MAX = 63
EMPTY_ROOT = hashlib.sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
"""Returns the hash of the complete subtree (level, number)."""

_sha256 = hashlib.sha256


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf."""
    return _sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two subtrees."""
    return _sha256(b"\1" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring subtrees of one size, the last of which may be smaller.

    Pairing from below gives the tree of the RFC, for its largest power of two below n is where
    the pairs of the highest level meet. Cost: one hash for each but one.
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = _paired(row) + odd
    return row[0]


def levels_of(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return the complete subtrees over neighbouring subtrees of one size, level by level.

    The first level is ``hashes``; a last one without a neighbour is under none of the next.
    """
    levels = [list(hashes)]
    while len(levels[-1]) > 1:
        levels.append(_paired(levels[-1]))
    return levels


def range_root(first: int, size: int, node: Nodes) -> bytes:
    """Return the root over ``size`` leaves from ``first``, which must be a multiple of the largest
    power of two that is not above ``size``."""
    if size == 0:
        return EMPTY_ROOT
    roots: list[bytes] = []
    while size:
        level = size.bit_length() - 1
        roots.append(node(level, first >> level))
        first, size = first + (1 << level), size - (1 << level)
    root = roots.pop()
    while roots:
        root = node_hash(roots.pop(), root)
    return root


class Frontier:
    """The complete subtrees of a tree that grows, at most one of each level. One thread."""

    def __init__(self) -> None:
        self._roots: list[tuple[int, bytes]] = []

    def add(self, level: int, root: bytes) -> None:
        """Append a complete subtree, of a level no higher than the smallest one held."""
        while self._roots and self._roots[-1][0] == level:
            _, left = self._roots.pop()
            level, root = level + 1, node_hash(left, root)
        self._roots.append((level, root))

    def root(self, rest: Sequence[bytes] = ()) -> bytes:
        """Return the root of the tree as it is, with ``rest`` after it: leaf hashes, fewer than
        the smallest subtree held has leaves."""
        if not rest and not self._roots:
            return EMPTY_ROOT
        roots = [root for _, root in self._roots]
        root = root_of(rest) if rest else roots.pop()
        while roots:
            root = node_hash(roots.pop(), root)
        return root


def inclusion_path(index: int, size: int, node: Nodes) -> list[bytes]:
    """Return PATH(index, D[size]) of the RFC, 2.1.1: the hashes beside the way to leaf ``index``.

    ``index`` counts from 0 and is below ``size``. At most LEVELS_MAX hashes, nearest first.
    """
    path: list[bytes] = []
    first = 0
    while size > 1:
        half = _half(size)
        if index < half:
            path.append(range_root(first + half, size - half, node))
            size = half
        else:
            path.append(range_root(first, half, node))
            first, index, size = first + half, index - half, size - half
    return path[::-1]


def consistency_path(old: int, new: int, node: Nodes) -> list[bytes]:
    """Return PROOF(old, D[new]) of the RFC, 2.1.2, for 0 < old <= new; none if they are equal."""
    path: list[bytes] = []
    first, whole = 0, True
    while old != new:
        half = _half(new)
        if old <= half:
            path.append(range_root(first + half, new - half, node))
            new = half
        else:
            path.append(range_root(first, half, node))
            first, old, new, whole = first + half, old - half, new - half, False
    if not whole:
        path.append(range_root(first, new, node))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf of hash ``leaf`` is leaf ``index`` of the tree of ``size`` and ``root``.

    Raises StorageCorrupt if the path does not prove it.
    """
    if not 0 <= index < size:
        raise StorageCorrupt(f"a tree of {size} leaves has no leaf {index}")
    rest = list(path)
    if _rebuilt(leaf, index, size, rest) != root or rest:
        raise StorageCorrupt(f"the path does not lead from leaf {index} to the root")


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree of ``old`` leaves is the beginning of the tree of ``new`` leaves.

    Raises StorageCorrupt if the path does not prove it.
    """
    if not 0 < old <= new:
        raise StorageCorrupt(f"a tree of {new} leaves has no beginning of {old}")
    rest = list(path)
    if _rebuilt_both(old, new, old_root, rest, whole=True) != (old_root, new_root) or rest:
        raise StorageCorrupt(f"the tree of {new} leaves did not grow from that of {old}")


def _paired(row: list[bytes]) -> list[bytes]:
    """Return the nodes over the pairs of a row; an odd last one is left out."""
    pairs = zip(row[::2], row[1::2], strict=False)
    return [_sha256(b"\1" + left + right).digest() for left, right in pairs]


def _half(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _next(rest: list[bytes]) -> bytes:
    if not rest:
        raise StorageCorrupt("the proof is too short")
    return rest.pop()


def _rebuilt(leaf: bytes, index: int, size: int, rest: list[bytes]) -> bytes:
    """Return the root that ``rest`` leads to, taking from its end what it uses."""
    if size == 1:
        return leaf
    half, beside = _half(size), _next(rest)
    if index < half:
        return node_hash(_rebuilt(leaf, index, half, rest), beside)
    return node_hash(beside, _rebuilt(leaf, index - half, size - half, rest))


def _rebuilt_both(
    old: int, new: int, old_root: bytes, rest: list[bytes], *, whole: bool
) -> tuple[bytes, bytes]:
    """Return the roots of the old and of the new tree that ``rest`` leads to.

    ``whole``: the old tree is still the one asked about, whose root need not be in the proof.
    """
    if old == new:
        root = old_root if whole else _next(rest)
        return root, root
    half, beside = _half(new), _next(rest)
    if old <= half:
        left, right = _rebuilt_both(old, half, old_root, rest, whole=whole)
        return left, node_hash(right, beside)
    left, right = _rebuilt_both(old - half, new - half, old_root, rest, whole=False)
    return node_hash(beside, left), node_hash(beside, right)
