"""What the gallery needs of those who know what an item is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from appliance.gallery.epoch import Epoch


class RoomElsewhere(Protocol):
    """Whoever holds the gallery a second time, in memory of its own."""

    def require_room(self, epochs: Sequence[Epoch]) -> None:
        """Raise ConfigurationInvalid unless these epochs fit there, with all others it holds."""


class Assembler(Protocol):
    """Turns packed items of one data category into resident arrays; pure and thread-safe."""

    def assemble(self, packed: Sequence[bytes]) -> object:
        """Lay items side by side, in order; raises where one of them is malformed."""

    def rows(self, packed: Sequence[bytes]) -> Sequence[int]:
        """Return how many rows each item takes in what ``assemble`` makes of it, at least one."""

    def concatenate(self, residents: Sequence[object]) -> object:
        """Merge resident arrays in the given order."""

    def nbytes(self, resident: object) -> int:
        """Return the bytes that resident arrays hold in memory."""
