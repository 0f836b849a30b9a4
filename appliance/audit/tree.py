"""The tree as it is stored: every leaf hash, and a node for every 256 hashes of a kept level.

Kept are the levels 0, 8, 16 and so on. An append adds its leaf and, one time in 256, a node: each
is computed once from what stands below it, in the transaction of the append. Any other subtree is
computed from the 256 hashes of a kept level that it stands among, which one statement reads: a
proof in ten million leaves takes five, of 1,200 rows at most. No state is held in memory that a
failed transaction could leave behind.
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


def nodes(tx: Transaction, size: int) -> merkle.Nodes:
    """Return the hashes of complete subtrees of the first ``size`` leaves, as ``tx`` sees them.

    What was read once is not read again: for one root or proof, not to be kept. Raises
    StorageCorrupt for a subtree of which something is missing.
    """
    known: dict[tuple[int, int], list[list[bytes]]] = {}

    def node(level: int, number: int) -> bytes:
        above = level % TILE_LEVELS
        kept = level - above
        tile, place = divmod(number, TILE >> above)
        if (kept, tile) not in known:
            count = min(TILE, (size >> kept) - tile * TILE)
            below = record_table.hashes(tx, kept, tile * TILE, count)
            if len(below) != count:
                raise StorageCorrupt(f"the record lacks a node of level {kept} in tile {tile}")
            known[kept, tile] = merkle.levels_of(below)
        return known[kept, tile][above][place]

    return node


def root(tx: Transaction, size: int) -> bytes:
    """Return the root over the first ``size`` leaves. Raises StorageCorrupt if some are missing."""
    return merkle.range_root(0, size, nodes(tx, size))
