"""Start and stop as an operator sees them: readiness, SIGTERM, and what the next start resumes."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from appliance.cli import connection
from appliance.client import ApplianceRefused, Client
from appliance.config.layout import Layout
from appliance.v1 import codes_pb2
from tests.integration.centre import FIRST, OWNER, Centre, terms
from tests.integration.held_service import DRAIN_S, SWITCHES

WAIT_S = 60.0
STATUS = health_pb2.HealthCheckResponse.ServingStatus


class Held:
    """A loaded centre that is stopped, and the switches that hold it once it is started."""

    def __init__(self, centre: Centre, switches: Path) -> None:
        self.centre = centre
        self.home = centre.appliance.home
        self.switches = switches

    def hold(self, name: str) -> None:
        (self.switches / name).touch()

    def release(self, name: str) -> None:
        (self.switches / name).unlink()

    def client(self, name: str) -> Client:
        """A client that does not wait for better times."""
        return connection.connect(self.home, name, None, 2)

    def contact_point(self) -> Client:
        return connection.connect(self.home, f"{FIRST}-contact-point-dactyloscopic", None, 30)

    def health(self) -> str:
        with self.channel() as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            return STATUS.Name(stub.Check(health_pb2.HealthCheckRequest(), timeout=5).status)

    def channel(self) -> grpc.Channel:
        layout = Layout(self.home)
        pair = layout.clients / f"{OWNER}-auditor"
        credentials = grpc.ssl_channel_credentials(
            layout.ca_cert.read_bytes(),
            pair.with_suffix(".key").read_bytes(),
            pair.with_suffix(".crt").read_bytes(),
        )
        return grpc.secure_channel(connection.read_address(layout).grpc, credentials)


@pytest.fixture
def held(own_centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """A stopped centre whose next process obeys switches."""
    own_centre.appliance.stop()
    (own_centre.appliance.home / "data" / "address.json").unlink()
    (tmp_path / "switches").mkdir()
    monkeypatch.setenv(SWITCHES, str(tmp_path / "switches"))
    own_centre.appliance._module = "tests.integration.held_service"
    made = Held(own_centre, tmp_path / "switches")
    yield made
    for switch in made.switches.iterdir():
        switch.unlink()


def until(condition: Callable[[], bool]) -> None:
    """Wait for another process to bring ``condition`` about."""
    give_up = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < give_up, "the condition never came true"
        time.sleep(0.02)


def test_nothing_is_served_before_the_kernels_have_proved_themselves(held: Held) -> None:
    held.hold("start")
    starting = threading.Thread(target=held.centre.appliance.start)
    starting.start()
    until((held.home / "data" / "address.json").exists)
    with held.client(f"{OWNER}-administrator") as admin:
        until(lambda: "self-test" in " ".join(admin.status().reasons))
        assert not admin.status().ready
        with pytest.raises(ApplianceRefused) as refused:
            admin.count()
    assert refused.value.reason == "ENGINE_LOADING"
    name = f"{FIRST}-contact-point-dactyloscopic"
    with held.client(name) as client, pytest.raises(ApplianceRefused) as refused:
        client.search_finger(terms(FIRST), {"latent": held.centre.probes[0]})
    assert refused.value.reason == "ENGINE_LOADING"
    assert held.health() == "NOT_SERVING"
    held.release("start")
    starting.join(WAIT_S)
    until(lambda: held.health() == "SERVING")
    with held.client(f"{OWNER}-administrator") as admin:
        assert (admin.status().ready, list(admin.status().reasons)) == (True, [])


def test_a_service_told_to_stop_while_it_starts_ends_without_having_been_ready(held: Held) -> None:
    held.hold("start")
    appliance = held.centre.appliance
    failures: list[BaseException] = []

    def start() -> None:
        try:
            appliance.start()
        except BaseException as error:
            failures.append(error)

    starting = threading.Thread(target=start)
    starting.start()
    until((held.home / "data" / "address.json").exists)
    process = appliance._process
    assert process is not None
    os.kill(process.pid, signal.SIGTERM)
    time.sleep(0.2)
    held.release("start")
    starting.join(WAIT_S)
    assert len(failures) == 1
    assert process.returncode == 0


def test_a_stop_answers_what_runs_refuses_what_is_new_and_says_so(held: Held) -> None:
    held.centre.appliance.start()
    held.hold("search")
    asked, answers = terms(FIRST), []
    with held.contact_point() as client, held.client(f"{OWNER}-administrator") as late:
        late.count()
        search = threading.Thread(
            target=lambda: answers.append(
                client.search_finger(asked, {"latent": held.centre.probes[3]})
            )
        )
        search.start()
        until(lambda: late.status().queue_depth == 0 and received(held) == 1)
        told: list[int] = []
        with held.channel() as channel:
            watching: Any = health_pb2_grpc.HealthStub(channel)
            states = watching.Watch(health_pb2.HealthCheckRequest())
            assert next(states).status == STATUS.SERVING
            stopping = threading.Thread(target=lambda: told.append(held.centre.appliance.stop()))
            stopping.start()
            assert next(states).status == STATUS.NOT_SERVING
        with pytest.raises(ApplianceRefused) as refused:
            late.count()
        assert refused.value.reason in ("DRAINING", "UNAVAILABLE")
        held.release("search")
        search.join(WAIT_S)
        stopping.join(WAIT_S)
    assert told == [0]
    assert answers[0].header.state == codes_pb2.ANSWER_STATE_ANSWERED
    assert answers[0].results[0].candidates[0].reference_number == "F-3"


def received(held: Held) -> int:
    """How many requests are on record."""
    with held.client(f"{OWNER}-auditor") as auditor:
        return [entry.act for entry in auditor.record_entries()].count("search_received")


def test_what_a_stop_leaves_waiting_is_searched_by_the_next_start_in_order(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DRAIN_S, "1")
    held.centre.appliance.start()
    held.hold("search")
    with held.contact_point() as client:
        numbers = [
            client.submit_finger(terms(FIRST), {"latent": held.centre.probes[n]}).request_number
            for n in range(6)
        ]
    begun_s = time.monotonic()
    # One search is under way and ends only when it is let go; the others are left where they are.
    threading.Timer(3, held.release, ("search",)).start()
    assert held.centre.appliance.stop() == 0
    assert time.monotonic() - begun_s < 20
    held.centre.appliance.start()
    with held.contact_point() as client:
        until(lambda: all(is_answered(client, number) for number in numbers))
        answers = [client.answer(number) for number in numbers]
    assert [each.results[0].candidates[0].reference_number for each in answers] == [
        f"F-{n}" for n in range(6)
    ]
    # Answers that share a commit may be numbered in any order, but they are searched in this one.
    assert (held.switches / "searched").read_text().split()[-len(numbers) :] == numbers
    with held.client(f"{OWNER}-auditor") as auditor:
        assert auditor.verify_record().intact


def is_answered(client: Client, number: str) -> bool:
    return client.answer(number).header.state == codes_pb2.ANSWER_STATE_ANSWERED
