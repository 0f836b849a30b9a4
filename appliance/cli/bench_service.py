"""``appliance bench service``: searches through mutual TLS against the engine alone.

A real appliance runs as a process of its own on a generated gallery; ``clients`` connections of one
contact point search it side by side. The engine figure is the same probes, one after the other on
one thread, without transport, admission, record or queue.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from appliance.cli import generated_data, installation
from appliance.cli.latency import summary_ms
from appliance.cli.load_report import load_items
from appliance.cli.local_appliance import LocalAppliance
from appliance.cli.output import progress_bar
from appliance.cli.search_commands import INVESTIGATION, new_request_number
from appliance.client import Capacity, LoadItem, SearchTerms
from appliance.codecs import finger_record
from appliance.config import pack_defaults
from appliance.domain import limits
from appliance.domain.clock import SystemClock
from appliance.domain.codes import Collection, SearchType
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching import encoder, finger_search
from kernels.finger.layout import assemble

OWNER, PEER = "RS", "MK"
SEED = 99
DISTINCT_PROBES = 50
SEARCH_TYPE = SearchType.TP_TP
SHORT_LIST = pack_defaults.table()["short_list"][SEARCH_TYPE]


def _timed(work: Callable[[bytes], object], probes: Sequence[bytes]) -> list[float]:
    seconds = []
    for probe in probes:
        begun = time.perf_counter()
        work(probe)
        seconds.append(time.perf_counter() - begun)
    return seconds


def _engine(records: Sequence[bytes], probes: Sequence[bytes]) -> list[float]:
    """Return the seconds of each search without a service around it."""
    blobs = encoder.encode_finger([finger_record.decode(record) for record in records])
    count = len(blobs)
    chunk = Chunk(assemble(blobs), np.arange(count, dtype=np.int64), np.zeros(count, np.bool_))
    epoch = Epoch(1, Collection.TP, (chunk,), count)

    def search(record: bytes) -> None:
        blob = encoder.encode_finger([finger_record.decode(record)])[0]
        finger_search.search(blob, epoch, SHORT_LIST)

    return _timed(search, probes)


def _through_tls(
    appliance: LocalAppliance, clients: int, searches: int, probes: Sequence[bytes]
) -> tuple[list[float], float]:
    """Return the seconds of each search and of all together."""
    shares = [range(number, searches, clients) for number in range(clients)]
    with progress_bar("searching", searches) as bar:
        moved = threading.Lock()

        def share(numbers: range) -> list[float]:
            officer = installation.officer_id(PEER)
            with appliance.client(f"{PEER}-contact-point-dactyloscopic", 600) as client:

                def search(record: bytes) -> None:
                    terms = SearchTerms(
                        new_request_number(),
                        SEARCH_TYPE.value,
                        "BENCH-1",
                        INVESTIGATION,
                        officer,
                        officer,
                    )
                    client.search_finger(terms, {"probe": record})
                    with moved:
                        bar.advance()

                return _timed(search, [probes[number % len(probes)] for number in numbers])

        begun = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            parts = list(pool.map(share, shares))
        return [each for part in parts for each in part], time.perf_counter() - begun


def run(clients: int, searches: int, templates: int) -> dict[str, object]:
    """Measure and return the figures."""
    records = [one for (one,) in generated_data.finger_records(templates, 1, SEED)]
    mates = min(DISTINCT_PROBES, templates)
    probes = [prints[1] for prints in generated_data.finger_records(mates, 2, SEED)]
    engine = _engine(records, [probes[number % mates] for number in range(min(searches, 200))])
    with tempfile.TemporaryDirectory(prefix="appliance-bench-") as folder:
        home = Path(folder) / "home"
        plan = installation.Plan(OWNER, (PEER,), port=0, telemetry_port=0)
        installation.make(home, plan, SystemClock().now())
        with LocalAppliance(home) as appliance:
            with appliance.client(f"{OWNER}-administrator", 3600) as admin:
                load_items(
                    admin,
                    (LoadItem("TP", f"F-{at:07d}", record) for at, record in enumerate(records)),
                    templates,
                )
                whole_day = limits.CAPACITY_PER_DAY_MAX
                admin.declare([Capacity(PEER, SEARCH_TYPE.bucket.value, whole_day)])
            seconds, took_s = _through_tls(appliance, clients, searches, probes)
    return {
        "clients": clients,
        "searches": searches,
        "templates": templates,
        "short_list": SHORT_LIST,
        "service": {"searches_per_second": round(searches / took_s, 2), **summary_ms(seconds)},
        "engine": {
            "searches_per_second": round(len(engine) / sum(engine), 2),
            **summary_ms(engine),
        },
        "service_share_of_engine": round(searches / took_s / (len(engine) / sum(engine)), 3),
    }
