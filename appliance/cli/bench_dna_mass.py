"""``appliance bench dna mass``: all generated stains against all generated profiles."""

from __future__ import annotations

import resource
import time

import numpy as np
from numpy.typing import NDArray

from appliance.cli import bench_dna_population
from appliance.cli.output import progress_bar
from appliance.domain.dna_rule import PCC_SEE, DnaRuleProfile
from appliance.matching.dna_rules import kernel_rule
from kernels.dna import cpu, mass, population
from kernels.dna.layout import DnaGallery, assemble
from kernels.dna.rule import Rule

PROFILES_SEED = 11
STAINS_SEED = 12
FOUND_AGAIN_ONE_IN = 100
"""One stain of so many is of a person among the profiles, with a wildcard or one mismatch."""

SAMPLE_STAINS = 200
BYTES_PER_KIB = 1024


def run(stains: int, profiles: int, profile: DnaRuleProfile = PCC_SEE) -> dict[str, object]:
    """Measure one comparison, hold a sample of it to single searches, and return the figures."""
    with progress_bar("generating", 2) as bar:
        people = bench_dna_population.draw(profiles, PROFILES_SEED)
        bar.advance()
        left = _stains(stains, people)
        bar.advance()
    begun = time.perf_counter()
    gallery = assemble(people)
    ready_s = time.perf_counter() - begun
    del people
    rule = kernel_rule(profile)
    blocks = []
    with progress_bar("comparing", stains) as bar:
        begun, begun_on_processor = time.perf_counter(), time.process_time()
        for block in mass.compare(left, gallery, rule, progress=bar.set):
            blocks.append(block)
        seconds = time.perf_counter() - begun
        processor_s = time.process_time() - begun_on_processor
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_KIB
    sampled = np.linspace(0, stains - 1, min(stains, SAMPLE_STAINS)).astype(np.int64)
    with progress_bar("checking", len(sampled)) as bar:
        differing = 0
        for stain in sampled.tolist():
            differing += not _is_as_searched(stain, left, gallery, rule, blocks)
            bar.advance()
    return {
        "rule_profile": profile.label,
        "stains": stains,
        "profiles": profiles,
        "population": bench_dna_population.described(),
        "bytes_per_profile": bench_dna_population.memory(gallery),
        "ready_s": round(ready_s, 3),
        "seconds": round(seconds, 3),
        # Less than the seconds that pass where other work shares the core.
        "processor_s": round(processor_s, 3),
        "pairs_per_second": round(stains * profiles / seconds),
        "matches": sum(len(block.rows) for block in blocks),
        "peak_memory_bytes": peak_bytes,
        "sampled_stains": len(sampled),
        "sampled_stains_differing": differing,
    }


def _stains(stains: int, people: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return strangers, and at every FOUND_AGAIN_ONE_IN-th place a deviation of somebody."""
    drawn = bench_dna_population.draw(stains, STAINS_SEED)
    for number, place in enumerate(range(0, stains, FOUND_AGAIN_ONE_IN)):
        person = people[(number * 7919) % len(people)]
        kind = {"mismatches": 1} if number % 2 else {"wildcards": 1}
        drawn[place] = population.degrade(person, number, **kind)
    return drawn


def _is_as_searched(
    stain: int,
    stains: NDArray[np.uint8],
    gallery: DnaGallery,
    rule: Rule,
    blocks: list[mass.MatchBlock],
) -> bool:
    """Tell whether a single search finds the same rows with the same qualities."""
    (block,) = (block for block in blocks if block.start <= stain < block.stop)
    own = block.stains == stain
    found = cpu.search(stains[stain], gallery, rule)
    return np.array_equal(found.rows, block.rows[own]) and np.array_equal(
        found.qualities, block.qualities[own]
    )
