"""How a search that was accepted may end without an answer, and how that is told later."""

from __future__ import annotations

from appliance.domain.errors import (
    ApplianceError,
    DeviceLost,
    EngineLoading,
    InvariantBroken,
    PartyNotEvaluated,
    PartySuspended,
    QualityInsufficient,
    QueueFull,
    StorageCorrupt,
)

FAILURE_CHARS_MAX = 256

# Worth a second attempt: the engine may have moved to another device meanwhile.
PASSING = (DeviceLost, EngineLoading, QueueFull)

# Over once a device is back or a file is repaired: the same request may then be sent again.
_MENDED_LATER = frozenset({DeviceLost.reason, StorageCorrupt.reason})

_KEPT: dict[str, type[ApplianceError]] = {
    each.reason: each
    for each in (
        DeviceLost,
        PartyNotEvaluated,
        PartySuspended,
        QualityInsufficient,
        StorageCorrupt,
    )
}


def failure_of(error: BaseException) -> ApplianceError:
    """Return the failure as its requester may see it: no text of a defect leaves the service."""
    if isinstance(error, PASSING):
        return DeviceLost(error.message)
    if isinstance(error, ApplianceError) and error.reason in _KEPT:
        return error
    return InvariantBroken("the search ended with a defect of the service")


def failure_from(reason: str, message: str) -> ApplianceError:
    """Return the failure that was kept as reason and message."""
    return _KEPT.get(reason, InvariantBroken)(message)


def may_be_sent_again(reason: str) -> bool:
    """Say whether a request that failed for a reason may be sent again under its number."""
    return reason in _MENDED_LATER
