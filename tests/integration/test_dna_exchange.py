"""A request written as Prüm XML is run as searches and answered as Prüm XML."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from appliance.cli import installation
from appliance.cli.exit_codes import ExitCode
from appliance.codecs.pruem_message import Mode, ProfileKind, PruemMessage, RequestType, Result
from appliance.codecs.pruem_xml_reader import read_message
from tests.cli.command import appliance
from tests.codecs.cmf_files import LOCI, cmf, specimen
from tests.integration.centre import FIRST, OWNER, SECOND, Centre

Values = Iterable[tuple[str, Sequence[str]]]


def csv(path: Path, profiles: dict[str, Values]) -> Path:
    names = sorted({locus for values in profiles.values() for locus, _ in values})
    lines = [",".join(["sample", *(f"{name}_{n}" for name in names for n in (1, 2))])]
    for number, values in profiles.items():
        given = {locus: (*alleles, "")[:2] for locus, alleles in values}
        lines.append(",".join([number, *(",".join(given.get(name, ("", ""))) for name in names)]))
    path.write_text("\n".join(lines) + "\n")
    return path


def request(path: Path, out: Path, *options: object) -> subprocess.CompletedProcess[str]:
    parties = ("--from", FIRST, "--to", OWNER, "--case", "K-4/26", "--json")
    return appliance("dna", "request", path, "--out", out, *parties, *options)


def answer(
    centre: Centre, asked: Path, out: Path, *options: object, party: str = FIRST
) -> subprocess.CompletedProcess[str]:
    here = ("--home", centre.appliance.home, "--as", f"{party}-contact-point-dna", "--json")
    officer = ("--officer", installation.officer_id(party), "--ordered-by", "PROSECUTOR-1")
    return appliance("dna", "answer", "--request", asked, "--out", out, *here, *officer, *options)


def read(path: Path) -> PruemMessage:
    with path.open("rb") as stream:
        return read_message(stream)


def test_a_match_comes_back_with_the_request_and_the_profile_that_matches(
    centre: Centre, tmp_path: Path
) -> None:
    source = csv(tmp_path / "stain.csv", {"ST-1": list(centre.profiles[7])})
    told = request(source, tmp_path / "request.xml", "--mode", "test", "--request-number", "N-1")
    assert told.returncode == ExitCode.DONE, told.stderr
    assert json.loads(told.stdout)["messages"] == [
        {"file": str(tmp_path / "request.xml"), "request_number": "N-1"}
    ]
    told = answer(centre, tmp_path / "request.xml", tmp_path / "answer.xml")
    assert told.returncode == ExitCode.DONE, told.stderr
    found = read(tmp_path / "answer.xml")
    assert json.loads(told.stdout)["results"] == {"H": len(found.blocks)}
    asked = read(tmp_path / "request.xml")
    assert found.header.requesting == asked.header.requesting
    assert found.header.requested is not None
    assert (found.header.requested.source, found.header.requested.destination) == (OWNER, FIRST)
    assert found.mode is Mode.TEST
    echo, match = found.blocks
    assert (echo.quality, echo.result_count, echo.profile) == (0, 1, asked.blocks[0].profile)
    assert (match.profile_ident, match.quality, match.match_id) == ("D-7", 1, "ST-1")
    assert match.kind is ProfileKind.PERSON
    assert match.profile is not None
    assert echo.profile is not None
    assert match.profile.values == echo.profile.values
    # The same request again gives the same answer and costs nothing.
    answer(centre, tmp_path / "request.xml", tmp_path / "again.xml")
    assert (tmp_path / "again.xml").read_bytes() == (tmp_path / "answer.xml").read_bytes()


def test_each_profile_of_a_case_has_its_message_and_no_match_is_told(
    centre: Centre, tmp_path: Path
) -> None:
    source = tmp_path / "stains.xml"
    source.write_bytes(
        cmf(specimen("S-1"), specimen("S-2", "Forensic Mixture"), specimen("S-3", "Arrestee"))
    )
    told = request(source, tmp_path / "request.xml")
    assert told.returncode == ExitCode.DONE, told.stderr
    assert [each["category"] for each in json.loads(told.stdout)["skipped"]] == ["Forensic Mixture"]
    kinds = [read(tmp_path / f"request-{n}.xml").blocks[0].kind for n in (1, 2)]
    assert kinds == [ProfileKind.STAIN, ProfileKind.PERSON]
    told = answer(centre, tmp_path / "request-1.xml", tmp_path / "answer.xml")
    assert told.returncode == ExitCode.DONE, told.stderr
    (none,) = read(tmp_path / "answer.xml").blocks
    assert (none.result, none.profile, none.result_count) == (Result.NO_HIT, None, 0)


def test_what_cannot_be_searched_is_answered_with_the_reason(
    centre: Centre, tmp_path: Path
) -> None:
    source = csv(tmp_path / "stain.csv", {"ST-1": list(LOCI.items())})
    request(source, tmp_path / "request.xml")
    document = (tmp_path / "request.xml").read_text()
    assert "<low_allele>6</low_allele><high_allele>9.3</high_allele>" in document
    (tmp_path / "bad.xml").write_text(document.replace(">9.3<", ">9.7<"))
    told = answer(centre, tmp_path / "bad.xml", tmp_path / "answer.xml")
    assert told.returncode == ExitCode.DONE, told.stderr
    (error,) = read(tmp_path / "answer.xml").blocks
    assert error.result is Result.ERROR
    assert error.message.startswith("REQUEST_INVALID: locus TH01: '9.7'")
    (tmp_path / "no_case.xml").write_text(document.replace("<ref>K-4/26</ref>", "<ref/>"))
    answer(centre, tmp_path / "no_case.xml", tmp_path / "answer.xml")
    (error,) = read(tmp_path / "answer.xml").blocks
    assert error.message.startswith("CASE_REFERENCE_MISSING")


def test_a_mass_comparison_without_consent_is_answered_with_that(
    centre: Centre, tmp_path: Path
) -> None:
    profiles = {f"ST-{n}": list(centre.profiles[n]) for n in range(3)}
    source = csv(tmp_path / "stains.csv", profiles)
    told = request(source, tmp_path / "request.xml", "--article", "4")
    assert told.returncode == ExitCode.DONE, told.stderr
    assert {block.request_type for block in read(tmp_path / "request.xml").blocks} == {
        RequestType.MASS
    }
    answer(centre, tmp_path / "request.xml", tmp_path / "answer.xml", "--legal-basis", "ZKP 5")
    blocks = read(tmp_path / "answer.xml").blocks
    assert [block.result for block in blocks] == [Result.ERROR] * 3
    assert all(block.message.startswith("CONSENT_MISSING") for block in blocks)


def test_another_party_cannot_have_a_request_answered(centre: Centre, tmp_path: Path) -> None:
    source = csv(tmp_path / "stain.csv", {"ST-1": list(LOCI.items())})
    request(source, tmp_path / "request.xml")
    told = answer(centre, tmp_path / "request.xml", tmp_path / "answer.xml", party=SECOND)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert f"{FIRST} asks, but the certificate is of {SECOND}" in told.stderr
    assert not (tmp_path / "answer.xml").exists()


@pytest.mark.parametrize(
    ("values", "options", "said"),
    [
        (list(LOCI.items())[:5], (), "line 2: 5 loci are fully designated"),
        (list(LOCI.items()), ("--article", "4", "--kind", "P"), "unidentified profiles (S)"),
        (list(LOCI.items()), ("--to", "Serbia"), "two capital letters"),
        ([*LOCI.items(), ("TPOX", ("8", "=9"))], (), "takes for a formula"),
    ],
)
def test_a_request_that_may_not_be_sent_is_not_written(
    tmp_path: Path, values: Values, options: Sequence[str], said: str
) -> None:
    source = csv(tmp_path / "stain.csv", {"ST-1": values})
    told = request(source, tmp_path / "request.xml", *options)
    assert told.returncode == ExitCode.UNUSABLE_INPUT
    assert said in told.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["stain.csv"]
