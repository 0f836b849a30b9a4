"""An auditor's day with a real appliance, by the command line: found, judged, exported, told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import installation
from appliance.client import Capacity
from appliance.config.layout import Layout
from tests.cli.command import appliance
from tests.integration.centre import FIRST, OWNER, Centre, terms
from tests.pki import Authority, urn

AUDITOR = f"{OWNER}-auditor"
ADMINISTRATOR = f"{OWNER}-administrator"


def told(centre: Centre, *arguments: object, name: str = AUDITOR, status: int = 0) -> Any:
    """Return what ``appliance record`` prints as JSON."""
    home = centre.appliance.home
    ended = appliance("record", *arguments, "--as", name, "--home", home, "--json")
    assert ended.returncode == status, ended.stderr
    return json.loads(ended.stdout) if ended.stdout else ended.stderr


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A centre in which MK has found F-0 by request Q-1."""
    home = tmp_path_factory.mktemp("supervised") / "home"
    with Centre.start(home, fingers=30, profiles=10) as centre:
        search = terms(FIRST, "TP/TP", request_number="Q-1")
        with centre.fingers_of(FIRST) as client:
            answer = client.search_finger(search, {"P-1": centre.probes[0]})
        assert [each.reference_number for each in answer.results[0].candidates][:1] == ["F-0"]
        yield centre


@pytest.mark.requirement("A16.3", "A17.2")
def test_a_search_is_judged_again_by_what_the_service_noted_itself(searched: Centre) -> None:
    (judged,) = told(searched, "check", "--request", FIRST, "Q-1")
    assert judged["verdict"] == "admissible"
    outcomes = {each["rule"]: each["outcome"] for each in judged["findings"]}
    assert outcomes.pop("quality") == "unknown"
    assert set(outcomes.values()) == {"kept"}
    again = told(searched, "check", "--entry", judged["sequence"])
    assert again[0]["findings"] == judged["findings"]
    listed = told(searched, "officers")
    assert installation.officer_id(FIRST) in [each["id"] for each in listed["officers"]]
    assert listed["digest"] == judged["officers_digest"]


@pytest.mark.requirement("A18.1")
def test_whoever_asks_about_an_item_is_told_who_received_it(
    searched: Centre, tmp_path: Path
) -> None:
    page = tmp_path / "subject.html"
    report = told(searched, "subject", "TP", "F-0", "--html", page)
    assert (report["held"], report["origin"]) == (True, OWNER)
    (supply,) = report["supplies"]
    expected = (FIRST, "Q-1", "CRIMINAL_OFFENCE_INVESTIGATION", "CASE-1/26")
    names = ("party", "request_number", "purpose", "case_reference")
    assert tuple(supply[name] for name in names) == expected
    assert [each["act"] for each in report["entries"]] == ["reference_loaded", "search_answered"]
    assert {
        each["reference_number"] for entry in report["entries"] for each in entry["subjects"]
    } == {"F-0"}
    assert "Q-1" in page.read_text()


@pytest.mark.requirement("A17.5")
def test_an_authority_receives_what_it_asked_for_and_can_check_it(
    searched: Centre, tmp_path: Path
) -> None:
    terms_of = ("--authority", "DPA", "--reference", "7/26", "--party", FIRST)
    kept = told(searched, "authority", "open", *terms_of)
    assert told(searched, "authority", "open", *terms_of)["number"] == kept["number"]
    record, heads = tmp_path / "record", tmp_path / "heads"
    home = searched.appliance.home
    ended = appliance(
        *("record", "authority", "export", kept["number"], record, heads),
        *("--as", AUDITOR, "--home", home),
    )
    assert ended.returncode == 0, ended.stderr
    key = Layout(home).head_public_key
    checked = appliance(
        *("record", "verify", "--export", record, "--heads", heads, "--key", key, "--json")
    )
    assert json.loads(checked.stdout)["intact"] is True
    contents = [line for line in record.read_text().splitlines() if '"leaf":' in line]
    assert len(contents) == json.loads(checked.stdout)["opened"]
    assert any("Q-1" in line for line in contents)
    assert not any("reference_loaded" in line for line in contents)
    assert told(searched, "authority", "delivered", kept["number"])["state"] == "delivered"
    assert [each["state"] for each in told(searched, "authority", "list")] == ["delivered"]


@pytest.mark.requirement("A17.7")
def test_a_random_check_is_drawn_made_and_shown(searched: Centre) -> None:
    drawn = told(searched, "sample", "draw", "--seed", "dice", "--size", 2)
    entry = drawn["sequences"][0]
    why = ("--inadmissible", "--remark", "no ground is named")
    told(searched, "sample", "result", drawn["number"], entry, *why)
    shown = told(searched, "sample", "show", drawn["number"])
    assert [(each["sequence"], each["admissible"]) for each in shown["results"]] == [(entry, False)]
    assert [each["number"] for each in told(searched, "sample", "list")] == [drawn["number"]]


@pytest.mark.requirement("A14.1", "A17.1")
def test_a_supply_by_hand_is_logged_and_data_passed_on_needs_a_word(searched: Centre) -> None:
    supply = (
        *("supply", "--reason", "letter 4/26", "--data", "MK-1", "--supplying", "RS file"),
        *("--receiving", "a court", "--officer", "RS-0001"),
    )
    entry = told(searched, *supply, name=ADMINISTRATOR)["sequence"]
    (logged,) = [
        each
        for each in told(searched, "query", "--act", "manual_supply")
        if int(each["sequence"]) == entry
    ]
    assert logged["party"] == OWNER
    onward = (*supply, "--origin", FIRST, "RS-Q-5", "--authorisation", "MK-AUTH")
    refused = told(searched, *onward, name=ADMINISTRATOR, status=3)
    assert "AUTHORISATION_MISSING" in refused
    given = ("--reference", "MK-AUTH", "--given-by", "MK contact point")
    told(searched, "authorise", "onward_supply", FIRST, "RS-Q-5", *given, name=ADMINISTRATOR)
    assert told(searched, *onward, name=ADMINISTRATOR)["sequence"] > entry
    (kept,) = told(searched, "authorisations")
    assert kept["reference"] == "MK-AUTH"


@pytest.mark.requirement("A17.5")
def test_the_administrator_cannot_read_the_record(searched: Centre) -> None:
    for arguments in (("query",), ("subject", "TP", "F-0"), ("authority", "list")):
        assert "ROLE_DENIED" in told(searched, *arguments, name=ADMINISTRATOR, status=3)


OFFICER = """
[[officer]]
party = "RS"
id = "RS-0001"
categories = ["dactyloscopic"]
valid_from = 2020-01-01T00:00:00Z
valid_until = 2100-01-01T00:00:00Z
"""


@pytest.mark.requirement("A1.1", "I8.1")
def test_the_own_contact_point_asks_others_by_the_command_line(
    searched: Centre, tmp_path: Path
) -> None:
    layout = Layout(searched.appliance.home)
    name = f"{OWNER}-contact-point-dactyloscopic"
    authority = Authority.kept(layout.ca_cert.read_bytes(), (layout.tls / "ca.key").read_bytes())
    pair = authority.client(urn(OWNER, "contact-point-dactyloscopic"))
    (layout.clients / f"{name}.crt").write_bytes(pair.certificate)
    (layout.clients / f"{name}.key").write_bytes(pair.key)
    with layout.officers.open("a") as officers:
        officers.write(OFFICER)
    probe = tmp_path / "P-1.fmr"
    probe.write_bytes(searched.probes[1])
    # The other Party is played by the same appliance: it cannot tell.
    target = json.loads((layout.data / "address.json").read_text())["grpc"]
    asked = (
        *("ask", "finger", probe, "--as", name, "--party", f"{FIRST}={target}"),
        *("--type", "TP/TP", "--case", "K-1/26", "--officer", "RS-0001"),
        *("--ordered-by", "RS-PROSECUTOR-1", "--home", layout.directory, "--json"),
    )
    early = appliance(*asked)
    assert early.returncode == 2
    assert "Implementing Agreement, Art. 8" in early.stderr
    ended = appliance(*asked, "--national-search-done")
    assert json.loads(ended.stdout)[FIRST]["refused"]["reason"] == "CAPACITY_EXHAUSTED"
    with searched.administrator() as client:
        outgoing = Capacity(FIRST, "identified", 10, outgoing=True, time_zone="Europe/Skopje")
        client.declare([outgoing, Capacity(OWNER, "identified", 10)])
    ended = appliance(*asked, "--national-search-done")
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)[FIRST]["answer"]
    assert answer["results"][0]["candidates"][0]["reference_number"] == "F-1"
    (judged,) = told(searched, "check", "--request", OWNER, answer["header"]["request_number"])
    assert judged["verdict"] == "admissible"
