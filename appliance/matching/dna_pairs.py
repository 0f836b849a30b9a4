"""False matches to expect when whole files are compared, for the locus sets of the exchange."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.domain import loci
from appliance.domain.errors import FrequencyTableInvalid
from kernels.dna.frequencies import Frequencies
from kernels.dna.pair_chance import PairChance, pair_chance

_SGM_PLUS = (*loci.ISSOL, "D16S539", "D2S1338", "D19S433")

LOCUS_SETS: dict[str, tuple[str, ...]] = {
    "ISSOL": loci.ISSOL,
    "ISSOL+D16": (*loci.ISSOL, "D16S539"),
    "SGM+": _SGM_PLUS,
    "ESS-12": loci.ESS_12,
    "ESS-12+SGM+": tuple(dict.fromkeys((*loci.ESS_12, *_SGM_PLUS))),
}
"""Loci that laboratories type together. The last set is that of kits sold as having sixteen: they
count amelogenin, which has no part in a match."""

SIX_OF_ISSOL = "6 of ISSOL"
FULL_LOCI_MIN = 6


@dataclass(frozen=True, slots=True)
class ExpectedMatches:
    """What chance alone does with one locus set.

    ``full`` and ``one_off`` are probabilities for one pair of unrelated people, ``full_expected``
    and ``one_off_expected`` the numbers among stains × persons. One allele off is a match only
    where six other loci are equal, else both are None.
    """

    locus_set: str
    loci: int
    full: float
    one_off: float | None
    full_expected: float
    one_off_expected: float | None


def expected_matches(
    frequencies: Frequencies, stains: int, persons: int, theta: float = 0.0
) -> list[ExpectedMatches]:
    """Return a row for each locus set, fewest loci first. Pure.

    The row of six loci is the mean over the seven ways to leave one of ISSOL out. Raises
    FrequencyTableInvalid if the table lacks a locus of ISSOL; a larger set that it does not cover
    is left out.
    """
    _require(frequencies, loci.ISSOL)
    rows = [_row(SIX_OF_ISSOL, FULL_LOCI_MIN, _mean_of_six(frequencies, theta), stains * persons)]
    for name, members in LOCUS_SETS.items():
        slots = _slots(members)
        if frequencies.known[slots].all():
            chance = pair_chance(frequencies, slots, theta)
            rows.append(_row(name, len(slots), chance, stains * persons))
    return rows


def _row(name: str, count: int, chance: PairChance, pairs: int) -> ExpectedMatches:
    if count <= FULL_LOCI_MIN:
        return ExpectedMatches(name, count, chance.full, None, pairs * chance.full, None)
    return ExpectedMatches(
        name, count, chance.full, chance.one_off, pairs * chance.full, pairs * chance.one_off
    )


def _mean_of_six(frequencies: Frequencies, theta: float) -> PairChance:
    choices = [
        pair_chance(frequencies, slots, theta)
        for slots in itertools.combinations(_slots(loci.ISSOL), FULL_LOCI_MIN)
    ]
    return PairChance(
        sum(each.full for each in choices) / len(choices),
        sum(each.one_off for each in choices) / len(choices),
    )


def _slots(names: Sequence[str]) -> list[int]:
    return [locus.slot for locus in loci.LOCI if locus.name in names]


def _require(frequencies: Frequencies, names: Sequence[str]) -> None:
    for locus in loci.LOCI:
        if locus.name in names and not frequencies.known[locus.slot]:
            raise FrequencyTableInvalid("the table has no frequencies", locus=locus.name)
