"""The rule for two profiles, slow and in the order of the text: the truth for every other form.

Source: Decision 2008/616/JHA, Annex, chapter 1 (inclusion, matching and reporting rules), whose
model the Agreement follows. Where the text leaves room, this is the reading:

* A locus is compared when both profiles have values there. Its alleles are unordered: of the two
  ways to pair them that with fewest differing alleles is taken, then that with the milder
  difference. 12,12 against 12,14 is one differing allele.
* A wildcard pairs with anything and never differs. Where a wildcard and a difference meet in one
  locus (12,* against 13,14) there is one differing allele, the locus is a mismatch, and it also
  counts as a locus with a wildcard. So the worst relation names the locus, as the worst locus
  names the match.
* A micro-variant is a differing allele like any other for the limit on these; it only names a
  milder class.
* A full locus has no wildcard on either side and agrees. The locus that differs is never one of the
  full loci, nor is one with a wildcard unless the rule says so.
* A locus of two wildcards carries no information and is not compared, unless the rule says so.

The stringencies of CODIS change when a locus agrees, not what is seen there: 13,13 against 13,14
agrees at moderate stringency, and is still shown and classed as one differing allele. Alleles that
differ where a locus agrees do not count towards the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from kernels.dna.layout import ABSENT, PROFILE_SHAPE, WILDCARD, LayoutError, require_profiles
from kernels.dna.rule import Rule, Stringency

NO_MATCH = 0


class LocusRelation(IntEnum):
    """How the pairs of a locus relate, mildest first; the worst one is the class of the match."""

    EQUAL = 1
    WILDCARD = 2
    MICRO_VARIANT = 3
    MISMATCH = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the rule says of two profiles.

    ``quality`` is 0 for no match, else 1 equal, 2 equal with wildcards, 3 a micro-variant,
    4 a mismatch. ``full_loci`` loci agree with all alleles designated, ``matched_loci`` in any way,
    ``mismatching_alleles`` alleles differ in all, ``wildcard_loci`` compared loci hold a wildcard.
    ``loci`` has the relation for each slot, None where it was not compared.
    """

    quality: int
    compared_loci: int
    full_loci: int
    matched_loci: int
    mismatching_alleles: int
    wildcard_loci: int
    loci: tuple[LocusRelation | None, ...]


def compare(a: NDArray[np.uint8], b: NDArray[np.uint8], rule: Rule) -> Comparison:
    """Compare two profiles, uint8 [slots, 2], under the rule; LayoutError if one is malformed.

    Symmetric in its profiles; pure, safe from any thread.
    """
    for profile in (a, b):
        require_profiles(profile)
        if profile.shape != PROFILE_SHAPE:
            raise LayoutError(f"a profile has shape {PROFILE_SHAPE}, not {profile.shape}")
    loci: list[LocusRelation | None] = [None] * len(a)
    full = matched = differing = differing_beyond = with_wildcard = 0
    for slot in rule.slots():
        mine, theirs = (int(a[slot, 0]), int(a[slot, 1])), (int(b[slot, 0]), int(b[slot, 1]))
        if not _is_compared(mine, rule) or not _is_compared(theirs, rule):
            continue
        differing_here, loci[slot] = compare_locus(mine, theirs, rule)
        differing += differing_here
        is_wild = WILDCARD in (*mine, *theirs)
        with_wildcard += is_wild
        if differing_here == 0 or _agrees(mine, theirs, rule.stringency):
            matched += 1
            full += rule.wildcard_counts_as_full or not is_wild
        else:
            differing_beyond += differing_here
    compared = [relation for relation in loci if relation is not None]
    is_match = full >= rule.min_full_loci and differing_beyond <= rule.mismatch_max
    return Comparison(
        quality=int(max(compared)) if is_match else NO_MATCH,
        compared_loci=len(compared),
        full_loci=full,
        matched_loci=matched,
        mismatching_alleles=differing,
        wildcard_loci=with_wildcard,
        loci=tuple(loci),
    )


def _is_compared(pair: tuple[int, int], rule: Rule) -> bool:
    if pair == (WILDCARD, WILDCARD):
        return rule.double_wildcard_compared
    return ABSENT not in pair


def _agrees(mine: tuple[int, int], theirs: tuple[int, int], stringency: Stringency) -> bool:
    """Tell whether two genotypes that differ agree nevertheless.

    They do if they do with any allele that either side names in the place of each wildcard.
    """
    named = {*mine, *theirs} - {WILDCARD}
    for ours, others in product(_readings(mine, named), _readings(theirs, named)):
        if stringency is Stringency.ONE_SIDE and (ours <= others or others <= ours):
            return True
        if stringency is Stringency.ONE_ALLELE and ours & others:
            return True
    return False


def _readings(pair: tuple[int, int], named: set[int]) -> list[set[int]]:
    places = [named if allele == WILDCARD else {allele} for allele in pair]
    return [set(reading) for reading in product(*places)]


def compare_locus(
    mine: tuple[int, int], theirs: tuple[int, int], rule: Rule
) -> tuple[int, LocusRelation]:
    """Return the number of differing alleles and the worst relation of the better pairing.

    Both pairs hold codes 1..255; a locus that is absent on one side is not compared.
    """
    readings = []
    for partners in (theirs, theirs[::-1]):
        relations = [_allele(x, y, rule) for x, y in zip(mine, partners, strict=True)]
        differing = sum(relation >= LocusRelation.MICRO_VARIANT for relation in relations)
        readings.append((differing, max(relations)))
    return min(readings)


def _allele(x: int, y: int, rule: Rule) -> LocusRelation:
    if WILDCARD in (x, y):
        return LocusRelation.WILDCARD
    if x == y:
        return LocusRelation.EQUAL
    # One code step is one base, which is what the tables for tri-, tetra- and pentanucleotides say.
    if rule.microvariant_tolerance and abs(x - y) == 1:
        return LocusRelation.MICRO_VARIANT
    return LocusRelation.MISMATCH
