"""A record on a real database, to be written, opened again and tampered with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.audit.record import Record, RecordReport, verify_files
from appliance.domain.record import Act
from appliance.keys.day_key import DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey
from appliance.store import record_table
from appliance.store.database import Database
from appliance.store.filesystem import RealFileSystem
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

    def stored_heads(self) -> list[dict[str, Any]]:
        """The heads in the database, as they are written in lines."""
        rows = self.database.read(lambda tx: record_table.heads_page(tx, 0, 10_000))
        return [json.loads(line) for _, line in rows]

    def close(self) -> None:
        self.record.close()
        self.database.close()

    def verify(self) -> RecordReport:
        return verify_files(
            self.folder / "appliance.db",
            self.folder / "heads.log",
            self.signer.public_bytes,
            (self.folder / "master.key", self.vault_path),
        )


def open_bench(folder: Path, signer: HeadSigner, clock: FixedClock | None = None) -> Bench:
    clock = clock or FixedClock()
    path = folder / "master.key"
    master = MasterKey.load(path) if path.exists() else MasterKey.create(path)
    database = Database(folder / "appliance.db", on_fatal=lambda _error: None)
    vault = DayVault(folder / "record.keys", master, RealFileSystem())
    record = Record(database, signer, vault, folder / "heads.log", clock)
    return Bench(folder, signer, clock, master, database, record)


def fill(bench: Bench, entries: int, *, head_every: int = 3) -> None:
    for number in range(1, entries + 1):
        bench.clock.advance(seconds=1)
        bench.record.write(Act.SEARCH_RECEIVED, "MK", {"request_number": f"{number}"})
        if number % head_every == 0:
            bench.record.sign_head()
