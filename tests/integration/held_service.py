"""``appliance serve`` that stands still while a test says so, by files in a folder of switches.

While "start" is there the kernels' self-test does not end, while "search" is there no search ends.
The numbers of what is searched are written to "searched", in their order. A stop waits as long as
the test says, so that it sees what is left over for the next start.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from appliance.app import service
from appliance.cli import main
from appliance.config.profile_pack import ProfilePack
from appliance.domain.search import SearchRequest
from appliance.matching import self_test
from appliance.matching.matcher import Matcher

SWITCHES = "HELD_SERVICE_SWITCHES"
DRAIN_S = "HELD_SERVICE_DRAIN_S"


def _wait_while(name: str) -> None:
    while Path(os.environ[SWITCHES], name).exists():
        time.sleep(0.01)


def _held(name: str, act: Any) -> Any:
    def wait_and_act(*arguments: Any) -> Any:
        _wait_while(name)
        return act(*arguments)

    return wait_and_act


def _noted(search: Any) -> Any:
    def note_and_search(
        matcher: Matcher, request: SearchRequest, limit: int, pack: ProfilePack
    ) -> Any:
        _wait_while("search")
        with Path(os.environ[SWITCHES], "searched").open("a") as notes:
            notes.write(f"{request.request_number}\n")
        return search(matcher, request, limit, pack)

    return note_and_search


if __name__ == "__main__":
    service.DRAIN_S = int(os.environ.get(DRAIN_S, service.DRAIN_S))
    self_test.run = _held("start", self_test.run)
    Matcher._search = _noted(Matcher._search)  # type: ignore[method-assign]
    main.run()
