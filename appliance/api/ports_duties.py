"""What the edge needs of the rooms that see to the quality of data (Art. 15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from appliance.domain.codes import Collection
from appliance.domain.data_duties import Erasure
from appliance.domain.notice import Notice
from appliance.domain.principal import Principal
from appliance.exchange.ports import OfferedItem


class Deleted(Protocol):
    """What a deletion set off."""

    @property
    def erasure(self) -> int:
        """The number of its certificate to come."""

    @property
    def told(self) -> int:
        """How many Parties are notified."""


class DutiesDesk(Protocol):
    """Where data is corrected, deleted, flagged, restricted and given an end."""

    def correct(self, principal: Principal, item: OfferedItem, reason: str) -> Deleted:
        """Put right data in the place of wrong data."""

    def delete(
        self, principal: Principal, collection: Collection, reference_number: str, cause: str
    ) -> Deleted:
        """Delete an item."""

    def flag(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        *,
        flagged: bool,
        basis: str,
        decision: str,
    ) -> None:
        """Set or remove the flag of an item."""

    def restrict(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        *,
        restricted: bool,
        reason: str,
    ) -> None:
        """Restrict or release an item."""

    def set_end(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        expires_at: datetime | None,
    ) -> None:
        """Set when the maximum period of an item is over."""

    def erasures(self, principal: Principal, after: int, limit: int) -> Sequence[Erasure]:
        """Return erasures after a number."""


class NoticeBoard(Protocol):
    """Where notices to contact points are listed."""

    def page(self, after: int, limit: int) -> Sequence[Notice]:
        """Return notices after a number."""
