"""Bit planes: for each locus and allele one bit per profile, 64 profiles in a word.

For a query locus (a, b) let A and B be the planes of its alleles and W the plane of profiles with a
wildcard there. Of the two alleles of the query A + B + W find a partner, two at most, so

    no allele differs          A·B + W·(A + B)
    at most one differs        A + B + W

with · for and, + for or. Three conventions make that hold for every kind of locus:

* a profile that lacks the locus, or holds two wildcards there, has its bit set in every allele
  plane of the locus, hence can never differ;
* the plane of a query's wildcard is that of everyone;
* a homozygous query (a, a) takes for B those of A whose two codes are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ABSENT = 0
WILDCARD = 255
CODES = 256
WORD_BITS = 64

TILE_PROFILES = 8_192
"""Profiles sliced together, so that the flags of a slot stay in the caches; a multiple of 64."""

EVERYONE = 0
"""Row of the plane that has all bits set, those past the last profile included."""

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Planes:
    """Bit planes over ``count`` profiles; immutable and safe to read from any thread.

    ``bits`` is uint64 [rows, ceil(count / 64)], profile p being bit p % 64 of word p // 64, and
    ``ones`` int64 [rows] the number of profiles in each row. ``alleles`` int32 [slots, 256] gives
    the row for each code of a query, ``wild`` and ``twice`` int32 [slots] those of profiles with
    a wildcard and with the same code twice.
    """

    count: int
    bits: Words
    ones: NDArray[np.int64]
    alleles: NDArray[np.int32]
    wild: NDArray[np.int32]
    twice: NDArray[np.int32]

    @property
    def nbytes(self) -> int:
        """Bytes held in memory."""
        arrays = (self.bits, self.ones, self.alleles, self.wild, self.twice)
        return sum(int(array.nbytes) for array in arrays)


def slice_profiles(profiles: NDArray[np.uint8]) -> Planes:
    """Slice uint8 [n, slots, 2] with ordered pairs into planes."""
    count, slots = profiles.shape[:2]
    codes = [_codes_of(profiles[:, slot]) for slot in range(slots)]
    # A slot in use has three rows besides its alleles: an allele nobody has, wildcard, twice.
    rows = 1 + sum(3 + len(present) for present in codes if len(present))
    bits = np.zeros((rows, -(-count // WORD_BITS)), np.uint64)
    bits[EVERYONE] = ~np.uint64(0)
    alleles = np.full((slots, CODES), EVERYONE, np.int32)
    wild = np.full(slots, EVERYONE, np.int32)
    twice = np.full(slots, EVERYONE, np.int32)
    begins: dict[int, int] = {}
    row = EVERYONE + 1
    for slot, present in enumerate(codes):
        if len(present):
            begins[slot] = row
            alleles[slot, :WILDCARD], wild[slot], twice[slot] = row, row + 1, row + 2
            alleles[slot, present] = np.arange(row + 3, row + 3 + len(present))
            row += 3 + len(present)
    octets = bits.view(np.uint8)
    for start in range(0, count, TILE_PROFILES):
        tile = np.ascontiguousarray(profiles[start : start + TILE_PROFILES].transpose(1, 2, 0))
        for slot, begin in begins.items():
            flags = _flags(tile[slot, 0], tile[slot, 1], codes[slot])
            packed = np.packbits(flags, axis=1, bitorder="little")
            height, width = packed.shape
            octets[begin : begin + height, start // 8 : start // 8 + width] = packed
    ones = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
    for array in (bits, ones, alleles, wild, twice):
        array.setflags(write=False)
    return Planes(count, bits, ones, alleles, wild, twice)


def _codes_of(pairs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the allele codes, ascending, that occur in uint8 [n, 2]."""
    seen = np.zeros(CODES, np.bool_)
    seen[pairs] = True
    seen[[ABSENT, WILDCARD]] = False
    return np.flatnonzero(seen).astype(np.uint8)


def _flags(
    first: NDArray[np.uint8], second: NDArray[np.uint8], present: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Return the rows of a slot, bool [3 + alleles, profiles], in the order of its planes."""
    flags = np.empty((3 + len(present), len(first)), np.bool_)
    unbound, alleles = flags[0], flags[3:]
    np.bitwise_or(first == ABSENT, first == WILDCARD, out=unbound)
    np.equal(second, WILDCARD, out=flags[1])
    np.equal(first, second, out=flags[2])
    np.equal(first, present[:, None], out=alleles)
    alleles |= second == present[:, None]
    alleles |= unbound
    return flags


def members(plane: Words) -> NDArray[np.int64]:
    """Return the numbers of the set bits of a plane, ascending."""
    words = np.flatnonzero(plane)
    flags = np.unpackbits(plane[words].view(np.uint8), bitorder="little").reshape(-1, WORD_BITS)
    word, bit = np.nonzero(flags)
    return words[word] * WORD_BITS + bit
