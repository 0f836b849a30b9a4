"""Any past search is judged again by what its own time knew, rule by rule (Art. 16(2)(c))."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.domain.admissibility import Admissibility, Outcome, Rule, Verdict
from appliance.domain.codes import Role
from appliance.domain.errors import (
    OfficerNotAuthorised,
    RecordUnavailable,
    RequestInvalid,
    RequestNumberReused,
    RequestSettled,
    RoleDenied,
)
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.store import evidence_table
from tests.exchange.supervised import AUDITOR, Supervised
from tests.exchange.world import (
    ADMINISTRATOR,
    DNA,
    FINGER,
    PACK,
    World,
    finger_probe,
    pack_with,
    request,
)

OTHER_PURPOSE = "CRIMINAL_OFFENCE_PREVENTION"


@pytest.fixture
def supervised(world: World) -> Supervised:
    """A world under supervision."""
    return Supervised(world)


def judged(supervised: Supervised, sequence: int) -> Admissibility:
    (one,) = supervised.desk.check_entry(AUDITOR, sequence).acts
    return one


def broken(one: Admissibility) -> list[tuple[Rule, str]]:
    return [(each.rule, each.reason) for each in one.findings if each.outcome is Outcome.BROKEN]


@pytest.mark.requirement("A16.3")
def test_an_admissible_search_is_found_so_rule_by_rule(supervised: Supervised) -> None:
    supervised.world.desk.submit(FINGER, request("Q-1"))
    (one,) = supervised.desk.check_request(AUDITOR, "MK", "Q-1").acts
    outcomes = {each.rule: each.outcome for each in one.findings}
    assert set(Rule) - {Rule.CONSENT} == outcomes.keys()
    # The probe was erased after the answer: of its quality nothing can be said.
    assert outcomes.pop(Rule.QUALITY) is Outcome.UNKNOWN
    assert set(outcomes.values()) == {Outcome.KEPT}
    assert (one.verdict, one.pack_version) == (Verdict.ADMISSIBLE, PACK.version)
    assert len(one.officers_digest) == 64


@pytest.mark.requirement("A16.3", "A17.4")
@pytest.mark.parametrize(
    ("changes", "rule", "reason"),
    [
        ({"certificate": "ee" * 32}, Rule.CERTIFICATE, "CERTIFICATE_UNKNOWN"),
        ({"certificate": DNA.fingerprint}, Rule.CERTIFICATE, "ROLE_DENIED"),
        ({"purpose": "CURIOSITY"}, Rule.PURPOSE, "PURPOSE_UNKNOWN"),
        ({"case_reference": ""}, Rule.CASE, "CASE_REFERENCE_MISSING"),
        ({"officer": "MK-0999"}, Rule.OFFICERS, "OFFICER_NOT_AUTHORISED"),
        ({"officer": ""}, Rule.OFFICERS, "OFFICER_NOT_AUTHORISED"),
        ({"ordering_officer": ""}, Rule.OFFICERS, "OFFICER_NOT_AUTHORISED"),
        ({"candidates_max": "501"}, Rule.FORM, "REQUEST_INVALID"),
        ({"candidates_max": "many"}, Rule.FORM, "REQUEST_INVALID"),
        ({"accelerated_under": ""}, Rule.FORM, "REQUEST_INVALID"),
        ({"probe_references": ""}, Rule.FORM, "REQUEST_INVALID"),
        ({"probe_references": "P-1\nP-1"}, Rule.FORM, "REQUEST_INVALID"),
        ({"content_digest": None}, Rule.FORM, "REQUEST_INVALID"),
        ({"content_digest": "no digest"}, Rule.FORM, "REQUEST_INVALID"),
    ],
)
def test_each_kind_of_inadmissible_search_is_named(
    supervised: Supervised, changes: dict[str, str | None], rule: Rule, reason: str
) -> None:
    one = judged(supervised, supervised.searched(**changes))
    assert one.verdict is Verdict.INADMISSIBLE
    assert (rule, reason) in broken(one)


@pytest.mark.requirement("A16.3", "A23.1")
def test_a_search_of_a_party_that_was_not_evaluated_was_inadmissible(
    supervised: Supervised,
) -> None:
    austrian = Principal("AT", Role.CONTACT_POINT_DACTYLOSCOPIC, "at" * 32)
    supervised.let_in(austrian)
    supervised.world.declare(4, "AT")
    one = judged(
        supervised,
        supervised.searched(party="AT", certificate=austrian.fingerprint, officer="AT-0001"),
    )
    assert broken(one) == [(Rule.PARTIES, "PARTY_NOT_EVALUATED")]


@pytest.mark.requirement("A13.1", "A16.3")
def test_a_search_of_a_known_case_for_another_purpose_was_inadmissible(
    supervised: Supervised,
) -> None:
    supervised.world.desk.submit(FINGER, request("Q-1"))
    supervised.clock.advance(seconds=1)
    changed = supervised.searched(case_reference="K-17/26", purpose=OTHER_PURPOSE)
    assert broken(judged(supervised, changed)) == [(Rule.SAME_PURPOSE, "PURPOSE_CHANGED")]
    first = supervised.record.of_request("MK", "Q-1")[0].sequence
    assert judged(supervised, first).verdict is Verdict.ADMISSIBLE


@pytest.mark.requirement("A16.3")
def test_a_certificate_is_judged_by_what_was_known_of_it_then(supervised: Supervised) -> None:
    until = supervised.clock.now() + timedelta(days=10)
    caller = replace(FINGER, fingerprint="cc" * 32)
    name = supervised.let_in(caller, until)
    before = supervised.searched(certificate=caller.fingerprint)
    supervised.clock.advance(days=1)
    supervised.revoke(name)
    revoked = supervised.searched(certificate=caller.fingerprint)
    supervised.clock.advance(days=1)
    supervised.revoke(b"another".ljust(32))
    forgiven = supervised.searched(certificate=caller.fingerprint)
    supervised.clock.advance(days=9)
    expired = supervised.searched(certificate=caller.fingerprint)
    assert [broken(judged(supervised, each)) for each in (before, revoked, forgiven, expired)] == [
        [],
        [(Rule.CERTIFICATE, "CERTIFICATE_REVOKED")],
        [],
        [(Rule.CERTIFICATE, "CERTIFICATE_UNKNOWN")],
    ]


@pytest.mark.requirement("A11.1", "A16.3")
def test_a_search_is_judged_by_the_pack_of_its_time(supervised: Supervised) -> None:
    before = supervised.searched()
    supervised.clock.advance(hours=1)
    fewer = PACK.purposes - {"CRIMINAL_OFFENCE_INVESTIGATION"}
    later = pack_with(version="2", serial=2, purposes=fewer, files=frozenset())
    supervised.world.packs.add(later, supervised.clock.now())
    after = supervised.searched()
    assert judged(supervised, before).verdict is Verdict.ADMISSIBLE
    one = judged(supervised, after)
    assert one.pack_version == "2"
    assert broken(one) == [
        (Rule.PURPOSE, "PURPOSE_UNKNOWN"),
        (Rule.FILES, "FILE_NOT_DECLARED"),
    ]


@pytest.mark.requirement("A16.3", "A17.2")
def test_a_search_is_judged_by_the_officers_of_its_time(supervised: Supervised) -> None:
    before = supervised.searched()
    with_all = (supervised.world.folder / "officers.toml").read_text()
    supervised.rewrite_officers("")
    removed = supervised.searched()
    supervised.rewrite_officers(with_all)
    again = supervised.searched()
    assert [broken(judged(supervised, each)) for each in (before, removed, again)] == [
        [],
        [(Rule.OFFICERS, "OFFICER_NOT_AUTHORISED")],
        [],
    ]
    digests = [judged(supervised, each).officers_digest for each in (before, removed, again)]
    assert digests[0] == digests[2] != digests[1]


@pytest.mark.requirement("A16.3")
def test_a_right_refusal_is_told_from_a_wrong_one(supervised: Supervised) -> None:
    with pytest.raises(OfficerNotAuthorised):
        supervised.world.desk.submit(FINGER, request("Q-1", officer="MK-0002"))
    (one,) = supervised.desk.check_request(AUDITOR, "MK", "Q-1").acts
    assert one.verdict is Verdict.RIGHTLY_REFUSED
    assert broken(one) == [(Rule.OFFICERS, "OFFICER_NOT_AUTHORISED")]
    refused = supervised.searched(act=Act.SEARCH_REFUSED, reason="OFFICER_NOT_AUTHORISED")
    assert judged(supervised, refused).verdict is Verdict.WRONGLY_REFUSED


@pytest.mark.requirement("A16.3")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        # Refusals before the fields were read, as the edge writes them.
        ({"reason": "TEMPLATE_MALFORMED", "purpose": None}, "TEMPLATE_MALFORMED is not kept"),
        ({"reason": "REQUEST_INVALID", "purpose": None}, "form: the request was refused before"),
        ({"reason": "ROLE_DENIED", "purpose": None, "search_type": None}, "which role was asked"),
        ({"reason": "CERTIFICATE_UNKNOWN", "certificate": ""}, "names no certificate"),
        ({"reason": "QUALITY_INSUFFICIENT"}, "quality: the probes were erased"),
        ({"reason": "REQUEST_NUMBER_REUSED"}, "number: no earlier receipt"),
    ],
)
def test_what_cannot_be_judged_again_is_not_judged_and_it_says_why(
    supervised: Supervised, changes: dict[str, str | None], why: str
) -> None:
    refused = supervised.searched(act=Act.SEARCH_REFUSED, **changes)
    one = judged(supervised, refused)
    assert one.verdict is Verdict.UNKNOWN
    assert why in one.remark


@pytest.mark.requirement("A16.3", "I11.1")
def test_a_refusal_of_a_field_is_judged_by_the_field_as_it_was_sent(supervised: Supervised) -> None:
    with pytest.raises(RequestInvalid):
        supervised.world.desk.submit(FINGER, request("Q-1", case_reference="x" * 65))
    with pytest.raises(RequestInvalid):
        supervised.world.desk.submit(FINGER, request("Q-2", finger_probe("")))
    for number in ("Q-1", "Q-2"):
        (one,) = supervised.desk.check_request(AUDITOR, "MK", number).acts
        assert (one.verdict, broken(one)) == (
            Verdict.RIGHTLY_REFUSED,
            [(Rule.FORM, "REQUEST_INVALID")],
        )
    wrong = supervised.searched(act=Act.SEARCH_REFUSED, reason="REQUEST_INVALID")
    assert judged(supervised, wrong).verdict is Verdict.WRONGLY_REFUSED


@pytest.mark.requirement("A16.3")
def test_a_number_that_was_used_or_cancelled_is_judged_by_the_earlier_entries(
    supervised: Supervised,
) -> None:
    desk = supervised.world.desk
    desk.submit(FINGER, request("Q-1"))
    with pytest.raises(RequestNumberReused):
        desk.submit(FINGER, request("Q-1", case_reference="K-18/26"))
    first, again = supervised.desk.check_request(AUDITOR, "MK", "Q-1").acts
    assert (first.verdict, broken(first)) == (Verdict.ADMISSIBLE, [])
    assert (again.verdict, broken(again)) == (
        Verdict.RIGHTLY_REFUSED,
        [(Rule.NUMBER, "REQUEST_NUMBER_REUSED")],
    )
    desk.pause(True)
    desk.submit(FINGER, request("Q-2"))
    desk.cancel(FINGER, "Q-2")
    with pytest.raises(RequestSettled):
        desk.submit(FINGER, request("Q-2"))
    _, refused = supervised.desk.check_request(AUDITOR, "MK", "Q-2").acts
    assert broken(refused) == [(Rule.NUMBER, "REQUEST_SETTLED")]


def test_what_is_no_search_is_refused(supervised: Supervised) -> None:
    read = supervised.record.write(Act.RECORD_READ, "RS", {})
    for sequence in (0, read, 10_000):
        with pytest.raises(RequestInvalid, match="sequence"):
            supervised.desk.check_entry(AUDITOR, sequence)
    with pytest.raises(RequestInvalid, match="request_number"):
        supervised.desk.check_request(AUDITOR, "MK", "Q-unknown")


@pytest.mark.requirement("A17.5")
@pytest.mark.parametrize(
    "ask",
    [
        lambda desk, who: desk.check_entry(who, 1),
        lambda desk, who: desk.check_request(who, "MK", "Q-1"),
        lambda desk, who: desk.officers(who),
    ],
)
def test_nobody_but_the_auditor_is_told(
    supervised: Supervised, ask: Callable[[object, Principal], object]
) -> None:
    size = supervised.record.size()
    for principal in (ADMINISTRATOR, FINGER):
        with pytest.raises(RoleDenied):
            ask(supervised.desk, principal)
    assert supervised.record.size() == size


@pytest.mark.requirement("A16.3", "A17.2")
def test_a_list_that_cannot_be_noted_judges_nobody(
    supervised: Supervised, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_tx: object, _content: bytes, _at: object) -> None:
        raise RecordUnavailable("the disk is full")

    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(evidence_table, "keep_officers", full)
        with pytest.raises(RecordUnavailable):
            supervised.rewrite_officers("")
        with pytest.raises(RecordUnavailable):
            supervised.officers.current()
    assert supervised.officers.current() == {}
    assert supervised.desk.officers(AUDITOR).officers == ()
