"""Clients race for the last searches of a day while the service is killed under them."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from appliance.cli import generated_data, installation
from appliance.cli.local_appliance import LocalAppliance
from appliance.client import ApplianceRefused, Capacity
from appliance.domain.clock import SystemClock
from tests.crash.test_kill_during_searches import WHILE_DOWN, free_port
from tests.following import Follow
from tests.integration.centre import FIRST, OWNER, terms

CLIENTS = 8
CAPACITY = 40
KILLS = int(os.environ.get("CRASH_RACE_KILLS", "4"))
SEED = 32
CALL_S = 4.0
DEADLINE_S = 60.0 + 15 * KILLS


class Race:
    """What the clients were told; each asks under ever new numbers until it is refused."""

    def __init__(self, appliance: LocalAppliance, probe: bytes) -> None:
        self._appliance = appliance
        self._probe = probe
        self._until_s = time.monotonic() + DEADLINE_S
        self.accepted: set[str] = set()
        self.cursors: list[tuple[int, str]] = []
        self.failures: list[BaseException] = []
        self.over = threading.Event()

    def run(self) -> None:
        """Submit until the capacity is used up."""
        try:
            while self._submit(terms(FIRST).request_number):
                continue
        except BaseException as error:
            self.failures.append(error)
            raise

    def watch(self) -> None:
        """Watch answers, coming back with the last cursor whenever the stream breaks."""
        try:
            while not self.over.is_set():
                try:
                    self._watch()
                except ApplianceRefused as refused:
                    if refused.reason not in (*WHILE_DOWN, "CANCELLED", "DEADLINE_EXCEEDED"):
                        raise
                    time.sleep(0.05)
        except BaseException as error:
            self.failures.append(error)
            raise

    def _watch(self) -> None:
        after = self.cursors[-1][0] if self.cursors else 0
        with self._appliance.client(f"{FIRST}-contact-point-dactyloscopic", CALL_S) as client:
            for each in client.watch(after=after):
                self.cursors.append((each.cursor, each.answer.header.request_number))
                if len(self.cursors) == CAPACITY:
                    self.over.set()
                    return

    def _submit(self, number: str) -> bool:
        asked = terms(FIRST, request_number=number)
        while time.monotonic() < self._until_s:
            try:
                name = f"{FIRST}-contact-point-dactyloscopic"
                with self._appliance.client(name, CALL_S) as client:
                    client.submit_finger(asked, {"latent": self._probe})
                self.accepted.add(number)
                return True
            except ApplianceRefused as refused:
                if refused.reason == "CAPACITY_EXHAUSTED":
                    return False
                if refused.reason not in WHILE_DOWN:
                    raise
                time.sleep(0.05)
        raise AssertionError("the service does not get on")


@pytest.mark.crash
@pytest.mark.timeout(3 * DEADLINE_S)
@pytest.mark.requirement("I10.1")
def test_the_capacity_is_never_exceeded_and_no_answer_missed_over_kills(
    tmp_path: Path, follow: Follow
) -> None:
    home = tmp_path / "home"
    plan = installation.Plan(OWNER, (FIRST,), port=free_port(), telemetry_port=0)
    installation.make(home, plan, SystemClock().now())
    ((probe,),) = generated_data.finger_records(1, 1, SEED)
    appliance = LocalAppliance(home)
    appliance.start()
    with appliance.client(f"{OWNER}-administrator") as admin:
        admin.declare(
            [Capacity(FIRST, "not_yet_identified", 1_000), Capacity(FIRST, "LT/TP", CAPACITY)]
        )
    race = Race(appliance, probe)
    watcher = threading.Thread(target=race.watch, daemon=True)
    clients = [threading.Thread(target=race.run, daemon=True) for _ in range(CLIENTS)]
    for thread in (watcher, *clients):
        thread.start()
    for kill in follow(range(KILLS)):
        while len(race.accepted) < CAPACITY * (kill + 1) // (KILLS + 1) and not race.failures:
            time.sleep(0.01)
        appliance.kill()
        appliance.start()
    for thread in clients:
        thread.join(DEADLINE_S)
    assert race.over.wait(DEADLINE_S), f"{len(race.cursors)} of {CAPACITY} answers were watched"
    assert race.failures == []
    with appliance.client(f"{FIRST}-contact-point-dactyloscopic") as client:
        used = {each.search_type: each.used for each in client.use_today() if each.search_type}
        listed = {each.request_number for each in client.requests.page(limit=1_000)}
    appliance.stop()
    assert list(used.values()) == [CAPACITY]
    # Whoever was told of an acceptance was right; a kill may have kept the word of others back.
    assert race.accepted <= listed
    assert len(listed) == CAPACITY
    cursors = [cursor for cursor, _ in race.cursors]
    assert sorted(set(cursors)) == cursors
    assert listed == {number for _, number in race.cursors}
