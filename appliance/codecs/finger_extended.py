"""Extended data of a finger view: ridge counts, cores and deltas, zones, vendors' own areas.

Matching uses none of it, so it is followed by the lengths it states and skipped; those lengths are
checked against each other and never trusted. The layout is that of INCITS 378-2004, 6.6, and
ISO/IEC 19794-2:2005, 7.5; the later editions kept it.
"""

from __future__ import annotations

import struct

from appliance.domain.errors import TemplateMalformed

LENGTH_BYTES = 2
_AREA = struct.Struct(">HH")
_RIDGE_COUNTS = 1
_RIDGE_COUNT_BYTES = 3
_CORES_AND_DELTAS = 2
_COUNT_MASK = 0x0F


def follow(data: bytes, at: int, end: int) -> tuple[int, list[str]]:
    """Follow the block whose two bytes of length stand at ``at``, within data that ends at ``end``.

    Returns the offset behind the block and what was tolerated. The standards count the four bytes
    of an area's own header in its length; a known writer of 2005 records counts only what follows
    them, so either reading may fill the block. Raises TemplateMalformed.
    """
    extended = int.from_bytes(data[at : at + LENGTH_BYTES], "big")
    start = at + LENGTH_BYTES
    if not extended:
        return start, []
    stop = start + extended
    if stop > end:
        raise TemplateMalformed(
            f"{extended} bytes of extended data are announced, {end - start} came", offset=at
        )
    areas = _areas(data, start, stop, counted=_AREA.size)
    if areas is not None:
        return stop, [each for area in areas if (each := _odd(data, *area))]
    if _areas(data, start, stop, counted=0) is not None:
        return stop, ["extended data areas state their length without their header"]
    raise TemplateMalformed("the extended data areas do not fill their block", offset=start)


def _areas(data: bytes, at: int, stop: int, *, counted: int) -> list[tuple[int, int, int]] | None:
    """Return type, start and end of each area, None if they do not end where the block ends."""
    found = []
    while at + _AREA.size <= stop:
        kind, length = _AREA.unpack_from(data, at)
        if length < counted:
            return None
        content = at + _AREA.size
        at = content + length - counted
        found.append((kind, content, at))
    return found if at == stop else None


def _odd(data: bytes, kind: int, start: int, end: int) -> str:
    """Say what is odd about the content of an area; it is skipped all the same."""
    if start == end:
        return ""
    if kind == _RIDGE_COUNTS and (end - start) % _RIDGE_COUNT_BYTES != 1:
        return "a ridge count area of odd length was skipped"
    if kind == _CORES_AND_DELTAS and _after_points(data, start, end) is None:
        return "a core and delta area of odd length was skipped"
    return ""


def _after_points(data: bytes, at: int, end: int) -> int | None:
    """Return the offset behind cores and deltas, None if their counts do not fit the area.

    A core is x and y, with an angle if a bit says so, a delta x and y with three angles or none.
    Both ways of saying it are taken: a bit of the count (INCITS) or of x (ISO).
    """
    for angle_bytes in (1, 3):
        if at >= end:
            return None
        count, with_angles = data[at] & _COUNT_MASK, data[at] & 0x40
        at += 1
        for _ in range(count):
            if at + 4 > end:
                return None
            at += 4 + (angle_bytes if with_angles or data[at] & 0x40 else 0)
    return at if at == end else None
