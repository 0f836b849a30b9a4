"""Which mass comparisons are refused, by what name, and that a refusal changes nothing (Art. 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.config.party_profile import PartyProfile
from appliance.domain import limits
from appliance.domain.codes import Collection, Role
from appliance.domain.errors import (
    ApplianceError,
    ConsentMissing,
    DeviceLost,
    FileNotDeclared,
    OfficerNotAuthorised,
    PartyNotEvaluated,
    PurposeUnknown,
    QueueFull,
    RequestInvalid,
    RequestNumberReused,
    RequestUnknown,
    RoleDenied,
)
from appliance.domain.mass_comparison import BatchReceipt, MassState, OfferedProfile
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from tests.exchange.mass_world import (
    CONSENTING,
    NUMBER,
    VALID_UNTIL,
    FakeComparer,
    MassWorld,
    consent,
    offered,
    terms,
)
from tests.exchange.world import DNA, FINGER, details, pack_with, until
from tests.matching.made_profiles import STAIN

RO = Principal("RO", Role.CONTACT_POINT_DNA, "0d" * 32)


@pytest.fixture
def mass(tmp_path: Path) -> Iterator[MassWorld]:
    made = MassWorld(tmp_path)
    yield made
    made.close()


def receive(mass: MassWorld, *profiles: OfferedProfile, number: int = 1) -> BatchReceipt:
    digest = hashlib.sha256(repr(profiles).encode()).digest()
    return mass.desk.receive(DNA, NUMBER, number, digest, profiles)


def held(mass: MassWorld) -> tuple[int, int]:
    """Return how many batches and keys are held."""
    ((batches,),) = mass.world.database.read(
        lambda tx: tx.execute("SELECT count(*) FROM mass_batch")
    )
    keys = (mass.world.folder / "batch.keys").read_bytes()[128:]
    return batches, sum(any(keys[at : at + 128]) for at in range(0, len(keys), 128))


@pytest.mark.requirement("A4.1")
@pytest.mark.parametrize(
    ("consents", "says"),
    [
        ((), "there is no consent with MK"),
        ((consent("RO"),), "there is no consent with MK"),
        (
            (consent(valid_from=datetime(2026, 3, 3, tzinfo=UTC)),),
            "from 2026-03-03T00:00:00+00:00 to 2026-04-01T00:00:00+00:00",
        ),
        (
            (consent(valid_until=datetime(2026, 3, 2, 12, tzinfo=UTC)),),
            "to 2026-03-02T12:00:00+00:00; it is 2026-03-02T12:00:00+00:00 now",
        ),
    ],
)
def test_a_comparison_without_consent_in_force_is_refused_with_its_dates(
    tmp_path: Path, consents: tuple[object, ...], says: str
) -> None:
    mass = MassWorld(tmp_path, pack=pack_with(consents=consents))
    with pytest.raises(ConsentMissing, match="consent") as refused:
        mass.desk.open(DNA, terms())
    assert says in refused.value.message
    (entry,) = mass.world.acts(Act.MASS_COMPARISON_REFUSED)
    assert details(entry)["reason"] == "CONSENT_MISSING"
    with pytest.raises(RequestUnknown):
        mass.desk.status(DNA, NUMBER)
    mass.close()


@pytest.mark.requirement("A4.1", "A13.3")
def test_a_consent_that_ends_in_the_middle_ends_the_job_and_erases_its_profiles(
    tmp_path: Path,
) -> None:
    slices: list[None] = []

    def expire() -> None:
        slices.append(None)
        if len(slices) == 3:
            mass.clock.time = VALID_UNTIL

    mass = MassWorld(tmp_path, comparer=FakeComparer(expire))
    mass.opened(profiles=40, batch=4)
    mass.desk.begin(DNA, NUMBER, 10)
    status = mass.finished()
    assert (status.state, status.failure_reason) == (MassState.FAILED, "CONSENT_MISSING")
    assert "to 2026-04-01T00:00:00+00:00" in status.failure_message
    assert 0 < status.compared < 40
    until(lambda: held(mass) == (0, 0))
    # What was found while the consent held is still the Party's.
    assert status.matches == len(mass.matches())
    (ended,) = mass.world.acts(Act.MASS_COMPARISON_ENDED)
    assert details(ended)["reason"] == "CONSENT_MISSING"
    mass.close()


@pytest.mark.requirement("A4.1")
def test_no_profile_is_taken_once_the_consent_has_ended(mass: MassWorld) -> None:
    mass.desk.open(DNA, terms())
    mass.clock.time = VALID_UNTIL
    with pytest.raises(ConsentMissing):
        receive(mass, offered(1))
    assert held(mass) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"purpose": "CURIOSITY"}, PurposeUnknown),
        ({"officer": "MK-9999"}, OfficerNotAuthorised),
        ({"officer": ""}, OfficerNotAuthorised),
        ({"ordering_officer": " "}, OfficerNotAuthorised),
        ({"legal_basis": ""}, RequestInvalid),
        ({"job_number": "x" * 65}, RequestInvalid),
        ({"legal_basis": "x" * 129}, RequestInvalid),
        ({"content_digest": b"short"}, RequestInvalid),
    ],
)
@pytest.mark.requirement("A4.1", "A17.2", "A17.4")
def test_terms_that_break_a_rule_are_refused_by_name_and_recorded(
    mass: MassWorld, changes: dict[str, object], error: type[ApplianceError]
) -> None:
    with pytest.raises(error):
        mass.desk.open(DNA, terms(**changes))
    (entry,) = mass.world.acts(Act.MASS_COMPARISON_REFUSED)
    assert details(entry)["reason"] == error.reason


@pytest.mark.requirement("A8.1", "A23.1", "A2.1")
def test_the_certificate_the_evaluation_and_the_files_are_asked_as_in_a_search(
    tmp_path: Path,
) -> None:
    mass = MassWorld(tmp_path)
    with pytest.raises(RoleDenied):
        mass.desk.open(FINGER, terms())
    mass.packs.add(pack_with(consents=CONSENTING.consents, files=frozenset({Collection.TP})))
    with pytest.raises(FileNotDeclared):
        mass.desk.open(DNA, terms())
    parties = {**CONSENTING.parties, "MK": PartyProfile.evaluated([], mass.clock.now())}
    mass.packs.add(pack_with(consents=CONSENTING.consents, parties=parties))
    with pytest.raises(PartyNotEvaluated):
        mass.desk.open(DNA, terms())
    mass.close()


def test_a_party_sees_its_own_jobs_alone(mass: MassWorld) -> None:
    mass.opened(profiles=5)
    for call in (
        lambda: mass.desk.status(RO, NUMBER),
        lambda: mass.desk.cancel(RO, NUMBER),
        lambda: mass.desk.acknowledge(RO, NUMBER, 0),
        lambda: mass.desk.watch(RO, NUMBER, 0),
        lambda: mass.desk.begin(RO, NUMBER, 1),
    ):
        with pytest.raises(RequestUnknown):
            call()
    assert mass.desk.open(RO, terms(party="RO", officer="RO-0001")).received == 0


@pytest.mark.requirement("A4.1")
def test_a_profile_that_may_not_be_compared_is_left_out_and_harms_no_other(
    mass: MassWorld,
) -> None:
    mixed = (("FGA", ("20", "21", "22", "23")), *STAIN.items())
    three = {**STAIN, "FGA": ("20", "21", "22"), "TH01": ("6", "7", "8")}
    batch = [
        offered(0),
        offered(1, person=True),
        offered(2, values=tuple(STAIN.items())[:5]),
        offered(3, values=mixed[:1]),
        offered(4, values=tuple(three.items())),
        offered(5, values=(*STAIN.items(), ("NONE", ("1", "2")))),
        offered(6, values=tuple({**STAIN, "TH01": ("9.7", "6")}.items())),
        offered(7, values=()),
        offered(8, reference_number=""),
        offered(9, reference_number="S-00000"),
        offered(10),
    ]
    mass.desk.open(DNA, terms())
    receipt = receive(mass, *batch)
    assert (receipt.accepted, receipt.received) == (2, 2)
    told = {each.position: each for each in receipt.refusals}
    assert list(range(1, 10)) == list(told)
    assert "only unidentified profiles" in told[1].message
    assert "5 loci are fully designated" in told[2].message
    assert (told[3].locus, told[4].locus, told[6].locus) == ("FGA", "FGA", "TH01")
    assert "mixed profile" in told[3].message
    assert "mixed profile" in told[4].message
    assert "the locus is not known" in told[5].message
    assert told[9].reason == "REFERENCE_EXISTS"
    assert {"REQUEST_INVALID"} == {each.reason for each in told.values() if each.position != 9}


def test_a_reference_number_stands_once_in_a_job_whatever_its_batch(mass: MassWorld) -> None:
    mass.desk.open(DNA, terms())
    receive(mass, offered(1), offered(2))
    second = receive(mass, offered(3), offered(2), number=2)
    assert (second.accepted, second.received) == (1, 3)
    assert [(e.position, e.reason) for e in second.refusals] == [(1, "REFERENCE_EXISTS")]
    # The same batch again is acknowledged as it was, and stored once.
    assert second == receive(mass, offered(3), offered(2), number=2)
    assert held(mass) == (2, 2)
    with pytest.raises(RequestNumberReused):
        receive(mass, offered(4), number=2)


def test_a_batch_out_of_order_or_beyond_the_bounds_leaves_nothing(
    mass: MassWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    mass.desk.open(DNA, terms())
    with pytest.raises(RequestInvalid, match="the next has the number 1"):
        receive(mass, offered(1), number=2)
    with pytest.raises(RequestInvalid, match="a batch has 1 to 1000"):
        receive(mass)
    with pytest.raises(RequestInvalid, match="a batch has 1 to 1000"):
        receive(mass, *[offered(1)] * 1001)
    monkeypatch.setattr(limits, "MASS_PROFILES_MAX", 3)
    receive(mass, offered(1), offered(2))
    with pytest.raises(RequestInvalid, match="at most 3 profiles"):
        receive(mass, offered(3), offered(4), number=2)
    monkeypatch.setattr(limits, "MASS_BATCHES_MAX", 1)
    with pytest.raises(RequestInvalid, match="at most 1 batches"):
        receive(mass, offered(3), number=2)
    assert held(mass) == (1, 1)
    assert mass.desk.status(DNA, NUMBER).received == 2


def test_a_stream_cut_in_the_middle_is_never_taken_for_the_whole(mass: MassWorld) -> None:
    mass.opened(profiles=10, batch=5)
    for batches in (0, 1, 3):
        with pytest.raises(RequestInvalid, match="but 2 batches are durable"):
            mass.desk.begin(DNA, NUMBER, batches)
    assert mass.desk.begin(DNA, NUMBER, 2).state is MassState.RUNNING
    mass.finished()
    with pytest.raises(RequestInvalid, match="takes no more profiles"):
        receive(mass, offered(99), number=3)


def test_a_job_without_profiles_is_not_started(mass: MassWorld) -> None:
    mass.desk.open(DNA, terms())
    with pytest.raises(RequestInvalid, match="no profile"):
        mass.desk.begin(DNA, NUMBER, 0)


def test_a_party_and_the_appliance_have_a_bound_of_jobs(
    mass: MassWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(limits.MASS_JOBS_PER_PARTY_MAX):
        mass.desk.open(DNA, terms(f"M-{number}"))
    with pytest.raises(QueueFull):
        mass.desk.open(DNA, terms("M-more"))
    mass.desk.cancel(DNA, "M-0")
    mass.desk.open(DNA, terms("M-more"))
    monkeypatch.setattr(limits, "MASS_JOBS_MAX", limits.MASS_JOBS_PER_PARTY_MAX)
    with pytest.raises(QueueFull):
        mass.desk.open(RO, terms("M-1", party="RO", officer="RO-0001"))


def test_a_job_whose_matches_nobody_takes_waits_for_its_party(
    mass: MassWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MASS_MATCHES_HELD_MAX", 5)
    mass.opened(profiles=100, batch=10)
    mass.desk.begin(DNA, NUMBER, 10)
    seen = 0
    while not mass.desk.status(DNA, NUMBER).state.ended:
        until(lambda seen=seen: mass.desk.status(DNA, NUMBER).matches >= min(seen + 5, 1))
        status = mass.desk.status(DNA, NUMBER)
        # One block may go over the bound, never two.
        assert status.matches - status.acknowledged < 5 + 2 * limits.MASS_PROFILES_PER_BLOCK_MAX
        seen = status.matches
        mass.desk.acknowledge(DNA, NUMBER, seen)
    assert mass.finished().compared == 100


def test_cursors_outside_the_matches_are_refused(mass: MassWorld) -> None:
    mass.opened(profiles=10)
    mass.desk.begin(DNA, NUMBER, 2)
    matches = mass.finished().matches
    for cursor in (-1, matches + 1, 2**63):
        with pytest.raises(RequestInvalid, match="matches so far"):
            mass.desk.acknowledge(DNA, NUMBER, cursor)
        with pytest.raises(RequestInvalid, match="matches so far"):
            mass.desk.watch(DNA, NUMBER, cursor)
    assert len(mass.matches()) == matches


def test_a_party_has_a_bound_of_watches(mass: MassWorld) -> None:
    mass.opened(profiles=10)
    watches = [mass.desk.watch(DNA, NUMBER, 0) for _ in range(limits.WATCHERS_PER_PARTY_MAX)]
    with pytest.raises(QueueFull):
        mass.desk.watch(DNA, NUMBER, 0)
    watches[0].close()
    watches[0].close()
    mass.desk.watch(DNA, NUMBER, 0)


@pytest.mark.requirement("A13.3")
def test_a_job_left_lying_is_cancelled_and_its_profiles_are_erased(mass: MassWorld) -> None:
    mass.opened(profiles=10)
    mass.clock.advance(hours=limits.MASS_IDLE_H - 1)
    mass.desk.sweep()
    assert mass.desk.status(DNA, NUMBER).state is MassState.OPEN
    mass.clock.advance(hours=2)
    mass.desk.sweep()
    status = mass.desk.status(DNA, NUMBER)
    assert status.state is MassState.CANCELLED
    assert "left lying" in status.failure_message
    assert held(mass) == (0, 0)


def test_a_device_that_stays_lost_fails_the_job_and_a_lost_moment_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.exchange.mass_lane.RETRY_S", 0.01)
    errors: list[Exception] = [DeviceLost("gone")] * 2

    def lose() -> None:
        if errors:
            raise errors.pop()

    mass = MassWorld(tmp_path, comparer=FakeComparer(lose))
    mass.opened("M-1", profiles=10)
    mass.desk.begin(DNA, "M-1", 2)
    assert mass.finished("M-1").state is MassState.FINISHED
    errors.extend([RuntimeError("a text with data")] * 3)
    mass.opened("M-2", profiles=10)
    mass.desk.begin(DNA, "M-2", 2)
    status = mass.finished("M-2")
    assert (status.state, status.failure_reason) == (MassState.FAILED, "INTERNAL")
    assert "data" not in status.failure_message
    mass.close()


def test_terms_and_numbers_are_those_of_the_certificates_party(mass: MassWorld) -> None:
    with pytest.raises(ApplianceError):
        mass.desk.open(DNA, replace(terms(), party="RO"))
    with pytest.raises(RequestUnknown):
        mass.desk.status(RO, NUMBER)
