"""What was known when: lists of officers, certificates and revocations, each from its first sight.

A past search is judged by what its own time knew (Art. 16(2)(c)). A list of officers is durable
before anybody is judged by it. Certificates and revocations are noted on the loop that serves all
calls, which must not wait for the disk: the one writer of the database makes them durable before
any search that came after them.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime

from cryptography import x509

from appliance.access import officers
from appliance.access.officers import Officers
from appliance.access.revocation import Revoked
from appliance.domain.clock import Clock
from appliance.domain.principal import Principal
from appliance.domain.supervision import ListedOfficer, OfficersVersion
from appliance.store import evidence_table
from appliance.store.database import Database
from appliance.store.evidence_table import SeenCertificate

CERTIFICATES_NOTED_MAX = 4_096


class Evidence:
    """Notes and recalls. Thread-safe."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._noted: set[str] = set()

    def officers_loaded(self, content: bytes) -> None:
        """Note a list of officers as it is written, durable on return. Raises RecordUnavailable."""
        at = self._clock.now()
        self._database.write(lambda tx: evidence_table.keep_officers(tx, content, at)).result()

    def revocations_loaded(self, revoked: Revoked) -> None:
        """Note what the revocation lists say."""
        at = self._clock.now()
        names = [_name(issuer, serial) for issuer, serial in revoked]
        self._database.write(lambda tx: evidence_table.keep_revocations(tx, names, at))

    def certificate_admitted(self, certificate: x509.Certificate, principal: Principal) -> None:
        """Note a certificate that was let in; quick for one that is known."""
        with self._lock:
            if principal.fingerprint in self._noted:
                return
            if len(self._noted) >= CERTIFICATES_NOTED_MAX:
                self._noted.clear()
            self._noted.add(principal.fingerprint)
        seen = SeenCertificate(
            principal.fingerprint,
            _name(certificate.issuer.public_bytes(), certificate.serial_number),
            principal.party,
            principal.role.value,
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
        )
        at = self._clock.now()
        noted = self._database.write(lambda tx: evidence_table.keep_certificate(tx, seen, at))
        noted.add_done_callback(lambda done: self._forget_failed(principal.fingerprint, done))

    def officers_at(self, at: datetime) -> tuple[OfficersVersion, Officers] | None:
        """Return the list of officers in use at an instant, None before the first."""
        seen = self._database.read(lambda tx: evidence_table.officers_at(tx, at))
        if seen is None:
            return None
        listed = officers.parse(seen.content)
        return OfficersVersion(seen.digest.hex(), seen.seen_at, tuple(_listed(listed))), listed

    def certificate(self, fingerprint: str) -> SeenCertificate | None:
        """Return a certificate, None if it was never let in."""
        return self._database.read(lambda tx: evidence_table.certificate(tx, fingerprint))

    def is_revoked(self, name: bytes, at: datetime) -> bool:
        """Tell whether a certificate was known to be revoked at an instant."""
        return self._database.read(lambda tx: evidence_table.is_revoked(tx, name, at))

    def _forget_failed(self, fingerprint: str, done: Future[None]) -> None:
        if done.exception() is not None:
            with self._lock:
                self._noted.discard(fingerprint)


def _listed(listed: Officers) -> Iterable[ListedOfficer]:
    for _, each in sorted(listed.items()):
        categories = tuple(sorted(category.value for category in each.categories))
        yield ListedOfficer(each.party, each.id, categories, each.valid_from, each.valid_until)


def _name(issuer: bytes, serial_number: int) -> bytes:
    return hashlib.sha256(issuer + b"\0" + str(serial_number).encode()).digest()
