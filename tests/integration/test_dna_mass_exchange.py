"""A Prüm XML request under Article 4 is run as a mass comparison, with consent."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.cli import development_consent, generated_data, installation
from appliance.cli.exit_codes import ExitCode
from appliance.cli.local_appliance import LocalAppliance
from appliance.client import LoadItem
from appliance.codecs.pruem_message import Result
from appliance.domain.clock import SystemClock
from tests.cli.command import appliance
from tests.integration.centre import FIRST, OWNER, SECOND, SEED
from tests.integration.test_dna_exchange import csv, read, request


@pytest.mark.requirement("A4.1")
def test_a_mass_comparison_is_answered_profile_by_profile(tmp_path: Path) -> None:
    home = tmp_path / "home"
    now = SystemClock().now()
    plan = installation.Plan(OWNER, (FIRST, SECOND), port=0, telemetry_port=0)
    installation.make(home, plan, now)
    development_consent.add(home, FIRST, now)
    profiles = [
        generated_data.dna_profile(codes.tobytes()) for codes in generated_data.dna_codes(3, SEED)
    ]
    numbered = {f"ST-{number}": list(profile) for number, profile in enumerate(profiles)}
    source = csv(tmp_path / "stains.csv", numbered)
    told = request(source, tmp_path / "request.xml", "--article", "4")
    assert told.returncode == ExitCode.DONE, told.stderr
    document = (tmp_path / "request.xml").read_text()
    last = document.rindex("<vwa><low_allele>") + len("<vwa><low_allele>")
    broken = document[:last] + "9.7" + document[document.index("<", last) :]
    (tmp_path / "request.xml").write_text(broken)
    with LocalAppliance(home) as started:
        with started.client(f"{OWNER}-administrator") as admin:
            held = [LoadItem("DNA_REFERENCE", "D-0", profiles[0])]
            assert all(result.accepted for result in admin.load(held))
        told = appliance(
            *("dna", "answer", "--request", tmp_path / "request.xml"),
            *("--out", tmp_path / "answer.xml", "--home", home, "--legal-basis", "ZKP 5"),
            *("--as", f"{FIRST}-contact-point-dna", "--officer", installation.officer_id(FIRST)),
            *("--ordered-by", "PROSECUTOR-1"),
        )
    assert told.returncode == ExitCode.DONE, told.stderr
    echo, match, none, error = read(tmp_path / "answer.xml").blocks
    assert (echo.profile_ident, echo.result, echo.result_count) == ("ST-0", Result.HIT, 1)
    assert (match.profile_ident, match.match_id, match.quality) == ("D-0", "ST-0", 1)
    assert (none.profile_ident, none.result) == ("ST-1", Result.NO_HIT)
    assert (error.profile_ident, error.result) == ("ST-2", Result.ERROR)
    assert "locus vWA: '9.7'" in error.message
