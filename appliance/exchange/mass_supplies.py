"""What the record says of a mass comparison: the fields of Art. 17(2), no byte of a profile."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from appliance.domain import limits
from appliance.domain.errors import ApplianceError
from appliance.domain.mass_comparison import MassState, MassStatus, MassTerms
from appliance.domain.principal import Principal
from appliance.exchange import form
from appliance.exchange.mass_intake import JudgedBatch
from appliance.exchange.supplies import (
    CONTENT_DIGEST_CHARS_MAX,
    PURPOSE_CHARS_MAX,
    Details,
    cut,
    instant,
)


def opened(terms: MassTerms, principal: Principal, own_party: str, at: datetime) -> Details:
    """Return the details of a job admitted ``at``; every field was checked and is bounded."""
    return {
        "job_number": terms.job_number,
        # By this instant it was judged; the entry itself is a moment younger.
        "judged_at": instant(at),
        "requested_party": own_party,
        "purpose": terms.purpose,
        "officer": terms.officer,
        "ordering_officer": terms.ordering_officer,
        "legal_basis": terms.legal_basis,
        "certificate": principal.fingerprint,
        "content_digest": terms.content_digest.hex(),
    }


def received(
    job_number: str,
    number: int,
    batch: JudgedBatch,
    content_digest: bytes,
    principal: Principal,
    at: datetime,
) -> Details:
    """Return the details of a batch admitted ``at``.

    What was compared is named when its block is answered.
    """
    references = hashlib.sha256()
    for each in batch.accepted:
        references.update(f"{each.reference_number}\n".encode())
    return {
        "job_number": job_number,
        "judged_at": instant(at),
        "batch": str(number),
        "profiles": str(len(batch.accepted)),
        "refused": str(len(batch.refusals)),
        "references_digest": references.hexdigest(),
        "content_digest": content_digest.hex(),
        "certificate": principal.fingerprint,
    }


def started(status: MassStatus, principal: Principal, at: datetime) -> Details:
    """Return the details of a job whose input was closed; it might run as of ``at``."""
    return {
        "job_number": status.terms.job_number,
        "judged_at": instant(at),
        "batches": str(status.batches),
        "profiles": str(status.received),
        "certificate": principal.fingerprint,
    }


def answered(
    job_number: str, references: Sequence[str], found: Sequence[int], sealed_digest: bytes
) -> Details:
    """Return the details of one block: the profiles compared and how many matches each has."""
    return {
        "job_number": job_number,
        # One a line: a reference number is printable, so it holds no line end.
        "probe_references": "\n".join(references),
        "matched": ",".join("yes" if count else "no" for count in found),
        "candidates": ",".join(str(count) for count in found),
        "answer_digest": sealed_digest.hex(),
    }


def ended(status: MassStatus, state: MassState, reason: str, message: str) -> Details:
    """Return the details of the end of a job."""
    given = {"reason": reason, "message": message}
    return {
        "job_number": status.terms.job_number,
        "state": state.value,
        "profiles": str(status.received),
        "compared": str(status.compared),
        "matches": str(status.matches),
    } | {name: text for name, text in given.items() if text}


def refused(error: ApplianceError, principal: Principal, terms: MassTerms) -> Details:
    """Return the details of a refused job, by which the refusal can be judged again.

    What the client sent may be anything and is cut short; what it left out stands there empty.
    """
    return {
        "reason": error.reason,
        "job_number": cut(terms.job_number, limits.REQUEST_NUMBER_CHARS_MAX),
        "purpose": cut(terms.purpose, PURPOSE_CHARS_MAX),
        "officer": cut(terms.officer, limits.OFFICER_CHARS_MAX),
        "ordering_officer": cut(terms.ordering_officer, limits.OFFICER_CHARS_MAX),
        "legal_basis": cut(terms.legal_basis, form.LEGAL_BASIS_CHARS_MAX),
        "certificate": principal.fingerprint,
        "content_digest": terms.content_digest.hex()[:CONTENT_DIGEST_CHARS_MAX],
    }
