"""The whole service under SIGKILL, again and again, while clients load and search.

The clients keep a ledger of everything they were told. Afterwards the service must hold every
acknowledged item, give every accepted request its one answer, have charged each once, and show an
intact record in which no answer that left the process is missing.
"""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.cli import generated_data, installation
from appliance.cli.local_appliance import LocalAppliance
from appliance.client import ApplianceRefused, Capacity, LoadItem
from appliance.domain.clock import SystemClock
from appliance.v1 import codes_pb2
from tests.following import Follow
from tests.integration.centre import FIRST, OWNER, terms

KILLS = int(os.environ.get("CRASH_KILLS", "30"))
SEED = 31
FINGERS = 24
BATCH_ITEMS = 4
SETTLE_S = 60.0
# Too short for the client to wait as it is asked to while the service starts: we ask again at once.
SEARCH_TIMEOUT_S = 4.0
ACTS_MAX = 4
ACT_LIMIT_S = 30.0
PAUSE_S_MAX = 0.2
WHILE_DOWN = ("UNAVAILABLE", "ENGINE_LOADING", "DRAINING")


@dataclass
class Ledger:
    """What the clients were told; ``numbers`` are requests the service said it had accepted."""

    acknowledged: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    failures: list[BaseException] = field(default_factory=list)


def load_until_stopped(appliance: LocalAppliance, records: list[bytes], ledger: Ledger) -> None:
    """Load batch after batch; a batch whose stream broke is loaded again, as a client would."""
    batch = 0
    while not ledger.stop.is_set():
        names = [f"N-{batch}-{number}" for number in range(BATCH_ITEMS)]
        items = [LoadItem("UL", name, records[batch % FINGERS]) for name in names]
        ledger.tried.update(names)
        try:
            with appliance.client(f"{OWNER}-administrator", 20) as admin:
                for result in admin.load(items):
                    assert result.accepted or result.reason == "REFERENCE_EXISTS", result
                    ledger.acknowledged.add(result.reference_number)
            batch += 1
        except ApplianceRefused as refused:
            if refused.reason not in WHILE_DOWN:
                raise
            time.sleep(0.02)


def search_until_stopped(appliance: LocalAppliance, probes: list[bytes], ledger: Ledger) -> None:
    """Search under ever new numbers; a call that broke is repeated under its own number."""
    draw = random.Random(SEED)
    asked = terms(FIRST)
    while not ledger.stop.is_set():
        probe = {"latent": probes[draw.randrange(FINGERS)]}
        asked = terms(FIRST)
        while not ledger.stop.is_set():
            try:
                name = f"{FIRST}-contact-point-dactyloscopic"
                with appliance.client(name, SEARCH_TIMEOUT_S) as client:
                    if draw.random() < 0.5:
                        client.submit_finger(asked, probe)
                        ledger.numbers.add(asked.request_number)
                        break
                    answer = client.search_finger(asked, probe)
                    ledger.numbers.add(asked.request_number)
                    if answer.header.state == codes_pb2.ANSWER_STATE_ANSWERED:
                        number = answer.header.answer_number
                        assert ledger.answers.setdefault(asked.request_number, number) == number
                        break
            except ApplianceRefused as refused:
                if refused.reason not in WHILE_DOWN:
                    raise
                time.sleep(0.02)


def await_acts(ledger: Ledger, acts: int) -> None:
    """Wait until so many searches more were accepted or answered, however slow the machine is."""
    wanted = len(ledger.numbers) + acts
    give_up = time.monotonic() + ACT_LIMIT_S
    while len(ledger.numbers) < wanted and not ledger.failures:
        assert time.monotonic() < give_up, "the service does not get on"
        time.sleep(0.005)


def guarded(work: object, ledger: Ledger, *arguments: object) -> threading.Thread:
    """Run ``work`` in a thread that reports its failure."""

    def run() -> None:
        try:
            work(*arguments, ledger)  # type: ignore[operator]
        except BaseException as error:
            ledger.failures.append(error)
            raise

    return threading.Thread(target=run, daemon=True)


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answers(appliance: LocalAppliance, ledger: Ledger) -> dict[str, str]:
    """Return the answer number of every accepted request."""
    found: dict[str, str] = {}
    until = time.monotonic() + SETTLE_S
    with appliance.client(f"{FIRST}-contact-point-dactyloscopic", 20) as client:
        for number in ledger.numbers:
            while time.monotonic() < until:
                header = client.answer(number).header
                if header.state == codes_pb2.ANSWER_STATE_ANSWERED:
                    found[number] = header.answer_number
                    break
                time.sleep(0.05)
    return found


@pytest.mark.crash
@pytest.mark.timeout(30 * KILLS)
@pytest.mark.requirement("I5.1", "A17.3")
def test_nothing_acknowledged_is_lost_and_no_answer_is_unrecorded(
    tmp_path: Path, follow: Follow
) -> None:
    home = tmp_path / "home"
    plan = installation.Plan(OWNER, (FIRST,), port=free_port(), telemetry_port=0)
    installation.make(home, plan, SystemClock().now())
    prints = list(generated_data.finger_records(FINGERS, 2, SEED))
    records, probes = [each[0] for each in prints], [each[1] for each in prints]
    appliance, ledger, draw = LocalAppliance(home), Ledger(), random.Random(SEED)
    appliance.start()
    with appliance.client(f"{OWNER}-administrator") as admin:
        items = [LoadItem("TP", f"F-{at}", record) for at, record in enumerate(records)]
        assert all(result.accepted for result in admin.load(items))
        admin.declare([Capacity(FIRST, "not_yet_identified", 1_000_000)])
    workers = [
        guarded(load_until_stopped, ledger, appliance, records),
        guarded(search_until_stopped, ledger, appliance, probes),
    ]
    for worker in workers:
        worker.start()
    for _ in follow(range(KILLS)):
        await_acts(ledger, draw.randrange(1, ACTS_MAX))
        # The moment of the kill within the acts that follow is left to chance.
        time.sleep(draw.uniform(0, PAUSE_S_MAX))
        appliance.kill()
        appliance.start()
    time.sleep(0.5)
    ledger.stop.set()
    for worker in workers:
        worker.join(60)
    assert ledger.failures == []
    assert len(ledger.acknowledged) > KILLS
    assert len(ledger.numbers) >= KILLS
    assert len(ledger.answers) > KILLS / 4

    answers = await_answers(appliance, ledger)
    assert answers.keys() == ledger.numbers
    assert ledger.answers.items() <= answers.items()
    with appliance.client(f"{OWNER}-administrator") as admin:
        for name in ledger.acknowledged:
            assert admin.get("UL", name).reference_number == name
        unsure = ledger.tried - ledger.acknowledged
        held = ledger.acknowledged | {name for name in unsure if is_held(appliance, name)}
        assert admin.count()["UL"] == len(held)
    check_record(appliance, answers)
    appliance.stop()


def is_held(appliance: LocalAppliance, name: str) -> bool:
    """Return whether an item is there; one that is not must be unknown altogether."""
    with appliance.client(f"{OWNER}-administrator") as admin:
        try:
            return bool(admin.get("UL", name).record)
        except ApplianceRefused as refused:
            if refused.reason != "REFERENCE_UNKNOWN":
                raise
            return False


def check_record(appliance: LocalAppliance, answers: dict[str, str]) -> None:
    """Every answer has its entry, each request was received once, and each was charged once."""
    with appliance.client(f"{OWNER}-auditor", 60) as auditor:
        assert auditor.verify_record().intact
        entries = list(auditor.record_entries())
    acts = Counter()
    recorded: dict[str, str] = {}
    for entry in entries:
        details = {each.name: each.value for each in entry.details}
        acts[entry.act, details.get("request_number", "")] += 1
        if entry.act == "search_answered":
            recorded[details["request_number"]] = details["answer_number"]
    assert answers.items() <= recorded.items()
    received = [number for act, number in acts if act == "search_received"]
    assert all(acts["search_received", number] == 1 for number in received)
    assert all(acts["search_answered", number] <= 1 for number in received)
    with appliance.client(f"{FIRST}-contact-point-dactyloscopic") as client:
        assert sum(use.used for use in client.use_today()) == len(received)
