"""What a profile pack lays down beside its tables: law, periods, lanes and consents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from appliance.domain.codes import Collection

PartyCode = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Name = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_-]{1,31}$")]
Instant = Annotated[datetime, Meta(tz=True)]
Excess = Literal["refuse", "hold"]

ORDINARY, ACCELERATED = "ordinary", "accelerated"


class LegalProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the law of an exchange sets: the Agreement, or another treaty it leaves be (Art. 22).

    ``record_retention_years`` that the record is kept (Art. 17(4): two). ``capacity_excess`` says
    what happens to searches beyond the declared capacity, None where the pack's own word holds.
    """

    record_retention_years: Annotated[int, Meta(ge=1, le=10)]
    capacity_excess: Excess | None = None


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long what is kept, at most.

    ``answer_h`` that an answer may be fetched (Art. 13(3)); ``sample_results_months`` of random
    checks (Art. 17(6));
    ``reference_years_max`` of reference data by collection, where national law sets a maximum
    (Art. 15(3)(b)); ``notices_days`` that an undelivered notice is tried.
    """

    answer_h: Annotated[int, Meta(ge=1, le=720)]
    sample_results_months: Annotated[int, Meta(ge=1, le=120)]
    reference_years_max: Mapping[Collection, Annotated[int, Meta(ge=1, le=100)]] = {}
    notices_days: Annotated[int, Meta(ge=1, le=365)]


class PriorityClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A lane of the queue; ``legal_basis_required`` where national law must name it (IA 11(2))."""

    legal_basis_required: bool


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Mutual consent with ``party`` to compare all unidentified profiles (Art. 4(1)).

    It holds from ``valid_from`` up to, but not including, ``valid_until``.
    """

    party: PartyCode
    valid_from: Instant
    valid_until: Instant

    def holds(self, at: datetime) -> bool:
        """Tell whether the consent is in force at an instant."""
        return self.valid_from <= at < self.valid_until
