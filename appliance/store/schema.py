"""The schema of the database: numbered migrations, each applied once and whole."""

from __future__ import annotations

import re
from pathlib import Path

import apsw

from appliance.domain.errors import ConfigurationInvalid, InvariantBroken

MIGRATIONS = Path(__file__).parent / "migrations"
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


def scripts(folder: Path = MIGRATIONS) -> list[str]:
    """Return the SQL of every migration, in order; InvariantBroken unless they count 1, 2, 3 …"""
    paths = sorted(folder.glob("*.sql"))
    for expected, path in enumerate(paths, 1):
        named = _NAME.fullmatch(path.name)
        if named is None or int(named[1]) != expected:
            raise InvariantBroken(f"migration {path.name} stands where number {expected} belongs")
    return [path.read_text(encoding="utf-8") for path in paths]


def migrate(connection: apsw.Connection, folder: Path = MIGRATIONS) -> None:
    """Bring the schema up to date, one transaction per migration.

    The number of the last one stands in ``user_version``. Raises ConfigurationInvalid for a
    database that a newer release has written.
    """
    known = scripts(folder)
    held = int(connection.pragma("user_version") or 0)
    if held > len(known):
        raise ConfigurationInvalid(
            f"the database has schema {held}, this release knows {len(known)}: use a newer release"
        )
    for number, script in enumerate(known[held:], held + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(script)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except apsw.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
