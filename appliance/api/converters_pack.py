"""Profile packs and their activations as messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from appliance.api.converters_answer import timestamp
from appliance.api.fields import FieldChecks
from appliance.config.pack_difference import PackChange
from appliance.domain.pack_activation import ActivationState, PackActivation
from appliance.v1 import admin_pb2 as pb

_STATES: dict[ActivationState, Any] = {
    state: pb.PackActivationState.Value(f"PACK_ACTIVATION_STATE_{state.name}")
    for state in ActivationState
}


def activation(made: PackActivation) -> pb.PackActivation:
    """Return an activation as a message."""
    return pb.PackActivation(
        number=made.number,
        version=made.version,
        serial=made.serial,
        digest=made.digest,
        effective_from=timestamp(made.effective_from),
        activated_at=timestamp(made.activated_at),
        activated_by=made.activated_by,
        state=_STATES[made.state],
    )


def changes(found: Iterable[PackChange]) -> list[pb.PackChange]:
    """Return what differs as messages."""
    return [pb.PackChange(path=each.path, before=each.before, after=each.after) for each in found]


def effective_from(request: pb.ReactivatePackRequest) -> datetime | None:
    """Return the instant asked for, None for at once. Raises RequestInvalid."""
    if not request.HasField("effective_from"):
        return None
    checks = FieldChecks()
    try:
        return request.effective_from.ToDatetime(UTC)
    except (ValueError, OverflowError):
        checks.wrong("effective_from", "is no moment between the years 1 and 9999")
    checks.raise_if_wrong()
    return None
