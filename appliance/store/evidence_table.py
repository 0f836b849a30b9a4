"""Rows of what was known when: lists of officers, certificates, revocations (Art. 16(2)(c))."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from appliance.domain.errors import StorageCorrupt
from appliance.store.database import Transaction
from appliance.store.instant import from_us, to_us


class SeenCertificate(NamedTuple):
    """A certificate that was let in; ``name`` is what revocation lists know it by."""

    fingerprint: str
    name: bytes
    party: str
    role: str
    valid_from: datetime
    valid_until: datetime


class SeenOfficers(NamedTuple):
    """A list of officers as it was written."""

    seen_at: datetime
    digest: bytes
    content: bytes


def keep_officers(tx: Transaction, content: bytes, at: datetime) -> None:
    """Keep a list unless it is the one that was seen last."""
    digest = hashlib.sha256(content).digest()
    newest = tx.execute("SELECT digest FROM officers_version ORDER BY number DESC LIMIT 1")
    if not newest or bytes(newest[0][0]) != digest:
        tx.execute(
            "INSERT INTO officers_version (seen_at, digest, content) VALUES (?, ?, ?)",
            (to_us(at), digest, content),
        )


def officers_at(tx: Transaction, at: datetime) -> SeenOfficers | None:
    """Return the list in use at an instant, None before the first. Raises StorageCorrupt."""
    rows = tx.execute(
        "SELECT seen_at, digest, content FROM officers_version WHERE seen_at <= ?"
        " ORDER BY seen_at DESC, number DESC LIMIT 1",
        (to_us(at),),
    )
    if not rows:
        return None
    seen = SeenOfficers(from_us(rows[0][0]), bytes(rows[0][1]), bytes(rows[0][2]))
    if hashlib.sha256(seen.content).digest() != seen.digest:
        raise StorageCorrupt("a list of officers is not the one that was seen")
    return seen


def delete_officers_before(tx: Transaction, at: datetime) -> None:
    """Delete the lists that were out of use at an instant already."""
    tx.execute(
        "DELETE FROM officers_version WHERE number <"
        " (SELECT max(number) FROM officers_version WHERE seen_at <= ?)",
        (to_us(at),),
    )


def keep_certificate(tx: Transaction, seen: SeenCertificate, at: datetime) -> None:
    """Keep a certificate unless it is known."""
    tx.execute(
        "INSERT INTO certificate_seen"
        " (fingerprint, name, party, role, valid_from, valid_until, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING",
        (*seen[:4], to_us(seen.valid_from), to_us(seen.valid_until), to_us(at)),
    )


def certificate(tx: Transaction, fingerprint: str) -> SeenCertificate | None:
    """Return a certificate, None if it was never let in."""
    rows = tx.execute(
        "SELECT fingerprint, name, party, role, valid_from, valid_until FROM certificate_seen"
        " WHERE fingerprint = ?",
        (fingerprint,),
    )
    if not rows:
        return None
    print_, name, party, role, valid_from, valid_until = rows[0]
    return SeenCertificate(
        print_, bytes(name), party, role, from_us(valid_from), from_us(valid_until)
    )


def delete_certificates_before(tx: Transaction, at: datetime) -> None:
    """Delete the certificates that had ended at an instant."""
    tx.execute("DELETE FROM certificate_seen WHERE valid_until < ?", (to_us(at),))


def keep_revocations(tx: Transaction, names: Collection[bytes], at: datetime) -> None:
    """Keep what the revocation lists say from now on."""
    known = {
        bytes(name)
        for (name,) in tx.execute("SELECT name FROM revocation_seen WHERE gone_at IS NULL")
    }
    listed = set(names)
    tx.execute_many(
        "UPDATE revocation_seen SET gone_at = ? WHERE name = ? AND gone_at IS NULL",
        [(to_us(at), name) for name in sorted(known - listed)],
    )
    tx.execute_many(
        "INSERT INTO revocation_seen (name, seen_at) VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET gone_at = NULL",
        [(name, to_us(at)) for name in sorted(listed - known)],
    )


def is_revoked(tx: Transaction, name: bytes, at: datetime) -> bool:
    """Tell whether a certificate was known to be revoked at an instant."""
    return bool(
        tx.execute(
            "SELECT 1 FROM revocation_seen WHERE name = ? AND seen_at <= ?"
            " AND (gone_at IS NULL OR gone_at > ?)",
            (name, to_us(at), to_us(at)),
        )
    )
