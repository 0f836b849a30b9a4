"""Certificates for tests: authorities, servers, clients, expired and revoked ones."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)
SERVER_NAME = "appliance.test"
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Pair:
    """A certificate and its key in PEM."""

    certificate: bytes
    key: bytes
    serial: int


def urn(party: str, role: str) -> str:
    """The name by which a certificate says whose and what it is."""
    return f"urn:pruem:{party}:{role}"


class Authority:
    """A certificate authority that lives in memory."""

    def __init__(self, name: str = "Test authority", lasts: timedelta = 30 * DAY) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        now = datetime.now(UTC)
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(self._name)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * DAY)
            .not_valid_after(now + lasts)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    @classmethod
    def kept(cls, certificate: bytes, key: bytes) -> Authority:
        """The authority whose certificate and key (PEM) an installation keeps."""
        made = cls.__new__(cls)
        loaded = serialization.load_pem_private_key(key, password=None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise TypeError("the key is not one of an elliptic curve")
        made._key = loaded
        made._certificate = x509.load_pem_x509_certificate(certificate)
        made._name = made._certificate.subject
        return made

    @property
    def certificate(self) -> bytes:
        """The authority's own certificate in PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def server(self, key: PrivateKey | None = None) -> Pair:
        """A server for localhost, under a key of its own or a given one."""
        names = [
            x509.DNSName(SERVER_NAME),
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        ]
        return self._sign("server", names, ExtendedKeyUsageOID.SERVER_AUTH, timedelta(0), key)

    def client(self, uri: str, *, age: timedelta = timedelta(0)) -> Pair:
        """A client named ``uri``, valid for ten days from a day before ``age`` ago."""
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri)]
        return self._sign("client", names, ExtendedKeyUsageOID.CLIENT_AUTH, age)

    def revoked(self, *pairs: Pair) -> bytes:
        """A revocation list in PEM."""
        now = datetime.now(UTC)
        listed = x509.CertificateRevocationListBuilder(self._name, now - DAY, now + 30 * DAY)
        for pair in pairs:
            entry = x509.RevokedCertificateBuilder(pair.serial, now - DAY)
            listed = listed.add_revoked_certificate(entry.build())
        return listed.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _sign(
        self,
        name: str,
        names: list[x509.GeneralName],
        usage: x509.ObjectIdentifier,
        age: timedelta,
        key: PrivateKey | None = None,
    ) -> Pair:
        key = key or ec.generate_private_key(ec.SECP256R1())
        serial = x509.random_serial_number()
        begins = datetime.now(UTC) - age - DAY
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(begins)
            .not_valid_after(begins + 10 * DAY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return Pair(
            certificate.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
            serial,
        )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def write_server(folder: Path, authority: Authority) -> None:
    """Write ca.crt, server.crt, server.key and an empty revoked.crl."""
    pair = authority.server()
    (folder / "ca.crt").write_bytes(authority.certificate)
    (folder / "server.crt").write_bytes(pair.certificate)
    (folder / "server.key").write_bytes(pair.key)
    (folder / "revoked.crl").write_bytes(authority.revoked())
