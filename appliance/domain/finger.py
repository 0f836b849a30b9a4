"""Finger minutiae after decoding: one frame of reference, whatever the record came as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

UNITS_PER_PIXEL = 8
"""Coordinates are whole eighths of a pixel at 500 ppi (6.35 µm each)."""


class MinutiaKind(IntEnum):
    """Minutia type as in ISO/IEC 19794-2:2005, 6.5.2.1 (the codes of the wire)."""

    OTHER = 0
    RIDGE_ENDING = 1
    BIFURCATION = 2


class Minutia(NamedTuple):
    """One minutia.

    ``x`` to the right and ``y`` upwards, both 0..65535 in 1/8 px at 500 ppi from the image's lower
    left corner; ``angle`` 0..255 in 1/256 turn counter-clockwise from the x axis; ``kind`` as in
    MinutiaKind; ``quality`` 1..100, 0 where none was reported.
    """

    x: int
    y: int
    angle: int
    kind: int
    quality: int


@dataclass(frozen=True, slots=True)
class FingerTemplate:
    """One view of one finger; ``minutiae`` in the order of the record.

    ``width`` and ``height`` in 1/8 px at 500 ppi; ``position`` the friction ridge position code of
    ANSI/NIST-ITL, table 8 (0 unknown, 1 right thumb .. 10 left little finger, 20..38 palms);
    ``impression`` the impression type code; ``quality`` 0..100, 0 where none was reported;
    ``standard`` the edition it was read from; ``warnings`` what was tolerated while reading;
    ``ppcm`` the resolution it was read from, in pixels per cm across and down, at which it is
    written again; ``extended_bytes`` how much extended data was skipped.
    """

    minutiae: tuple[Minutia, ...]
    width: int
    height: int
    position: int
    impression: int
    quality: int
    standard: str
    warnings: tuple[str, ...] = ()
    ppcm: tuple[int, int] = (197, 197)
    extended_bytes: int = 0
