"""What the edge asks of the record; ``appliance.audit.record.Record`` satisfies it as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from appliance.domain.record import Act, RecordEntry, RecordLeaf


class RecordReport(Protocol):
    """What reading the whole record has shown."""

    @property
    def entries(self) -> int:
        """Entries read."""

    @property
    def heads(self) -> int:
        """Signed heads checked."""

    @property
    def opened(self) -> int:
        """Entries whose content was read too."""

    @property
    def signed(self) -> int:
        """Entries under a signed head."""

    @property
    def intact(self) -> bool:
        """Whether all is as it was written."""

    @property
    def broken_at(self) -> int:
        """The first sequence that is not, 0 when intact."""

    @property
    def reason(self) -> str:
        """What is wrong there."""


class RecordHead(Protocol):
    """A signed head of the record."""

    @property
    def number(self) -> int:
        """Which head, from 1."""

    @property
    def size(self) -> int:
        """How many entries it stands over."""

    @property
    def root(self) -> bytes:
        """The root over them."""

    @property
    def signed_at(self) -> datetime:
        """When it was signed, UTC."""

    def line(self) -> str:
        """Return it as one line, with its signature."""


class InclusionProof(Protocol):
    """That an entry is under a head."""

    @property
    def leaf_hash(self) -> bytes:
        """The entry's hash."""

    @property
    def head(self) -> RecordHead:
        """The head."""

    @property
    def path(self) -> Sequence[bytes]:
        """The hashes beside the way."""


class ConsistencyProof(Protocol):
    """That the record under one head grew to that under another."""

    @property
    def old(self) -> RecordHead:
        """The older head."""

    @property
    def new(self) -> RecordHead:
        """The newer head."""

    @property
    def path(self) -> Sequence[bytes]:
        """The hashes of the proof."""


class Record(Protocol):
    """The record of supplies."""

    def write(self, act: Act, party: str, details: Mapping[str, str]) -> int:
        """Record an act; durable on return."""

    def entries(self, after: int, limit: int) -> Sequence[RecordEntry]:
        """Return entries after a sequence, but for those whose time is over."""

    def leaves(self, after: int, limit: int) -> Sequence[RecordLeaf]:
        """Return leaves after a sequence, all of them."""

    def size(self) -> int:
        """Return how many entries there are."""

    def head(self) -> RecordHead | None:
        """Return the newest signed head."""

    def inclusion(self, sequence: int, number: int) -> InclusionProof:
        """Prove that an entry is under a head."""

    def consistency(self, old: int, new: int) -> ConsistencyProof:
        """Prove that the record only grew."""

    def verify(self) -> RecordReport:
        """Check the whole record."""
