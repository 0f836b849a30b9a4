"""Finger minutiae records written by hand, field by field, for the tests of the codecs."""

from __future__ import annotations

import struct
from collections.abc import Sequence

MINUTIAE = ((1, 10, 20, 64, 90), (2, 299, 399, 255, 0), (0, 0, 0, 0, 100))
"""Type, x, y, angle byte, quality; within an image of 300 x 400 pixels."""


def minutia(kind: int, x: int, y: int, angle: int, quality: int) -> bytes:
    """Return the six bytes of a minutia."""
    return struct.pack(">HHBB", kind << 14 | x, y, angle, quality)


def view(
    minutiae: Sequence[tuple[int, int, int, int, int]] = MINUTIAE,
    *,
    position: int = 7,
    number: int = 0,
    impression: int = 0,
    quality: int = 80,
    extended: bytes = b"",
) -> bytes:
    """Return a finger view with its extended data block."""
    head = bytes((position, number << 4 | impression, quality, len(minutiae)))
    body = b"".join(minutia(*fields) for fields in minutiae)
    return head + body + struct.pack(">H", len(extended)) + extended


def iso(
    *views: bytes,
    width: int = 300,
    height: int = 400,
    ppcm: tuple[int, int] = (197, 197),
    count: int | None = None,
    reserved: int = 0,
    stated_more: int = 0,
    version: bytes = b" 20\0",
) -> bytes:
    """Return a record of ISO/IEC 19794-2:2005."""
    body = b"".join(views or (view(),))
    number = len(views or (b"",)) if count is None else count
    fixed = struct.pack(">HHHHHBB", 0, width, height, *ppcm, number, reserved)
    return b"FMR\0" + version + struct.pack(">I", 24 + len(body) + stated_more) + fixed + body


def incits(*views: bytes, stated_more: int = 0, version: bytes = b" 20\0") -> bytes:
    """Return a record of INCITS 378-2004 with an image of 300 x 400 pixels at 197 per cm."""
    body = b"".join(views or (view(((1, 10, 20, 45, 90),)),))
    fixed = struct.pack(">HHHHHBB", 0, 300, 400, 197, 197, len(views) or 1, 0)
    length = struct.pack(">H", 26 + len(body) + stated_more)
    return b"FMR\0" + version + length + bytes(4) + fixed + body


def later_view(
    minutiae: Sequence[tuple[int, int, int, int, int]] = ((1, 10, 20, 45, 90),),
    *,
    position: int = 7,
    number: int = 0,
    impression: int = 0,
    quality: int = 80,
    size: tuple[int, int] = (300, 400),
    ppcm: tuple[int, int] = (197, 197),
    extended: bytes = b"",
) -> bytes:
    """Return a finger view of INCITS 378-2009."""
    head = bytes((position, number, impression, quality)) + struct.pack(">HH", 6, 55)
    image = struct.pack(">HHHHB", *size, *ppcm, len(minutiae))
    body = b"".join(minutia(*fields) for fields in minutiae)
    return head + image + body + struct.pack(">H", len(extended)) + extended


def incits_2009(
    *views: bytes,
    version: bytes = b"030\0",
    certification: int = 0x80,
    count: int | None = None,
    reserved: int = 0,
    stated_more: int = 0,
) -> bytes:
    """Return a record of INCITS 378-2009."""
    body = b"".join(views or (later_view(),))
    number = len(views or (b"",)) if count is None else count
    maker = struct.pack(">HHBHBB", 66, 17, certification, 181, number, reserved)
    return b"FMR\0" + version + struct.pack(">I", 21 + len(body) + stated_more) + maker + body


def representation(
    minutiae: Sequence[tuple[int, int, int, int, int]] = MINUTIAE,
    *,
    position: int = 7,
    number: int = 0,
    impression: int = 0,
    qualities: Sequence[int] = (80,),
    certificates: bytes = b"",
    size: tuple[int, int] = (300, 400),
    ppcm: tuple[int, int] = (197, 197),
    minutia_bytes: int = 6,
    ending: int = 0,
    extended: bytes = b"",
    stated_more: int = 0,
) -> bytes:
    """Return a representation of ISO/IEC 19794-2:2011; ``certificates`` with their count."""
    capture = b"\xff" * 9 + struct.pack(">BHH", 0, 66, 181) + bytes((len(qualities),))
    capture += b"".join(struct.pack(">BHH", score, 66, 1) for score in qualities) + certificates
    view = struct.pack(">BBHHBHH", position, number, *ppcm, impression, *size)
    view += bytes((minutia_bytes << 4 | ending, len(minutiae)))
    view += b"".join(minutia(*fields)[:minutia_bytes] for fields in minutiae)
    content = capture + view + struct.pack(">H", len(extended)) + extended
    return struct.pack(">I", 4 + len(content) + stated_more) + content


def iso_2011(*parts: bytes, certified: int = 0, count: int | None = None) -> bytes:
    """Return a record of ISO/IEC 19794-2:2011."""
    body = b"".join(parts or (representation(),))
    number = len(parts or (b"",)) if count is None else count
    return b"FMR\x00030\0" + struct.pack(">IHB", 15 + len(body), number, certified) + body
