"""The duties of Art. 15 and IA Art. 5 on a real appliance: told, proved, nothing left behind."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.cli import installation
from appliance.client import LoadItem
from appliance.config import profile_pack
from appliance.config.layout import Layout
from appliance.domain.clock import SystemClock
from appliance.exchange import notice_letter
from tests.cli.command import appliance
from tests.integration.centre import FIRST, OWNER, SECOND, Centre, terms

WAIT_S = 60.0


def until(condition: Callable[[], object]) -> None:
    """Wait for other processes to bring ``condition`` about."""
    give_up = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < give_up, "the condition never came true"
        time.sleep(0.05)


def name_addresses(home: Path) -> None:
    """Let the pack of an installation name a file drop for the contact points of MK."""
    layout = Layout(home)
    pack = json.loads(layout.pack.read_bytes())
    point = {"notices": [FIRST.lower()]}
    pack["parties"][FIRST]["contact_points"] = {"dactyloscopic": point, "dna": point}
    content = json.dumps(pack).encode()
    layout.pack.write_bytes(content)
    private = (layout.keys / "pack.key").read_bytes()
    layout.pack_signature.write_bytes(profile_pack.sign(content, private))


@pytest.fixture(scope="module")
def told_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre whose pack names where the notices of MK go."""
    home = tmp_path_factory.mktemp("duties") / "home"
    plan = installation.Plan(OWNER, (FIRST, SECOND), port=0, telemetry_port=0)
    installation.make(home, plan, SystemClock().now())
    name_addresses(home)
    with Centre.over(home, fingers=30, profiles=10) as running:
        yield running


def letters(centre: Centre, kind: str) -> list[dict[str, object]]:
    """Return the letters of a kind that lie in the drop of MK, checked."""
    layout = Layout(centre.appliance.home)
    public = layout.head_public_key.read_bytes()
    found = sorted((layout.notices / FIRST.lower()).glob(f"*{kind}*.json"))
    return [notice_letter.verify(path.read_bytes(), public) for path in found]


def found_by(centre: Centre, probe: int) -> list[str]:
    """Return the reference numbers that a latent of MK finds."""
    with centre.fingers_of(FIRST) as client:
        answer = client.search_finger(terms(FIRST), {"latent": centre.probes[probe]})
    return [each.reference_number for each in answer.results[0].candidates]


@pytest.mark.requirement("A15.1", "A17.3")
def test_a_party_that_received_a_print_is_told_when_it_is_deleted(told_centre: Centre) -> None:
    home = told_centre.appliance.home
    assert found_by(told_centre, 3)[0] == "F-3"
    told = appliance(
        *("data", "delete", "TP", "F-3", "--cause", "incorrect"),
        *("--as", f"{OWNER}-administrator", "--home", home, "--json"),
    )
    assert json.loads(told.stdout)["parties_told"] == 1
    until(lambda: letters(told_centre, "data_deleted"))
    (letter,) = letters(told_centre, "data_deleted")
    assert letter["facts"]["reference_number"] == "F-3"  # type: ignore[index]
    assert "F-3" not in found_by(told_centre, 3)
    with told_centre.administrator() as admin:
        (erasure,) = admin.duties.erasures()
        (notice,) = admin.duties.notices()
    assert (erasure.reference_number, erasure.certificate) == ("F-3", "")
    assert (notice.party, notice.HasField("delivered_at")) == (FIRST, True)


@pytest.mark.requirement("A15.2", "A15.3")
def test_contested_and_restricted_prints_are_treated_as_such(told_centre: Centre) -> None:
    with told_centre.administrator() as admin:
        admin.duties.flag("TP", "F-4")
        admin.duties.restrict("TP", "F-5", "a pending claim")
    with told_centre.fingers_of(FIRST) as client:
        answer = client.search_finger(terms(FIRST), {"latent": told_centre.probes[4]})
    assert answer.results[0].candidates[0].flagged
    assert "F-5" not in found_by(told_centre, 5)
    refused = appliance(
        *("data", "unflag", "TP", "F-4", "--basis", "opinion", "--decision", "none"),
        *("--as", f"{OWNER}-administrator", "--home", told_centre.appliance.home),
    )
    assert refused.returncode != 0
    with told_centre.administrator() as admin:
        admin.duties.unflag("TP", "F-4", "court", "K 4/26")
        admin.duties.release("TP", "F-5", "claim settled")
        assert not admin.get("TP", "F-4").flagged
    assert found_by(told_centre, 5)[0] == "F-5"


@pytest.mark.requirement("A15.1")
def test_a_corrected_print_is_found_as_what_it_is_now(told_centre: Centre) -> None:
    with told_centre.administrator() as admin:
        right = told_centre.probes[7]
        admin.duties.correct(LoadItem("TP", "F-6", right), "the prints were swapped")
        assert admin.get("TP", "F-6").record == right
    assert "F-6" in found_by(told_centre, 7)[:2]


@pytest.mark.requirement("I5.1", "I14/15")
def test_a_killed_service_is_told_to_the_contact_points_and_so_is_its_return(
    told_centre: Centre,
) -> None:
    home = told_centre.appliance.home
    until(Layout(home).addresses.exists)
    sentinel = subprocess.Popen(
        [
            *(sys.executable, "-m", "appliance.cli.main", "sentinel"),
            *("--home", str(home), "--interval-s", "0.1"),
        ]
    )
    try:
        told_centre.appliance.kill()
        until(lambda: letters(told_centre, "service_lost"))
        told_centre.appliance.start()
        until(lambda: letters(told_centre, "service_restored"))
    finally:
        sentinel.terminate()
        sentinel.wait(30)
    # One for each category of data that the Party has a contact point for.
    assert len(letters(told_centre, "service_lost")) == 2
    assert {each["from"] for each in letters(told_centre, "service_lost")} == {OWNER}
