"""What the edge needs of the rooms of supervision (Art. 13, 14, 16(2)(c), 17, 18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from appliance.domain.admissibility import Judged
from appliance.domain.codes import Collection
from appliance.domain.principal import Principal
from appliance.domain.record import RecordEntry, RecordLeaf
from appliance.domain.supervision import (
    Authorisation,
    AuthorityRequest,
    ManualSupply,
    OfficersVersion,
    RecordFilter,
    Sample,
    SampleResult,
    SubjectReport,
)


class Found(Protocol):
    """One page of a query."""

    @property
    def entries(self) -> Sequence[RecordEntry]:
        """The entries that fit."""

    @property
    def after(self) -> int:
        """Where the next page begins."""

    @property
    def more(self) -> bool:
        """Whether there is one."""


class ExportedLeaf(Protocol):
    """One leaf for an authority."""

    @property
    def leaf(self) -> RecordLeaf:
        """The leaf."""

    @property
    def withheld(self) -> bool:
        """Whether its content was not asked for."""


class ExportPage(Protocol):
    """Some leaves of an export."""

    @property
    def leaves(self) -> Sequence[ExportedLeaf]:
        """The leaves."""

    @property
    def more(self) -> bool:
        """Whether others follow."""


class SupervisionDesk(Protocol):
    """Where an auditor reads."""

    def query(self, principal: Principal, terms: RecordFilter, after: int, limit: int) -> Found:
        """Return entries that fit."""

    def officers(self, principal: Principal, at: datetime | None) -> OfficersVersion:
        """Return the list of officers."""

    def subject(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        after: int,
        limit: int,
    ) -> SubjectReport:
        """Return a page of what is told of an item."""

    def check_entry(self, principal: Principal, sequence: int) -> Judged:
        """Judge the search of an entry again."""

    def check_request(self, principal: Principal, party: str, request_number: str) -> Judged:
        """Judge a request again."""


class AuthorityRequests(Protocol):
    """Where requests of authorities are kept and answered."""

    def open(self, principal: Principal, asked: AuthorityRequest) -> AuthorityRequest:
        """Keep a request."""

    def page(self, principal: Principal, after: int, limit: int) -> Sequence[AuthorityRequest]:
        """Return requests after a number."""

    def leaves(self, principal: Principal, number: int, after: int, limit: int) -> ExportPage:
        """Return leaves for a request."""

    def deliver(self, principal: Principal, number: int) -> AuthorityRequest:
        """State that the authority has the export."""


class Samples(Protocol):
    """Where random checks are made."""

    def draw(
        self,
        principal: Principal,
        seed: str,
        size: int,
        days: tuple[date | None, date | None],
        tree_size: int,
    ) -> Sample:
        """Draw a sample."""

    def get(self, principal: Principal, number: int) -> Sample:
        """Return a sample."""

    def page(self, principal: Principal, after: int, limit: int) -> Sequence[Sample]:
        """Return samples after a number."""

    def record_result(
        self, principal: Principal, number: int, sequence: int, admissible: bool, remark: str
    ) -> SampleResult:
        """Keep a result."""


class RegisterDesk(Protocol):
    """Where the register is kept."""

    def record_supply(self, principal: Principal, supply: ManualSupply) -> int:
        """Put a supply by hand on record."""

    def authorise(self, principal: Principal, authorisation: Authorisation) -> int:
        """Keep an authorisation."""

    def authorisations(
        self, principal: Principal, after: int, limit: int
    ) -> Sequence[Authorisation]:
        """Return authorisations after a number."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """The rooms of supervision; each is thread-safe."""

    desk: SupervisionDesk
    authorities: AuthorityRequests
    samples: Samples
    register: RegisterDesk
