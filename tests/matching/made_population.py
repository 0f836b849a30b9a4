"""A made-up population in which the alleles of the made-up profile are neither rare nor common."""

from __future__ import annotations

from appliance.domain import loci
from appliance.domain.population import LocusFrequencies, PopulationTable
from appliance.matching.dna_worth import DnaWeigher
from tests.matching.made_profiles import STAIN

THETA = 0.01
SHARE = 0.1
INDIVIDUALS = 500


def table(*names: str) -> PopulationTable:
    """Return a table of the named loci, those of the made-up profile if none is named.

    Each of the profile's alleles has a share of SHARE, one further allele all the rest.
    """
    return PopulationTable("made", "Up", "ab" * 32, tuple(map(_locus, names or tuple(STAIN))))


def weigher(*names: str, minimum_frequency: float = 0.0) -> DnaWeigher:
    """Return what weighs by that table."""
    return DnaWeigher(table(*names), THETA, minimum_frequency)


def _locus(name: str) -> LocusFrequencies:
    locus = loci.by_name(name)
    assert locus is not None
    shares = {loci.code_of(locus, value): SHARE for value in STAIN[name]}
    shares[loci.code_of(locus, "33")] = 1 - sum(shares.values())
    return LocusFrequencies(name, INDIVIDUALS, tuple(sorted(shares.items())))
