"""``appliance bench load``: how long a first load takes, and what the service then holds in memory.

A real appliance as its own process; the client that generates and sends the data runs beside it on
the same machine and takes its share of the cores.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from appliance.cli import generated_data, installation
from appliance.cli.load_report import load_items
from appliance.cli.local_appliance import LocalAppliance
from appliance.cli.output import progress_bar
from appliance.client import LoadItem
from appliance.domain.clock import SystemClock

OWNER, PEER = "RS", "MK"
SEED = 5150
DISTINCT_MAX = 10_000
LOAD_TIMEOUT_S = 7200.0


def _finger_items(fingers: int, records: list[bytes]) -> Iterator[LoadItem]:
    for number in range(fingers):
        yield LoadItem("TP", f"F-{number:08d}", records[number % len(records)])


def _dna_items(profiles: int) -> Iterator[LoadItem]:
    for number, codes in enumerate(generated_data.dna_codes(profiles, SEED)):
        yield LoadItem(
            "DNA_REFERENCE", f"D-{number:08d}", generated_data.dna_profile(codes.tobytes())
        )


def _memory_mib(pid: int, name: str) -> float:
    """Return a memory figure of a process from the kernel's own account."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def _disk_mib(folder: Path) -> float:
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return round(sum(sizes) / 2**20, 1)


def run(fingers: int, profiles: int) -> dict[str, object]:
    """Load, restart and return seconds and memory; items that were refused are counted."""
    figures: dict[str, object] = {"fingers": fingers, "profiles": profiles}
    with tempfile.TemporaryDirectory(prefix="appliance-bench-") as folder:
        home = Path(folder) / "home"
        installation.make(
            home, installation.Plan(OWNER, (PEER,), port=0, telemetry_port=0), SystemClock().now()
        )
        with progress_bar("generating", min(fingers, DISTINCT_MAX)) as bar:
            records = []
            for (record,) in generated_data.finger_records(min(fingers, DISTINCT_MAX), 1, SEED):
                records.append(record)
                bar.advance()
        with LocalAppliance(home) as appliance:
            total_s, refused = 0.0, 0
            with appliance.client(f"{OWNER}-administrator", LOAD_TIMEOUT_S) as admin:
                for name, items, count in (
                    ("finger", _finger_items(fingers, records), fingers),
                    ("dna", _dna_items(profiles), profiles),
                ):
                    begun = time.perf_counter()
                    refused += load_items(admin, items, count).refused
                    took_s = time.perf_counter() - begun
                    total_s += took_s
                    figures[f"{name}_load_s"] = round(took_s, 1)
                    figures[f"{name}_items_per_second"] = round(count / took_s) if count else 0
            figures["load_s"] = round(total_s, 1)
            figures["refused"] = refused
            figures["memory_peak_mib"] = _memory_mib(appliance.pid, "VmHWM")
            figures["memory_mib"] = _memory_mib(appliance.pid, "VmRSS")
            figures["disk_mib"] = _disk_mib(home)
            appliance.stop()
            begun = time.perf_counter()
            appliance.start()
            figures["restart_to_ready_s"] = round(time.perf_counter() - begun, 1)
            figures["restart_memory_peak_mib"] = _memory_mib(appliance.pid, "VmHWM")
    return figures
