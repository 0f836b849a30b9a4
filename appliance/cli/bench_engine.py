"""The engine that a benchmark measures, as the service would choose it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from appliance.domain.clock import SystemClock
from appliance.gallery.epoch import Epoch
from appliance.matching.device_worker import BatchSettings
from appliance.matching.engine import Engine
from appliance.matching.engine_room import EngineRoom
from appliance.telemetry.metrics import Metrics

LONE = BatchSettings(depth_max=64, batch_max=16, batch_wait_ms=0)
"""A benchmark asks one search at a time, so none waits for company."""


@contextmanager
def chosen(backend: str, epoch: Epoch) -> Iterator[Engine]:
    """Lend the engine for ``backend`` with an epoch resident; BackendUnavailable without one."""
    room = EngineRoom(backend, 0, LONE, SystemClock(), Metrics())
    try:
        room.prepare([epoch])
        yield room.engine
    finally:
        room.close()
