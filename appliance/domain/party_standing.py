"""How a Party stands in a category at an instant, for whoever keeps the service running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.domain.codes import Category


@dataclass(frozen=True, slots=True)
class PartyStanding:
    """``standing`` is not_evaluated, pilot, takes_part, suspended or withdrawn (Art. 21, 23, 27).

    ``pilot_until`` is the end of a pilot that lasts, None where it has none or lasts no more.
    ``served`` says whether this installation takes its searches: one of the pilot kind serves
    Parties in their pilot too.
    """

    party: str
    category: Category
    standing: str
    pilot_until: datetime | None
    served: bool
