"""``appliance bench dna adventitious``: chance matches foretold, and counted on made-up people."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.cli import generated_data
from appliance.cli.output import progress_bar
from appliance.domain import loci
from appliance.domain.errors import FrequencyTableInvalid
from appliance.domain.population import PopulationTable
from appliance.matching.dna_frequencies import frequencies_of
from kernels.dna import cpu, frequencies, population, worth
from kernels.dna.frequencies import Frequencies, Shares
from kernels.dna.layout import Profiles, assemble
from kernels.dna.pair_chance import pair_chance
from kernels.dna.population import LocusModel
from kernels.dna.rule import Rule

PERSONS = 100_000
SEED = 4_001
# The people are drawn from the shares as they stand, so no floor may change them.
NO_FLOOR = 1e-12
FULL_QUALITY = 1


@dataclass(frozen=True, slots=True)
class _Counts:
    """Chance matches of one kind, by stain int64 [stains] and by person int64 [persons]."""

    by_stain: NDArray[np.int64]
    by_person: NDArray[np.int64]

    def figures(self, foretold: float, by_profile: float) -> dict[str, float]:
        """Return what was seen beside what was expected.

        The pairs are not independent: a common profile matches often. The variance is that of a
        count clustered both ways, by stain and by person, never less than that of rare events.
        """
        observed = int(self.by_stain.sum())
        ways = (self.by_stain, self.by_person)
        clustered = sum(float(((way - way.mean()) ** 2).sum()) for way in ways) - observed
        error = math.sqrt(max(clustered, foretold))
        return {
            "observed": observed,
            "expected": foretold,
            "expected_by_profile": by_profile,
            "standard_error": error,
            "deviation_in_standard_errors": (observed - foretold) / error,
        }


def run(pairs: int, loci_count: int, table: PopulationTable | None) -> dict[str, object]:
    """Compare at least ``pairs`` pairs at the first loci of the slots and return the figures.

    Without a ``table`` the population is generated. Raises FrequencyTableInvalid if the table lacks
    one of the loci.
    """
    slots = list(range(loci_count))
    persons = min(PERSONS, max(1, math.isqrt(pairs)))
    stains = -(-pairs // persons)
    known = _generated() if table is None else frequencies_of(table, NO_FLOOR)
    _require(known, slots)
    models = [_model(known, slot) for slot in slots]
    people = population.generate(persons, SEED, models)
    traces = population.generate(stains, SEED + 1, models)
    begun = time.perf_counter()
    full, one_off = _count(traces, people, loci_count)
    seconds = time.perf_counter() - begun
    chance = pair_chance(known, slots)
    exactly, at_most_one = (persons * _sum(traces, known, most) for most in (0, 1))
    return {
        "pairs": stains * persons,
        "stains": stains,
        "persons": persons,
        "loci": [loci.LOCI[slot].name for slot in slots],
        "population": "generated" if table is None else table.name,
        "table_version": "" if table is None else table.version,
        "full": full.figures(stains * persons * chance.full, exactly),
        "one_off": one_off.figures(stains * persons * chance.one_off, at_most_one - exactly),
        "seconds": round(seconds, 3),
        "comparisons_per_second": round(stains * persons / seconds),
    }


def _count(traces: Profiles, people: Profiles, loci_count: int) -> tuple[_Counts, _Counts]:
    """Search every trace among all people with the appliance's own kernels."""
    gallery = assemble(people)
    rule = Rule(min_full_loci=loci_count - 1, mismatch_max=1)
    kinds = [
        _Counts(np.zeros(len(traces), np.int64), np.zeros(len(people), np.int64)) for _ in range(2)
    ]
    with progress_bar("searching", len(traces)) as bar:
        for number, trace in enumerate(traces):
            found = cpu.search(trace, gallery, rule)
            is_full = found.qualities == FULL_QUALITY
            for kind, chosen in zip(kinds, (is_full, ~is_full), strict=True):
                kind.by_stain[number] = chosen.sum()
                kind.by_person[found.rows[chosen]] += 1
            bar.advance()
    return kinds[0], kinds[1]


def _sum(traces: Profiles, known: Frequencies, differing_max: int) -> float:
    """Return the sum over traces of the figure that an answer tells, without common ancestry."""
    every = np.ones(traces.shape[1], np.bool_)
    allowed = np.full(len(traces), differing_max, np.int64)
    found: Shares = worth.match_probability(traces, allowed, every, known, 0.0)
    return float(found.sum())


def _generated() -> Frequencies:
    shares = {
        model.slot: {
            code: weight / sum(model.weights)
            for code, weight in zip(model.codes, model.weights, strict=True)
        }
        for model in generated_data.locus_models()
    }
    return frequencies.build(shares, dict.fromkeys(shares, NO_FLOOR))


def _model(known: Frequencies, slot: int) -> LocusModel:
    codes = np.flatnonzero(known.shares[slot])
    return LocusModel(slot, tuple(codes.tolist()), tuple(known.shares[slot, codes].tolist()))


def _require(known: Frequencies, slots: Sequence[int]) -> None:
    for slot in slots:
        if not known.known[slot]:
            raise FrequencyTableInvalid("the table has no frequencies", locus=loci.LOCI[slot].name)
