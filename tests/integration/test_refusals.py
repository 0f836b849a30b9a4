"""What the rules refuse, as the other Party sees it; nothing refused uses capacity."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appliance.access.development_ca import DevelopmentCa
from appliance.cli import connection
from appliance.client import ApplianceRefused, Capacity, Client, SearchTerms
from appliance.config.layout import Layout
from appliance.domain.codes import Role
from tests.integration.centre import FIRST, OWNER, SECOND, Centre, terms


def refusal(client: Client, asked: SearchTerms, record: bytes) -> ApplianceRefused:
    """Return the refusal of a search that must not be answered."""
    with pytest.raises(ApplianceRefused) as refused:
        client.search_finger(asked, {"latent": record})
    return refused.value


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"purpose": "CURIOSITY"}, "PURPOSE_UNKNOWN"),
        ({"case_reference": ""}, "CASE_REFERENCE_MISSING"),
        ({"officer": ""}, "OFFICER_NOT_AUTHORISED"),
        ({"officer": "MK-OFFICER-99"}, "OFFICER_NOT_AUTHORISED"),
        ({"ordering_officer": ""}, "OFFICER_NOT_AUTHORISED"),
        ({"candidates_max": 11}, "REQUEST_INVALID"),
        ({"accelerated": True}, "REQUEST_INVALID"),
        ({"request_number": ""}, "REQUEST_INVALID"),
        ({"search_type": "DNA/REFERENCE"}, "REQUEST_INVALID"),
    ],
)
@pytest.mark.requirement("A1.5", "A1.7", "A13.1")
def test_a_search_outside_the_rules_is_refused_by_name_and_recorded(
    centre: Centre, changes: dict[str, object], reason: str
) -> None:
    with centre.auditor() as auditor:
        before = list(auditor.record_entries())[-1].sequence
    with centre.fingers_of(FIRST) as client:
        used = [use.used for use in client.use_today()]
        found = refusal(client, terms(FIRST, **changes), centre.probes[0])
        assert [use.used for use in client.use_today()] == used
    assert found.reason == reason
    with centre.auditor() as auditor:
        refused = [e for e in auditor.record_entries(before) if e.act == "search_refused"]
    assert [e.party for e in refused] == [FIRST]
    assert reason in {detail.value for detail in refused[0].details}


def test_every_bad_field_is_named_at_once(centre: Centre) -> None:
    with centre.fingers_of(FIRST) as client:
        found = refusal(
            client, terms(FIRST, request_number="", legal_basis="x" * 200), centre.probes[0]
        )
    assert {"request_number", "legal_basis"} <= {
        each.field.rpartition(".")[2] for each in found.violations
    }


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"", "REQUEST_INVALID"),
        (b"XMR\0 20\0" + bytes(20), "TEMPLATE_MALFORMED"),
        (b"FMR\0 20\0" + bytes(5), "TEMPLATE_MALFORMED"),
    ],
)
def test_bytes_that_are_no_template_are_refused(centre: Centre, record: bytes, reason: str) -> None:
    with centre.fingers_of(FIRST) as client:
        found = refusal(client, terms(FIRST), record)
    assert found.reason == reason


@pytest.mark.requirement("I11.1", "I9.2")
def test_a_probe_with_too_few_minutiae_is_unsuitable(centre: Centre) -> None:
    record = bytearray(centre.probes[0])
    few = 3
    record[27] = few
    short = bytes(record[: 28 + 6 * few]) + b"\0\0"
    short = short[:8] + len(short).to_bytes(4, "big") + short[12:]
    with centre.fingers_of(FIRST) as client:
        found = refusal(client, terms(FIRST), short)
        assert found.reason == "QUALITY_INSUFFICIENT"
        with pytest.raises(ApplianceRefused, match="QUALITY_INSUFFICIENT"):
            client.check_quality(short)
        good = client.check_quality(centre.probes[0], "TP/TP")
        assert (good.minutiae_count >= 12, good.quality >= 50) == (True, True)


def test_a_request_number_stands_for_one_content(centre: Centre) -> None:
    asked = terms(FIRST)
    with centre.fingers_of(FIRST) as client:
        first = client.search_finger(asked, {"latent": centre.probes[11]})
        used = [use.used for use in client.use_today()]
        same = client.search_finger(asked, {"latent": centre.probes[11]})
        assert [use.used for use in client.use_today()] == used
        assert same == first
        found = refusal(client, asked, centre.probes[12])
    assert found.reason == "REQUEST_NUMBER_REUSED"


def test_the_capacity_of_the_day_ends_searches_until_midnight(own_centre: Centre) -> None:
    with own_centre.administrator() as admin:
        admin.declare([Capacity(FIRST, "not_yet_identified", 2)])
    with own_centre.fingers_of(FIRST) as client:
        for number in range(2):
            client.search_finger(terms(FIRST), {"latent": own_centre.probes[number]})
        found = refusal(client, terms(FIRST), own_centre.probes[3])
        assert found.reason == "CAPACITY_EXHAUSTED"
        assert found.retry_after_s is not None
        assert 0 < found.retry_after_s <= 25 * 3600
        # The other bucket is a capacity of its own.
        client.search_finger(terms(FIRST, "TP/TP"), {"print": own_centre.probes[3]})
        with own_centre.administrator() as admin:
            admin.declare([Capacity(FIRST, "not_yet_identified", 3)])
        client.search_finger(terms(FIRST), {"latent": own_centre.probes[3]})
        assert refusal(client, terms(FIRST), own_centre.probes[3]).reason == "CAPACITY_EXHAUSTED"


def test_a_certificate_does_only_what_its_role_covers(centre: Centre) -> None:
    with centre.dna_of(FIRST) as client:
        assert refusal(client, terms(FIRST), centre.probes[0]).reason == "ROLE_DENIED"
        for act in (client.count, client.verify_record, client.status):
            with pytest.raises(ApplianceRefused) as refused:
                act()
            assert refused.value.reason == "ROLE_DENIED"
    with centre.administrator() as client:
        assert refusal(client, terms(OWNER), centre.probes[0]).reason == "ROLE_DENIED"


@pytest.mark.requirement("A17.2")
def test_an_officer_of_another_party_is_not_authorised(centre: Centre) -> None:
    asked = terms(SECOND, officer=f"{FIRST}-OFFICER-1")
    with centre.fingers_of(SECOND) as client:
        assert refusal(client, asked, centre.probes[0]).reason == "OFFICER_NOT_AUTHORISED"


def test_a_certificate_of_another_authority_reaches_nothing(own_centre: Centre) -> None:
    layout = Layout(own_centre.appliance.home)
    stranger = DevelopmentCa(OWNER, datetime.now(UTC))
    pair = stranger.client(FIRST, Role.CONTACT_POINT_DACTYLOSCOPIC)
    target = connection.read_address(layout).grpc
    with Client(
        target, ca=layout.ca_cert, certificate=pair.certificate, key=pair.key, timeout_s=3
    ) as client:
        assert refusal(client, terms(FIRST), own_centre.probes[0]).code == "UNAVAILABLE"
