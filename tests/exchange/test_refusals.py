"""Every refusal by its name, in the Agreement's order, on record, and at no cost to the Party."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest

from appliance.config.party_profile import PartyProfile, Suspension, Taking
from appliance.domain.codes import Category, Collection, Role, SearchType
from appliance.domain.errors import (
    ApplianceError,
    CapacityExhausted,
    CaseReferenceMissing,
    ConfigurationInvalid,
    FileNotDeclared,
    InvariantBroken,
    OfficerNotAuthorised,
    PartyNotEvaluated,
    PartySuspended,
    PurposeUnknown,
    QualityInsufficient,
    RequestInvalid,
    RoleDenied,
    TemplateMalformed,
)
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.search import FingerProbe, SearchRequest
from tests.exchange.world import (
    DNA,
    FINGER,
    PACK,
    QUALITY,
    UNSUITABLE,
    World,
    details,
    dna_probe,
    finger_probe,
    pack_with,
    request,
)

_ABSENT = Principal("AT", Role.CONTACT_POINT_DACTYLOSCOPIC, "at")
_SUSPENSION = Suspension(notified_on=date(2026, 1, 1), valid_from=datetime(2026, 1, 16, tzinfo=UTC))
_MK = PACK.parties["MK"]
_FINGER_SUSPENDED = Taking(evaluated_from=PACK.effective_from, suspensions=(_SUSPENSION,))
_SUSPENDED = pack_with(
    parties={
        **PACK.parties,
        "MK": msgspec.structs.replace(
            _MK, takings={**_MK.takings, Category.DACTYLOSCOPIC: _FINGER_SUSPENDED}
        ),
    }
)
_HOME_NOT_EVALUATED = pack_with(parties={**PACK.parties, "RS": PartyProfile()})
_NO_PRINTS = pack_with(files=frozenset({Collection.TP}))


@pytest.mark.parametrize(
    ("principal", "asked", "refusal"),
    [
        (DNA, request(), RoleDenied),
        (FINGER, request("Q-1", dna_probe(), search_type=SearchType.DNA_REFERENCE), RoleDenied),
        (replace(FINGER, role=Role.ADMINISTRATOR), request(), RoleDenied),
        (_ABSENT, request(party="AT", officer="AT-0001"), PartyNotEvaluated),
        (FINGER, request(purpose="CURIOSITY"), PurposeUnknown),
        (FINGER, request(purpose=""), PurposeUnknown),
        (
            DNA,
            request(
                "Q-1",
                dna_probe(),
                search_type=SearchType.DNA_REFERENCE,
                purpose="CRIMINAL_OFFENCE_PREVENTION",
            ),
            PurposeUnknown,
        ),
        (FINGER, request(case_reference=""), CaseReferenceMissing),
        (FINGER, request(case_reference="  "), CaseReferenceMissing),
        (FINGER, request(officer=""), OfficerNotAuthorised),
        (FINGER, request(ordering_officer=" "), OfficerNotAuthorised),
        (FINGER, request(officer="MK-9999"), OfficerNotAuthorised),
        (FINGER, request(officer="RO-0001"), OfficerNotAuthorised),
        (FINGER, request(candidates_max=11), RequestInvalid),
        (FINGER, request("Q-1", FingerProbe("P-1", UNSUITABLE)), QualityInsufficient),
        (
            FINGER,
            request("Q-1", *(finger_probe(f"P-{number}") for number in range(5))),
            CapacityExhausted,
        ),
    ],
)
@pytest.mark.requirement("A1.5", "A1.7", "A2.1", "A13.1", "A17.2", "A17.4", "A23.1", "I11.1")
def test_a_refusal_is_named_recorded_and_free(
    make_world: Callable[..., World],
    principal: Principal,
    asked: SearchRequest,
    refusal: type[ApplianceError],
) -> None:
    world = make_world()
    world.declare(4)
    with pytest.raises(refusal) as raised:
        world.desk.submit(principal, asked)
    (entry,) = world.acts(Act.SEARCH_REFUSED)
    expected = {
        "reason": raised.value.reason,
        "request_number": asked.request_number,
        "search_type": asked.search_type.value,
        # A text that was too long stays so by one character, for whoever judges the refusal.
        "case_reference": asked.case_reference[:65],
        "purpose": asked.purpose[:65],
        "officer": asked.officer[:65],
        "ordering_officer": asked.ordering_officer[:65],
        "candidates_max": str(asked.candidates_max),
        "probes": str(len(asked.probes)),
        "probe_references": "\n".join(each.reference_number for each in asked.probes),
        "content_digest": asked.content_digest.hex(),
        "certificate": principal.fingerprint,
    }
    if asked.accelerated:
        expected["accelerated_under"] = asked.legal_basis
    told = details(entry)
    figures = {name for name in told if name.startswith("measured_")}
    assert bool(figures) == (refusal is QualityInsufficient)
    judged_at = told.pop("received_at", "")
    assert bool(judged_at) == (refusal is CapacityExhausted)
    assert {name: told[name] for name in told.keys() - figures} == expected
    assert entry.party == principal.party
    assert world.matcher.searched == []
    assert world.used() == 0
    assert world.vault._used == set()
    # The number is free: the mended request is a new one.
    if principal is FINGER:
        assert not world.desk.submit(FINGER, request()).replayed


@pytest.mark.parametrize(
    ("pack", "refusal"),
    [
        (_SUSPENDED, PartySuspended),
        (_HOME_NOT_EVALUATED, PartyNotEvaluated),
        (_NO_PRINTS, FileNotDeclared),
    ],
)
@pytest.mark.requirement("A2.1", "A23.1")
def test_the_profile_pack_decides_who_exchanges_what(
    make_world: Callable[..., World], pack: object, refusal: type[ApplianceError]
) -> None:
    world = make_world(pack=pack)
    world.declare()
    with pytest.raises(refusal):
        world.desk.submit(FINGER, request(search_type=SearchType.LT_UL))


@pytest.mark.requirement("A27.1")
def test_a_suspension_covers_its_category_only(make_world: Callable[..., World]) -> None:
    world = make_world(pack=_SUSPENDED)
    world.declare()
    world.desk.submit(DNA, request("Q-1", dna_probe(), search_type=SearchType.DNA_REFERENCE))
    with pytest.raises(PartySuspended):
        world.desk.submit(FINGER, request("Q-2"))


def test_of_many_reasons_the_first_of_the_order_is_given(make_world: Callable[..., World]) -> None:
    """Each step mends what was refused, and meets the next reason."""
    world = make_world(pack=_NO_PRINTS)
    wrong = request(
        "Q-1",
        FingerProbe("P-1", UNSUITABLE),
        party="AT",
        search_type=SearchType.LT_UL,
        purpose="",
        case_reference="",
        officer="",
        candidates_max=99,
    )
    steps: list[tuple[type[ApplianceError], dict[str, object]]] = [
        (PartyNotEvaluated, {"party": "MK"}),
        (PurposeUnknown, {"purpose": "MISSING_PERSON"}),
        (CaseReferenceMissing, {"case_reference": "K-1"}),
        (OfficerNotAuthorised, {"officer": "MK-0001"}),
        (FileNotDeclared, {"search_type": SearchType.LT_TP}),
        (RequestInvalid, {"candidates_max": 10}),
        (QualityInsufficient, {"probes": (finger_probe(),)}),
        (CapacityExhausted, {}),
    ]
    for refusal, mending in steps:
        with pytest.raises(refusal):
            world.desk.submit(replace(FINGER, party=wrong.party), wrong)
        wrong = replace(wrong, **mending)  # type: ignore[arg-type]
    reasons = [details(entry)["reason"] for entry in world.acts(Act.SEARCH_REFUSED)]
    assert reasons == [refusal.reason for refusal, _ in steps]


def test_all_violations_of_a_request_are_named_at_once(world: World) -> None:
    wrong = request(
        "",
        finger_probe(" a"),
        finger_probe("x" * 65),
        finger_probe("P-1"),
        finger_probe("P-1"),
        finger_probe("P\n"),
        dna_probe(""),
        case_reference="K" * 65,
        ordering_officer="O" * 65,
        candidates_max=-1,
        accelerated=True,
        content_digest=b"short",
    )
    with pytest.raises(RequestInvalid) as refusal:
        world.desk.submit(FINGER, wrong)
    assert [each.field for each in refusal.value.violations] == [
        "request_number",
        "case_reference",
        "ordering_officer",
        "legal_basis",
        "candidates_max",
        "content_digest",
        "probes[0].reference_number",
        "probes[1].reference_number",
        "probes[3].reference_number",
        "probes[4].reference_number",
        "probes[5].reference_number",
        "probes[5]",
    ]


def test_a_request_without_probes_is_refused(world: World) -> None:
    with pytest.raises(RequestInvalid, match="0 probes"):
        world.desk.submit(FINGER, replace(request(), probes=()))


def test_a_refusal_met_before_the_desk_is_recorded(world: World) -> None:
    error = TemplateMalformed("the magic is wrong", offset=0)
    world.desk.refused(FINGER, SearchType.LT_TP, "Q" * 500, error)
    world.desk.refused(None, None, "", error)
    first, second = world.acts(Act.SEARCH_REFUSED)
    assert (
        details(first)["reason"],
        details(first)["request_number"],
    ) == ("TEMPLATE_MALFORMED", "Q" * 64)
    assert (second.party, details(second)) == ("", {"reason": "TEMPLATE_MALFORMED"})


def test_nobody_speaks_for_another_party(world: World) -> None:
    with pytest.raises(InvariantBroken):
        world.desk.submit(FINGER, request(party="RO", officer="RO-0001"))


@pytest.mark.requirement("I11.1", "I9.2")
def test_quality_is_told_before_a_search(world: World) -> None:
    assert world.desk.check_quality(FINGER, finger_probe()) == QUALITY
    assert world.desk.check_quality(DNA, dna_probe()) is None
    with pytest.raises(QualityInsufficient):
        world.desk.check_quality(FINGER, FingerProbe("P-1", UNSUITABLE))
    with pytest.raises(RoleDenied):
        world.desk.check_quality(DNA, finger_probe())
    with pytest.raises(PartyNotEvaluated):
        world.desk.check_quality(_ABSENT, finger_probe())
    assert world.used() == 0


def test_no_desk_opens_under_a_pack_of_the_future(make_world: Callable[..., World]) -> None:
    future = pack_with(effective_from=PACK.effective_from.replace(year=2040))
    with pytest.raises(ConfigurationInvalid, match="2040"):
        make_world(pack=future)
