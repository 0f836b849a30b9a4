"""A certificate names one Party and role, and may lose both while a connection is open."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.access import roles
from appliance.access.development_ca import LEAF_DAYS, DevelopmentCa
from appliance.access.gatekeeper import CERTIFICATES_CACHED_MAX, Gatekeeper
from appliance.access.revocation import RevocationList
from appliance.config import profile_pack
from appliance.config.pack_book import PackBook
from appliance.config.party_profile import ContactPoint
from appliance.domain.codes import Category, Role
from appliance.domain.errors import (
    CertificateRevoked,
    CertificateUnknown,
    ConfigurationInvalid,
    RoleDenied,
)
from appliance.domain.principal import Principal
from tests.fixed_clock import FixedClock

_NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
_PACK = profile_pack.parse(profile_pack.default_pack_json(["RS", "MK"]))


@pytest.fixture(scope="module")
def authority() -> DevelopmentCa:
    return DevelopmentCa("RS", _NOW)


def _write_list(folder: Path, authority: DevelopmentCa, *revoked: bytes) -> Path:
    (folder / "ca.crt").write_bytes(authority.pair.certificate)
    path = folder / "revoked.crl"
    path.write_bytes(authority.revocation_list(revoked))
    return path


def _gatekeeper(
    folder: Path, authority: DevelopmentCa, clock: FixedClock, own_party: str | None = None
) -> Gatekeeper:
    path = _write_list(folder, authority)
    return Gatekeeper(PackBook([_PACK], clock), RevocationList(path), clock, own_party=own_party)


def test_pem_and_der_name_the_same_principal(tmp_path: Path, authority: DevelopmentCa) -> None:
    gatekeeper = _gatekeeper(tmp_path, authority, FixedClock(_NOW))
    pem = authority.client("MK", Role.CONTACT_POINT_DNA).certificate
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    principal = gatekeeper.principal(pem)
    assert principal == gatekeeper.principal(der)
    assert (principal.party, principal.role) == ("MK", Role.CONTACT_POINT_DNA)
    assert len(principal.fingerprint) == 64


def test_a_certificate_outside_its_validity_is_unknown(
    tmp_path: Path, authority: DevelopmentCa
) -> None:
    clock = FixedClock(_NOW)
    gatekeeper = _gatekeeper(tmp_path, authority, clock)
    pem = authority.client("MK", Role.CONTACT_POINT_DNA).certificate
    gatekeeper.principal(pem)
    clock.advance(days=LEAF_DAYS + 1)
    with pytest.raises(CertificateUnknown, match="valid from"):
        gatekeeper.principal(pem)
    clock.time = _NOW - timedelta(days=1)
    with pytest.raises(CertificateUnknown, match="valid from"):
        gatekeeper.principal(pem)


def test_a_revocation_counts_at_the_next_call(tmp_path: Path, authority: DevelopmentCa) -> None:
    gatekeeper = _gatekeeper(tmp_path, authority, FixedClock(_NOW))
    pem = authority.client("MK", Role.CONTACT_POINT_DNA).certificate
    other = authority.client("MK", Role.CONTACT_POINT_DNA).certificate
    gatekeeper.principal(pem)
    _write_list(tmp_path, authority, pem)
    with pytest.raises(CertificateRevoked):
        gatekeeper.principal(pem)
    gatekeeper.principal(other)


def test_lists_of_two_authorities_lie_in_one_file(tmp_path: Path, authority: DevelopmentCa) -> None:
    elder = DevelopmentCa("MK", _NOW)
    revoked = elder.client("MK", Role.CONTACT_POINT_DNA).certificate
    (tmp_path / "ca.crt").write_bytes(authority.pair.certificate + elder.pair.certificate)
    path = tmp_path / "revoked.crl"
    path.write_bytes(authority.revocation_list() + elder.revocation_list((revoked,)))
    clock = FixedClock(_NOW)
    gatekeeper = Gatekeeper(PackBook([_PACK], clock), RevocationList(path), clock)
    with pytest.raises(CertificateRevoked):
        gatekeeper.principal(revoked)


def test_a_list_signed_by_a_stranger_is_refused(tmp_path: Path, authority: DevelopmentCa) -> None:
    path = _write_list(tmp_path, authority)
    path.write_bytes(DevelopmentCa("RS", _NOW).revocation_list())
    with pytest.raises(ConfigurationInvalid, match="not signed"):
        RevocationList(path)


@pytest.mark.parametrize("damage", ["gone", "empty", "garbage", "forged"])
def test_nobody_enters_while_the_list_is_unusable(
    tmp_path: Path, authority: DevelopmentCa, damage: str
) -> None:
    gatekeeper = _gatekeeper(tmp_path, authority, FixedClock(_NOW))
    pem = authority.client("MK", Role.CONTACT_POINT_DNA).certificate
    path = tmp_path / "revoked.crl"
    good = path.read_bytes()
    forged = DevelopmentCa("RS", _NOW).revocation_list()
    block = b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"
    content = {"empty": b"", "garbage": block, "forged": forged}
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[damage])
    for _ in range(2):
        with pytest.raises(ConfigurationInvalid):
            gatekeeper.principal(pem)
    path.write_bytes(good)
    os.utime(path, (1, 1))
    assert gatekeeper.principal(pem).party == "MK"


def test_certificates_that_name_nobody_are_unknown(
    tmp_path: Path, authority: DevelopmentCa
) -> None:
    gatekeeper = _gatekeeper(tmp_path, authority, FixedClock(_NOW))
    foreign = authority.client("DE", Role.CONTACT_POINT_DNA).certificate
    nameless = authority.server(("localhost",)).certificate
    for certificate in (foreign, nameless, b"", b"\x30\x00", b"-----BEGIN CERTIFICATE-----"):
        with pytest.raises(CertificateUnknown):
            gatekeeper.principal(certificate)


@pytest.mark.requirement("A8.1")
def test_a_pinned_contact_point_enters_with_its_certificates_alone(
    tmp_path: Path, authority: DevelopmentCa
) -> None:
    clock = FixedClock(_NOW)
    gatekeeper = _gatekeeper(tmp_path, authority, clock)
    own, other, finger = (
        authority.client("MK", role).certificate
        for role in (
            Role.CONTACT_POINT_DNA,
            Role.CONTACT_POINT_DNA,
            Role.CONTACT_POINT_DACTYLOSCOPIC,
        )
    )
    pinned = ContactPoint(certificate_fingerprints=(gatekeeper.principal(own).fingerprint,))
    gatekeeper.principal(other)
    party = msgspec.structs.replace(_PACK.parties["MK"], contact_points={Category.DNA: pinned})
    gatekeeper._packs.add(
        msgspec.structs.replace(_PACK, parties={**_PACK.parties, "MK": party}), clock.now()
    )
    assert gatekeeper.principal(own).role is Role.CONTACT_POINT_DNA
    assert gatekeeper.principal(finger).role is Role.CONTACT_POINT_DACTYLOSCOPIC
    with pytest.raises(CertificateUnknown, match="lists for contact-point-dna of MK"):
        gatekeeper.principal(other)


def test_a_party_that_a_new_pack_leaves_out_is_unknown_at_the_next_call(
    tmp_path: Path, authority: DevelopmentCa
) -> None:
    clock = FixedClock(_NOW)
    gatekeeper = _gatekeeper(tmp_path, authority, clock)
    pem = authority.client("MK", Role.CONTACT_POINT_DNA).certificate
    gatekeeper.principal(pem)
    fewer = {code: party for code, party in _PACK.parties.items() if code != "MK"}
    later = clock.now() + timedelta(hours=1)
    gatekeeper._packs.add(msgspec.structs.replace(_PACK, parties=fewer), later)
    gatekeeper.principal(pem)
    clock.time = later
    with pytest.raises(CertificateUnknown, match="MK is not a Party"):
        gatekeeper.principal(pem)


def test_administrators_of_other_parties_have_no_office_here(
    tmp_path: Path, authority: DevelopmentCa
) -> None:
    gatekeeper = _gatekeeper(tmp_path, authority, FixedClock(_NOW), own_party="RS")
    own = authority.client("RS", Role.ADMINISTRATOR).certificate
    assert gatekeeper.principal(own).role is Role.ADMINISTRATOR
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(CertificateUnknown, match="no office"):
            gatekeeper.principal(authority.client("MK", role).certificate)
    visitor = authority.client("MK", Role.CONTACT_POINT_DACTYLOSCOPIC).certificate
    assert gatekeeper.principal(visitor).party == "MK"


def test_the_cache_of_certificates_is_bounded(tmp_path: Path, authority: DevelopmentCa) -> None:
    gatekeeper = _gatekeeper(tmp_path, authority, FixedClock(_NOW))
    pem = authority.client("MK", Role.CONTACT_POINT_DNA).certificate
    for number in range(CERTIFICATES_CACHED_MAX + 1):
        gatekeeper.principal(pem + b"\n" * number)
    assert len(gatekeeper._known) == CERTIFICATES_CACHED_MAX


@pytest.mark.requirement("A3.1", "A8.1")
def test_a_role_covers_only_its_calls() -> None:
    dna = Principal("MK", Role.CONTACT_POINT_DNA, "00")
    roles.require(dna, Role.CONTACT_POINT_DNA, Role.ADMINISTRATOR)
    with pytest.raises(RoleDenied, match="administrator or auditor"):
        roles.require(dna, Role.ADMINISTRATOR, Role.AUDITOR)
