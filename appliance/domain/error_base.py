"""The root of every refusal, and what is wrong with one field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One thing wrong with one field: ``field`` as the client wrote it, ``description`` why."""

    field: str
    description: str


class ApplianceError(Exception):
    """The root: ``reason`` is the stable name that clients may switch on."""

    reason = "INTERNAL"

    def __init__(self, message: str, *, metadata: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = dict(metadata or {})
