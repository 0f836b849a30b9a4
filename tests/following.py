"""Long tests say how far they are: ``make soak`` asks for it, by pytest's own ``-v``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

TOLD_EVERY_S = 20.0
Follow = Callable[[Sequence[Any]], Iterator[Any]]


def following(request: pytest.FixtureRequest) -> Follow:
    """Return what hands out items, and tells on the way how many there were."""
    verbose = request.config.get_verbosity() > 0
    capture: Any = request.config.pluginmanager.getplugin("capturemanager")

    def each(items: Sequence[Any]) -> Iterator[Any]:
        begun_s = told_s = time.monotonic()
        for done, item in enumerate(items):
            now_s = time.monotonic()
            if verbose and now_s - told_s >= TOLD_EVERY_S:
                told_s = now_s
                minutes = (now_s - begun_s) / 60
                with capture.global_and_fixture_disabled():
                    # In one piece: other tests may tell at the same time.
                    sys.stderr.write(
                        f"{request.node.name}: {done} of {len(items)}, {minutes:.1f} min\n"
                    )
                    sys.stderr.flush()
            yield item

    return each
