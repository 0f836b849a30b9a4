"""A pack that contradicts itself or the Agreement is refused, all its faults named at once."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from appliance.config import pack_rules, profile_pack
from appliance.domain.errors import ConfigurationInvalid

_EVALUATED = "2020-01-01T00:00:00Z"


def _table() -> dict[str, Any]:
    loaded = json.loads(profile_pack.default_pack_json(["RS", "MK"]))
    assert isinstance(loaded, dict)
    return loaded


def _with_party(code: str = "MK", **changes: object) -> dict[str, Any]:
    table = _table()
    table["parties"] = table["parties"] | {code: changes}
    return table


def _suspended(notified_on: str, valid_from: str, **more: str) -> dict[str, str]:
    return {"notified_on": notified_on, "valid_from": valid_from, **more}


def _refusal(table: dict[str, Any]) -> str:
    with pytest.raises(ConfigurationInvalid) as refused:
        profile_pack.parse(json.dumps(table).encode())
    return refused.value.message


_FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "suspension a day early": (
        _with_party(suspensions=[_suspended("2026-03-01", "2026-03-15T00:00:00Z")]),
        "parties.MK.suspensions: notified on 2026-03-01, takes effect on 2026-03-16",
    ),
    "suspension in part a day early": (
        _with_party(
            takings={"dna": {"suspensions": [_suspended("2026-03-01", "2026-03-15T00:00:00Z")]}}
        ),
        "parties.MK.takings.dna.suspensions: notified on 2026-03-01",
    ),
    "withdrawal a day early": (
        _with_party(
            withdrawal={"notified_on": "2026-01-10", "effective_from": "2026-07-09T00:00:00Z"}
        ),
        "parties.MK.withdrawal: notified on 2026-01-10, takes effect on 2026-07-10",
    ),
    "suspensions overlap": (
        _with_party(
            suspensions=[
                _suspended("2026-03-01", "2026-03-16T00:00:00Z"),
                _suspended("2026-04-01", "2026-05-01T00:00:00Z"),
            ]
        ),
        "parties.MK.suspensions: two overlap on 2026-05-01",
    ),
    "suspension ends before it begins": (
        _with_party(
            suspensions=[
                _suspended("2026-03-01", "2026-03-16T00:00:00Z", valid_until="2026-03-16T00:00:00Z")
            ]
        ),
        "ends before it begins",
    ),
    "pilot without an end": (
        _with_party(takings={"dna": {"pilot_from": _EVALUATED}}),
        "parties.MK.takings.dna: a pilot has a beginning and an end",
    ),
    "pilot turned round": (
        _with_party(takings={"dna": {"pilot_from": _EVALUATED, "pilot_until": _EVALUATED}}),
        "the pilot ends before it begins",
    ),
    "UK": (_with_party("UK"), "parties: UK is not assigned"),
    "XX": (_with_party("XX"), "parties: XX is not assigned"),
    "XK unnamed": (_with_party("XK"), "parties: XK is not assigned"),
    "UK named": (_with_party("UK") | {"user_assigned_codes": ["UK"]}, "UK is not left to users"),
    "XX named": (_with_party("XX") | {"user_assigned_codes": ["XX"]}, "XX is not left to users"),
    "unknown rule": (_with_party(dna_rule="OURS"), "parties.MK.dna_rule: OURS"),
    "unknown law": (_with_party(legal_profile="UN"), "parties.MK.legal_profile: UN"),
    "no law of our own": (_table() | {"legal_profile": "UN"}, "legal_profiles lacks UN"),
    "consents of a stranger": (
        _table()
        | {
            "consents": [
                {"party": "DE", "valid_from": _EVALUATED, "valid_until": "2021-01-01T00:00:00Z"}
            ]
        },
        "consents: DE",
    ),
    "consents overlap": (
        _table()
        | {
            "consents": 2
            * [{"party": "MK", "valid_from": _EVALUATED, "valid_until": "2021-01-01T00:00:00Z"}]
        },
        "consents of MK: two overlap",
    ),
    "a lane that is not there": (
        _table()
        | {
            "priority_classes": _table()["priority_classes"]
            | {"express": {"legal_basis_required": True}}
        },
        "express is no lane",
    ),
    "a purpose of prints alone that is none": (
        _table() | {"dactyloscopic_purposes": ["TAXES"]},
        "purposes lacks TAXES",
    ),
    "fingerprint of a certificate": (
        _with_party(contact_points={"dna": {"certificate_fingerprints": ["AB"]}}),
        "certificate_fingerprints",
    ),
    "notices over plain http": (
        _with_party(contact_points={"dna": {"notices": ["http://example.org"]}}),
        "notices",
    ),
}


@pytest.mark.requirement("A27.1", "I6.2")
@pytest.mark.parametrize("fault", _FAULTS)
def test_a_contradiction_is_refused_by_its_place(fault: str) -> None:
    table, named = _FAULTS[fault]
    assert named in _refusal(table)


def test_all_faults_are_named_at_once() -> None:
    message = _refusal(_with_party("UK", dna_rule="OURS") | {"legal_profile": "UN"})
    assert all(part in message for part in ("UK is not", "OURS", "legal_profiles lacks UN"))


@pytest.mark.requirement("I6.2")
def test_a_user_assigned_code_is_good_once_the_pack_names_it() -> None:
    table = _with_party("XK") | {"user_assigned_codes": ["XK"]}
    assert "XK" in profile_pack.parse(json.dumps(table).encode()).parties


@pytest.mark.requirement("A27.1")
def test_notice_of_exactly_fifteen_days_and_six_months_is_enough() -> None:
    suspension = _suspended("2026-03-01", "2026-03-16T00:00:00+01:00")
    withdrawal = {"notified_on": "2026-08-31", "effective_from": "2027-02-28T00:00:00Z"}
    table = _with_party(suspensions=[suspension], withdrawal=withdrawal)
    assert profile_pack.parse(json.dumps(table).encode()).parties["MK"].withdrawal is not None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 10), 6, date(2026, 7, 10)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 29), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 18, date(2028, 6, 1)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, later: date) -> None:
    assert later == pack_rules.months_after(day, months)


def test_a_dna_rule_says_under_its_name_what_it_is() -> None:
    table = _table()
    table["dna_rules"]["PCC-SEE"]["mismatch_max"] = 0
    assert "differs from the shipped PCC-SEE/1" in _refusal(table)
    table["dna_rules"]["PCC-SEE"]["version"] = "2"
    assert profile_pack.parse(json.dumps(table).encode()).dna_rule_of("MK").label == "PCC-SEE/2"
    table["dna_rules"]["PCC-SEE"]["tolerance"] = 3
    assert "dna_rules.PCC-SEE: tolerance is unknown" in _refusal(table)
    del table["dna_rules"]["PCC-SEE"]["tolerance"]
    table["dna_rules"]["PCC-SEE"]["name"] = "OTHER"
    assert "dna_rules.PCC-SEE: calls itself OTHER" in _refusal(table)


@pytest.mark.requirement("A22")
def test_the_law_of_each_exchange_sets_its_periods_and_its_excess() -> None:
    table = _table()
    table["legal_profiles"]["EU"]["capacity_excess"] = "hold"
    table["parties"]["RO"] = {"legal_profile": "EU"}
    pack = profile_pack.parse(json.dumps(table).encode())
    assert (
        pack.record_retention_years,
        pack.legal_profile_of("RO").record_retention_years,
    ) == (2, 3)
    assert (pack.excess_of("MK"), pack.excess_of("RO")) == ("refuse", "hold")
    table["legal_profile"] = "EU"
    assert profile_pack.parse(json.dumps(table).encode()).record_retention_years == 3
