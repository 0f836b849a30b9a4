"""Bit planes: for each locus and allele one bit per profile, 64 profiles in a word.

The plane of an allele holds the profiles that it cannot tell from one with that allele: those that
have it, have a wildcard at the locus, or lack the locus. With A and B the planes of the two alleles
of a query, & for and, | for or, a profile outside of

    A & B    has at least one differing allele
    A | B    has two

So a search that keeps A & B and A | B never loses a match. It keeps some others, which the exact
rule then judges: a wildcard is taken for both alleles at once, and alleles that few profiles have
share one plane, called the rest, with those that none has. The plane of a query's wildcard is that
of everyone; a homozygous query takes for B the profiles whose two alleles are the same.

Profiles stand in the order of their genotypes at the two loci that tell most people apart, so that
those which agree with a query there stand together and most words are empty after two loci.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels import limits

ABSENT = 0
WILDCARD = 255
CODES = 256
WORD_BITS = 64

TILE_PROFILES = 8_192
"""Profiles sliced together, so that the flags of a slot stay in the caches; a multiple of 64."""

RARE_ONE_IN = 128
"""An allele that fewer profiles have shares a plane: it rules out nearly as many, at no memory."""

LEADING_SLOTS = 2
SAMPLE_PROFILES = 65_536

EVERYONE = 0
"""Row of the plane that has all bits set, those past the last profile included."""

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Planes:
    """Bit planes over ``count`` profiles; immutable and safe to read from any thread.

    ``bits`` is uint64 [rows, ceil(count / 64)]; bit p % 64 of word p // 64 is the profile in place
    p, which is row ``order[p]`` (int32) of the gallery. ``ones[row]`` is the number of profiles in
    a plane, ``alleles[slot][code]`` the plane for a code of a query, and ``twice[slot]`` that of
    profiles which may hold the same code twice: lists, as a plan reads them one by one. ``leading``
    are the slots whose genotypes order the places.
    """

    count: int
    bits: Words
    order: NDArray[np.int32]
    ones: list[int]
    alleles: list[list[int]]
    twice: list[int]
    leading: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Bytes held in memory, but for a few thousand in the lists."""
        return int(self.bits.nbytes) + int(self.order.nbytes)


def slice_profiles(profiles: NDArray[np.uint8], slots: tuple[int, ...]) -> Planes:
    """Slice uint8 [n, loci, 2] with ordered pairs into planes; ``slots`` are those of the loci."""
    count = len(profiles)
    leading = _leading(profiles)
    order = _order(profiles[:, leading])
    codes = [_common_codes(profiles[:, locus]) for locus in range(len(slots))]
    # A locus has two planes besides its alleles: the rest and twice.
    rows = 1 + sum(2 + len(common) for common in codes)
    bits = np.zeros((rows, -(-count // WORD_BITS)), np.uint64)
    bits[EVERYONE] = ~np.uint64(0)
    alleles = np.full((limits.DNA_SLOTS_MAX, CODES), EVERYONE, np.int32)
    twice = np.full(limits.DNA_SLOTS_MAX, EVERYONE, np.int32)
    begins = []
    row = EVERYONE + 1
    for slot, common in zip(slots, codes, strict=True):
        begins.append(row)
        alleles[slot, :WILDCARD], twice[slot] = row, row + 1
        alleles[slot, common] = np.arange(row + 2, row + 2 + len(common))
        row += 2 + len(common)
    octets = bits.view(np.uint8)
    for start in range(0, count, TILE_PROFILES):
        tile = profiles[order[start : start + TILE_PROFILES]]
        tile = np.ascontiguousarray(tile.transpose(1, 2, 0))
        for (first, second), begin, common in zip(tile, begins, codes, strict=True):
            packed = np.packbits(_flags(first, second, common), axis=1, bitorder="little")
            height, width = packed.shape
            octets[begin : begin + height, start // 8 : start // 8 + width] = packed
    ones = np.bitwise_count(bits).sum(axis=1, dtype=np.int64).tolist()
    for array in (bits, order):
        array.setflags(write=False)
    leading_slots = tuple(slots[locus] for locus in leading)
    return Planes(count, bits, order, ones, alleles.tolist(), twice.tolist(), leading_slots)


def _leading(profiles: NDArray[np.uint8]) -> list[int]:
    """Return the loci at which two profiles are least often alike, judged on a sample."""
    sample = profiles[:: max(1, len(profiles) // SAMPLE_PROFILES)].astype(np.int64)
    genotypes = sample[:, :, 0] * CODES + sample[:, :, 1]
    alike = [int((np.bincount(genotypes[:, each]) ** 2).sum()) for each in range(sample.shape[1])]
    return sorted(range(len(alike)), key=alike.__getitem__)[:LEADING_SLOTS]


def _order(leading: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return the rows by their genotypes, uint8 [n, loci, 2], then as they stand."""
    key = np.zeros(len(leading), np.uint32)
    for locus in range(leading.shape[1]):
        for codes in leading[:, locus].T:
            key = key * np.uint32(CODES) + codes
    return np.argsort(key, kind="stable").astype(np.int32)


def _common_codes(pairs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the alleles of uint8 [n, 2], ascending, that have a plane of their own."""
    seen = np.bincount(pairs.reshape(-1), minlength=CODES)
    seen[[ABSENT, WILDCARD]] = 0
    return np.flatnonzero((seen > 0) & (seen * RARE_ONE_IN >= len(pairs))).astype(np.uint8)


def _flags(
    first: NDArray[np.uint8], second: NDArray[np.uint8], common: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Return the rows of a locus, bool [2 + alleles, profiles], in the order of its planes."""
    flags = np.empty((2 + len(common), len(first)), np.bool_)
    rest, twice, alleles = flags[0], flags[1], flags[2:]
    is_common = np.zeros(CODES, np.bool_)
    is_common[common] = True
    # Neither ABSENT nor WILDCARD is common, so those who cannot differ are among the rest.
    np.logical_not(is_common[first] & is_common[second], out=rest)
    unbound = (first == ABSENT) | (second == WILDCARD)
    np.bitwise_or(first == second, unbound, out=twice)
    np.equal(first, common[:, None], out=alleles)
    alleles |= second == common[:, None]
    alleles |= unbound
    return flags


def members(numbers: NDArray[np.int64], words: Words) -> NDArray[np.int64]:
    """Return the places of the set bits of the words with these numbers, in their order."""
    flags = np.unpackbits(words.view(np.uint8), bitorder="little").reshape(-1, WORD_BITS)
    word, bit = np.nonzero(flags)
    return numbers[word] * WORD_BITS + bit
