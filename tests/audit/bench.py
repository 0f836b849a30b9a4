"""A record on a real database, to be written, opened again and tampered with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.audit.record import Record, RecordReport, verify_files
from appliance.domain.record import Act
from appliance.keys.head_signer import HeadSigner
from appliance.store.database import Database
from tests.fixed_clock import FixedClock


@dataclass
class Bench:
    """A record on a real database, and what is needed to open it again."""

    folder: Path
    signer: HeadSigner
    clock: FixedClock
    database: Database
    record: Record

    def close(self) -> None:
        self.record.close()
        self.database.close()

    def verify(self) -> RecordReport:
        return verify_files(
            self.folder / "appliance.db", self.folder / "heads.log", self.signer.public_bytes
        )


def open_bench(folder: Path, signer: HeadSigner) -> Bench:
    clock = FixedClock()
    database = Database(folder / "appliance.db", on_fatal=lambda _error: None)
    record = Record(database, signer, folder / "heads.log", clock)
    return Bench(folder, signer, clock, database, record)


def fill(bench: Bench, entries: int, *, head_every: int = 3) -> None:
    for number in range(1, entries + 1):
        bench.clock.advance(seconds=1)
        bench.record.write(Act.SEARCH_RECEIVED, "MK", {"request_number": f"{number}"})
        if number % head_every == 0:
            bench.record.sign_head()
