"""What a DNA match is worth: how many such matches chance alone puts into the searched file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.codecs import allele_frequencies
from appliance.config import settings
from appliance.domain.dna_worth import MatchWorth
from appliance.domain.population import PopulationTable
from appliance.matching.dna_frequencies import frequencies_of
from kernels.dna import cpu, kinship, worth
from kernels.dna.rule import Rule

Profile = NDArray[np.uint8]

CHANCE_MIN = sys.float_info.min
"""Nobody is impossible: a product of many tiny shares never becomes nought."""


class DnaWeigher:
    """Weighs matches by one population table; immutable, safe from any thread.

    ``theta`` (0..1) corrects for common ancestry; ``minimum_frequency`` as in ``frequencies_of``.
    Raises FrequencyTableInvalid for a table that gives no floor.
    """

    def __init__(self, table: PopulationTable, theta: float, minimum_frequency: float) -> None:
        self.table = table
        self.theta = theta
        self.frequencies = frequencies_of(table, minimum_frequency)

    def search(self, rule: Rule, searched: int) -> Weighing:
        """Return what weighs the matches of a search of ``searched`` profiles under a rule."""
        counted = np.zeros(len(self.frequencies.known), np.bool_)
        counted[list(rule.slots())] = True
        return Weighing(self, Rule(counted=rule.counted), searched, counted)


@dataclass(frozen=True, slots=True)
class Weighing:
    """A weigher in one search: ``counted`` bool [slots] says which loci the rule compares.

    ``plain`` counts every allele that differs at them, whatever else the rule takes for agreement.
    """

    weigher: DnaWeigher
    plain: Rule
    searched: int
    counted: NDArray[np.bool_]

    def chances(self, probe: Profile, profiles: Profile) -> list[float]:
        """Return for each of uint8 [n, slots, 2] that a stranger matches as well, 0..1.

        As well is: no more alleles differ than here, at the loci compared here. About 10 µs each.
        """
        differing = cpu.compare_all(probe[None], profiles, self.plain).mismatching[0]
        return self.probability(worth.evidence(probe[None], profiles), differing.tolist())

    def worth(self, probe: Profile, stored: Profile, chance: float) -> MatchWorth:
        """Return all figures for one match of uint8 [slots, 2] and its ``chance``. About 1 ms."""
        weigher = self.weigher
        shown = worth.evidence(probe, stored)
        ratios = kinship.kinship_ratios(
            probe, stored, self.counted, weigher.frequencies, weigher.theta
        )
        return MatchWorth(
            random_match_probability=chance,
            likelihood_ratio=1 / chance,
            expected_adventitious=self.searched * chance,
            searched_profiles=self.searched,
            loci_used=int(worth.loci_used(shown, self.counted, weigher.frequencies)),
            population=weigher.table.name,
            table_version=weigher.table.version,
            theta=weigher.theta,
            sibling_likelihood_ratio=ratios.siblings,
            parent_child_likelihood_ratio=ratios.parent_child,
        )

    def probability(self, shown: Profile, differing_max: Sequence[int]) -> list[float]:
        """Return for each of uint8 [n, slots, 2] that a stranger differs in at most so many.

        At least CHANCE_MIN.
        """
        weigher = self.weigher
        allowed = np.array(differing_max, np.int64)
        told = worth.match_probability(
            shown, allowed, self.counted, weigher.frequencies, weigher.theta
        )
        return [max(float(each), CHANCE_MIN) for each in told]


def load(directory: Path, chosen: settings.Dna) -> DnaWeigher | None:
    """Return the weigher of an installation, None where no table is set: then nothing is claimed.

    Raises FrequencyTableInvalid for a table that cannot be used.
    """
    if not chosen.population_file:
        return None
    path = directory / chosen.population_file
    table = allele_frequencies.load(path, chosen.population, chosen.population_source)
    return DnaWeigher(table, chosen.theta, chosen.minimum_frequency)
