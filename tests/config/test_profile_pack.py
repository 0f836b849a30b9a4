"""The profile pack: signed, dated, complete, and the source of every limit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.config import profile_pack
from appliance.config.pack_defaults import QUALITY_MIN
from appliance.domain.codes import Category, SearchType
from appliance.domain.errors import ConfigurationInvalid


def _installed(folder: Path, content: bytes) -> tuple[Path, Path, Path]:
    key = Ed25519PrivateKey.generate()
    paths = (folder / "pack.json", folder / "pack.sig", folder / "pack.pub")
    paths[0].write_bytes(content)
    paths[1].write_bytes(profile_pack.sign(content, key.private_bytes_raw()))
    paths[2].write_bytes(key.public_key().public_bytes_raw())
    return paths


def _changed(**changes: object) -> bytes:
    table = json.loads(profile_pack.default_pack_json(["RS"]))
    table.update(changes)
    return json.dumps(table).encode()


def test_a_signed_pack_is_loaded(tmp_path: Path) -> None:
    pack = profile_pack.load(*_installed(tmp_path, profile_pack.default_pack_json(["RS", "MK"])))
    assert set(Category) == set(pack.parties["MK"].takings)
    assert pack.parties["AT"].takings == {}
    assert len(pack.parties) == 11


def test_a_pack_changed_by_one_byte_is_refused(tmp_path: Path) -> None:
    paths = _installed(tmp_path, profile_pack.default_pack_json(["RS"]))
    paths[0].write_bytes(paths[0].read_bytes().replace(b'"LT/TP": 10', b'"LT/TP": 11'))
    with pytest.raises(ConfigurationInvalid, match="not signed"):
        profile_pack.load(*paths)


def test_a_pack_signed_by_another_key_is_refused(tmp_path: Path) -> None:
    paths = _installed(tmp_path, profile_pack.default_pack_json(["RS"]))
    paths[2].write_bytes(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    with pytest.raises(ConfigurationInvalid, match="not signed"):
        profile_pack.load(*paths)


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_file_of_the_pack_is_named(tmp_path: Path, missing: int) -> None:
    paths = _installed(tmp_path, profile_pack.default_pack_json(["RS"]))
    paths[missing].unlink()
    with pytest.raises(ConfigurationInvalid) as refusal:
        profile_pack.load(*paths)
    assert paths[missing].name in refusal.value.message


def test_the_default_limits_are_those_of_the_decision() -> None:
    pack = profile_pack.parse(profile_pack.default_pack_json(["RS"]))
    expected = {
        "TP/TP": 1,
        "LT/TP": 10,
        "LP/PP": 5,
        "TP/UL": 5,
        "LT/UL": 5,
        "PP/ULP": 5,
        "LP/ULP": 5,
        "DNA/REFERENCE": 500,
        "DNA/UNIDENTIFIED": 500,
    }
    assert expected == {key.value: value for key, value in pack.candidate_limits.items()}


def test_dna_is_not_searched_for_prevention() -> None:
    """Art. 3(1) names investigation; prevention stands in Art. 6(1) alone."""
    pack = profile_pack.parse(profile_pack.default_pack_json(["RS"]))
    only_prints = pack.purposes_of(Category.DACTYLOSCOPIC) - pack.purposes_of(Category.DNA)
    assert {"CRIMINAL_OFFENCE_PREVENTION"} == only_prints


@pytest.mark.requirement("I3.1", "A11.1")
@pytest.mark.parametrize(
    ("content", "named"),
    [
        (_changed(surprise=1), "surprise"),
        (_changed(candidate_limits={"TP/TP": 1}), "LT/TP"),
        (_changed(candidate_limits={"TP/TP": 0}), "candidate_limits"),
        (_changed(short_list={}), "short_list"),
        (_changed(parties={"Serbia": {}}), "parties"),
        (_changed(parties={"RS": {"takings": {"vehicles": {}}}}), "vehicles"),
        (_changed(effective_from="2018-09-13T00:00:00"), "effective_from"),
        (_changed(minutiae_min=0), "minutiae_min"),
        (_changed(quality_min={"TP/TP": 10}), "quality_min lacks LP/PP"),
        (_changed(quality_min=dict.fromkeys(QUALITY_MIN, 101)), "quality_min"),
        (_changed(quality_min=dict.fromkeys(QUALITY_MIN, -1)), "quality_min"),
        (_changed(purposes=["lower case"]), "purposes"),
        (b"{", "profile pack"),
        (b"\xff", "profile pack"),
    ],
)
def test_an_unusable_pack_is_refused_and_never_signed(content: bytes, named: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refusal:
        profile_pack.parse(content)
    assert named in refusal.value.message
    with pytest.raises(ConfigurationInvalid):
        profile_pack.sign(content, Ed25519PrivateKey.generate().private_bytes_raw())


def test_every_search_type_has_a_limit() -> None:
    pack = profile_pack.parse(profile_pack.default_pack_json([]))
    assert set(SearchType) == set(pack.candidate_limits)
