"""Who may search what, and when: evaluated, suspended, withdrawn, in pilot, at their dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from appliance.config.party_profile import PartyProfile, Suspension, Withdrawal
from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Category, SearchType
from appliance.domain.errors import (
    ApplianceError,
    PartyNotEvaluated,
    PartySuspended,
    RequestInvalid,
)
from appliance.domain.record import Act
from appliance.exchange.participation import Participation
from tests.exchange.world import (
    ADMINISTRATOR,
    DNA,
    FINGER,
    PACK,
    SETTINGS,
    FakeMatcher,
    World,
    details,
    dna_probe,
    finger_probe,
    pack_with,
    request,
    until,
)
from tests.fixed_clock import FixedClock

_TEST_PROBE = finger_probe("TEST-1")
_TICK = timedelta(microseconds=1)
_SUSPENDED_AT = datetime(2026, 3, 16, tzinfo=UTC)
_RESUMED_AT = datetime(2026, 4, 16, tzinfo=UTC)
_WITHDRAWN_AT = datetime(2026, 7, 1, tzinfo=UTC)
_SUSPENSION = Suspension(
    notified_on=date(2026, 3, 1), valid_from=_SUSPENDED_AT, valid_until=_RESUMED_AT
)
_WITHDRAWAL = Withdrawal(notified_on=date(2026, 1, 1), effective_from=_WITHDRAWN_AT)
_EVALUATED_AT = datetime(2026, 2, 1, tzinfo=UTC)
_PILOT = SETTINGS.instance.__class__(party="RS", time_zone="Europe/Belgrade", pilot=True)


def _pack(code: str, **changes: object) -> ProfilePack:
    party = msgspec.structs.replace(PACK.parties[code], **changes)
    return pack_with(parties={**PACK.parties, code: party})


def _refusal(world: World, at: datetime, number: str) -> type[ApplianceError] | None:
    """Search at an instant; return how that was refused, None if it was not."""
    world.clock.time = at
    try:
        world.desk.submit(FINGER, request(number))
    except ApplianceError as refusal:
        return type(refusal)
    return None


@pytest.mark.requirement("A23.1", "A27.1", "A24-26")
@pytest.mark.parametrize("code", ["MK", "RS"], ids=["theirs", "ours"])
@pytest.mark.parametrize(
    ("changes", "instant", "before", "since"),
    [
        (
            {"takings": PartyProfile.evaluated(Category, _EVALUATED_AT).takings},
            _EVALUATED_AT,
            PartyNotEvaluated,
            None,
        ),
        ({"in_force_from": _EVALUATED_AT}, _EVALUATED_AT, PartyNotEvaluated, None),
        ({"suspensions": (_SUSPENSION,)}, _SUSPENDED_AT, None, PartySuspended),
        ({"suspensions": (_SUSPENSION,)}, _RESUMED_AT, PartySuspended, None),
        ({"withdrawal": _WITHDRAWAL}, _WITHDRAWN_AT, None, PartySuspended),
    ],
    ids=["evaluated", "in force", "suspended", "resumed", "withdrawn"],
)
def test_searches_are_taken_and_refused_from_the_first_instant_of_a_date_on(
    make_world: Callable[..., World],
    code: str,
    changes: dict[str, object],
    instant: datetime,
    before: type[ApplianceError] | None,
    since: type[ApplianceError] | None,
) -> None:
    clock = FixedClock(instant - _TICK)
    world = make_world(pack=_pack(code, **changes), clock=clock)
    world.declare()
    refusals = [_refusal(world, instant + step * _TICK, f"Q-{step}") for step in (-1, 0, 1)]
    assert [before, since, since] == refusals


@pytest.mark.requirement("A27.1")
def test_a_withdrawal_in_one_category_leaves_the_other(make_world: Callable[..., World]) -> None:
    takings = dict(PACK.parties["MK"].takings)
    takings[Category.DNA] = msgspec.structs.replace(takings[Category.DNA], withdrawal=_WITHDRAWAL)
    world = make_world(pack=_pack("MK", takings=takings), clock=FixedClock(_WITHDRAWN_AT))
    world.declare()
    world.desk.submit(FINGER, request("Q-1"))
    with pytest.raises(PartySuspended, match="withdrawn"):
        world.desk.submit(DNA, request("Q-2", dna_probe(), search_type=SearchType.DNA_REFERENCE))


@pytest.mark.requirement("A27.2", "I16")
def test_data_protection_goes_on_after_a_withdrawal(make_world: Callable[..., World]) -> None:
    """Art. 27(3): Chapter IV applies to what was processed, whoever has left."""
    world = make_world(pack=_pack("MK", withdrawal=_WITHDRAWAL))
    world.declare()
    world.desk.submit(FINGER, request("Q-1"))
    given = world.desk.wait("MK", "Q-1").result(10)
    world.clock.time = _WITHDRAWN_AT
    assert PartySuspended is _refusal(world, _WITHDRAWN_AT, "Q-2")
    with pytest.raises(PartySuspended):
        world.desk.check_quality(FINGER, finger_probe())
    # What was supplied can be looked at, is erased in time, and stays on record, refusals too.
    assert given == world.desk.answer("MK", "Q-1")
    world.desk.sweep()
    with pytest.raises(ApplianceError, match="erased"):
        world.desk.answer("MK", "Q-1")
    answered, refused = world.acts(Act.SEARCH_ANSWERED, Act.SEARCH_REFUSED)
    assert (answered.party, details(answered)["request_number"]) == ("MK", "Q-1")
    assert details(refused)["reason"] == "PARTY_SUSPENDED"
    assert world.record.verify().intact
    world.capacity.declare(ADMINISTRATOR, world.capacity.declarations()[:1])


@pytest.mark.requirement("A27.1")
def test_what_still_waits_when_a_suspension_takes_effect_is_not_searched(
    make_world: Callable[..., World],
) -> None:
    before = make_world(matcher=FakeMatcher(hold=True), start=False)
    before.declare()
    before.desk._open = True
    before.desk.submit(FINGER, request("Q-1"))
    before.close()
    clock = FixedClock(_SUSPENDED_AT)
    after = make_world(before.folder, pack=_pack("MK", suspensions=(_SUSPENSION,)), clock=clock)
    until(lambda: bool(after.acts(Act.SEARCH_FAILED)))
    with pytest.raises(PartySuspended, match="suspended the exchange"):
        after.desk.answer("MK", "Q-1")
    assert after.matcher.searched == []
    assert after.used() == 0


@pytest.mark.requirement("A21.1")
def test_a_party_in_its_pilot_is_served_by_a_pilot_installation_alone(
    make_world: Callable[..., World],
) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    piloting = PartyProfile.under_evaluation(Category, start, start + timedelta(days=30))
    pack = pack_with(parties={**PACK.parties, "MK": piloting})
    operational = make_world(pack=pack)
    operational.declare()
    with pytest.raises(PartyNotEvaluated, match="pilot installation"):
        operational.desk.submit(FINGER, request())
    pilot = make_world(pack=pack, settings=msgspec.structs.replace(SETTINGS, instance=_PILOT))
    pilot.declare()
    pilot.desk.submit(FINGER, request("Q-1", _TEST_PROBE))
    assert PartyNotEvaluated is _refusal(pilot, start + timedelta(days=30), "Q-2")


@pytest.mark.requirement("A21.1")
def test_a_pilot_installation_is_searched_with_test_data_alone_and_any_other_with_none(
    make_world: Callable[..., World],
) -> None:
    pilot = make_world(settings=msgspec.structs.replace(SETTINGS, instance=_PILOT))
    operational = make_world()
    for world, right, wrong in (
        (pilot, _TEST_PROBE, finger_probe("P-1")),
        (operational, finger_probe("P-1"), _TEST_PROBE),
    ):
        world.declare()
        with pytest.raises(RequestInvalid) as refused:
            world.desk.submit(FINGER, request("Q-1", right, wrong))
        (violation,) = refused.value.violations
        assert violation.field == "probes[1].reference_number"
        assert "with TEST- in" in violation.description
        assert world.used() == 0
        world.desk.submit(FINGER, request("Q-1", right))


@pytest.mark.requirement("A21.1", "A23.1", "A27.1")
def test_the_standing_of_each_party_is_told_as_of_now(make_world: Callable[..., World]) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    until = start + timedelta(days=30)
    piloting = PartyProfile.under_evaluation([Category.DNA], start, until)
    suspended = msgspec.structs.replace(PACK.parties["RO"], suspensions=(_SUSPENSION,))
    pack = pack_with(parties={"MK": piloting, "RO": suspended, "RS": PACK.parties["RS"]})
    world = make_world(pack=pack)
    settings = msgspec.structs.replace(SETTINGS, instance=_PILOT)
    told = {
        pilot: [
            (each.party, each.category.value, each.standing, each.pilot_until, each.served)
            for each in Participation(world.packs, chosen).standings(_SUSPENDED_AT)
        ]
        for pilot, chosen in ((False, SETTINGS), (True, settings))
    }
    assert told[True] == [
        ("MK", "dna", "pilot", until, True),
        ("MK", "dactyloscopic", "not_evaluated", None, False),
        ("RO", "dna", "suspended", None, False),
        ("RO", "dactyloscopic", "suspended", None, False),
        ("RS", "dna", "takes_part", None, True),
        ("RS", "dactyloscopic", "takes_part", None, True),
    ]
    # An operational installation serves no pilot.
    assert told[False] == [(*told[True][0][:4], False), *told[True][1:]]


@pytest.mark.requirement("A20.1", "A11.1")
def test_a_request_is_judged_and_compared_under_the_pack_of_its_receipt(
    make_world: Callable[..., World],
) -> None:
    """A pack with more candidates takes effect while a request waits, and for the next one."""
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare()
    tomorrow = world.clock.now() + timedelta(days=1)
    limits = {**PACK.candidate_limits, SearchType.LT_TP: 4}
    world.packs.add(pack_with(version="next", effective_from=tomorrow, candidate_limits=limits))
    world.desk.submit(FINGER, request("Q-1"))
    until(lambda: len(world.matcher.searched) == 1)
    world.clock.time = tomorrow
    world.desk.submit(FINGER, request("Q-2"))
    until(lambda: len(world.matcher.searched) == 2)
    assert [PACK.version, "next"] == [each.version for each in world.matcher.packs]
    assert world.matcher.limits == [10, 4]


def test_a_request_that_waited_over_a_restart_keeps_its_pack(
    make_world: Callable[..., World],
) -> None:
    before = make_world(matcher=FakeMatcher(hold=True))
    before.declare()
    before.desk.submit(FINGER, request("Q-1"))
    before.close()
    clock = FixedClock(before.clock.now() + timedelta(hours=2))
    after = make_world(before.folder, matcher=FakeMatcher(hold=True), clock=clock, start=False)
    after.packs.add(pack_with(version="next", effective_from=clock.now() - timedelta(hours=1)))
    after.desk.start()
    until(lambda: len(after.matcher.packs) == 1)
    assert PACK.version == after.matcher.packs[0].version


@pytest.mark.requirement("A11.1")
def test_a_lane_asks_for_a_legal_basis_as_the_pack_says(make_world: Callable[..., World]) -> None:
    lanes = PACK.priority_classes
    free = {
        each: msgspec.structs.replace(lanes[each], legal_basis_required=False) for each in lanes
    }
    strict = make_world()
    strict.declare()
    with pytest.raises(ApplianceError, match="legal_basis"):
        strict.desk.submit(FINGER, request(accelerated=True))
    lenient = make_world(pack=pack_with(priority_classes=free))
    lenient.declare()
    lenient.desk.submit(FINGER, request(accelerated=True))


def test_answers_are_erased_when_the_pack_says_at_the_latest(
    make_world: Callable[..., World],
) -> None:
    kept = msgspec.structs.replace(PACK.retention, answer_h=2)
    world = make_world(pack=pack_with(retention=kept))
    world.declare()
    world.desk.submit(FINGER, request("Q-1"))
    world.desk.wait("MK", "Q-1").result(10)
    world.clock.advance(hours=2, seconds=-1)
    world.desk.sweep()
    assert world.desk.answer("MK", "Q-1") is not None
    world.clock.advance(seconds=2)
    world.desk.sweep()
    with pytest.raises(ApplianceError, match="erased"):
        world.desk.answer("MK", "Q-1")
