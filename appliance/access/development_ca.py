"""A certificate authority for trying the appliance out: never for data of real persons.

A Party in operation brings certificates of its own authority; this one exists so that a newcomer
has mutual TLS, Parties and roles within a second. ECDSA P-384 throughout (BSI TR-02102-2).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.domain.codes import Role

AUTHORITY_DAYS = 3650
LEAF_DAYS = 825
REVOCATION_LIST_DAYS = 365


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


class DevelopmentCa:
    """Signs server and client certificates. Not thread-safe."""

    def __init__(self, party: str, now: datetime) -> None:
        self._party = party
        self._now = now
        self._key = ec.generate_private_key(ec.SECP384R1())
        subject = self._name(f"Development authority of {party}")
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        self._certificate = (
            self._builder(subject, self._key.public_key(), AUTHORITY_DAYS)
            .issuer_name(subject)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA384())
        )

    @property
    def pair(self) -> KeyPair:
        """The authority's own certificate and key."""
        return KeyPair(self._certificate.public_bytes(serialization.Encoding.PEM), _pem(self._key))

    def server(self, hosts: tuple[str, ...]) -> KeyPair:
        """Return a server certificate for DNS names and IP addresses."""
        names: list[x509.GeneralName] = [_host(host) for host in hosts]
        return self._leaf(f"Appliance of {self._party}", names, ExtendedKeyUsageOID.SERVER_AUTH)

    def client(self, party: str, role: Role) -> KeyPair:
        """Return a client certificate whose URI name says Party and role."""
        uri = x509.UniformResourceIdentifier(f"urn:pruem:{party}:{role.value}")
        return self._leaf(f"{party} {role.value}", [uri], ExtendedKeyUsageOID.CLIENT_AUTH)

    def revocation_list(self, revoked: tuple[bytes, ...] = ()) -> bytes:
        """Return a signed list (PEM) that revokes the given PEM certificates."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(self._now - timedelta(minutes=5))
            .next_update(self._now + timedelta(days=REVOCATION_LIST_DAYS))
        )
        for pem in revoked:
            serial = x509.load_pem_x509_certificate(pem).serial_number
            entry = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(entry.revocation_date(self._now).build())
        return builder.sign(self._key, hashes.SHA384()).public_bytes(serialization.Encoding.PEM)

    def _name(self, common_name: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, self._party),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Development only"),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int
    ) -> x509.CertificateBuilder:
        # Five minutes back: a client whose clock lags a little must not be refused on day one.
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(minutes=5))
            .not_valid_after(self._now + timedelta(days=days))
        )

    def _leaf(
        self, common_name: str, names: list[x509.GeneralName], usage: x509.ObjectIdentifier
    ) -> KeyPair:
        key = ec.generate_private_key(ec.SECP384R1())
        certificate = (
            self._builder(self._name(common_name), key.public_key(), LEAF_DAYS)
            .issuer_name(self._certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .sign(self._key, hashes.SHA384())
        )
        return KeyPair(certificate.public_bytes(serialization.Encoding.PEM), _pem(key))


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
