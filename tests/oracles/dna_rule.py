"""The Prüm rule for two DNA profiles once more, on the written values and by trying everything.

Written from the text alone (Decision 2008/616/JHA, Annex, chapter 1) and sharing nothing with the
kernels: no codes, no arithmetic on alleles, the micro-variant tables as they are printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

Values = Mapping[str, tuple[str, str]]

# What each variant x.v is taken for, by the length of the repeat in bases.
MICRO_VARIANTS = {
    3: {"1": "x x.1 x.2", "2": "x.1 x.2 x+1"},
    4: {"1": "x x.1 x.2", "2": "x.1 x.2 x.3", "3": "x.2 x.3 x+1"},
    5: {"1": "x x.1 x.2", "2": "x.1 x.2 x.3", "3": "x.2 x.3 x.4", "4": "x.3 x.4 x+1"},
}


def taken_for(allele: str, repeat_bases: int) -> set[str]:
    """Return the alleles that the printed table puts beside this one."""
    whole, _, variant = allele.partition(".")
    if not variant:
        return {allele}
    line = MICRO_VARIANTS[repeat_bases][variant].replace("x+1", str(int(whole) + 1))
    return set(line.replace("x", whole).split())


def locus_signs(left: tuple[str, str], right: tuple[str, str], repeat_bases: int) -> str:
    """Return a sign for each allele under the best pairing.

    The signs are = equal, * wildcard, ~ micro-variant and # other difference.
    """

    def sign(one: str, other: str) -> str:
        if "*" in (one, other):
            return "*"
        if one == other:
            return "="
        near = one in taken_for(other, repeat_bases) or other in taken_for(one, repeat_bases)
        return "~" if near else "#"

    pairings = [
        "".join(map(sign, ours, theirs))
        for ours in permutations(left)
        for theirs in permutations(right)
    ]
    fewest = min(signs.count("~") + signs.count("#") for signs in pairings)
    best = [signs for signs in pairings if signs.count("~") + signs.count("#") == fewest]
    return min(best, key=lambda signs: signs.count("#"))


def judge(
    left: Values,
    right: Values,
    repeat_bases: Mapping[str, int],
    full_loci_min: int = 6,
    differing_max: int = 1,
) -> dict[str, int]:
    """Return quality (0..4) and counts for two profiles given as locus -> two written values."""
    shared = [locus for locus in left if locus in right]
    signs = [locus_signs(left[locus], right[locus], repeat_bases[locus]) for locus in shared]
    everything = "".join(signs)
    full = signs.count("==")
    differing = everything.count("~") + everything.count("#")
    if full < full_loci_min or differing > differing_max:
        quality = 0
    elif "#" in everything:
        quality = 4
    elif "~" in everything:
        quality = 3
    elif "*" in everything:
        quality = 2
    else:
        quality = 1
    return {
        "quality": quality,
        "compared_loci": len(shared),
        "full_loci": full,
        "matched_loci": sum(set(pair) <= {"=", "*"} for pair in signs),
        "mismatching_alleles": differing,
        "wildcard_loci": sum("*" in pair for pair in signs),
    }
