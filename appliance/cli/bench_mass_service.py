"""``appliance bench mass-service``: live searches beside a running mass comparison, and without it.

A real appliance runs as a process of its own on a generated gallery. One contact point searches it
through mutual TLS, DNA profiles and fingers mixed; rounds without and with a running comparison
take turns, so that what else the machine does meets both alike. ``steady`` searches come one after
the other, ``single`` ones out of the blue: after pauses in which the comparison works again.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.cli import development_consent, generated_data, installation
from appliance.cli.load_report import load_items
from appliance.cli.local_appliance import LocalAppliance
from appliance.cli.output import Bar, progress_bar
from appliance.cli.search_commands import INVESTIGATION, new_request_number
from appliance.cli.slowdown import Slowdown
from appliance.client import Capacity, Client, LoadItem, MassItem, MassTerms, SearchTerms
from appliance.client.values import Profile
from appliance.domain import limits
from appliance.domain.clock import SystemClock
from appliance.exchange import mass_pace
from appliance.v1 import mass_comparison_pb2 as pb

OWNER, PEER = "RS", "MK"
SEED = 57
KINDS = ("dna", "finger")
DNA_PER_FINGER = 2

PAUSES_S = {"steady": (0.0, 0.0), "single": (1.2 * mass_pace.CALM_S, 2 * mass_pace.CALM_S)}
"""Shortest and longest pause before a search; a comparison works again CALM_S after the last."""

STEADY_FACTOR = 3
"""Steady searches for each single one: without pauses they are soon done."""

ALONE_S = 10.0
LOOK_S = 0.05

Search = Callable[[int], object]


@dataclass(slots=True)
class Bench:
    """What is searched in the running appliance, and how long it takes."""

    client: Client
    searches: dict[str, Search]
    stains: Sequence[Profile]
    bar: Bar
    slowdowns: dict[tuple[str, str], Slowdown] = field(
        default_factory=lambda: {(kind, way): Slowdown() for kind in KINDS for way in PAUSES_S}
    )
    compared: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    draw: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311
    jobs: int = 0

    def round(self, fingers: int, *, beside: bool) -> None:
        """Make so many single finger searches, and the other searches that go with them."""
        number, batches = self._sent() if beside else ("", 0)
        if beside:
            self.client.mass_comparison.start(number, batches)
        for way in PAUSES_S:
            self._search(way, fingers, number)
        if beside:
            job = self.client.mass_comparison.cancel(number)
            if job.state == pb.MASS_JOB_STATE_FINISHED:
                raise ValueError("the comparison ended before the searches: send more profiles")

    def alone(self) -> float:
        """Return how many profiles a second are compared while nobody searches."""
        number, batches = self._sent()
        time.sleep(mass_pace.CALM_S)
        begun_s = time.monotonic()
        job = self.client.mass_comparison.start(number, batches)
        while job.state == pb.MASS_JOB_STATE_RUNNING and time.monotonic() - begun_s < ALONE_S:
            time.sleep(LOOK_S)
            job = self.client.mass_comparison.job(number)
        took_s = time.monotonic() - begun_s
        self.client.mass_comparison.cancel(number)
        return job.profiles_compared / took_s

    def _search(self, way: str, fingers: int, number: str) -> None:
        kinds = ["finger"] * fingers + ["dna"] * (DNA_PER_FINGER * fingers)
        kinds *= STEADY_FACTOR if way == "steady" else 1
        self.draw.shuffle(kinds)
        before, begun_s = self._compared(number), time.monotonic()
        for count, kind in enumerate(kinds):
            time.sleep(self.draw.uniform(*PAUSES_S[way]))
            started = time.perf_counter()
            self.searches[kind](count)
            taken_ms = 1000 * (time.perf_counter() - started)
            self.slowdowns[kind, way].add(taken_ms, beside=bool(number))
            self.bar.advance()
        if number:
            self.compared[way] += self._compared(number) - before
            self.seconds[way] += time.monotonic() - begun_s

    def _compared(self, number: str) -> int:
        return self.client.mass_comparison.job(number).profiles_compared if number else 0

    def _sent(self) -> tuple[str, int]:
        """Open a job and send it all profiles; return its number and the batches sent."""
        self.jobs += 1
        number, officer = f"BENCH-{self.jobs}", installation.officer_id(PEER)
        terms = MassTerms(number, INVESTIGATION, officer, officer, "generated profiles")
        self.client.mass_comparison.open(terms)
        items = (MassItem(f"S-{at}", profile) for at, profile in enumerate(self.stains))
        return number, len(list(self.client.mass_comparison.send(number, items)))


def run(profiles: int, stains: int, fingers: int, searches: int, rounds: int) -> dict[str, object]:
    """Measure and return the figures; ``searches`` is the single finger searches of a round."""
    people = [
        generated_data.dna_profile(codes.tobytes())
        for codes in generated_data.dna_codes(profiles + stains, SEED)
    ]
    prints = list(generated_data.finger_records(fingers, 2, SEED))
    in_all = 2 * rounds * searches * (1 + STEADY_FACTOR) * (1 + DNA_PER_FINGER)
    with tempfile.TemporaryDirectory(prefix="appliance-bench-") as folder:
        home, now = Path(folder) / "home", SystemClock().now()
        installation.make(home, installation.Plan(OWNER, (PEER,), port=0, telemetry_port=0), now)
        development_consent.add(home, PEER, now)
        with LocalAppliance(home) as appliance:
            _load(appliance, people[:profiles], [each[0] for each in prints])
            with (
                appliance.client(f"{PEER}-contact-point-dna", 600) as dna,
                appliance.client(f"{PEER}-contact-point-dactyloscopic", 600) as finger,
                progress_bar("searching", in_all) as bar,
            ):
                kinds = {
                    "dna": _dna_search(dna, people[:profiles]),
                    "finger": _finger_search(finger, [each[1] for each in prints]),
                }
                bench = Bench(dna, kinds, people[profiles:], bar)
                for search in kinds.values():
                    search(0)
                for number in range(rounds):
                    # Each side comes first as often: what drifts meets both alike.
                    for beside in (False, True) if number % 2 else (True, False):
                        bench.round(searches, beside=beside)
                alone = bench.alone()
    return {"profiles": profiles, "stains": stains, "fingers": fingers, **_figures(bench)} | {
        "alone_compared_per_second": round(alone, 1),
        "alone_pairs_per_second": round(alone * profiles),
    }


def _figures(bench: Bench) -> dict[str, object]:
    told: dict[str, object] = {
        f"{kind}_{way}": slowdown.figures() for (kind, way), slowdown in bench.slowdowns.items()
    }
    for way, compared in bench.compared.items():
        told[f"compared_per_second_beside_{way}"] = round(compared / bench.seconds[way], 1)
    return told


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
