"""``appliance dna request``: which profiles go into a message, and what of them cannot."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from appliance.cli import installation
from appliance.cli.exit_codes import ExitCode
from appliance.codecs.pruem_xml_reader import read_message
from appliance.config import profile_pack
from appliance.domain import loci
from appliance.domain.clock import SystemClock
from tests.cli.command import appliance


def csv(path: Path, *names: str) -> Path:
    titles = ",".join(f"{name}_{n}" for name in names for n in (1, 2))
    path.write_text(f"sample,{titles}\nP-1{',12,13' * len(names)}\n")
    return path


def request(
    profiles: Path, out: Path, *options: object, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    parties = ("--from", "MK", "--to", "RS", "--case", "K-4/26", "--home", home or out.parent)
    return appliance("dna", "request", profiles, "--out", out, *parties, "--json", *options)


NEW_LOCI = loci.ESS_12[4:11]


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ((), ""),
        (("--rule", "PRUEM-II"), ""),
        (("--rule", "PRUEM-2008"), "6 of ISSOL"),
        (("--rule", "CODIS-HIGH"), "7 loci are fully designated, CODIS-HIGH/1 needs 8"),
        (("--rule", "NONE"), "no rule profile 'NONE'"),
    ],
)
def test_a_person_goes_out_as_the_named_rule_says(
    tmp_path: Path, options: tuple[str, ...], refused: str
) -> None:
    profiles = csv(tmp_path / "persons.csv", *NEW_LOCI)
    told = request(profiles, tmp_path / "request.xml", "--kind", "P", *options)
    assert (told.returncode == ExitCode.DONE) == (not refused), told.stderr
    assert refused in told.stderr
    assert (tmp_path / "request.xml").exists() == (not refused)
    if not refused:
        named = options[-1] if options else "PCC-SEE"
        assert json.loads(told.stdout)["rule_profile"] == f"{named}/1"


def test_without_a_name_it_is_the_rule_that_the_pack_agrees_with_the_party_asked(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    installation.make(
        home, installation.Plan("MK", ("RS",), port=0, telemetry_port=0), SystemClock().now()
    )
    table = json.loads((home / "profile_pack.json").read_bytes())
    table["parties"]["RS"]["dna_rule"] = "PRUEM-2008"
    other = tmp_path / "other.json"
    other.write_text(json.dumps(table))
    profile_pack.parse(other.read_bytes())
    profiles = csv(tmp_path / "persons.csv", *NEW_LOCI)
    out = tmp_path / "request.xml"
    told = request(profiles, out, "--kind", "P", home=home)
    assert json.loads(told.stdout)["rule_profile"] == "PCC-SEE/1"
    told = request(profiles, out, "--kind", "P", "--pack", other, home=home)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "6 of ISSOL fully designated (PRUEM-2008/1)" in told.stderr
    # The installation's own pack counts only as it was signed.
    (home / "profile_pack.json").write_bytes(other.read_bytes())
    told = request(profiles, out, "--kind", "P", home=home)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert "not signed" in told.stderr


def test_loci_without_a_place_in_the_message_are_told(tmp_path: Path) -> None:
    every = [locus.name for locus in loci.LOCI if locus.counted]
    profiles = csv(tmp_path / "stains.csv", *every)
    told = request(profiles, tmp_path / "request.xml")
    assert told.returncode == ExitCode.DONE, told.stderr
    left_out = {"D6S1043": 1, "LPL": 1, "Penta C": 1}
    assert json.loads(told.stdout)["left_out"] == left_out
    with (tmp_path / "request.xml").open("rb") as stream:
        (block,) = read_message(stream).blocks
    assert block.profile is not None
    assert {name for name, _, _ in block.profile.values} == set(every) - set(left_out)
