"""Large prints in parts: a palm is searched as overlapping regions of the size of a finger's print.

The kernels look at the best minutiae of a print, some dozens. That is all of a finger and a corner
of a palm, and a latent may come from any place of it. So a print of more minutiae than a finger has
is packed as several templates, one for each region: the PART_MINUTIAE nearest to a minutia. The
regions overlap so that every minutia is among the PART_COVERED nearest of one, and a latent of some
twenty minutiae lies in one region as a whole or nearly so. The best region counts for the print.

A packed print is the blobs of its parts, one behind the other; a finger has one.

A grid of minutiae as dense as no finger is would find a partner for whatever it is laid upon. What
is denser than prints are is thinned out, here, before any kernel sees it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger.layout import HEADER_BYTES, LayoutError, Minutiae, packed_bytes

WHOLE_MINUTIAE_MAX = limits.FINGER_MINUTIAE_MAX
"""Up to so many minutiae a print is one part."""

PART_MINUTIAE = 64
PART_COVERED = 24

CROWD_RADIUS = 32 * 8
"""In 1/8 px; about three ridges and a half."""

CROWD_MEDIAN_MAX = 12
"""The median minutia of a print has so many within the radius, itself included, at most: 12 is the
most among 3,624 templates of three extractors of public sets, 7 without the extractor whose false
minutiae come in swarms. Four or five are common."""

CROWD_APART = 28 * 8
"""Where a print exceeds that, none is kept nearer to another: the best, in order of quality."""


def parts_of(minutiae: Minutiae) -> list[NDArray[np.int64]]:
    """Return the places of each part's minutiae, rising, in MINUTIA [n]; about n/12 parts.

    A pure function of the minutiae and their order. About 0.1 s for 2,000 of them.
    """
    return [_thinned(minutiae, part) for part in _regions(minutiae)]


def _regions(minutiae: Minutiae) -> list[NDArray[np.int64]]:
    """Return the places of each region's minutiae, rising."""
    count = len(minutiae)
    if count <= WHOLE_MINUTIAE_MAX:
        return [np.arange(count)]
    x, y = (minutiae[axis].astype(np.int64) for axis in ("x", "y"))
    missing = np.ones(count, np.bool_)
    parts = []
    while missing.any():
        centre = int(np.argmax(missing))
        squared = (x - x[centre]) ** 2 + (y - y[centre]) ** 2
        # Of equally near ones those that no region covers yet, so that each region covers more.
        nearest = np.lexsort((~missing, squared))[:PART_MINUTIAE]
        missing[nearest[:PART_COVERED]] = False
        parts.append(np.sort(nearest))
    return parts


def _thinned(minutiae: Minutiae, part: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the part, or what is kept of one that is denser than any print."""
    if len(part) <= CROWD_MEDIAN_MAX:
        return part
    x, y = (minutiae[axis][part].astype(np.int64) for axis in ("x", "y"))
    squared = (x[:, np.newaxis] - x) ** 2 + (y[:, np.newaxis] - y) ** 2
    crowd = (squared <= CROWD_RADIUS**2).sum(axis=1)
    if np.sort(crowd)[len(part) // 2] <= CROWD_MEDIAN_MAX:
        return part
    kept = np.zeros(len(part), np.bool_)
    for at in np.argsort(-minutiae["quality"][part].astype(np.int16), kind="stable"):
        kept[at] = not (kept & (squared[at] < CROWD_APART**2)).any()
    return part[kept]


def split(packed: bytes) -> list[bytes]:
    """Return the blobs of a packed print's parts; LayoutError if it is none."""
    blobs: list[bytes] = []
    start = 0
    while start < len(packed) or not blobs:
        count = int.from_bytes(packed[start : start + 2], "little")
        stop = start + packed_bytes(count)
        if len(packed) - start < HEADER_BYTES or stop > len(packed):
            raise LayoutError(f"{len(packed) - start} bytes are no part of {count} minutiae")
        blobs.append(packed[start:stop])
        start = stop
    return blobs
