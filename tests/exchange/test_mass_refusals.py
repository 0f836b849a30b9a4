"""Which mass comparisons are refused, by what name, and that a refusal changes nothing (Art. 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.config.party_profile import PartyProfile
from appliance.domain import limits
from appliance.domain.codes import Collection
from appliance.domain.errors import (
    ApplianceError,
    ConsentMissing,
    DeviceLost,
    FileNotDeclared,
    OfficerNotAuthorised,
    PartyNotEvaluated,
    PurposeUnknown,
    RequestInvalid,
    RequestUnknown,
    RoleDenied,
)
from appliance.domain.mass_comparison import MassState
from appliance.domain.record import Act
from tests.exchange.mass_world import (
    CONSENTING,
    NUMBER,
    RO,
    VALID_UNTIL,
    FakeComparer,
    MassWorld,
    consent,
    held,
    offered,
    receive,
    terms,
)
from tests.exchange.world import DNA, FINGER, details, pack_with, until


@pytest.fixture
def mass(tmp_path: Path) -> Iterator[MassWorld]:
    made = MassWorld(tmp_path)
    yield made
    made.close()


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
