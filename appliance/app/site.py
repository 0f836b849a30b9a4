"""What every room of the appliance stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.config.layout import Layout
from appliance.config.settings import Settings
from appliance.domain.clock import Clock
from appliance.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Site:
    """What every room stands on; ``die`` ends the process after a failed sync."""

    layout: Layout
    settings: Settings
    clock: Clock
    metrics: Metrics
    die: Callable[[BaseException], None]
