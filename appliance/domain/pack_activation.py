"""The activation of a profile pack: which one comes into force when, and on whose word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActivationState(StrEnum):
    """What became of an activation so far."""

    IN_FORCE = "in_force"
    SCHEDULED = "scheduled"
    PAST = "past"
    CANCELLED = "cancelled"  # a later word came before its instant


@dataclass(frozen=True, slots=True)
class PackActivation:
    """One activation; ``number`` counts them. ``digest`` is the SHA-256 of the pack (hex).

    The pack is in force from ``effective_from`` until the next one. ``activated_by`` is the
    fingerprint of the administrator's certificate, or ``INSTALLATION`` for the pack in its files.
    """

    number: int
    version: str
    serial: int
    digest: str
    effective_from: datetime
    activated_at: datetime
    activated_by: str
    state: ActivationState


INSTALLATION = "installation"
