"""Notices to the contact points: what they have to be told without having asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.codes import Category


class NoticeKind(StrEnum):
    """Why a contact point is told something."""

    SERVICE_LOST = "service_lost"  # IA Art. 5
    SERVICE_RESTORED = "service_restored"  # IA Art. 5
    DATA_CORRECTED = "data_corrected"  # Art. 15(1)
    DATA_DELETED = "data_deleted"  # Art. 15(1), (3)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice to one address of a contact point.

    ``number`` counts from 1 within the outbox it lies in; ``address`` is an https URL or the name
    of a folder that somebody fetches from. ``facts`` are few and short and never hold more of a
    person than a reference number.
    """

    number: int
    kind: NoticeKind
    party: str
    category: Category
    address: str
    facts: tuple[tuple[str, str], ...]
    created_at: datetime
    attempts: int = 0
    delivered_at: datetime | None = None
    given_up_at: datetime | None = None
    last_error: str = ""
