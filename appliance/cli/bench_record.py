"""Speed of the record: appends, proofs, verification, and the deletion of a day while it is used.

A real record in a temporary folder, of entries such as searches leave, 100,000 a day.
"""

from __future__ import annotations

import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from appliance.audit.record import Record, RecordFiles, verify_files
from appliance.cli.output import progress_bar
from appliance.domain.codes import Collection
from appliance.domain.record import Act
from appliance.keys.day_key import DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey
from appliance.store.database import Database, Transaction
from appliance.store.filesystem import RealFileSystem

LEAVES_PER_DAY = 100_000
LEAVES_PER_COMMIT = 200
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

    def __init__(self, folder: Path) -> None:
        self._clock = _Clock()
        self._files = RecordFiles(
            folder / "record.db", folder / "heads.log", folder / "master.key", folder / "day.keys"
        )
        master = MasterKey.create(folder / "master.key")
        signer = HeadSigner.create(folder / "head.key")
        self._public_bytes = signer.public_bytes
        self._database = Database(self._files.database, on_fatal=lambda _error: None)
        vault = DayVault(folder / "day.keys", master, RealFileSystem())
        self._record = Record(self._database, signer, vault, self._files.heads, self._clock)

    def append(self, leaves: int) -> dict[str, object]:
        """Append entries, many to a commit."""
        begun_s, inside_s = time.perf_counter(), 0.0
        with progress_bar("appending", leaves) as bar:
            for first in range(0, leaves, LEAVES_PER_COMMIT):
                count = min(LEAVES_PER_COMMIT, leaves - first)
                if first and first % LEAVES_PER_DAY == 0:
                    self._clock.time += timedelta(days=1)
                inside_s += self._database.write(self._appending(first, count)).result()
                bar.advance(count)
        self._record.sign_head()
        return {
            "append_cpu_us": round(inside_s / leaves * 1e6, 1),
            "leaves_per_s": round(leaves / (time.perf_counter() - begun_s)),
        }

    def prove(self, leaves: int) -> dict[str, object]:
        """Prove entries from all over the record, each proof checked."""
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

    def verify(self, leaves: int) -> dict[str, object]:
        """Verify the files of the whole record. Raises RuntimeError if it is not intact."""
        with progress_bar("verifying", leaves) as bar:
            begun_s, begun_cpu_s = time.perf_counter(), _cpu_s()
            report = verify_files(self._files, self._public_bytes, bar.set)
            took_s = time.perf_counter() - begun_s
        if not report.intact:
            raise RuntimeError(f"broken at {report.broken_at}: {report.reason}")
        return {
            "verified_leaves_per_s": round(report.entries / took_s),
            "verification_cpu_us": round((_cpu_s() - begun_cpu_s) / report.entries * 1e6, 1),
            "load_average": round(os.getloadavg()[0], 2),
            "heads": report.heads,
        }

    def expire(self) -> dict[str, object]:
        """Delete the first day while single entries go on being written, and time both."""
        self._clock.time = datetime(2028, 1, 2, tzinfo=UTC)
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
            for number in range(first, first + count):
                # Every other entry is an answer, with the item it supplied.
                subjects = [(Collection.TP, f"BENCH-{number % 5_000}")] if number % 2 else []
                self._record.append(tx, Act.SEARCH_ANSWERED, "MK", _DETAILS, subjects)
            return time.thread_time() - begun_s

        return work


def _cpu_s() -> float:
    """Return the processor time of this process and of those that it has ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _memory_kib_max() -> int:
    """Return the most memory that this process or one that it has ended held."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose)


def run(leaves: int, folder: Path | None = None) -> dict[str, object]:
    """Return the figures over a record of ``leaves``, each about 1 kB on the disk of ``folder``.

    Figures of processor time (``cpu``) hold on a busy machine too, those of time do not; the load
    of the machine, in processes that run or wait to, stands beside them.
    """
    with tempfile.TemporaryDirectory(dir=folder) as made:
        bench = _Bench(Path(made))
        figures: dict[str, object] = {"leaves": leaves}
        figures |= bench.append(leaves)
        figures |= bench.prove(leaves)
        figures |= bench.verify(leaves)
        figures |= bench.expire()
        figures["memory_mib_max"] = round(_memory_kib_max() / 1024)
        bench.close()
        return figures
