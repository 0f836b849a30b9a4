"""From a verified client certificate to the Party and role it names (Art. 8(1))."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.access.revocation import RevocationList
from appliance.config.pack_book import PackBook
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import CertificateUnknown
from appliance.domain.principal import Principal

CERTIFICATES_CACHED_MAX = 1024

_URN = re.compile(r"urn:pruem:([A-Z]{2}):([a-z-]+)")
_HOME_ROLES = (Role.ADMINISTRATOR, Role.AUDITOR)


class Gatekeeper:
    """Tells who calls. Thread-safe.

    The TLS handshake has verified the chain; what may change while a connection is open, validity,
    revocation and the profile pack, is checked at every call. With ``own_party``, administrators
    and auditors of other Parties are not let in: those roles act on this Party's own appliance.
    ``on_admitted`` is told whom each call lets in, and must be quick.
    """

    def __init__(
        self,
        packs: PackBook,
        revocations: RevocationList,
        clock: Clock,
        *,
        own_party: str | None = None,
        on_admitted: Callable[[x509.Certificate, Principal], None] = lambda _who, _called: None,
    ) -> None:
        self._on_admitted = on_admitted
        self._packs = packs
        self._revocations = revocations
        self._clock = clock
        self._own_party = own_party
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, tuple[x509.Certificate, Principal]] = OrderedDict()

    def principal(self, certificate: bytes) -> Principal:
        """Return who a certificate (PEM or DER) names.

        The name is its only URI of the form ``urn:pruem:RS:contact-point-dactyloscopic``. Raises
        CertificateUnknown or CertificateRevoked, ConfigurationInvalid if the revocation list is
        unusable.
        """
        parsed, principal = self._read(certificate)
        now = self._clock.now()
        if not parsed.not_valid_before_utc <= now <= parsed.not_valid_after_utc:
            raise CertificateUnknown(
                f"the certificate is valid from {parsed.not_valid_before_utc:%Y-%m-%d} "
                f"to {parsed.not_valid_after_utc:%Y-%m-%d} only"
            )
        self._revocations.check(parsed)
        self._require_listed(principal)
        self._on_admitted(parsed, principal)
        return principal

    def _require_listed(self, principal: Principal) -> None:
        profile = self._packs.in_force().parties.get(principal.party)
        if profile is None:
            raise CertificateUnknown(f"{principal.party} is not a Party of the profile pack")
        category = principal.role.category
        if category is None:
            return
        pinned = profile.contact_point(category).certificate_fingerprints
        if pinned and principal.fingerprint not in pinned:
            raise CertificateUnknown(
                f"not a certificate that the profile pack lists for {principal.role} "
                f"of {principal.party}"
            )

    def _read(self, certificate: bytes) -> tuple[x509.Certificate, Principal]:
        with self._lock:
            known = self._known.get(certificate)
            if known is not None:
                self._known.move_to_end(certificate)
                return known
        parsed = _parse(certificate)
        principal = self._named(parsed)
        with self._lock:
            self._known[certificate] = (parsed, principal)
            if len(self._known) > CERTIFICATES_CACHED_MAX:
                self._known.popitem(last=False)
        return parsed, principal

    def _named(self, certificate: x509.Certificate) -> Principal:
        names = [match for uri in _uris(certificate) if (match := _URN.fullmatch(uri))]
        if len(names) != 1:
            raise CertificateUnknown("the certificate must name one Party and role as urn:pruem")
        party, role_name = names[0].groups()
        if role_name not in set(Role):
            raise CertificateUnknown(f"{role_name} is not a role")
        role = Role(role_name)
        if role in _HOME_ROLES and self._own_party not in (None, party):
            raise CertificateUnknown(f"the {role.value} of {party} has no office here")
        der = certificate.public_bytes(Encoding.DER)
        return Principal(party, role, hashlib.sha256(der).hexdigest())


def _parse(certificate: bytes) -> x509.Certificate:
    try:
        if certificate.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(certificate)
        return x509.load_der_x509_certificate(certificate)
    except ValueError:
        raise CertificateUnknown("not an X.509 certificate") from None


def _uris(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return []
    return names.value.get_values_for_type(x509.UniformResourceIdentifier)
