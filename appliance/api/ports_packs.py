"""What the edge asks of the rooms of profile packs and of the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from appliance.config.pack_difference import PackChange
from appliance.domain.pack_activation import PackActivation
from appliance.domain.principal import Principal


class PackDesk(Protocol):
    """Where profile packs are activated."""

    def activate(
        self, principal: Principal, content: bytes, signature: bytes
    ) -> tuple[PackActivation, Sequence[PackChange]]:
        """Let a new pack come into force."""

    def reactivate(
        self, principal: Principal, version: str, effective_from: datetime | None
    ) -> tuple[PackActivation, Sequence[PackChange]]:
        """Let a former pack come into force again."""

    def history(self) -> Sequence[PackActivation]:
        """Return the activations."""

    def content(self, version: str) -> tuple[bytes, bytes]:
        """Return a pack and its signature; "" is the one in force."""


class ClockGuard(Protocol):
    """Who vouches for the clock."""

    def accept(self, principal: Principal, reason: str) -> None:
        """Take the clock as it stands for right from now on."""
