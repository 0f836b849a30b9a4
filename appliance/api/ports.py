"""What the edge asks of the rooms behind it; the rooms' own classes satisfy these as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from appliance.domain.capacity import (
    CapacityUse,
    Declaration,
    Direction,
    Outage,
    OutgoingRequest,
)
from appliance.domain.codes import Category, Collection, SearchType
from appliance.domain.errors import ApplianceError
from appliance.domain.mass_comparison import (
    BatchReceipt,
    MassMatch,
    MassStatus,
    MassTerms,
    OfferedProfile,
)
from appliance.domain.principal import Principal
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import (
    Answer,
    Probe,
    RequestState,
    RequestStatus,
    SearchRequest,
    SettledRequest,
)
from appliance.exchange.ports import OfferedItem


class Accepted(Protocol):
    """A request that is durable."""

    @property
    def request_number(self) -> str:
        """Its number."""

    @property
    def sequence(self) -> int:
        """Its place in the order of receipt."""

    @property
    def received_at(self) -> datetime:
        """When it was received, UTC."""

    @property
    def replayed(self) -> bool:
        """Whether it had been accepted before."""

    @property
    def state(self) -> RequestState:
        """How far it has come."""


class Watch(Protocol):
    """A Party's requests as they are settled."""

    def get(self, timeout_s: float) -> SettledRequest | None:
        """Wait for the next one, None when the time has passed."""

    def close(self) -> None:
        """Stop watching."""


class SearchDesk(Protocol):
    """Where searches are handed in and answers fetched."""

    def submit(self, principal: Principal, request: SearchRequest) -> Accepted:
        """Accept a request; durable on return."""

    def refused(
        self,
        principal: Principal | None,
        search_type: SearchType | None,
        request_number: str,
        error: ApplianceError,
    ) -> None:
        """Record a refusal met before submit; None for a caller who was not let in."""

    def answer(self, party: str, request_number: str) -> Answer | None:
        """Return an answer, None while the request is queued."""

    def wait(self, party: str, request_number: str) -> Future[Answer]:
        """Return the answer to come, for this caller alone: cancelling it ends only this wait."""

    def watch(self, party: str, category: Category, after: int | None) -> Watch:
        """Begin to watch what is settled of a Party after a cursor, None for from now on."""

    def cancel(self, principal: Principal, request_number: str) -> None:
        """Cancel a request before it is searched."""

    def requests(self, principal: Principal, before: int, limit: int) -> Sequence[RequestStatus]:
        """Return requests of the caller, newest first, below a sequence (0: all)."""

    def check_quality(
        self, principal: Principal, probe: Probe, search_type: SearchType | None = None
    ) -> int | None:
        """Return the quality of a print; refuse a probe that does not suit a search."""


class MassWatch(Protocol):
    """The matches of a mass comparison as they are found."""

    def get(self, timeout_s: float) -> Sequence[MassMatch] | None:
        """Wait for the next matches; none when the time has passed, None when all were told."""

    def close(self) -> None:
        """Stop watching."""


class MassDesk(Protocol):
    """Where mass comparisons are handed in and their matches fetched."""

    def open(self, principal: Principal, terms: MassTerms) -> MassStatus:
        """Open a job; durable on return."""

    def receive(
        self,
        principal: Principal,
        job_number: str,
        batch_number: int,
        digest: bytes,
        profiles: Sequence[OfferedProfile | ApplianceError],
    ) -> BatchReceipt:
        """Take the next batch; durable on return."""

    def begin(self, principal: Principal, job_number: str, batches: int) -> MassStatus:
        """Close the input."""

    def status(self, principal: Principal, job_number: str) -> MassStatus:
        """Return a job."""

    def watch(self, principal: Principal, job_number: str, after: int) -> MassWatch:
        """Begin to watch the matches after a cursor."""

    def acknowledge(self, principal: Principal, job_number: str, cursor: int) -> MassStatus:
        """Erase the matches up to a cursor."""

    def cancel(self, principal: Principal, job_number: str) -> MassStatus:
        """End a job."""


class ReferenceDesk(Protocol):
    """Where reference data is kept."""

    def load(
        self, principal: Principal, items: Sequence[OfferedItem]
    ) -> Sequence[ApplianceError | tuple[str, ...]]:
        """Load items; one outcome each, the warnings of an accepted one, durable on return."""

    def get(
        self, principal: Principal, collection: Collection, reference_number: str
    ) -> StoredItem:
        """Return an item."""

    def count(self) -> Mapping[Collection, int]:
        """Return the size of each collection."""


class CapacityDesk(Protocol):
    """Where capacities are declared."""

    def declare(self, principal: Principal, declarations: Sequence[Declaration]) -> None:
        """Make declarations durable."""

    def declarations(self) -> Sequence[Declaration]:
        """Return every declaration."""

    def use_today(self, party: str | None, direction: Direction) -> Sequence[CapacityUse]:
        """Return the use of the day of one Party, of all for None."""


class OutgoingDesk(Protocol):
    """Where it is counted what this Party asks of others."""

    def reserve(self, principal: Principal, request: OutgoingRequest) -> Sequence[CapacityUse]:
        """Count a request; return the use with it."""

    def release(self, principal: Principal, party: str, request_number: str) -> None:
        """Give back what was counted."""


class OutageDesk(Protocol):
    """Where outages are stated."""

    def begin(self, principal: Principal, reason: str) -> Outage:
        """State that an outage begins."""

    def end(self, principal: Principal) -> Outage:
        """State that it is over."""

    def outages(self) -> Sequence[Outage]:
        """Return the newest outages, newest first."""


class Gatekeeper(Protocol):
    """Who a certificate names."""

    def principal(self, certificate: bytes) -> Principal:
        """Return who calls, or refuse."""
