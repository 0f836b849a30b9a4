"""``appliance bench acceptance``: how many requests a second become durable, and how soon.

In one process, with what counts: admission, a sealed probe whose key is on the disk, one commit of
request, capacity and record, ``synchronous=FULL``. The matcher never finishes, so that nothing but
the acceptance is measured, and each request names a case of its own. Beside each rate stands the
processor time of a request, callers and all: what else runs on the machine slows the rate down, but
changes that less. ``run_both`` measures with the overwriting of memory that ``serve`` runs with
(ADR 0011) and without it, each in a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from appliance.access.officers import OfficerList
from appliance.app.house import House
from appliance.app.site import Site
from appliance.cli import erasing_memory, generated_data, installation
from appliance.cli.latency import summary_ms
from appliance.cli.search_commands import INVESTIGATION
from appliance.codecs import finger_record
from appliance.config import settings
from appliance.config.layout import Layout
from appliance.config.profile_pack import ProfilePack
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.capacity import Declaration
from appliance.domain.clock import SystemClock
from appliance.domain.codes import Bucket, Role, SearchType
from appliance.domain.principal import Principal
from appliance.domain.search import FingerProbe, Probe, SearchRequest
from appliance.exchange.capacity import CapacityDesk
from appliance.exchange.desk import SearchDesk
from appliance.keys.master_key import MasterKey
from appliance.matching.outcome import MatchOutcome
from appliance.telemetry.metrics import Metrics

OWNER, PEER = "RS", "MK"
SEED = 71
PACED_THREADS = 8
ASKING = Principal(PEER, Role.CONTACT_POINT_DACTYLOSCOPIC, "00" * 32)
DECLARING = Principal(OWNER, Role.ADMINISTRATOR, "00" * 32)


class _Silent:
    """A matcher that finds every probe good and no candidate, ever."""

    def submit(
        self, request: SearchRequest, candidate_limit: int, pack: ProfilePack
    ) -> Future[MatchOutcome]:
        return Future()

    def check_quality(
        self, probe: Probe, pack: ProfilePack, search_type: SearchType | None = None
    ) -> int | None:
        return None


def run_both(threads: int, seconds: float, paced_per_second: int) -> dict[str, object]:
    """Return what ``run`` does in a process that overwrites memory, and in one that does not."""
    command = [sys.executable, "-m", "appliance.cli.main", "bench", "acceptance"]
    command += ["--threads", str(threads), "--seconds", str(seconds)]
    command += ["--paced-per-second", str(paced_per_second)]
    figures: dict[str, object] = {}
    for name in ("erasing", "no-erasing"):
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, f"--{name}"],
            env=erasing_memory.environment_without(),
            stdout=subprocess.PIPE,
            check=True,
        )
        figures[name.replace("-", "_")] = json.loads(done.stdout)
    return figures


def run(threads: int, seconds: float, paced_per_second: int) -> dict[str, object]:
    """Return the rate with ``threads`` callers at full speed, and latencies at a steady pace."""
    with tempfile.TemporaryDirectory(prefix="appliance-bench-") as folder, _desk(folder) as desk:
        numbers = count(1)
        request = _request()
        with _load() as full_load:
            full_speed = _full_speed(desk, request, numbers, threads, seconds)
        with _load() as paced_load:
            paced = _paced(desk, request, numbers, paced_per_second, seconds)
    full_speed |= _per_request(full_load, full_speed)
    paced |= _per_request(paced_load, paced)
    settings_of_run = {
        "memory_overwritten": erasing_memory.overwrites(),
        "threads": threads,
        "seconds": seconds,
    }
    return {**settings_of_run, **full_speed, "paced": paced}


@contextmanager
def _load() -> Iterator[dict[str, float]]:
    """Tell the processor time of this process in the block, and the load of the machine then."""
    told: dict[str, float] = {}
    begun_s = time.process_time()
    yield told
    told["cpu_s"] = time.process_time() - begun_s
    told["load_average"] = round(os.getloadavg()[0], 2)


def _per_request(load: dict[str, float], measured: dict[str, Any]) -> dict[str, float]:
    cpu_ms = round(1000 * load["cpu_s"] / measured["accepted"], 3)
    return {"cpu_ms_per_request": cpu_ms, "load_average": load["load_average"]}


@contextmanager
def _desk(folder: str) -> Iterator[SearchDesk]:
    """Give a desk over a new installation, on a real disk, with capacities nobody uses up."""
    home = Path(folder) / "home"
    plan = installation.Plan(OWNER, (PEER,), port=0, telemetry_port=0)
    installation.make(home, plan, SystemClock().now())
    layout, clock = Layout(home), SystemClock()
    chosen = _deep(settings.load(home))
    house = House(Site(layout, chosen, clock, Metrics(), _die))
    capacity = CapacityDesk(house.database, house.record, house.packs, chosen, clock)
    now = clock.now()
    capacity.declare(
        DECLARING,
        [Declaration(PEER, each, limits.CAPACITY_PER_DAY_MAX, now, OWNER) for each in Bucket],
    )
    desk = SearchDesk(
        database=house.database,
        record=house.record,
        vault=house.vault,
        master=MasterKey.load(layout.master_key),
        matcher=_Silent(),
        packs=house.packs,
        officers=OfficerList.load(layout.officers),
        settings=chosen,
        clock=clock,
        guard=house.guard,
        metrics=Metrics(),
    )
    desk.start()
    try:
        yield desk
    finally:
        desk.close()
        house.close(0)


def _deep(chosen: Settings) -> Settings:
    """Let more wait than a service would, for here nothing is ever searched."""
    depth_max = limits.CAPACITY_PER_DAY_MAX
    matching = msgspec.structs.replace(chosen.matching, queue_depth_max=depth_max)
    return msgspec.structs.replace(chosen, matching=matching)


def _die(error: BaseException) -> None:
    raise error


def _request() -> SearchRequest:
    ((record,),) = generated_data.finger_records(1, 1, SEED)
    return SearchRequest(
        party=PEER,
        request_number="",
        search_type=SearchType.LT_TP,
        case_reference="BENCH-1",
        purpose=INVESTIGATION,
        officer=installation.officer_id(PEER),
        ordering_officer="PROSECUTOR-1",
        candidates_max=0,
        accelerated=False,
        legal_basis="",
        probes=(FingerProbe("P-1", finger_record.decode(record)),),
        content_digest=b"",
    )


def _submit(desk: SearchDesk, request: SearchRequest, number: int) -> float:
    """Return the seconds until a request is accepted."""
    name = f"BENCH-{number}"
    digest = hashlib.sha256(name.encode()).digest()
    asked = replace(request, request_number=name, case_reference=name, content_digest=digest)
    begun_s = time.perf_counter()
    desk.submit(ASKING, asked)
    return time.perf_counter() - begun_s


def _full_speed(
    desk: SearchDesk, request: SearchRequest, numbers: Iterator[int], threads: int, seconds: float
) -> dict[str, Any]:
    taken: list[float] = []
    begun_s = time.perf_counter()

    def work() -> None:
        while time.perf_counter() - begun_s < seconds:
            taken.append(_submit(desk, request, next(numbers)))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    elapsed_s = time.perf_counter() - begun_s
    rate: dict[str, Any] = {
        "accepted": len(taken),
        "accepted_per_second": round(len(taken) / elapsed_s),
    }
    return {**rate, **summary_ms(taken)}


def _paced(
    desk: SearchDesk,
    request: SearchRequest,
    numbers: Iterator[int],
    per_second: int,
    seconds: float,
) -> dict[str, Any]:
    """Hand in requests at fixed instants, each timed from the instant it was due."""
    taken: list[float] = []
    due = iter(range(int(per_second * seconds)))
    begun_s = time.perf_counter()
    turn = threading.Lock()

    def work() -> None:
        while True:
            with turn:
                place = next(due, None)
            if place is None:
                return
            due_s = begun_s + place / per_second
            time.sleep(max(0.0, due_s - time.perf_counter()))
            _submit(desk, request, next(numbers))
            taken.append(time.perf_counter() - due_s)

    workers = [threading.Thread(target=work) for _ in range(PACED_THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return {"per_second": per_second, "accepted": len(taken), **summary_ms(taken)}
