"""Mass comparisons are judged again, step by step, by what their own time knew (Art. 4, 16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.config.party_profile import PartyProfile
from appliance.domain.admissibility import (
    Admissibility,
    Outcome,
    PastComparison,
    Rule,
    Verdict,
)
from appliance.domain.codes import Collection
from appliance.domain.errors import ApplianceError
from appliance.domain.record import Act
from tests.exchange.mass_world import (
    CONSENTING,
    NUMBER,
    VALID_UNTIL,
    FakeComparer,
    MassWorld,
    consent,
    terms,
)
from tests.exchange.supervised import AUDITOR, Supervised
from tests.exchange.world import DNA, FINGER, details, pack_with
from tests.fixed_clock import FixedClock


@pytest.fixture
def mass(tmp_path: Path) -> Iterator[MassWorld]:
    made = MassWorld(tmp_path)
    yield made
    made.close()


def steps(mass: MassWorld, number: str = NUMBER) -> list[Admissibility]:
    return list(Supervised(mass.world).desk.check_request(AUDITOR, "MK", number).acts)


def step_of(mass: MassWorld, act: Act) -> Admissibility:
    entry = mass.world.acts(act)[-1]
    (one,) = Supervised(mass.world).desk.check_entry(AUDITOR, entry.sequence).acts
    return one


def broken(one: Admissibility) -> list[tuple[Rule, str]]:
    return [(each.rule, each.reason) for each in one.findings if each.outcome is Outcome.BROKEN]


def written(mass: MassWorld, act: Act, **changes: str) -> Admissibility:
    """Write the entry of an admissible step with changes, as a broken system might; judge it."""
    asked = terms()
    said = {
        "job_number": "M-9",
        "judged_at": mass.clock.now().isoformat(timespec="microseconds"),
        "purpose": asked.purpose,
        "officer": asked.officer,
        "ordering_officer": asked.ordering_officer,
        "legal_basis": asked.legal_basis,
        "certificate": DNA.fingerprint,
        "content_digest": "00" * 32,
    }
    mass.world.record.write(act, "MK", said | changes)
    return step_of(mass, act)


@pytest.mark.requirement("A4.1", "A16.3")
def test_an_admissible_comparison_is_found_so_step_by_step(mass: MassWorld) -> None:
    supervised = Supervised(mass.world)
    mass.opened(profiles=10, batch=5)
    mass.desk.begin(DNA, NUMBER, 2)
    mass.finished()
    opened, started = steps(mass)
    assert [opened.verdict, started.verdict] == [Verdict.ADMISSIBLE] * 2
    asked = [Rule.CERTIFICATE, Rule.PARTIES, Rule.CONSENT, Rule.PURPOSE, Rule.OFFICERS]
    asked += [Rule.FILES, Rule.FORM]
    assert [each.rule for each in started.findings] == asked
    assert [each.rule for each in opened.findings] == [*asked, Rule.NUMBER]
    assert {each.outcome for each in opened.findings} == {Outcome.KEPT}
    for act in (Act.MASS_COMPARISON_RECEIVED, Act.MASS_COMPARISON_ANSWERED):
        one = step_of(mass, act)
        assert one.verdict is Verdict.ADMISSIBLE
        assert {Rule.PARTIES, Rule.CONSENT, Rule.FILES} <= {each.rule for each in one.findings}
    assert supervised.desk.check_request(AUDITOR, "MK", NUMBER).more is False


@pytest.mark.requirement("A4.1", "A16.3")
@pytest.mark.parametrize(
    ("changes", "rule", "reason"),
    [
        ({"certificate": "ee" * 32}, Rule.CERTIFICATE, "CERTIFICATE_UNKNOWN"),
        ({"certificate": FINGER.fingerprint}, Rule.CERTIFICATE, "ROLE_DENIED"),
        ({"purpose": "CURIOSITY"}, Rule.PURPOSE, "PURPOSE_UNKNOWN"),
        ({"officer": "MK-9999"}, Rule.OFFICERS, "OFFICER_NOT_AUTHORISED"),
        ({"ordering_officer": ""}, Rule.OFFICERS, "OFFICER_NOT_AUTHORISED"),
        ({"legal_basis": ""}, Rule.FORM, "REQUEST_INVALID"),
    ],
)
def test_each_kind_of_inadmissible_comparison_is_named(
    mass: MassWorld, changes: dict[str, str], rule: Rule, reason: str
) -> None:
    one = written(mass, Act.MASS_COMPARISON_OPENED, **changes)
    assert one.verdict is Verdict.INADMISSIBLE
    assert broken(one)[0] == (rule, reason)
    rightly = written(mass, Act.MASS_COMPARISON_REFUSED, reason=reason, job_number="M-8", **changes)
    assert rightly.verdict is Verdict.RIGHTLY_REFUSED
    wrongly = written(mass, Act.MASS_COMPARISON_REFUSED, reason=reason, job_number="M-7")
    assert wrongly.verdict is Verdict.WRONGLY_REFUSED


@pytest.mark.requirement("A4.1", "A16.3", "A23.1")
@pytest.mark.parametrize(
    ("pack", "rule", "reason"),
    [
        ({"consents": ()}, Rule.CONSENT, "CONSENT_MISSING"),
        ({"consents": (consent("RO"),)}, Rule.CONSENT, "CONSENT_MISSING"),
        ({"files": frozenset({Collection.TP})}, Rule.FILES, "FILE_NOT_DECLARED"),
        (
            {"parties": {**CONSENTING.parties, "MK": PartyProfile()}},
            Rule.PARTIES,
            "PARTY_NOT_EVALUATED",
        ),
        (
            {"parties": {**CONSENTING.parties, "RS": PartyProfile()}},
            Rule.PARTIES,
            "PARTY_NOT_EVALUATED",
        ),
    ],
)
def test_the_pack_of_the_time_says_whether_two_parties_might_compare(
    mass: MassWorld, pack: dict[str, object], rule: Rule, reason: str
) -> None:
    before = written(mass, Act.MASS_COMPARISON_OPENED)
    mass.clock.advance(hours=1)
    mass.packs.add(pack_with(**{"consents": CONSENTING.consents, **pack}), mass.clock.now())
    for act in (Act.MASS_COMPARISON_OPENED, Act.MASS_COMPARISON_ANSWERED):
        one = written(mass, act, job_number="M-8")
        assert (one.verdict, broken(one)) == (Verdict.INADMISSIBLE, [(rule, reason)])
    with pytest.raises(ApplianceError):
        mass.desk.open(DNA, terms())
    assert steps(mass)[0].verdict is Verdict.RIGHTLY_REFUSED
    assert before.verdict is Verdict.ADMISSIBLE
    assert steps(mass, "M-9")[0].verdict is Verdict.ADMISSIBLE


@pytest.mark.requirement("A4.1", "A16.3")
def test_a_block_is_judged_by_the_instant_at_which_it_might_begin(tmp_path: Path) -> None:
    clock = FixedClock()

    def expire() -> None:
        clock.time = VALID_UNTIL + timedelta(seconds=1)

    mass = MassWorld(tmp_path, clock=clock, comparer=FakeComparer(expire))
    mass.opened(profiles=3)
    mass.desk.begin(DNA, NUMBER, 1)
    mass.finished()
    (entry,) = mass.world.acts(Act.MASS_COMPARISON_ANSWERED)
    assert entry.recorded_at > VALID_UNTIL
    assert details(entry)["judged_at"] < VALID_UNTIL.isoformat()
    assert step_of(mass, Act.MASS_COMPARISON_ANSWERED).verdict is Verdict.ADMISSIBLE
    mass.close()


@pytest.mark.requirement("A4.1", "A16.3")
def test_a_block_after_the_consent_is_told_among_the_steps_of_its_job(mass: MassWorld) -> None:
    mass.opened(profiles=3)
    mass.clock.time = VALID_UNTIL
    said = {"job_number": NUMBER, "judged_at": VALID_UNTIL.isoformat(timespec="microseconds")}
    mass.world.record.write(Act.MASS_COMPARISON_ANSWERED, "MK", said)
    opened, block = steps(mass)
    assert (opened.verdict, block.verdict) == (Verdict.ADMISSIBLE, Verdict.INADMISSIBLE)
    assert broken(block) == [(Rule.CONSENT, "CONSENT_MISSING")]


@pytest.mark.requirement("A16.3")
def test_a_start_is_judged_by_the_terms_of_its_opening(mass: MassWorld) -> None:
    mass.opened(profiles=3)
    mass.desk.begin(DNA, NUMBER, 1)
    mass.finished()
    started = step_of(mass, Act.MASS_COMPARISON_STARTED).search
    assert isinstance(started, PastComparison)
    assert started.terms == terms()
    alone = written(mass, Act.MASS_COMPARISON_STARTED, job_number="M-8")
    unknown = {each.rule for each in alone.findings if each.outcome is Outcome.UNKNOWN}
    assert unknown == {Rule.PURPOSE, Rule.OFFICERS, Rule.FORM}


def test_a_job_number_used_for_other_content_was_rightly_refused(mass: MassWorld) -> None:
    mass.desk.open(DNA, terms())
    with pytest.raises(ApplianceError):
        mass.desk.open(DNA, terms(legal_basis="another"))
    first, again = steps(mass)
    assert broken(first) == []
    assert broken(again) == [(Rule.NUMBER, "REQUEST_NUMBER_REUSED")]
