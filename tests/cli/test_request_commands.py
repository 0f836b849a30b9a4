"""A contact point looks after its requests, and the administrator states an outage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli import generated_data, installation
from appliance.cli.exit_codes import ExitCode
from appliance.cli.local_appliance import LocalAppliance
from appliance.client import Capacity
from appliance.domain.clock import SystemClock
from tests.cli.command import appliance
from tests.integration.centre import FIRST, OWNER, SECOND, SEED, terms

ADMINISTRATOR = f"{OWNER}-administrator"
POINT = f"{FIRST}-contact-point-dactyloscopic"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[LocalAppliance]:
    """An appliance of RS with nothing in it, and capacities for MK."""
    home = tmp_path / "home"
    plan = installation.Plan(OWNER, (FIRST, SECOND), port=0, telemetry_port=0)
    installation.make(home, plan, SystemClock().now())
    with LocalAppliance(home) as started:
        with started.client(ADMINISTRATOR) as client:
            client.declare([Capacity(FIRST, "not_yet_identified", 10)])
        yield started


def submitted(running: LocalAppliance, *numbers: str) -> None:
    """Hand requests in; while the outage lasts they wait."""
    ((probe, _),) = generated_data.finger_records(1, 2, SEED)
    with running.client(POINT) as client:
        for number in numbers:
            client.submit_finger(terms(FIRST, request_number=number), {"P-1": probe})


def told(running: LocalAppliance, *arguments: object, name: str = POINT) -> object:
    """Run a command that succeeds and return its JSON."""
    done = appliance(*arguments, "--as", name, "--home", running.home, "--json")
    assert done.returncode == ExitCode.DONE, done.stderr
    return json.loads(done.stdout)


def states(running: LocalAppliance, *options: object) -> list[tuple[str, str]]:
    listed = told(running, "request", "list", *options)
    assert isinstance(listed, list)
    return [(each["request_number"], each["state"]) for each in listed]


@pytest.mark.requirement("I11.5")
def test_an_outage_is_stated_listed_and_ended(running: LocalAppliance) -> None:
    here = ("--home", running.home, "--as")
    assert told(running, "outage", "list", name=ADMINISTRATOR) == []
    begun = appliance("outage", "begin", "--reason", "a flood", *here, ADMINISTRATOR)
    assert begun.returncode == ExitCode.DONE, begun.stderr
    assert "outage 1 is on record; nothing is searched until its end" in begun.stdout
    twice = appliance("outage", "begin", "--reason", "a storm", *here, ADMINISTRATOR)
    assert (twice.returncode, "outage 1 lasts" in twice.stderr) == (ExitCode.UNUSABLE_INPUT, True)
    stranger = appliance("outage", "begin", "--reason", "a storm", *here, POINT)
    assert (stranger.returncode, "ROLE_DENIED" in stranger.stderr) == (ExitCode.REFUSED, True)

    submitted(running, "Q-1")
    assert states(running) == [("Q-1", "REQUEST_STATE_QUEUED")]
    shown = appliance("outage", "list", *here, ADMINISTRATOR)
    assert "a flood" in shown.stdout
    assert "lasts" in shown.stdout

    ended = appliance("outage", "end", *here, ADMINISTRATOR)
    assert ended.returncode == ExitCode.DONE, ended.stderr
    assert "outage 1 is over" in ended.stdout
    again = appliance("outage", "end", *here, ADMINISTRATOR)
    assert again.returncode == ExitCode.UNUSABLE_INPUT
    assert "no outage lasts" in again.stderr
    with running.client(POINT) as client:
        assert next(client.watch(after=0)).request_number == "Q-1"
    assert states(running) == [("Q-1", "REQUEST_STATE_ANSWERED")]
    listed = told(running, "outage", "list", name=ADMINISTRATOR)
    assert isinstance(listed, list)
    (one,) = listed
    assert (one["reason"], one["ended_at"] >= one["began_at"]) == ("a flood", True)


@pytest.mark.requirement("I10.1")
def test_a_contact_point_lists_its_requests_and_cancels_one(running: LocalAppliance) -> None:
    here = ("--home", running.home, "--as")
    told(running, "outage", "begin", "--reason", "a flood", name=ADMINISTRATOR)
    submitted(running, "Q-1", "Q-2", "Q-3")
    done = appliance("request", "cancel", "Q-2", *here, POINT)
    assert done.returncode == ExitCode.DONE, done.stderr
    assert "request Q-2 will not be searched" in done.stdout
    assert states(running) == [
        ("Q-3", "REQUEST_STATE_QUEUED"),
        ("Q-2", "REQUEST_STATE_CANCELLED"),
        ("Q-1", "REQUEST_STATE_QUEUED"),
    ]
    assert states(running, "--limit", 1) == [("Q-3", "REQUEST_STATE_QUEUED")]
    assert states(running, "--before", 2) == [("Q-1", "REQUEST_STATE_QUEUED")]
    table = appliance("request", "list", *here, POINT).stdout
    assert "cancelled" in table
    assert "LT_TP" in table

    uses = told(running, "capacity", "use", name=ADMINISTRATOR)
    assert isinstance(uses, list)
    assert [int(each["used"]) for each in uses if int(each.get("capacity", 0)) == 10] == [2]
    late = appliance("request", "cancel", "Q-2", *here, POINT)
    assert (late.returncode, "REQUEST_SETTLED" in late.stderr) == (ExitCode.REFUSED, True)
    unknown = appliance("request", "cancel", "Q-9", *here, POINT, "--json")
    assert (unknown.returncode, "REFERENCE_UNKNOWN" in unknown.stderr) == (ExitCode.REFUSED, True)
    # The contact points of a Party are separate, and so are the Parties (Art. 8(1)).
    for other in (f"{FIRST}-contact-point-dna", f"{SECOND}-contact-point-dactyloscopic"):
        assert told(running, "request", "list", name=other) == []
        refused = appliance("request", "cancel", "Q-1", *here, other)
        assert refused.returncode == ExitCode.REFUSED
    owner = appliance("request", "list", *here, ADMINISTRATOR)
    assert (owner.returncode, "ROLE_DENIED" in owner.stderr) == (ExitCode.REFUSED, True)
