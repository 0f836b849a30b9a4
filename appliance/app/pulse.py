"""The beat of a running appliance: shows what only time changes, and that the loop is not stuck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from appliance.domain.clock import Clock
from appliance.domain.codes import Category, Collection
from appliance.domain.errors import ApplianceError
from appliance.gallery.gallery import Gallery
from appliance.telemetry.logs import logger
from appliance.telemetry.metrics import Metrics

BEAT_S = 5
STUCK_S = 20
"""A loop that did not come round for so long is taken for dead."""

_log = logger("pulse")


class Pulse:
    """Beats on the event loop; ``alive`` may be asked from any thread."""

    def __init__(
        self,
        gallery: Gallery,
        metrics: Metrics,
        clock: Clock,
        ready: Callable[[], bool],
        tell_addresses: Callable[[], None],
    ) -> None:
        """``tell_addresses`` keeps the addresses of notices written down."""
        self._gallery = gallery
        self._metrics = metrics
        self._clock = clock
        self._ready = ready
        self._tell_addresses = tell_addresses
        self._beat_at_s = clock.monotonic_s()

    async def beat(self) -> None:
        """Go on until cancelled."""
        while True:
            self._beat_at_s = self._clock.monotonic_s()
            if self._ready():
                self._show_gallery()
                await asyncio.to_thread(self._try_to_tell)
            await asyncio.sleep(BEAT_S)

    def alive(self) -> bool:
        """Say whether the loop came round lately."""
        return self._clock.monotonic_s() - self._beat_at_s < STUCK_S

    def _try_to_tell(self) -> None:
        try:
            self._tell_addresses()
        except (ApplianceError, OSError):
            _log.error("the addresses of notices could not be written", exc_info=True)

    def _show_gallery(self) -> None:
        for category in Category:
            own = [each for each in Collection if each.category is category]
            epochs = [self._gallery.snapshot(each) for each in own]
            newest = max(epoch.number for epoch in epochs)
            self._metrics.gallery(category.value, sum(epoch.size for epoch in epochs), newest)
