"""Every bound of the store. Units stand last in each name."""

WRITE_QUEUE_DEPTH_MAX = 4_096
"""Works that may wait for the writer; the next one waits in ``write`` itself."""

GROUP_WORKS_MAX = 256
"""Works that share one commit."""

STATEMENT_ROWS_MAX = 32
"""Rows that one statement inserts."""

STATEMENTS_CACHED_MAX = 256
"""Statements that a connection keeps planned: one for each table and power of two among them."""

READERS_MAX = 8
"""Connections that read at the same time; the next reader waits."""

BUSY_WAIT_MS = 5_000
"""How long to wait for a foreign process, such as a backup, to give the database free."""

CHECKPOINT_PAGES = 2_000
"""Length of the log, in pages, from which on it is copied into the database beside the writer."""

CHECKPOINT_WAIT_PAGES = 3 * CHECKPOINT_PAGES
"""Length of the log from which on the writer copies the rest itself before it goes on."""

CHECKPOINT_TRUNCATE_PAGES = 65_536
"""Length of the log from which on readers are waited for, so that it can start anew."""

BLOCK_BYTES_TARGET = 64 * 1024
"""Plain bytes of a block: small enough that one item is read in a fraction of a millisecond."""

BLOCK_BYTES_MAX = 64 * 1024 * 1024
SEGMENT_BYTES_MAX = 64 * 1024 * 1024
"""A segment that has grown to this length is closed and the next one begun."""
