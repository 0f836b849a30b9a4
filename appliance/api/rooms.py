"""The rooms that the edge serves, handed in by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.api import (
    ports,
    ports_duties,
    ports_packs,
    ports_record,
    ports_supervision,
    ports_verification,
)
from appliance.domain.clock import Clock
from appliance.domain.codes import Collection
from appliance.domain.party_standing import PartyStanding


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """The state of the appliance; ``reasons`` says why it is not ready, one sentence each.

    ``backend_reason`` says why the processor was chosen, ``devices`` has a line for each device.
    ``pilot`` says that the installation holds test data alone, ``parties`` how each Party stands.
    """

    ready: bool
    reasons: tuple[str, ...]
    backend: str
    version: str
    kernel_digest: str
    pack_version: str
    gallery: Mapping[Collection, int]
    queue_depth: int
    started_at: datetime
    backend_reason: str = ""
    devices: tuple[str, ...] = ()
    pilot: bool = False
    parties: tuple[PartyStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything behind the edge; each is thread-safe. ``status`` is called from any thread."""

    desk: ports.SearchDesk
    mass: ports.MassDesk
    reference: ports.ReferenceDesk
    duties: ports_duties.DutiesDesk
    notices: ports_duties.NoticeBoard
    capacity: ports.CapacityDesk
    outgoing: ports.OutgoingDesk
    outages: ports.OutageDesk
    record: ports_record.Record
    verification: ports_verification.VerificationDesk
    notes: ports_verification.NoteDesk
    statistics: ports_verification.StatisticsDesk
    supervision: ports_supervision.Supervision
    packs: ports_packs.PackDesk
    clock_guard: ports_packs.ClockGuard
    gatekeeper: ports.Gatekeeper
    clock: Clock
    status: Callable[[], ServiceStatus]
