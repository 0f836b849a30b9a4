"""The tree as it is stored: every leaf hash, and a node for every 256 hashes of a kept level.

Kept are the levels 0, 8, 16 and so on. An append adds its leaf and, one time in 256, a node: each
is computed once from what stands below it, in the transaction of the append. Any other subtree is
computed from at most 128 hashes, so that roots and proofs of ten million leaves read about a
thousand rows; no state is held in memory that a failed transaction could leave behind.
"""

from __future__ import annotations

from appliance.audit import merkle
from appliance.domain.errors import StorageCorrupt
from appliance.store import record_table
from appliance.store.database import Transaction

TILE_LEVELS = 8
TILE = 1 << TILE_LEVELS


def close_tiles(tx: Transaction, size: int) -> None:
    """Store the nodes that the leaf before ``size`` has completed; most leaves complete none."""
    level = 0
    while size and size % TILE == 0:
        size //= TILE
        below = record_table.hashes(tx, level, (size - 1) * TILE, TILE)
        level += TILE_LEVELS
        record_table.insert_node(tx, level, size - 1, merkle.root_of(below))


def nodes(tx: Transaction) -> merkle.Nodes:
    """Return the hashes of complete subtrees, as this transaction sees them."""

    def node(level: int, number: int) -> bytes:
        kept = level - level % TILE_LEVELS
        count = 1 << (level - kept)
        below = record_table.hashes(tx, kept, number * count, count)
        if len(below) != count:
            raise StorageCorrupt(f"subtree {number} of level {level} of the record is incomplete")
        return merkle.root_of(below)

    return node


def root(tx: Transaction, size: int) -> bytes:
    """Return the root over the first ``size`` leaves. Raises StorageCorrupt if some are missing."""
    return merkle.range_root(0, size, nodes(tx))
