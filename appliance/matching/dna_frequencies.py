"""From a population table to the frequencies that the kernels reckon with."""

from __future__ import annotations

from appliance.domain import loci
from appliance.domain.errors import FrequencyTableInvalid
from appliance.domain.population import LocusFrequencies, PopulationTable
from kernels.dna import frequencies
from kernels.dna.frequencies import Frequencies

MINIMUM_FREQUENCY_BY_SAMPLE = 0.0
"""The setting that takes 5/2N of the locus's own sample as the floor."""


def frequencies_of(table: PopulationTable, minimum_frequency: float) -> Frequencies:
    """Return the table by slot and code, with a floor under rare and unseen alleles.

    ``minimum_frequency`` above 0 (to 1) is the floor everywhere; 0 takes 5/2N, N being the people
    typed at the locus (NRC II, 1996). Raises FrequencyTableInvalid where 0 is asked for and the
    table does not say N. Pure.
    """
    slots = {locus.locus: _slot(locus) for locus in table.loci}
    return frequencies.build(
        {slots[locus.locus]: dict(locus.alleles) for locus in table.loci},
        {slots[locus.locus]: _least(locus, minimum_frequency) for locus in table.loci},
    )


def _slot(locus: LocusFrequencies) -> int:
    known = loci.by_name(locus.locus)
    if known is None:
        raise FrequencyTableInvalid("the locus is not known", locus=locus.locus)
    return known.slot


def _least(locus: LocusFrequencies, minimum_frequency: float) -> float:
    if minimum_frequency > MINIMUM_FREQUENCY_BY_SAMPLE:
        return minimum_frequency
    if locus.individuals is None:
        raise FrequencyTableInvalid(
            "the table does not say how many people were typed: set minimum_frequency",
            locus=locus.locus,
        )
    return frequencies.least_share(locus.individuals)
