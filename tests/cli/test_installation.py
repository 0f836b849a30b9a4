"""What ``init`` makes: whole or not at all, usable at once, and closed to others."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509

from appliance.access.officers import OfficerList
from appliance.cli import installation
from appliance.cli.installation import Plan
from appliance.config import pack_defaults, profile_pack, settings
from appliance.config.layout import Layout
from appliance.domain.codes import Category
from appliance.domain.errors import (
    ApplianceError,
    ConfigurationInvalid,
    OfficerNotAuthorised,
    RequestInvalid,
)
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PLAN = Plan("ME", ("MK", "BA"), port=0, telemetry_port=9000, hosts=("prum.example",))


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A new installation."""
    return installation.make(tmp_path_factory.mktemp("new") / "a" / "centre", PLAN, NOW)


def test_the_settings_are_the_reference_with_this_installations_own_values(layout: Layout) -> None:
    chosen = settings.load(layout.directory)
    assert (chosen.instance.party, chosen.instance.time_zone) == ("ME", "Europe/Podgorica")
    assert (chosen.listen.port, chosen.telemetry.port) == (0, 9000)
    assert layout.settings.read_text("utf-8").count("\n#") > 10


def test_the_pack_is_signed_and_evaluates_just_the_parties_of_the_plan(layout: Layout) -> None:
    pack = profile_pack.load(layout.pack, layout.pack_signature, layout.pack_key)
    evaluated = {code for code, party in pack.parties.items() if party.takings}
    assert evaluated == {"ME", "MK", "BA"}
    assert set(pack.parties) == set(pack_defaults.PARTIES)


def test_the_keys_load_and_the_public_head_key_belongs_to_the_private_one(layout: Layout) -> None:
    MasterKey.load(layout.master_key)
    assert HeadSigner.load(layout.head_key).public_bytes == layout.head_public_key.read_bytes()


def test_each_party_has_one_officer_for_a_year(layout: Layout) -> None:
    officers = OfficerList.load(layout.officers)
    for party in PLAN.peers:
        for category in Category:
            officers.check(party, installation.officer_id(party), category, NOW)
    late = NOW + timedelta(days=installation.OFFICER_DAYS + 2)
    for party, at in (("MK", late), ("ME", NOW)):
        with pytest.raises(OfficerNotAuthorised):
            officers.check(party, installation.officer_id(party), Category.DNA, at)


def test_there_is_a_certificate_for_each_role_and_the_server_answers_to_its_names(
    layout: Layout,
) -> None:
    assert sorted(path.stem for path in layout.clients.glob("*.crt")) == [
        "BA-contact-point-dactyloscopic",
        "BA-contact-point-dna",
        "ME-administrator",
        "ME-auditor",
        "ME-contact-point-dactyloscopic",
        "ME-contact-point-dna",
        "MK-contact-point-dactyloscopic",
        "MK-contact-point-dna",
    ]
    server = x509.load_pem_x509_certificate(layout.server_cert.read_bytes())
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "prum.example"}


def test_no_other_user_may_read_a_key(layout: Layout) -> None:
    keys = [*layout.directory.rglob("*.key")]
    assert len(keys) == 8 + 5
    for path in keys:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for folder in (layout.directory, layout.keys, layout.tls, layout.clients, layout.data):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0, folder


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        (replace(PLAN, party="me"), RequestInvalid),
        (replace(PLAN, peers=("MKD",)), RequestInvalid),
        (replace(PLAN, peers=()), ConfigurationInvalid),
        (replace(PLAN, peers=("MK", "MK")), ConfigurationInvalid),
        (replace(PLAN, peers=("MK", "ME")), ConfigurationInvalid),
    ],
)
def test_a_wrong_plan_leaves_nothing_behind(
    tmp_path: Path, plan: Plan, refusal: type[ApplianceError]
) -> None:
    with pytest.raises(refusal):
        installation.make(tmp_path / "centre", plan, NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(installation, "_write_certificates", full)
    with pytest.raises(OSError, match="No space"):
        installation.make(tmp_path / "centre", PLAN, NOW)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("mine")
    for place in (tmp_path, tmp_path / "note"):
        with pytest.raises(ConfigurationInvalid, match="not an empty directory"):
            installation.make(place, PLAN, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["note"]
    assert (tmp_path / "note").read_text() == "mine"


def test_an_empty_directory_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "centre").mkdir()
    assert installation.make(tmp_path / "centre", PLAN, NOW).settings.is_file()


def test_every_party_of_the_agreement_has_a_time_zone_that_exists() -> None:
    assert set(installation.TIME_ZONES) == set(pack_defaults.PARTIES)
    for name in installation.TIME_ZONES.values():
        ZoneInfo(name)


@pytest.mark.parametrize("party", ["RS", "MK", "BA", "SI"])
def test_the_peers_of_a_first_try_are_two_others(party: str) -> None:
    peers = installation.default_peers(party)
    assert len(set(peers)) == 2
    assert party not in peers
