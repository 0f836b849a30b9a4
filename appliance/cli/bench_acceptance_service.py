"""``appliance bench acceptance --through-service``: what a whole appliance accepts in a second.

A real appliance as its own process, searching nothing because an outage is stated; processes of
clients beside it on the same machine hand searches in through mutual TLS, each with several calls
under way, and take their share of the cores. Beside the rate stands the processor time of the
appliance's process alone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from appliance.cli import generated_data, installation
from appliance.cli.latency import summary_ms
from appliance.cli.local_appliance import LocalAppliance
from appliance.cli.search_commands import INVESTIGATION
from appliance.client import AsyncClient, Capacity, SearchTerms
from appliance.config.layout import Layout
from appliance.domain.clock import SystemClock
from appliance.domain.codes import Bucket, SearchType

OWNER, PEER = "RS", "MK"
SEED = 71
CLIENTS = 2
TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class _Share:
    """What one process of clients hands in."""

    home: Path
    target: str
    numbers: range
    calls: int


def run(requests: int, calls: int) -> dict[str, object]:
    """Hand in ``requests``, with ``calls`` of each client under way; return rate and latencies."""
    with tempfile.TemporaryDirectory(prefix="appliance-bench-") as folder:
        home = Path(folder) / "home"
        plan = installation.Plan(OWNER, (PEER,), port=0, telemetry_port=0)
        installation.make(home, plan, SystemClock().now())
        with LocalAppliance(home) as appliance:
            with appliance.client(f"{OWNER}-administrator", TIMEOUT_S) as admin:
                admin.declare([Capacity(PEER, each.value, requests) for each in Bucket])
                admin.outages.begin("nothing is searched while the acceptance is measured")
            target = appliance.address.grpc if appliance.address else ""
            shares = [
                _Share(home, target, range(first, requests, CLIENTS), calls)
                for first in range(CLIENTS)
            ]
            cpu_s = _cpu_s(appliance.pid)
            spawn = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(CLIENTS, spawn) as pool:
                parts = list(pool.map(_hand_in, shares))
            cpu_s = _cpu_s(appliance.pid) - cpu_s
    seconds = [each for _, _, taken in parts for each in taken]
    took_s = max(end for _, end, _ in parts) - min(begin for begin, _, _ in parts)
    return {
        "clients": CLIENTS,
        "calls_under_way": CLIENTS * calls,
        "accepted": len(seconds),
        "accepted_per_second": round(len(seconds) / took_s),
        **summary_ms(seconds),
        "appliance_cpu_ms_per_request": round(1000 * cpu_s / len(seconds), 3),
    }


def _hand_in(share: _Share) -> tuple[float, float, list[float]]:
    """Return when the first call began and the last ended, and the seconds of each."""
    return asyncio.run(_hand_in_all(share))


async def _hand_in_all(share: _Share) -> tuple[float, float, list[float]]:
    ((record,),) = generated_data.finger_records(1, 1, SEED)
    officer, layout = installation.officer_id(PEER), Layout(share.home)
    certificate = layout.clients / f"{PEER}-contact-point-dactyloscopic.crt"
    left, taken = iter(share.numbers), list[float]()
    async with AsyncClient(
        share.target,
        ca=layout.ca_cert,
        certificate=certificate,
        key=certificate.with_suffix(".key"),
        timeout_s=TIMEOUT_S,
    ) as client:

        async def hand_in_some() -> None:
            for number in left:
                name = f"BENCH-{number}"
                terms = SearchTerms(
                    name, SearchType.LT_TP.value, name, INVESTIGATION, officer, officer
                )
                begun_s = time.perf_counter()
                await client.submit_finger(terms, {"probe": record})
                taken.append(time.perf_counter() - begun_s)

        begun_s = time.time()
        await asyncio.gather(*(hand_in_some() for _ in range(share.calls)))
    return begun_s, time.time(), taken


def _cpu_s(pid: int) -> float:
    """Return the processor time that a process has used, from the kernel's own account."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
