"""What the record says of a mass comparison: the fields of Art. 17(2), no byte of a profile."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from appliance.domain import limits
from appliance.domain.errors import ApplianceError
from appliance.domain.mass_comparison import MassState, MassStatus, MassTerms
from appliance.domain.principal import Principal
from appliance.exchange.mass_intake import JudgedBatch
from appliance.exchange.supplies import Details


def opened(terms: MassTerms, principal: Principal, own_party: str) -> Details:
    """Return the details of an opened job; every field was checked and is bounded."""
    return {
        "job_number": terms.job_number,
        "requested_party": own_party,
        "purpose": terms.purpose,
        "officer": terms.officer,
        "ordering_officer": terms.ordering_officer,
        "legal_basis": terms.legal_basis,
        "certificate": principal.fingerprint,
        "content_digest": terms.content_digest.hex(),
    }


def received(
    job_number: str, number: int, batch: JudgedBatch, content_digest: bytes, principal: Principal
) -> Details:
    """Return the details of a batch; what was compared is named when its block is answered."""
    references = hashlib.sha256()
    for each in batch.accepted:
        references.update(f"{each.reference_number}\n".encode())
    return {
        "job_number": job_number,
        "batch": str(number),
        "profiles": str(len(batch.accepted)),
        "refused": str(len(batch.refusals)),
        "references_digest": references.hexdigest(),
        "content_digest": content_digest.hex(),
        "certificate": principal.fingerprint,
    }


def started(status: MassStatus, principal: Principal) -> Details:
    """Return the details of a job whose input was closed."""
    return {
        "job_number": status.terms.job_number,
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
    """Return the details of a refused job; what the client sent may be anything and is cut."""
    given = {
        "job_number": terms.job_number[: limits.REQUEST_NUMBER_CHARS_MAX],
        "officer": terms.officer[: limits.OFFICER_CHARS_MAX],
        "ordering_officer": terms.ordering_officer[: limits.OFFICER_CHARS_MAX],
        "certificate": principal.fingerprint,
    }
    return {"reason": error.reason} | {name: text for name, text in given.items() if text}
