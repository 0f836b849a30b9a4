"""A step of a mass comparison as the record tells of it, with the terms of its job."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.admissibility import PastComparison, Step
from appliance.domain.mass_comparison import MassTerms
from appliance.domain.record import Act, RecordEntry
from appliance.exchange.past_search import digest, instant

STEPS = {
    Act.MASS_COMPARISON_OPENED: Step.OPENED,
    Act.MASS_COMPARISON_RECEIVED: Step.RECEIVED,
    Act.MASS_COMPARISON_STARTED: Step.STARTED,
    Act.MASS_COMPARISON_ANSWERED: Step.ANSWERED,
    Act.MASS_COMPARISON_REFUSED: Step.REFUSED,
}


def of_entry(entry: RecordEntry, past: Sequence[RecordEntry]) -> PastComparison:
    """Return the step that an entry of ``STEPS`` tells of; what it does not say is empty.

    ``past`` are earlier entries under its number: the terms of a start stand in its opening.
    """
    said = dict(entry.details)
    step = STEPS[entry.act]
    terms = entry if step in (Step.OPENED, Step.REFUSED) else _opening(past)
    stated = dict(terms.details) if terms is not None else {}
    return PastComparison(
        sequence=entry.sequence,
        received_at=instant(entry, said, "judged_at"),
        step=step,
        terms=MassTerms(
            party=entry.party,
            job_number=said.get("job_number", ""),
            purpose=stated.get("purpose", ""),
            officer=stated.get("officer", ""),
            ordering_officer=stated.get("ordering_officer", ""),
            legal_basis=stated.get("legal_basis", ""),
            content_digest=digest(stated),
        ),
        certificate=said.get("certificate", ""),
        refused_with=said.get("reason", "unknown") if step is Step.REFUSED else "",
        read=terms is not None,
    )


def _opening(past: Sequence[RecordEntry]) -> RecordEntry | None:
    opened = (each for each in reversed(past) if each.act is Act.MASS_COMPARISON_OPENED)
    return next(opened, None)
