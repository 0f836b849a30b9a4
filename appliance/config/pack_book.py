"""The book of profile packs: which one is in force now, and which one was at any instant.

Packs change while the service runs: each becomes effective at its instant, without a restart. So
nobody keeps a pack; who needs one asks the book, once for each request.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from appliance.config.profile_pack import ProfilePack
from appliance.domain.clock import Clock
from appliance.domain.errors import ConfigurationInvalid


@dataclass(frozen=True, slots=True)
class Chapter:
    """A pack and the instant that it came or comes into force."""

    effective_from: datetime
    pack: ProfilePack


class PackBook:
    """All packs of an installation. Thread-safe; reading takes no lock."""

    def __init__(self, packs: Iterable[ProfilePack], clock: Clock) -> None:
        """Each pack comes into force on its own effective date."""
        self._clock = clock
        self._lock = threading.Lock()
        self._chapters: tuple[Chapter, ...] = ()
        for pack in sorted(packs, key=lambda each: each.effective_from):
            self.add(pack)

    def add(self, pack: ProfilePack, effective_from: datetime | None = None) -> None:
        """Let a pack come into force at an instant, by default on its own effective date.

        What was to come into force at that instant or later never will: the word given last holds.
        """
        start = pack.effective_from if effective_from is None else effective_from
        with self._lock:
            before = (each for each in self._chapters if each.effective_from < start)
            self._chapters = (*before, Chapter(start, pack))

    def in_force(self) -> ProfilePack:
        """Return the pack in force now. Raises ConfigurationInvalid if none is yet."""
        return self.at(self._clock.now())

    def at(self, instant: datetime) -> ProfilePack:
        """Return the pack in force at an instant. Raises ConfigurationInvalid if none was."""
        chapters = self._chapters
        place = bisect_right(chapters, instant, key=lambda each: each.effective_from)
        if place:
            return chapters[place - 1].pack
        if not chapters:
            raise ConfigurationInvalid("there is no profile pack")
        first = chapters[0]
        raise ConfigurationInvalid(
            f"profile pack {first.pack.version} takes effect on {first.effective_from.isoformat()}"
        )

    def chapters(self) -> tuple[Chapter, ...]:
        """Return the packs that were, are or will be in force, in the order of their instants."""
        return self._chapters
