"""The settings file: documented key by key, bounded, and refused by key when wrong."""

from __future__ import annotations

import itertools
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from appliance.config import settings
from appliance.domain.errors import ConfigurationInvalid

_INSTANCE = settings.Instance(party="RS", time_zone="Europe/Belgrade")
_HEAD = b'[instance]\nparty = "RS"\ntime_zone = "Europe/Belgrade"\n'


def _reference() -> bytes:
    return resources.files("appliance.config").joinpath("reference.toml").read_bytes()


def test_the_reference_file_states_exactly_the_defaults() -> None:
    assert settings.Settings(instance=_INSTANCE) == settings.parse(_reference())


def test_the_reference_file_names_every_key() -> None:
    written = tomllib.loads(_reference().decode())
    sections = {name: set(keys) for name, keys in written.items()}
    expected = {
        name: set(getattr(settings.Settings(instance=_INSTANCE), name).__struct_fields__)
        for name in settings.Settings.__struct_fields__
    }
    assert expected == sections


def test_every_key_of_the_reference_file_is_explained_above_it() -> None:
    lines = _reference().decode().splitlines()
    unexplained = [
        line
        for before, line in itertools.pairwise(lines)
        if "=" in line and not line.startswith("#") and not before.startswith("#")
    ]
    # The telemetry port shares the sentence above its host.
    assert unexplained == ["port = 9464"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (_HEAD + b"[matching]\nworkers = 0\n", "matching.workers"),
        (_HEAD + b'[matching]\nbackend = "tpu"\n', "matching.backend"),
        (_HEAD + b"[listen]\nport = 65536\n", "listen.port"),
        (_HEAD + b"[exchange]\nanswer_retention_h = 721\n", "exchange.answer_retention_h"),
        (_HEAD + b"[exchange]\nretention = 1\n", "retention"),
        (_HEAD + b"[dna]\ntheta = 0.3\n", "dna.theta"),
        (_HEAD + b"[dna]\nminimum_frequency = -0.1\n", "dna.minimum_frequency"),
        (_HEAD + b'[dna]\npopulation = "Here"\n', "dna.population"),
        (_HEAD + b'[dna]\npopulation_file = "a.csv"\n', "dna.population"),
        (_HEAD + b'[dna]\npopulation_file = "../a.csv"\npopulation = "A"\n', "population_file"),
        (_HEAD + b'[dna]\npopulation_file = "/a.csv"\npopulation = "A"\n', "population_file"),
        (_HEAD + b"[surprise]\nkey = 1\n", "surprise"),
        (b'[instance]\nparty = "rs"\ntime_zone = "Europe/Belgrade"\n', "instance.party"),
        (b'[instance]\nparty = "RS"\ntime_zone = "Mars/Olympus"\n', "instance.time_zone"),
        (b'[instance]\nparty = "RS"\ntime_zone = "../etc"\n', "instance.time_zone"),
        (b'[instance]\nparty = "RS"\n', "time_zone"),
        (b"[listen]\nport = 1\n", "instance"),
        (b"not toml", "TOML"),
        (b"\xff\xfe", "TOML"),
    ],
)
def test_an_unusable_setting_is_refused_by_its_key(text: bytes, key: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refusal:
        settings.parse(text)
    assert key in refusal.value.message


def test_settings_are_read_from_the_installation(tmp_path: Path) -> None:
    (tmp_path / "appliance.toml").write_bytes(_HEAD + b"[listen]\nport = 0\n")
    assert settings.load(tmp_path).listen.port == 0


def test_a_missing_settings_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match=r"appliance\.toml"):
        settings.load(tmp_path)
