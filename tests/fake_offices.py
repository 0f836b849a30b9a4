"""Stand-ins for the rooms of the administrator and the auditor, and a ready appliance's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from appliance.api.rooms import ServiceStatus
from appliance.audit.heads import Head
from appliance.audit.proofs import Consistency, Inclusion
from appliance.domain.capacity import (
    CapacityUse,
    Declaration,
    Direction,
    Outage,
    OutgoingRequest,
)
from appliance.domain.codes import Bucket, Collection
from appliance.domain.errors import ApplianceError, RequestUnknown
from appliance.domain.mass_comparison import MassStatus
from appliance.domain.principal import Principal
from appliance.domain.record import Act, RecordEntry, RecordLeaf
from tests.fake_rooms import NOW


@dataclass
class FakeCapacity:
    """Keeps declarations in a list."""

    declared: list[Declaration] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)

    def declare(self, principal: Principal, declarations: Sequence[Declaration]) -> None:
        """Keep declarations."""
        self.declared += declarations

    def declarations(self) -> list[Declaration]:
        """Return them."""
        return self.declared

    def use_today(self, party: str | None, direction: Direction) -> list[CapacityUse]:
        """Say that 3 of 100 are used."""
        self.asked.append(party)
        return [_use(party or "ME", direction)]


@dataclass
class FakeOutgoing:
    """Counts in a list, and refuses what ``error`` says."""

    counted: list[OutgoingRequest] = field(default_factory=list)
    error: ApplianceError | None = None

    def reserve(self, principal: Principal, request: OutgoingRequest) -> list[CapacityUse]:
        """Count a request."""
        if self.error is not None:
            raise self.error
        self.counted.append(request)
        return [_use(request.party, Direction.OUTGOING)]

    def release(self, principal: Principal, party: str, request_number: str) -> None:
        """Give one back."""
        self.counted = [
            each
            for each in self.counted
            if (each.party, each.request_number) != (party, request_number)
        ]


@dataclass
class FakeOutages:
    """Keeps one outage."""

    kept: list[Outage] = field(default_factory=list)

    def begin(self, principal: Principal, reason: str) -> Outage:
        """State an outage."""
        self.kept.append(Outage(1, reason, NOW, None))
        return self.kept[-1]

    def end(self, principal: Principal) -> Outage:
        """State its end."""
        self.kept[-1] = Outage(1, self.kept[-1].reason, NOW, NOW)
        return self.kept[-1]

    def outages(self) -> list[Outage]:
        """Return them."""
        return self.kept


def _use(party: str, direction: Direction) -> CapacityUse:
    return CapacityUse(party, Bucket.IDENTIFIED, date(2026, 5, 4), 100, 3, NOW, direction, 2)


class FakeMass:
    """Knows no mass comparison."""

    def status(self, principal: Principal, job_number: str) -> MassStatus:
        """Refuse every number."""
        raise RequestUnknown(f"{principal.party} opened no mass comparison {job_number}")

    open = receive = begin = watch = acknowledge = cancel = status


@dataclass(frozen=True)
class FakeReport:
    """An intact record."""

    entries: int = 2
    heads: int = 1
    opened: int = 2
    signed: int = 2
    intact: bool = True
    broken_at: int = 0
    reason: str = ""


@dataclass
class FakeRecord:
    """Keeps entries in a list."""

    written: list[tuple[Act, str, dict[str, str]]] = field(default_factory=list)

    def write(self, act: Act, party: str, details: Mapping[str, str]) -> int:
        """Keep an entry."""
        self.written.append((act, party, dict(details)))
        return len(self.written)

    def entries(self, after: int, limit: int) -> list[RecordEntry]:
        """Return entries."""
        return [
            RecordEntry(index, NOW, act, party, tuple(details.items()), bytes(32))
            for index, (act, party, details) in enumerate(self.written, 1)
            if index > after
        ][:limit]

    def leaves(self, after: int, limit: int) -> list[RecordLeaf]:
        """Return leaves; every other one has lost its content."""
        return [
            RecordLeaf(entry.sequence, bytes(32), b"leaf" if entry.sequence % 2 else None)
            for entry in self.entries(after, limit)
        ]

    def size(self) -> int:
        """Count the entries."""
        return len(self.written)

    def head(self) -> Head | None:
        """Return a head over all entries."""
        return Head(bytes(16), 1, len(self.written), bytes(32), NOW) if self.written else None

    def inclusion(self, sequence: int, number: int) -> Inclusion:
        """Return a path of one hash."""
        return Inclusion(sequence, bytes(32), Head(bytes(16), number, 9, b"r", NOW), (b"p",))

    def consistency(self, old: int, new: int) -> Consistency:
        """Return a path of one hash."""
        first, second = (Head(bytes(16), number, 9, b"r", NOW) for number in (old, new))
        return Consistency(first, second, (b"p",))

    def verify(self) -> FakeReport:
        """Find all intact."""
        return FakeReport()


def status() -> ServiceStatus:
    """A ready appliance."""
    return ServiceStatus(
        True, (), "cpu", "0.1.0", "ab" * 32, "pack-1", {Collection.TP: 2}, 3, NOW
    )  # fmt: skip
