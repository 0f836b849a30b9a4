"""ops/ERRORS.md as text, made from the error table: ``python -m appliance.api.errors_document``."""

from __future__ import annotations

import sys

from appliance.api.errors import TABLE, WireForm
from appliance.domain.errors import ApplianceError

_HEAD = """# Reasons of refusal

Every refusal carries an `ErrorInfo` with one of these reasons and the domain `pruem-appliance`.
Further details: `BadRequest` names every unusable field (those of a search by their path within
the search), `QuotaFailure` the exhausted capacity, `RetryInfo` when to come back. Where the message
is a fault of the appliance, only an error id is shown. This file is made from the table in
`appliance/api/errors.py` by `python -m appliance.api.errors_document` and checked against it.

| Reason | gRPC code | Send again unchanged | Meaning | What the operator does |
|---|---|---|---|---|
"""


def as_markdown() -> str:
    """Return the whole document."""
    return _HEAD + "".join(_row(kind, form) for kind, form in TABLE.items())


def _row(kind: type[ApplianceError], form: WireForm) -> str:
    if form.retry_after_s is not None:
        again = f"after {form.retry_after_s} s"
    elif form.code.name == "RESOURCE_EXHAUSTED":
        again = "after the stated time"
    else:
        again = "no"
    meaning = "Anything else: a defect." if kind is ApplianceError else _meaning(kind)
    cells = (f"`{kind.reason}`", form.code.name, again, meaning, form.operator_action)
    return f"| {' | '.join(cells)} |\n"


def _meaning(kind: type[ApplianceError]) -> str:
    return " ".join((kind.__doc__ or "").split())


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
