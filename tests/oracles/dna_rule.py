"""The rule for two DNA profiles once more, on the written values and by trying everything.

Written from the texts alone (Decision 2008/616/JHA, Annex, chapter 1, and the published meaning of
the CODIS stringencies) and sharing nothing with the kernels: no codes, no arithmetic on alleles,
the micro-variant tables as they are printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

Pair = tuple[str, str]
Values = Mapping[str, Pair]

# What each variant x.v is taken for, by the length of the repeat in bases.
MICRO_VARIANTS = {
    3: {"1": "x x.1 x.2", "2": "x.1 x.2 x+1"},
    4: {"1": "x x.1 x.2", "2": "x.1 x.2 x.3", "3": "x.2 x.3 x+1"},
    5: {"1": "x x.1 x.2", "2": "x.1 x.2 x.3", "3": "x.2 x.3 x.4", "4": "x.3 x.4 x+1"},
}


@dataclass(frozen=True)
class Settings:
    """What a User manual may set, in its words."""

    full_loci_min: int = 6
    differing_max: int = 1
    micro_variants_are_milder: bool = True
    wildcard_loci_are_full: bool = False
    two_wildcards_are_compared: bool = False
    loci: frozenset[str] | None = None
    stringency: str = "high"


def canonical(values: Sequence[str]) -> Pair | None:
    """Return the pair that the Annex makes of one to three written values, None for none.

    What is no number, and 0, 1 and 99, is a wildcard; of three alleles the first is kept and the
    other two become one wildcard; a single one was read twice.
    """
    read = [each if _is_allele(each) else "*" for each in values]
    if not read:
        return None
    if len(read) > 2:
        return read[0], "*"
    return read[0], read[-1]


def _is_allele(text: str) -> bool:
    return text.replace(".", "", 1).isdigit() and text not in ("0", "1", "99")


def taken_for(allele: str, repeat_bases: int) -> set[str]:
    """Return the alleles that the printed table puts beside this one."""
    whole, _, variant = allele.partition(".")
    if not variant:
        return {allele}
    line = MICRO_VARIANTS[repeat_bases][variant].replace("x+1", str(int(whole) + 1))
    return set(line.replace("x", whole).split())


def locus_signs(left: Pair, right: Pair, repeat_bases: int) -> str:
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


def agree(left: Pair, right: Pair, stringency: str) -> bool:
    """Tell whether a locus meets the stringency for some true alleles behind its wildcards.

    High: the alleles are the same. Moderate: all alleles of one sample are in the other. Low: at
    least one allele is in both.
    """
    written = {*left, *right} - {"*"} or {"any"}
    for reading in product(*(written if each == "*" else [each] for each in (*left, *right))):
        one, other = reading[:2], reading[2:]
        if {
            "high": sorted(one) == sorted(other),
            "moderate": set(one) <= set(other) or set(other) <= set(one),
            "low": bool(set(one) & set(other)),
        }[stringency]:
            return True
    return False


def judge(
    left: Values,
    right: Values,
    repeat_bases: Mapping[str, int],
    settings: Settings | None = None,
) -> dict[str, int]:
    """Return quality (0..4) and counts for two profiles given as locus -> two written values."""
    settings = settings or Settings()
    counts = dict.fromkeys(("compared", "full", "matched", "differing", "beyond", "wildcard"), 0)
    everything = ""
    for locus in left:
        pairs = left[locus], right.get(locus, ())
        if not pairs[1] or (settings.loci is not None and locus not in settings.loci):
            continue
        if ("*", "*") in pairs and not settings.two_wildcards_are_compared:
            continue
        signs = locus_signs(*pairs, repeat_bases[locus])
        if not settings.micro_variants_are_milder:
            signs = signs.replace("~", "#")
        everything += signs
        differing = signs.count("~") + signs.count("#")
        has_wildcard = "*" in {*pairs[0], *pairs[1]}
        counts["compared"] += 1
        counts["differing"] += differing
        counts["wildcard"] += has_wildcard
        if agree(*pairs, settings.stringency):
            counts["matched"] += 1
            counts["full"] += settings.wildcard_loci_are_full or not has_wildcard
        else:
            counts["beyond"] += differing
    if counts["full"] < settings.full_loci_min or counts["beyond"] > settings.differing_max:
        quality = 0
    else:
        classes = {"#": 4, "~": 3, "*": 2, "=": 1}
        quality = max(classes[sign] for sign in everything)
    return {
        "quality": quality,
        "compared_loci": counts["compared"],
        "full_loci": counts["full"],
        "matched_loci": counts["matched"],
        "mismatching_alleles": counts["differing"],
        "wildcard_loci": counts["wildcard"],
    }
