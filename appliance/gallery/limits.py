"""Every bound of the gallery. Units stand last in each name."""

CHUNKS_MAX = 8
"""Chunks of a collection: a search visits each, so more of them are merged."""

OPEN_CHUNK_ITEMS = 65_536
"""Items assembled at a time when a stored gallery becomes resident."""

REWRITE_ITEMS = 1_024
"""Items moved per transaction when a segment is rewritten, so that other writes wait briefly."""

ERASABLE_SHARE_MAX = 0.5
"""Share of deleted items from which on a segment is rewritten without them."""

ERASURE_GRACE_S = 60
"""How long a deleted item stays readable to searches that began before its deletion."""

UPKEEP_INTERVAL_S = 300
"""How often segments of deleted items are looked for."""
