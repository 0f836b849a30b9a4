"""A centre's first day on the command line, against a running appliance."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from appliance.cli.exit_codes import ExitCode
from appliance.cli.local_appliance import LocalAppliance
from tests.cli.command import appliance
from tests.cli.test_bench import write_set

LATENT = ("--as", "MK-contact-point-dactyloscopic", "--case", "MK-7/26", "--ordered-by", "MK-P-3")
OFFICER = ("--officer", "MK-OFFICER-1")
LOCI = ("vWA", "TH01", "FGA", "D8S1179", "D3S1358", "D18S51", "D21S11", "D2S441")
TABLE = ",".join(["sample", *(f"{locus}_{at}" for locus in LOCI for at in (1, 2))]) + "\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of RS that MK and BA may search."""
    path = tmp_path_factory.mktemp("cli") / "centre"
    told = appliance(
        "init",
        path,
        "--party",
        "RS",
        "--peer",
        "MK",
        "--peer",
        "BA",
        "--port",
        0,
        "--telemetry-port",
        0,
    )
    assert told.returncode == ExitCode.DONE, told.stderr
    return path


def test_init_keeps_keys_from_others_and_refuses_to_overwrite(home: Path) -> None:
    for path in [*home.rglob("*.key"), home / "tls" / "ca.key"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    again = appliance("init", home, "--party", "RS")
    assert again.returncode == ExitCode.UNUSABLE_INPUT
    assert "not an empty directory" in again.stderr


@pytest.mark.parametrize(
    "arguments", [("--party", "Serbia"), ("--party", "RS", "--peer", "RS"), ("--party", "rs")]
)
def test_init_with_wrong_parties_leaves_nothing_behind(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    told = appliance("init", tmp_path / "centre", *arguments)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert os.listdir(tmp_path) == []


def test_commands_without_a_service_say_that_it_is_not_running(home: Path) -> None:
    told = appliance("status", "--home", home, "--as", "RS-administrator")
    assert told.returncode in (ExitCode.UNUSABLE_INPUT, ExitCode.UNAVAILABLE)
    assert told.stderr.count("\n") == 1
    assert appliance("health", "--home", home).returncode != ExitCode.DONE


def _administrator_and_auditor_see_it_all(here: tuple[str, str]) -> None:
    """Read use, status and record of what the test before has done."""
    today = appliance("capacity", "use", *here, "--as", "MK-contact-point-dactyloscopic", "--json")
    used = {use["bucket"]: use.get("used", 0) for use in json.loads(today.stdout)}
    assert used["BUCKET_NOT_YET_IDENTIFIED"] == 2
    told = appliance("status", *here, "--as", "RS-administrator", "--json")
    assert json.loads(told.stdout)["ready"] is True
    assert appliance("health", *here).returncode == ExitCode.DONE
    told = appliance("record", "list", *here, "--as", "RS-auditor", "--json")
    acts = [entry["act"] for entry in json.loads(told.stdout)]
    assert acts.count("search_answered") == 2
    # A probe that cannot be read is refused before it is sent: nothing reaches the record of it.
    assert acts.count("search_refused") == 2
    told = appliance("record", "verify", *here, "--as", "RS-auditor", "--json")
    assert json.loads(told.stdout)["intact"] is True
    told = appliance("record", "proof", "--entry", "2", *here, "--as", "RS-auditor")
    assert told.stdout.startswith("entry 2 is under head ")
    told = appliance("record", "proof", "--entry", "999", *here, "--as", "RS-auditor")
    assert (told.returncode, "sequence" in told.stderr) == (ExitCode.UNUSABLE_INPUT, True)
    told = appliance("record", "list", *here, "--as", "RS-administrator")
    assert "ROLE_DENIED" in told.stderr
    told = appliance("status", *here, "--as", "NOBODY")
    assert "there are BA-contact-point-dactyloscopic" in told.stderr


def _an_export_is_verified_elsewhere(export: Path, heads: Path, key: Path) -> None:
    verify = ("record", "verify", "--export", export, "--heads", heads, "--key", key)
    told = appliance(*verify, "--json")
    said = json.loads(told.stdout)
    assert (said["intact"], said["signed"] > 0) == (True, True)
    text = export.read_text()
    export.write_text(text.replace("search_answered", "search_refused", 1))
    told = appliance(*verify)
    assert (told.returncode, told.stdout[:15]) == (ExitCode.DAMAGED, "broken at entry")


def test_a_centre_loads_searches_and_reads_its_record(home: Path, tmp_path: Path) -> None:
    prints = write_set(tmp_path / "prints", 30, 2, 5)
    first = tmp_path / "first"
    first.mkdir()
    for path in prints.glob("*_1.iso"):
        path.rename(first / path.name)
    here = ("--home", str(home))
    with LocalAppliance(home):
        told = appliance("load", "finger", first, *here, "--as", "RS-administrator", "--json")
        assert json.loads(told.stdout)["accepted"] == 30, told.stderr
        (tmp_path / "dna.csv").write_text(
            TABLE + "P1,16,17,6,9.3,22,24,12,14,15,16,13,17,28,30,10,11\n"
            "P2,16,17,6,OL,22,24,12,14,15,x,13,17,28,30,10,11\n"
            "P1,16,17,6,9.3,22,24,12,14,15,16,13,17,28,30,10,11\n"
        )
        told = appliance(
            "load", "dna", tmp_path / "dna.csv", *here, "--as", "RS-administrator", "--json"
        )
        loaded = json.loads(told.stdout)
        assert (loaded["accepted"], loaded["refused"]) == (2, 1)
        assert told.returncode == ExitCode.UNUSABLE_INPUT
        again = appliance("load", "finger", first, *here, "--as", "RS-administrator", "--json")
        assert json.loads(again.stdout)["reasons"] == {"REFERENCE_EXISTS": 30}

        search = ("search", "finger", prints / "4_2.iso", *here, *LATENT)
        told = appliance(*search, *OFFICER)
        assert told.returncode == ExitCode.REFUSED
        assert "CAPACITY_EXHAUSTED" in told.stderr
        appliance(
            "capacity", "declare", "MK", "not_yet_identified", 5, *here, "--as", "RS-administrator"
        )
        told = appliance(*search, *OFFICER, "--json")
        assert told.returncode == ExitCode.DONE, told.stderr
        (result,) = json.loads(told.stdout)["results"]
        assert result["candidates"][0]["reference_number"] == "4_1"
        shown = appliance(*search, *OFFICER)
        assert "4_1" in shown.stdout
        told = appliance(*search, "--officer", "NOBODY")
        assert (told.returncode, "OFFICER_NOT_AUTHORISED" in told.stderr) == (
            ExitCode.REFUSED,
            True,
        )
        told = appliance("search", "finger", tmp_path / "dna.csv", *here, *LATENT, *OFFICER)
        assert told.returncode == ExitCode.UNUSABLE_INPUT
        assert "TEMPLATE_MALFORMED" in told.stderr

        _administrator_and_auditor_see_it_all(here)
        files = tmp_path / "record.jsonl", tmp_path / "head.jsonl"
        told = appliance("record", "export", *files, *here, "--as", "RS-auditor")
        assert told.returncode == ExitCode.DONE, told.stderr
    told = appliance("record", "verify", "--offline", *here, "--json")
    assert json.loads(told.stdout)["intact"] is True
    _an_export_is_verified_elsewhere(*files, home / "keys" / "head.pub")


def test_a_setting_that_does_not_exist_is_named(home: Path, tmp_path: Path) -> None:
    settings = home / "appliance.toml"
    before = settings.read_text()
    settings.write_text(before + "\n[matchng]\nworkers = 2\n")
    told = appliance("serve", "--home", home)
    settings.write_text(before)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "matchng" in told.stderr


def test_a_profile_pack_that_was_changed_after_signing_is_not_served(home: Path) -> None:
    pack = home / "profile_pack.json"
    before = pack.read_bytes()
    pack.write_bytes(before.replace(b'"minutiae_min": 6', b'"minutiae_min": 1'))
    told = appliance("serve", "--home", home)
    pack.write_bytes(before)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "not signed" in told.stderr


def test_wrong_usage_has_its_own_status() -> None:
    assert appliance("serve", "--no-such-option").returncode == ExitCode.USAGE
    assert appliance("--version").stdout.strip() != ""
