"""Proofs from the stored tree that somebody else can check against a signed head (RFC 6962, 2.1).

A proof names its head, whose signature is the only thing to be trusted; ``merkle`` checks it.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.audit import heads, merkle, tree
from appliance.audit.heads import Head
from appliance.domain.errors import FieldViolation, RequestInvalid
from appliance.store import record_table
from appliance.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The leaf of hash ``leaf_hash`` is entry ``sequence``, from 1, of the tree under ``head``."""

    sequence: int
    leaf_hash: bytes
    head: Head
    path: tuple[bytes, ...]

    def verify(self, public_bytes: bytes) -> None:
        """Raise StorageCorrupt unless the head is signed and the path leads to it."""
        self.head.verify(public_bytes)
        index, size = self.sequence - 1, self.head.size
        merkle.verify_inclusion(self.leaf_hash, index, size, self.path, self.head.root)


@dataclass(frozen=True, slots=True)
class Consistency:
    """The tree under ``old`` is the beginning of the tree under ``new``."""

    old: Head
    new: Head
    path: tuple[bytes, ...]

    def verify(self, public_bytes: bytes) -> None:
        """Raise StorageCorrupt unless both heads are signed, of one store, and the path fits."""
        self.old.verify(public_bytes)
        self.new.verify(public_bytes)
        merkle.verify_consistency(
            self.old.size, self.new.size, self.old.root, self.new.root, self.path
        )


def newest_head(tx: Transaction) -> Head | None:
    """Return the newest signed head, None while there is none."""
    number, _ = record_table.last_head(tx)
    return _head(tx, number, "number") if number else None


def inclusion(tx: Transaction, sequence: int, number: int) -> Inclusion:
    """Return the proof that entry ``sequence`` is under head ``number``, 0 for the newest.

    Raises RequestInvalid if there is no such head, or no such entry under it.
    """
    head = _head(tx, number or record_table.last_head(tx)[0], "head")
    if not 0 < sequence <= head.size:
        raise RequestInvalid([FieldViolation("sequence", f"is not under head {head.number}")])
    node = tree.nodes(tx, head.size)
    path = merkle.inclusion_path(sequence - 1, head.size, node)
    return Inclusion(sequence, node(0, sequence - 1), head, tuple(path))


def consistency(tx: Transaction, old: int, new: int) -> Consistency:
    """Return the proof that head ``old`` is under head ``new``, 0 for the newest.

    Raises RequestInvalid if there is no such head or ``new`` is the older one.
    """
    first = _head(tx, old, "old")
    second = _head(tx, new or record_table.last_head(tx)[0], "new")
    if first.number > second.number:
        raise RequestInvalid([FieldViolation("old", f"is newer than head {second.number}")])
    node = tree.nodes(tx, second.size)
    path = merkle.consistency_path(first.size, second.size, node)
    return Consistency(first, second, tuple(path))


def _head(tx: Transaction, number: int, field: str) -> Head:
    for found, line in record_table.heads_page(tx, number - 1, 1):
        if found == number:
            return heads.parse(line)
    raise RequestInvalid([FieldViolation(field, f"there is no head {number}")])
