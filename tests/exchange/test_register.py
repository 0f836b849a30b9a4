"""Supplies by hand are logged whole; data goes on to others only as its owner authorised."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from appliance.domain.errors import AuthorisationMissing, RequestInvalid, RoleDenied
from appliance.domain.record import Act
from appliance.domain.supervision import Authorisation, AuthorisationKind, ManualSupply
from appliance.exchange import sampling
from tests.exchange.supervised import AUDITOR, Supervised
from tests.exchange.world import ADMINISTRATOR, FINGER, World, details

SUPPLY = ManualSupply(
    reason="letter rogatory 4/26",
    data="RS-77, RS-78",
    supplied_on=date(2026, 3, 2),
    supplying_body="RS file",
    receiving_body="MK contact point",
    officer="RS-0001",
)
GIVEN = Authorisation(
    number=0,
    kind=AuthorisationKind.ONWARD_SUPPLY,
    party="RO",
    request_number="RS-Q-5",
    purpose="",
    reference="RO-AUTH-3",
    given_by="RO contact point",
    given_on=date(2026, 3, 1),
    recorded_at=datetime.min.replace(tzinfo=UTC),
)


@pytest.fixture
def supervised(world: World) -> Supervised:
    """A world under supervision."""
    return Supervised(world)


@pytest.mark.requirement("A17.1")
def test_a_supply_by_hand_is_on_record_with_its_reason_data_date_and_bodies(
    supervised: Supervised,
) -> None:
    own_contact_point = replace(FINGER, party="RS")
    for principal in (ADMINISTRATOR, own_contact_point):
        sequence = supervised.register.record_supply(principal, SUPPLY)
        (entry,) = supervised.record.entries(sequence - 1, 1)
        assert (entry.act, entry.party) == (Act.MANUAL_SUPPLY, "RS")
        assert details(entry) == {
            "reason": "letter rogatory 4/26",
            "data": "RS-77, RS-78",
            "supplied_on": "2026-03-02",
            "supplying_body": "RS file",
            "receiving_body": "MK contact point",
            "officer": "RS-0001",
            "certificate": principal.fingerprint,
        }


@pytest.mark.requirement("A17.1")
@pytest.mark.parametrize("field", ["reason", "data", "supplying_body", "receiving_body", "officer"])
def test_a_supply_with_a_field_missing_is_refused(supervised: Supervised, field: str) -> None:
    size = supervised.record.size()
    with pytest.raises(RequestInvalid) as refused:
        supervised.register.record_supply(ADMINISTRATOR, replace(SUPPLY, **{field: ""}))  # type: ignore[arg-type]
    assert [violation.field for violation in refused.value.violations] == [field]
    assert supervised.record.size() == size


@pytest.mark.requirement("A17.1")
def test_a_supply_of_tomorrow_or_of_another_party_is_refused(supervised: Supervised) -> None:
    tomorrow = replace(SUPPLY, supplied_on=date(2026, 3, 3))
    with pytest.raises(RequestInvalid, match="supplied_on"):
        supervised.register.record_supply(ADMINISTRATOR, tomorrow)
    for principal in (AUDITOR, FINGER):
        with pytest.raises(RoleDenied):
            supervised.register.record_supply(principal, SUPPLY)
    assert supervised.world.acts(Act.MANUAL_SUPPLY) == []


@pytest.mark.requirement("A14.1")
def test_received_data_is_passed_on_only_as_its_owner_authorised(supervised: Supervised) -> None:
    onward = replace(SUPPLY, origin_party="RO", origin_request="RS-Q-5")
    allowed = replace(onward, authorisation="RO-AUTH-3")
    for supply in (onward, allowed):
        with pytest.raises(AuthorisationMissing, match="RO has not authorised"):
            supervised.register.record_supply(ADMINISTRATOR, supply)
    supervised.register.authorise(ADMINISTRATOR, GIVEN)
    sequence = supervised.register.record_supply(ADMINISTRATOR, allowed)
    (entry,) = supervised.record.entries(sequence - 1, 1)
    assert details(entry)["authorisation"] == "RO-AUTH-3"
    others = (
        onward,
        replace(allowed, authorisation="RO-AUTH-4"),
        replace(allowed, origin_request="RS-Q-6"),
        replace(allowed, origin_party="MK"),
    )
    for supply in others:
        with pytest.raises(AuthorisationMissing):
            supervised.register.record_supply(ADMINISTRATOR, supply)
    assert len(supervised.world.acts(Act.MANUAL_SUPPLY)) == 1


@pytest.mark.requirement("A14.1")
def test_an_authorisation_of_a_purpose_lets_nothing_be_passed_on(supervised: Supervised) -> None:
    purpose = "CRIMINAL_OFFENCE_PREVENTION"
    other = replace(GIVEN, kind=AuthorisationKind.OTHER_PURPOSE, purpose=purpose)
    supervised.register.authorise(ADMINISTRATOR, other)
    onward = replace(SUPPLY, origin_party="RO", origin_request="RS-Q-5", authorisation="RO-AUTH-3")
    with pytest.raises(AuthorisationMissing):
        supervised.register.record_supply(ADMINISTRATOR, onward)


@pytest.mark.requirement("A14.1")
def test_onward_data_names_the_party_and_the_request_it_came_by(supervised: Supervised) -> None:
    with pytest.raises(RequestInvalid) as refused:
        supervised.register.record_supply(ADMINISTRATOR, replace(SUPPLY, authorisation="RO-AUTH-3"))
    fields = [violation.field for violation in refused.value.violations]
    assert fields == ["origin_party", "origin_request"]


@pytest.mark.requirement("A13.1", "A14.1")
def test_authorisations_are_kept_once_and_listed(supervised: Supervised) -> None:
    first = supervised.register.authorise(ADMINISTRATOR, GIVEN)
    assert supervised.register.authorise(ADMINISTRATOR, GIVEN) == first
    second = supervised.register.authorise(ADMINISTRATOR, replace(GIVEN, reference="RO-AUTH-4"))
    listed = supervised.register.authorisations(AUDITOR, 0, 10)
    assert [each.number for each in listed] == [first, second]
    assert listed[0] == replace(GIVEN, number=first, recorded_at=supervised.clock.now())
    assert supervised.register.authorisations(ADMINISTRATOR, first, 10) == listed[1:]
    assert len(supervised.world.acts(Act.ONWARD_SUPPLY_AUTHORISED)) == 2
    for principal in (AUDITOR, FINGER):
        with pytest.raises(RoleDenied):
            supervised.register.authorise(principal, GIVEN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"party": "RS"}, "party"),
        ({"party": "XX"}, "party"),
        ({"request_number": ""}, "request_number"),
        ({"reference": ""}, "reference"),
        ({"given_by": ""}, "given_by"),
        ({"given_on": date(2026, 3, 3)}, "given_on"),
        ({"purpose": "CRIMINAL_OFFENCE_PREVENTION"}, "purpose"),
        ({"kind": AuthorisationKind.OTHER_PURPOSE}, "purpose"),
    ],
)
def test_an_unusable_authorisation_is_refused_by_field(
    supervised: Supervised, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(RequestInvalid) as refused:
        supervised.register.authorise(ADMINISTRATOR, replace(GIVEN, **changes))  # type: ignore[arg-type]
    assert [violation.field for violation in refused.value.violations] == [field]


@pytest.mark.requirement("A17.7")
def test_a_sample_is_what_its_description_says() -> None:
    """Written anew from ops/RECORD_FORMAT.md, without the code that draws."""
    wanted: list[int] = []
    first, last, number = 11, 310, 0
    while len(wanted) < 50:
        counter = b"".join(value.to_bytes(8, "big") for value in (first, last, number))
        number += 1
        scheme = b"pruem-appliance record sample, version 1\0"
        x = int.from_bytes(hashlib.sha256(scheme + b"dice\0" + counter).digest()[:8], "big")
        if x >= 2**64 // 300 * 300 or 11 + x % 300 in wanted:
            continue
        wanted.append(11 + x % 300)
    assert sampling.draw("dice", 50, first, last) == tuple(wanted)


@pytest.mark.requirement("A17.7")
def test_every_entry_is_as_likely_to_be_drawn_as_any_other() -> None:
    counts = dict.fromkeys(range(5, 15), 0)
    for seed in range(2_000):
        for drawn in sampling.draw(str(seed), 3, 5, 14):
            counts[drawn] += 1
    # 600 expected each; six standard deviations of a binomial are 123.
    assert all(477 < count < 723 for count in counts.values())
    assert sorted(sampling.draw("all", 100, 5, 14)) == list(counts)
    assert sampling.draw("none", 3, 5, 4) == ()
