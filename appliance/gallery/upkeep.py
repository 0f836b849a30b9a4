"""The background thread of the gallery: merges chunks, and rewrites segments of deleted items."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from appliance.domain.clock import Clock
from appliance.gallery import limits

_LOG = logging.getLogger(__name__)


class Upkeep:
    """Runs ``merge`` when there are new chunks, and ``erase`` every UPKEEP_INTERVAL_S."""

    def __init__(
        self, merge: Callable[[], None], erase: Callable[[], object], clock: Clock
    ) -> None:
        self._merge = merge
        self._erase = erase
        self._clock = clock
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gallery-upkeep", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def loaded(self) -> None:
        """Say that there are new chunks."""
        self._wake.set()

    def stop(self) -> None:
        """Wait for what is under way and end the thread."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        erased_at_s = self._clock.monotonic_s()
        while True:
            self._wake.wait(limits.UPKEEP_INTERVAL_S)
            self._wake.clear()
            if self._stop.is_set():
                return
            try:
                self._merge()
                if self._clock.monotonic_s() - erased_at_s >= limits.UPKEEP_INTERVAL_S:
                    erased_at_s = self._clock.monotonic_s()
                    self._erase()
            except Exception:
                # Upkeep that fails leaves the gallery as it was, only larger; it is tried again.
                _LOG.exception("the upkeep of the gallery failed")
