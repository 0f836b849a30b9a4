"""One connection to the database, set up the same way everywhere."""

from __future__ import annotations

from pathlib import Path

import apsw

from appliance.store import limits

SYNCHRONOUS = "FULL"
"""Every commit waits for the disk; NORMAL loses acknowledged commits when the power fails."""


def connect(path: Path, *, vfs: str = "", read_only: bool = False) -> apsw.Connection:
    """Open a connection to an existing file; apsw.Error as SQLite has it.

    ``vfs`` names a registered SQLite file layer: tests put a failing disk there. No memory map: a
    failing disk must show as an error, not as a signal.
    """
    connection = apsw.Connection(
        str(path),
        flags=apsw.SQLITE_OPEN_READWRITE,
        vfs=vfs or None,
        statementcachesize=limits.STATEMENTS_CACHED_MAX,
    )
    connection.set_busy_timeout(limits.BUSY_WAIT_MS)
    # Statements are planned once, not anew for each value of a range they are bound to.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    for pragma in (
        "journal_mode = WAL",
        f"synchronous = {SYNCHRONOUS}",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "secure_delete = ON",
        "mmap_size = 0",
        # No statement spills what it works on, a probe perhaps, into a file nobody erases.
        "temp_store = MEMORY",
        f"query_only = {'ON' if read_only else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection
