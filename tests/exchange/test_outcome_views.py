"""Who sees which outcome: the requester its own, the owner all, and a request as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.domain.codes import Collection, Role, SearchType
from appliance.domain.errors import RequestInvalid, RequestUnknown, RoleDenied
from appliance.domain.verification import Outcome, Verification
from tests.exchange.verifications import HIT, Finding, answered, desk, notes
from tests.exchange.world import ADMINISTRATOR, DNA, FINGER, World, finger_probe

AUDITOR = replace(ADMINISTRATOR, role=Role.AUDITOR)
NO_HIT = replace(HIT, outcome=Outcome.NO_HIT)


@pytest.mark.requirement("A1.6")
def test_a_no_match_is_shown_as_a_no_hit_and_a_request_is_verified_when_all_is_said(
    make_world: Callable[..., World],
) -> None:
    found = make_world(matcher=Finding((Collection.TP, "RS-1"), (Collection.TP, "RS-2")))
    nothing = make_world(matcher=Finding())
    for world in (found, nothing):
        world.declare()
        answered(world)
    (probe,) = desk(nothing).request(FINGER, "Q-1").probes
    assert (probe.matches, probe.verification) == ((), Verification.NO_HIT)
    assert desk(nothing).request(FINGER, "Q-1").verified
    office = desk(found)
    assert not office.request(FINGER, "Q-1").verified
    office.record(FINGER, replace(NO_HIT, reference_number="RS-1"))
    assert not office.request(FINGER, "Q-1").verified
    office.record(FINGER, replace(HIT, reference_number="RS-2"))
    seen = office.request(ADMINISTRATOR, "Q-1", "MK")
    assert seen.verified
    assert [match.verification for match in seen.probes[0].matches] == [
        Verification.NO_HIT,
        Verification.HIT,
    ]


def test_each_side_sees_what_concerns_it_page_by_page(world: World) -> None:
    world.declare(100, "RO")
    office = desk(world)
    for number in range(5):
        answered(world, f"Q-{number}")
        office.record(FINGER, replace(HIT, request_number=f"Q-{number}"))
    answered(world, "Q-9", party="RO", officer="RO-0001")
    of_ro = replace(HIT, request_number="Q-9", officer="RO-0001")
    office.record(replace(FINGER, party="RO"), of_ro)
    answered(world, "D-1", search_type=SearchType.DNA_REFERENCE)
    pages, after = [], 0
    while page := office.outcomes(FINGER, after, 2):
        pages.append([each.request_number for each in page])
        after = page[-1].number
    assert pages == [["Q-0", "Q-1"], ["Q-2", "Q-3"], ["Q-4"]]
    assert office.outcomes(DNA, 0, 10) == []
    assert [each.party for each in office.outcomes(ADMINISTRATOR, 0, 10, "RO")] == ["RO"]
    assert len(office.outcomes(AUDITOR, 0, 10)) == 6
    for act in (
        lambda: office.outcomes(FINGER, 0, 10, "RO"),
        lambda: office.request(FINGER, "Q-9", "RO"),
        lambda: office.outcomes(replace(ADMINISTRATOR, party="MK"), 0, 10),
    ):
        with pytest.raises(RoleDenied):
            act()
    with pytest.raises(RequestUnknown):
        office.request(DNA, "Q-1")
    with pytest.raises(RequestInvalid, match="party: is required"):
        office.request(ADMINISTRATOR, "Q-1")


def test_several_probes_of_one_case_are_verified_apart(world: World) -> None:
    probes = (finger_probe("P-1"), finger_probe("P-2"))
    answered(world, probes=probes)
    office = desk(world)
    office.record(FINGER, replace(HIT, probe="P-2"))
    states = [each.verification for each in office.request(FINGER, "Q-1").probes]
    assert states == [Verification.UNVERIFIED, Verification.HIT]
    assert notes(world).notes(ADMINISTRATOR, 0, 10) == []  # persons' data takes no notes
