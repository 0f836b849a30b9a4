"""Speed of the record: appends, proofs, verification, and the deletion of a day while it is used.

A real record of entries such as searches leave, 100,000 a day. Those of the first day are appended
as the service appends them, and timed; a longer record gets the others in bulk, by the same code
but with many rows to a statement, so that ten million are there in minutes.
"""

from __future__ import annotations

import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from statistics import median, quantiles

from appliance.audit.period import years_after
from appliance.audit.record import RETENTION_YEARS, Record, RecordFiles, verify_files
from appliance.cli.bench_record_bulk import BulkWriter
from appliance.cli.output import progress_bar
from appliance.domain import codes
from appliance.domain.errors import ConfigurationInvalid
from appliance.domain.record import Act, Subject
from appliance.keys.day_key import DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey
from appliance.store import record_day_table
from appliance.store.database import Database, Transaction
from appliance.store.filesystem import RealFileSystem

LEAVES_PER_DAY = 100_000
LEAVES_PER_COMMIT = 200
APPENDED_MAX = LEAVES_PER_DAY
"""So many entries are appended one by one; all others are written in bulk."""
BULK_LEAVES_PER_COMMIT = 20_000
PROOFS = 1_000
WRITE_PAUSE_S = 0.005
_DETAILS = {
    "request_number": "BENCH-00000001",
    "requested_party": "RS",
    "search_type": "LT/TP",
    "case_reference": "BENCH-1/26",
    "purpose": "BENCHMARK",
    "officer": "MK-0001",
    "ordering_officer": "MK-0002",
    "probes": "1",
    "probe_references": "P-1",
    "certificate": "00" * 32,
    "content_digest": "00" * 32,
}


class _Clock:
    """A clock that is moved from day to day."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time it was moved to."""
        return self.time

    def monotonic_s(self) -> float:
        """Return seconds of the machine."""
        return time.monotonic()


class _Bench:
    """A record in a folder, and what is measured on it."""

    def __init__(self, folder: Path, *, new: bool) -> None:
        """Begin a record in a folder, or open the one that is there.

        Raises ConfigurationInvalid where the folder has one already, or has none.
        """
        self._clock = _Clock()
        self._files = RecordFiles(
            folder / "record.db", folder / "heads.log", folder / "master.key", folder / "day.keys"
        )
        self._key_path = folder / "day.keys"
        if self._files.database.exists() == new:
            has = "already a record" if new else "no record of this command"
            raise ConfigurationInvalid(f"{folder}: holds {has}")
        at_master, at_head = folder / "master.key", folder / "head.key"
        self._master = MasterKey.create(at_master) if new else MasterKey.load(at_master)
        self._signer = HeadSigner.create(at_head) if new else HeadSigner.load(at_head)
        self._public_bytes = self._signer.public_bytes
        self._database = Database(self._files.database, on_fatal=lambda _error: None)
        self._record = self._opened()

    def _opened(self) -> Record:
        heads = self._files.heads
        return Record(self._database, self._signer, self._vault(), heads, self._clock)

    def _vault(self) -> DayVault:
        return DayVault(self._key_path, self._master, RealFileSystem())

    def append(self, leaves: int) -> dict[str, object]:
        """Append entries of one day, many to a commit."""
        begun_s, inside_s = time.perf_counter(), 0.0
        with progress_bar("appending", leaves) as bar:
            for first in range(0, leaves, LEAVES_PER_COMMIT):
                count = min(LEAVES_PER_COMMIT, leaves - first)
                inside_s += self._database.write(self._appending(first, count)).result()
                bar.advance(count)
        self._record.sign_head()
        return {
            "appended": leaves,
            "append_cpu_us": round(inside_s / leaves * 1e6, 1),
            "appended_per_s": round(leaves / (time.perf_counter() - begun_s)),
        }

    def add_in_bulk(self, leaves: int) -> dict[str, object]:
        """Add entries of the days after, many to a statement."""
        self._record.close()
        entry = (Act.SEARCH_ANSWERED, "MK", _DETAILS)
        heads, vault = self._files.heads, self._vault()
        bulk = BulkWriter(self._database, self._signer, vault, heads, self._clock, entry, _subjects)
        begun_s, begun_cpu_s = time.perf_counter(), _cpu_s()
        with progress_bar("writing in bulk", leaves) as bar:
            for first in range(0, leaves, BULK_LEAVES_PER_COMMIT):
                if first % LEAVES_PER_DAY == 0:
                    self._clock.time += timedelta(days=1)
                count = min(BULK_LEAVES_PER_COMMIT, leaves - first)
                bulk.add(count)
                bar.advance(count)
        bulk.close()
        self._record = self._opened()
        self._record.sign_head()
        return {
            "written_in_bulk": leaves,
            "bulk_cpu_us": round((_cpu_s() - begun_cpu_s) / leaves * 1e6, 1),
            "bulk_per_s": round(leaves / (time.perf_counter() - begun_s)),
        }

    def prove(self) -> dict[str, object]:
        """Prove entries from all over the record, each proof checked."""
        leaves = self._record.size()
        took_ms, cpu_ms = [], []
        with progress_bar("proving", PROOFS) as bar:
            for number in range(PROOFS):
                begun_s, begun_cpu_s = time.perf_counter(), time.thread_time()
                proof = self._record.inclusion(1 + number * (leaves - 1) // PROOFS)
                took_ms.append((time.perf_counter() - begun_s) * 1e3)
                cpu_ms.append((time.thread_time() - begun_cpu_s) * 1e3)
                proof.verify(self._public_bytes)
                bar.advance()
        return {
            "proof_ms": round(median(took_ms), 2),
            "proof_ms_p99": round(quantiles(took_ms, n=100)[98], 2),
            "proof_cpu_ms_p99": round(quantiles(cpu_ms, n=100)[98], 2),
        }

    def verify(self) -> dict[str, object]:
        """Verify the files of the whole record. Raises RuntimeError if it is not intact."""
        with progress_bar("verifying", self._record.size()) as bar:
            begun_s, begun_cpu_s = time.perf_counter(), _cpu_s()
            report = verify_files(self._files, self._public_bytes, bar.set)
            took_s = time.perf_counter() - begun_s
        if not report.intact:
            raise RuntimeError(f"broken at {report.broken_at}: {report.reason}")
        return {
            "leaves": report.entries,
            "opened": report.opened,
            "verified_leaves_per_s": round(report.entries / took_s),
            "verification_cpu_us": round((_cpu_s() - begun_cpu_s) / report.entries * 1e6, 1),
            "load_average": round(os.getloadavg()[0], 2),
            "heads": report.heads,
        }

    def expire(self) -> dict[str, object]:
        """Delete the oldest day while single entries go on being written, and time both."""
        oldest, *_ = self._database.read(record_day_table.with_key)
        midnight = datetime.combine(oldest.day, time_of_day(), UTC) + timedelta(days=1)
        self._clock.time = years_after(midnight, RETENTION_YEARS)
        self._record.write(Act.SERVICE_STARTED, "RS", {})
        stop, waits_ms = threading.Event(), [0.0]

        def write_on() -> None:
            while not stop.wait(WRITE_PAUSE_S):
                begun_s = time.perf_counter()
                self._record.write(Act.SEARCH_RECEIVED, "MK", _DETAILS)
                waits_ms.append((time.perf_counter() - begun_s) * 1e3)

        writer = threading.Thread(target=write_on)
        writer.start()
        begun_s = time.perf_counter()
        with progress_bar("deleting a day", None):
            deleted = self._record.expire()
        took_s = time.perf_counter() - begun_s
        stop.set()
        writer.join()
        return {
            "expired_leaves": deleted,
            "expired_in_s": round(took_s, 2),
            "writes_meanwhile": len(waits_ms) - 1,
            "write_wait_ms_max": round(max(waits_ms), 1),
        }

    def close(self) -> None:
        """Close what was opened."""
        self._record.close()
        self._database.close()

    def _appending(self, first: int, count: int) -> Callable[[Transaction], float]:
        def work(tx: Transaction) -> float:
            begun_s = time.thread_time()
            for sequence in range(first + 1, first + count + 1):
                subjects = _subjects(sequence)
                self._record.append(tx, Act.SEARCH_ANSWERED, "MK", _DETAILS, subjects)
            return time.thread_time() - begun_s

        return work


def _subjects(sequence: int) -> Collection[Subject]:
    """Return the item that an entry supplied: every other one found none."""
    return [] if sequence % 2 else [(codes.Collection.TP, f"BENCH-{sequence % 5_000}")]


def _cpu_s() -> float:
    """Return the processor time of this process and of those that it has ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _memory_kib_max() -> int:
    """Return the most memory that this process or one that it has ended held."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose)


def run(
    leaves: int, folder: Path | None = None, keep: Path | None = None, use: Path | None = None
) -> dict[str, object]:
    """Return the figures over a record of ``leaves``, each about 0.7 kB on the disk.

    It is made in a temporary folder inside of ``folder``, or in ``keep`` to stay there; ``use``
    names one that stayed, of which another day is deleted. Figures of processor time (``cpu``) hold
    on a busy machine too, those of time do not; the load of the machine, in processes that run or
    wait to, stands beside them. Raises ConfigurationInvalid for a folder that is not as it must be.
    """
    if use is not None:
        return _measured(_Bench(use, new=False), {})
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        return _made(leaves, keep)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        return _made(leaves, Path(made))


def _made(leaves: int, folder: Path) -> dict[str, object]:
    bench = _Bench(folder, new=True)
    figures = bench.append(min(leaves, APPENDED_MAX))
    if leaves > APPENDED_MAX:
        figures |= bench.add_in_bulk(leaves - APPENDED_MAX)
    return _measured(bench, figures)


def _measured(bench: _Bench, figures: dict[str, object]) -> dict[str, object]:
    figures |= bench.prove()
    figures |= bench.verify()
    figures |= bench.expire()
    figures["memory_mib_max"] = round(_memory_kib_max() / 1024)
    bench.close()
    return figures
