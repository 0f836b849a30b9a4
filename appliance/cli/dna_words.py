"""A DNA match in plain words, the same in the terminal and in the report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from appliance.v1 import dna_pb2

QUALITY_WORDS = {
    1: "full match",
    2: "match with wildcards",
    3: "one micro-variant",
    4: "one mismatch",
}

RELATION_WORDS: dict[int, str] = {
    dna_pb2.LOCUS_RELATION_UNSPECIFIED: "unspecified",
    dna_pb2.LOCUS_RELATION_EQUAL: "equal",
    dna_pb2.LOCUS_RELATION_WILDCARD: "wildcard",
    dna_pb2.LOCUS_RELATION_MICRO_VARIANT: "micro-variant",
    dna_pb2.LOCUS_RELATION_MISMATCH: "mismatch",
    dna_pb2.LOCUS_RELATION_ONLY_PROBE: "only probe",
    dna_pb2.LOCUS_RELATION_ONLY_CANDIDATE: "only candidate",
}

WILDCARD = "*"
NO_WORTH = "Nothing is said about chance: no table of allele frequencies is set."

CHANCE_MAX = 0.01
"""More false matches than this in the searched file make a match one to be warned of."""

PLAIN_MIN, PLAIN_MAX = 1e-4, 1e7
"""Numbers beyond these are written with a power of ten."""


def number(value: float) -> str:
    """Return a number of 0 or more with two or three digits, without jargon: 0.00096, 1,230."""
    if value == 0:
        return "0"
    if PLAIN_MIN <= value < 10:
        return f"{value:.2g}"
    if 10 <= value < PLAIN_MAX:
        return f"{value:,.0f}"
    if not math.isfinite(value):
        return "beyond counting"
    mantissa, _, power = f"{value:.2e}".partition("e")
    return f"{mantissa}·10^{int(power)}"


def rule(rule_profile: str) -> str:
    """Return by which rule profile, and which version of it, an answer was computed."""
    return f"Compared by the rule {rule_profile}."


def title(reference_number: str, match: dna_pb2.DnaMatch) -> str:
    """Return the heading of a match: both reference numbers, quality and loci."""
    contested = " (contested)" if match.flagged else ""
    differing = match.mismatching_alleles
    words = QUALITY_WORDS[match.quality] if differing <= 1 else f"{differing} alleles differ"
    return (
        f"{reference_number}: {match.reference_number}{contested}, quality {match.quality} "
        f"({words}), "
        f"{match.matching_loci} of {match.compared_loci} loci match"
    )


def worth_lines(match: dna_pb2.DnaMatch) -> list[str]:
    """Return what a match is worth, a sentence each; one that says so where nothing is known."""
    if not match.HasField("worth"):
        return [NO_WORTH]
    worth = match.worth
    return [
        f"Chance: expect {number(worth.expected_adventitious)} false matches by chance in a file "
        f"of {worth.searched_profiles:,}.",
        f"An unrelated person matches as well as this with a probability of 1 in "
        f"{number(worth.likelihood_ratio)} ({worth.loci_used} of {match.compared_loci} compared "
        f"loci weighed; {worth.population}, common ancestry {worth.theta:g}).",
        f"Relatives: both profiles are {number(worth.sibling_likelihood_ratio)} times as likely "
        "from full siblings as from unrelated people, and "
        f"{number(worth.parent_child_likelihood_ratio)} times from parent and child.",
    ]


def warning_lines(match: dna_pb2.DnaMatch) -> list[str]:
    """Return what an expert must be warned of, a sentence each."""
    warnings = [f"{each}." for each in match.warnings]
    expected = match.worth.expected_adventitious
    if match.HasField("worth") and expected > CHANCE_MAX:
        told = (
            f"one such search in {number(1 / expected)} finds a match like this by chance"
            if expected < 1
            else f"chance alone puts {number(expected)} such matches into this file"
        )
        warnings.append(f"Caution: about {told}. Type more loci before relying on it.")
    return warnings


def differing(view: dna_pb2.LocusView) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Return for the values of the probe and of the candidate which of them find no partner."""
    mine, theirs = tuple(view.probe), tuple(view.candidate)
    if not mine or not theirs:
        return (False,) * len(mine), (False,) * len(theirs)
    straight, crossed = _apart(mine, theirs), _apart(mine, theirs[::-1])
    if sum(straight) <= sum(crossed):
        return straight, straight
    return crossed, crossed[::-1]


def _apart(mine: Sequence[str], theirs: Iterable[str]) -> tuple[bool, ...]:
    pairs = zip(mine, theirs, strict=True)
    return tuple(a != b and WILDCARD not in (a, b) for a, b in pairs)
