"""Certificates that are no longer accepted, from a signed revocation list (RFC 5280, section 5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from appliance.access.watched_file import WatchedFile
from appliance.domain.errors import CertificateRevoked, ConfigurationInvalid

_LIST = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)

Revoked = frozenset[tuple[bytes, int]]


class RevocationList:
    """The lists in ``path`` (PEM, one for each authority), each signed by one in ``ca_path``.

    Without ``ca_path`` the authorities are those of ca.crt beside the list. The list is read again
    when it changes. The date of its next update is not enforced: a list that lapsed over a weekend
    must not end an exchange that runs day and night (IA Art. 5). ``on_change`` is told what each
    usable list names before anybody is judged by it. Thread-safe.
    """

    def __init__(
        self,
        path: Path,
        ca_path: Path | None = None,
        on_change: Callable[[Revoked], None] = lambda _revoked: None,
    ) -> None:
        self._on_change = on_change
        self._ca_path = ca_path or path.with_name("ca.crt")
        self._file: WatchedFile[Revoked] = WatchedFile(path, self._parse)

    def check(self, certificate: x509.Certificate) -> None:
        """Raise CertificateRevoked if the list names it, ConfigurationInvalid if it is unusable."""
        name = (certificate.issuer.public_bytes(), certificate.serial_number)
        if name in self._file.value():
            raise CertificateRevoked(
                f"the certificate with serial number {certificate.serial_number:x} is revoked"
            )

    def _parse(self, content: bytes) -> Revoked:
        blocks = _LIST.findall(content)
        if not blocks:
            raise ConfigurationInvalid("holds no certificate revocation list in PEM")
        authorities = _authorities(self._ca_path)
        revoked: set[tuple[bytes, int]] = set()
        for block in blocks:
            try:
                listed = x509.load_pem_x509_crl(block)
            except ValueError as error:
                raise ConfigurationInvalid(f"not a revocation list: {error}") from None
            _require_signed(listed, authorities)
            issuer = listed.issuer.public_bytes()
            revoked.update((issuer, entry.serial_number) for entry in listed)
        self._on_change(frozenset(revoked))
        return frozenset(revoked)


def _authorities(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise ConfigurationInvalid(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationInvalid(f"{path}: {error}") from None


def _require_signed(
    listed: x509.CertificateRevocationList, authorities: list[x509.Certificate]
) -> None:
    for authority in authorities:
        key = authority.public_key()
        if authority.subject != listed.issuer or not isinstance(
            key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey
        ):
            continue
        try:
            if listed.is_signature_valid(key):
                return
        except (UnsupportedAlgorithm, TypeError, ValueError):
            continue
    raise ConfigurationInvalid("the revocation list is not signed by an accepted authority")
