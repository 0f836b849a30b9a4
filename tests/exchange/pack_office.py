"""A desk of profile packs over the storage of a world, and packs that follow one another."""

from __future__ import annotations

import json
from typing import Any

from appliance.config import profile_pack
from appliance.config.pack_book import PackBook
from appliance.config.pack_keys import PackKeys
from appliance.exchange.pack_desk import PackDesk
from tests.exchange.world import ADMINISTRATOR, World
from tests.fixed_clock import FixedClock

PRIVATE, PUBLIC = profile_pack.generate_key()
FIRST = profile_pack.default_pack_json(["RS", "MK"])
NOON = FixedClock().now()


def pack(serial: int = 2, **changes: Any) -> bytes:
    """Return a pack that follows the first; without a date, it takes effect on 1 March 2026."""
    table = json.loads(FIRST) | {
        "serial": serial,
        "version": f"V{serial}",
        "effective_from": "2026-03-01T00:00:00Z",
    }
    return json.dumps(table | changes).encode()


def signed(content: bytes) -> tuple[bytes, bytes]:
    return content, profile_pack.sign(content, PRIVATE)


class Office:
    """A desk over the storage of a world, with a book of its own."""

    def __init__(self, world: World, *, keys: bytes = PUBLIC) -> None:
        self.world = world
        self.book = PackBook([], world.clock)
        self.desk = PackDesk(
            world.database, world.record, self.book, PackKeys(keys), world.clock, "RS"
        )

    def open(self, content: bytes = FIRST) -> Office:
        self.desk.open(*signed(content))
        return self

    def activate(self, content: bytes) -> None:
        self.desk.activate(ADMINISTRATOR, *signed(content))

    def versions(self) -> list[tuple[str, str]]:
        return [(each.version, each.state.value) for each in self.desk.history()]
