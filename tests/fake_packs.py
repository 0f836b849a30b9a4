"""A stand-in for the desk of profile packs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from appliance.config.pack_difference import PackChange
from appliance.domain.errors import PackSignatureInvalid, PackUnknown
from appliance.domain.pack_activation import ActivationState, PackActivation
from appliance.domain.principal import Principal
from tests.fake_rooms import NOW


@dataclass
class FakePacks:
    """One pack in force, and whatever is activated after it."""

    made: list[PackActivation] = field(default_factory=list)

    def activate(
        self, principal: Principal, content: bytes, signature: bytes
    ) -> tuple[PackActivation, list[PackChange]]:
        """Take what is signed "signed"."""
        if signature != b"signed":
            raise PackSignatureInvalid("the pack is not signed under a key of this installation")
        return self._keep(content.decode(), NOW)

    def reactivate(
        self, principal: Principal, version: str, effective_from: datetime | None
    ) -> tuple[PackActivation, list[PackChange]]:
        """Take a version that was activated."""
        if version not in [each.version for each in self.made]:
            raise PackUnknown(f"profile pack {version} was never activated here")
        return self._keep(version, effective_from or NOW)

    def history(self) -> list[PackActivation]:
        """Return what was activated."""
        return self.made

    def content(self, version: str) -> tuple[bytes, bytes]:
        """Return a version as its own content."""
        return (version or "in force").encode(), b"signed"

    def _keep(self, version: str, at: datetime) -> tuple[PackActivation, list[PackChange]]:
        number = len(self.made) + 1
        state = ActivationState.SCHEDULED
        made = PackActivation(number, version, number, "ab" * 32, at, NOW, "fp", state)
        self.made.append(made)
        return made, [PackChange("minutiae_min", "12", "14")]


@dataclass
class FakeGuard:
    """Keeps the reasons for which the clock was taken for right."""

    reasons: list[str] = field(default_factory=list)

    def accept(self, principal: Principal, reason: str) -> None:
        """Keep the reason."""
        self.reasons.append(reason)
