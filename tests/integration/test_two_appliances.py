"""Two Parties, each with its own appliance and authority, search each other over mutual TLS."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from appliance.cli import generated_data, installation
from appliance.cli.local_appliance import LocalAppliance
from appliance.client import ApplianceRefused, Capacity, LoadItem
from appliance.domain.clock import SystemClock
from tests.integration.centre import terms

_SEED = 818
_CAPACITY = 2


def _appliance(folder: Path, owner: str, peer: str, stack: ExitStack) -> LocalAppliance:
    """Start an appliance of ``owner`` that its peer may search, and that counts what it asks."""
    plan = installation.Plan(owner, (peer,), port=0, telemetry_port=0)
    installation.make(folder, plan, SystemClock().now())
    running = stack.enter_context(LocalAppliance(folder))
    with running.client(f"{owner}-administrator", 60) as admin:
        admin.declare([Capacity(peer, "not_yet_identified", _CAPACITY)])
        admin.declare(
            [Capacity(peer, "not_yet_identified", _CAPACITY, outgoing=True, time_zone="UTC")]
        )
    return running


def _ask(asking: LocalAppliance, asked: LocalAppliance, probe: bytes) -> str:
    """Count a search on the own side, send it to the other, return what was found."""
    own, other = _party(asking), _party(asked)
    wanted = terms(own)
    with asking.client(f"{own}-administrator", 60) as counting:
        counting.outgoing.reserve(other, wanted.request_number, "LT/TP", 1)
    with asked.client(f"{own}-contact-point-dactyloscopic", 60) as client:
        answer = client.search_finger(wanted, {"latent": probe})
    assert (own, other) == (answer.header.requesting_party, answer.header.requested_party)
    return str(answer.results[0].candidates[0].reference_number)


def _party(appliance: LocalAppliance) -> str:
    return appliance.home.name


def _acts(appliance: LocalAppliance) -> list[tuple[str, str]]:
    """Return act and Party of what the record says of searches and reservations."""
    with appliance.client(f"{_party(appliance)}-auditor", 60) as auditor:
        assert auditor.verify_record().intact
        entries = list(auditor.record_entries())
    wanted = ("search_received", "search_answered", "outgoing_reserved")
    return [(each.act, each.party) for each in entries if each.act in wanted]


@pytest.mark.requirement("A6.1", "I10.1")
def test_two_appliances_answer_each_other_and_both_keep_count(tmp_path: Path) -> None:
    prints = list(generated_data.finger_records(4, 2, _SEED))
    with ExitStack() as stack:
        serbia = _appliance(tmp_path / "RS", "RS", "MK", stack)
        macedonia = _appliance(tmp_path / "MK", "MK", "RS", stack)
        for running, held in ((serbia, prints[:2]), (macedonia, prints[2:])):
            owner = _party(running)
            items = [LoadItem("TP", f"{owner}-{at}", each[0]) for at, each in enumerate(held)]
            with running.client(f"{owner}-administrator", 60) as admin:
                assert all(each.accepted for each in admin.load(items))

        assert _ask(serbia, macedonia, prints[3][1]) == "MK-1"
        assert _ask(macedonia, serbia, prints[0][1]) == "RS-0"
        assert _ask(serbia, macedonia, prints[2][1]) == "MK-0"
        with pytest.raises(ApplianceRefused, match="CAPACITY_EXHAUSTED"):
            _ask(serbia, macedonia, prints[2][1])

        for running, other, asked, answered in ((serbia, "MK", 2, 1), (macedonia, "RS", 1, 2)):
            with running.client(f"{_party(running)}-administrator", 60) as admin:
                uses = (*admin.outgoing.use_today(other), *admin.use_today(other))
            counts = [each.used for each in uses if each.bucket == 2]
            assert [asked, answered] == counts
            acts = _acts(running)
            assert asked == acts.count(("outgoing_reserved", other))
            assert answered == acts.count(("search_received", other))
            assert answered == acts.count(("search_answered", other))
