"""``appliance bench mass-service``: live searches beside a running mass comparison, and without it.

A real appliance runs as a process of its own on a generated gallery. One contact point searches it
through mutual TLS, DNA profiles and fingers in turn; rounds without and with a running comparison
follow each other, so that what else the machine does meets both alike. ``steady`` searches come
one after the other, ``single`` ones after pauses in which the comparison gets on.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from appliance.cli import development_consent, generated_data, installation
from appliance.cli.load_report import load_items
from appliance.cli.local_appliance import LocalAppliance
from appliance.cli.output import Bar, progress_bar
from appliance.cli.search_commands import INVESTIGATION, new_request_number
from appliance.client import Capacity, Client, LoadItem, MassItem, MassTerms, SearchTerms
from appliance.client.values import Profile
from appliance.domain import limits
from appliance.domain.clock import SystemClock
from appliance.exchange import mass_pace
from appliance.v1 import mass_comparison_pb2 as pb

OWNER, PEER = "RS", "MK"
SEED = 57
PAUSES_S = (0.07, 0.13, 0.21, 0.34)
WAYS = ("steady", "single")
ALONE_S = 10.0
LOOK_S = 0.05

Search = Callable[[int], object]


@dataclass(slots=True)
class Measured:
    """Milliseconds of searches by (kind, way, with a comparison or without), and the comparison's
    own pace."""

    taken_ms: defaultdict[tuple[str, str, bool], list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )
    compared: int = 0
    compared_s: float = 0.0

    def figures(self, kind: str, way: str) -> dict[str, float]:
        """Return the quantiles of both sides, and by how much each grew, in percent."""
        without, beside = (np.array(self.taken_ms[kind, way, each]) for each in (False, True))
        told: dict[str, float] = {}
        for quantile in (50, 95):
            alone = float(np.percentile(without, quantile))
            both = float(np.percentile(beside, quantile))
            told[f"p{quantile}_without_ms"] = round(alone, 2)
            told[f"p{quantile}_beside_ms"] = round(both, 2)
            told[f"p{quantile}_slower_percent"] = round(100 * (both / alone - 1), 1)
        return told


@dataclass(slots=True)
class Bench:
    """The running appliance and what is searched in it."""

    appliance: LocalAppliance
    searches: dict[str, Search]
    stains: Sequence[Profile]
    measured: Measured = field(default_factory=Measured)
    jobs: int = 0

    def round(self, client: Client, searches: int, bar: Bar, *, beside: bool) -> None:
        """Measure so many searches of each kind and way."""
        number, begun_s = "", time.monotonic()
        if beside:
            number = self._begin(client)
            begun_s = time.monotonic()
        for way in WAYS:
            pauses = itertools.cycle(PAUSES_S if way == "single" else (0.0,))
            for count in range(searches):
                for kind, search in self.searches.items():
                    time.sleep(next(pauses))
                    started = time.perf_counter()
                    search(count)
                    taken_ms = 1000 * (time.perf_counter() - started)
                    self.measured.taken_ms[kind, way, beside].append(taken_ms)
                bar.advance()
        if beside:
            job = client.mass_comparison.cancel(number)
            if job.state == pb.MASS_JOB_STATE_FINISHED:
                raise ValueError("the comparison ended before the searches: send more profiles")
            self.measured.compared += job.profiles_compared
            self.measured.compared_s += time.monotonic() - begun_s

    def alone(self, client: Client) -> float:
        """Return how many profiles a second are compared while nobody searches."""
        # What was searched lately must be long ago, or the comparison still rests.
        time.sleep(mass_pace.LATELY_S)
        number, begun_s = self._begin(client), time.monotonic()
        job = client.mass_comparison.job(number)
        while job.state == pb.MASS_JOB_STATE_RUNNING and time.monotonic() - begun_s < ALONE_S:
            time.sleep(LOOK_S)
            job = client.mass_comparison.job(number)
        took_s = time.monotonic() - begun_s
        client.mass_comparison.cancel(number)
        return job.profiles_compared / took_s

    def _begin(self, client: Client) -> str:
        self.jobs += 1
        number, officer = f"BENCH-{self.jobs}", installation.officer_id(PEER)
        terms = MassTerms(number, INVESTIGATION, officer, officer, "generated profiles")
        client.mass_comparison.open(terms)
        items = (MassItem(f"S-{at}", profile) for at, profile in enumerate(self.stains))
        batches = list(client.mass_comparison.send(number, items))
        client.mass_comparison.start(number, len(batches))
        return number


def run(profiles: int, stains: int, fingers: int, searches: int, rounds: int) -> dict[str, object]:
    """Measure and return the figures."""
    people = [
        generated_data.dna_profile(codes.tobytes())
        for codes in generated_data.dna_codes(profiles + stains, SEED)
    ]
    prints = list(generated_data.finger_records(fingers, 2, SEED))
    with tempfile.TemporaryDirectory(prefix="appliance-bench-") as folder:
        home, now = Path(folder) / "home", SystemClock().now()
        installation.make(home, installation.Plan(OWNER, (PEER,), port=0, telemetry_port=0), now)
        development_consent.add(home, PEER, now)
        with LocalAppliance(home) as appliance:
            _load(appliance, people[:profiles], [each[0] for each in prints])
            with (
                appliance.client(f"{PEER}-contact-point-dna", 600) as dna,
                appliance.client(f"{PEER}-contact-point-dactyloscopic", 600) as finger,
            ):
                kinds = {
                    "dna": _dna_search(dna, people[:profiles]),
                    "finger": _finger_search(finger, [each[1] for each in prints]),
                }
                bench = Bench(appliance, kinds, people[profiles:])
                for search in kinds.values():
                    search(0)
                with progress_bar("searching", 2 * rounds * len(WAYS) * searches) as bar:
                    for beside in (False, True) * rounds:
                        bench.round(dna, searches, bar, beside=beside)
                alone = bench.alone(dna)
    measured = bench.measured
    return {
        "profiles": profiles,
        "stains": stains,
        "fingers": fingers,
        "searches_of_each_kind": rounds * searches,
        **{f"{kind}_{way}": measured.figures(kind, way) for kind in kinds for way in WAYS},
        "beside_searches_compared_per_second": round(measured.compared / measured.compared_s, 1),
        "alone_compared_per_second": round(alone, 1),
        "alone_pairs_per_second": round(alone * profiles),
    }


def _load(appliance: LocalAppliance, people: Sequence[Profile], records: Sequence[bytes]) -> None:
    items = [LoadItem("DNA_REFERENCE", f"D-{at:07d}", each) for at, each in enumerate(people)]
    items += [LoadItem("TP", f"F-{at:07d}", each) for at, each in enumerate(records)]
    with appliance.client(f"{OWNER}-administrator", 3600) as admin:
        load_items(admin, items, len(items))
        whole_day = limits.CAPACITY_PER_DAY_MAX
        buckets = ("identified", "not_yet_identified")
        admin.declare([Capacity(PEER, bucket, whole_day) for bucket in buckets])


def _terms(search_type: str) -> SearchTerms:
    officer = installation.officer_id(PEER)
    return SearchTerms(
        new_request_number(), search_type, "BENCH-1", INVESTIGATION, officer, officer
    )


def _dna_search(client: Client, people: Sequence[Profile]) -> Search:
    return lambda count: client.search_dna(
        _terms("DNA/UNIDENTIFIED"), {"probe": people[count % len(people)]}
    )


def _finger_search(client: Client, probes: Sequence[bytes]) -> Search:
    return lambda count: client.search_finger(
        _terms("LT/TP"), {"probe": probes[count % len(probes)]}
    )
