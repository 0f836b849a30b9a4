"""Random samples that anybody can draw again from their seed (Art. 17(5)).

Number i, from 0, is SHA-256 over the name of the scheme, a zero byte, the seed in UTF-8, a zero
byte, and first, last and i as 8 bytes each, the most significant first. Its first 8 bytes as a
whole number x choose entry first + x mod n of the n = last - first + 1; where x lies in the
incomplete last stretch of n below 2^64 it is passed over, so that none is likelier than another,
and so is an entry that was drawn already.
"""

from __future__ import annotations

import hashlib
from itertools import count

_SCHEME = b"pruem-appliance record sample, version 1"
_SPAN = 1 << 64


def draw(seed: str, size: int, first: int, last: int) -> tuple[int, ...]:
    """Return ``size`` different numbers from ``first`` to ``last``, all if there are no more."""
    among = last - first + 1
    drawn: dict[int, None] = {}
    for number in count():
        if len(drawn) >= min(size, among):
            break
        counter = b"".join(each.to_bytes(8, "big") for each in (first, last, number))
        hashed = hashlib.sha256(_SCHEME + b"\0" + seed.encode() + b"\0" + counter).digest()
        x = int.from_bytes(hashed[:8], "big")
        if x < _SPAN - _SPAN % among:
            drawn.setdefault(first + x % among)
    return tuple(drawn)
