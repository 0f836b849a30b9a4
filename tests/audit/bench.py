"""A record on a real database, to be written, opened again and tampered with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from appliance.audit import heads
from appliance.audit.days import Days
from appliance.audit.heads import Head
from appliance.audit.record import Record, RecordFiles, RecordReport, verify_files
from appliance.domain.record import Act
from appliance.keys.day_key import DayKey, DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey
from appliance.store import record_day_table, record_table
from appliance.store.database import Database
from appliance.store.filesystem import RealFileSystem
from appliance.store.record_day_table import RecordDay
from tests.fixed_clock import FixedClock


@dataclass
class Bench:
    """A record on a real database, and what is needed to open it again."""

    folder: Path
    signer: HeadSigner
    clock: FixedClock
    master: MasterKey
    database: Database
    record: Record

    @property
    def vault_path(self) -> Path:
        """The keys of days."""
        return self.folder / "record.keys"

    @property
    def files(self) -> RecordFiles:
        """What an offline verification reads."""
        return RecordFiles(
            self.folder / "appliance.db",
            self.folder / "heads.log",
            self.folder / "master.key",
            self.vault_path,
        )

    def stored_heads(self) -> list[dict[str, Any]]:
        """The heads in the database, as they are written in lines."""
        rows = self.database.read(lambda tx: record_table.heads_page(tx, 0, 10_000))
        return [json.loads(line) for _, line in rows]

    def heads_of(self, connection: apsw.Connection) -> list[Head]:
        """The heads in a database that is open otherwise."""
        rows = connection.execute("SELECT line FROM record_head ORDER BY number")
        return [heads.parse(line) for (line,) in rows]

    def day_of(self, sequence: int) -> tuple[RecordDay, DayKey]:
        """The run that an entry belongs to, and its key."""
        run = self.database.read(lambda tx: record_day_table.holding(tx, sequence))
        assert run is not None
        return run, Days(DayVault(self.vault_path, self.master, RealFileSystem())).key(run)

    def intruder(self) -> apsw.Connection:
        """Close the record and open its database as an intruder would: without the triggers."""
        self.close()
        connection = apsw.Connection(str(self.folder / "appliance.db"))
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            if name.startswith("record"):
                connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        return connection

    def close(self) -> None:
        self.record.close()
        self.database.close()

    def verify(self) -> RecordReport:
        return verify_files(self.files, self.signer.public_bytes)


def open_bench(
    folder: Path,
    signer: HeadSigner,
    clock: FixedClock | None = None,
    *,
    years: int = 2,
    heads_export: Path | None = None,
) -> Bench:
    clock = clock or FixedClock()
    path = folder / "master.key"
    master = MasterKey.load(path) if path.exists() else MasterKey.create(path)
    database = Database(folder / "appliance.db", on_fatal=lambda _error: None)
    vault = DayVault(folder / "record.keys", master, RealFileSystem())
    heads_path = folder / "heads.log"
    record = Record(
        database,
        signer,
        vault,
        heads_path,
        clock,
        retention_years=lambda: years,
        heads_export=heads_export,
    )
    return Bench(folder, signer, clock, master, database, record)


def fill(bench: Bench, entries: int, *, head_every: int = 3) -> None:
    for number in range(1, entries + 1):
        bench.clock.advance(seconds=1)
        bench.record.write(Act.SEARCH_RECEIVED, "MK", {"request_number": f"{number}"})
        if number % head_every == 0:
            bench.record.sign_head()
