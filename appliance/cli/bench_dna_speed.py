"""``appliance bench dna speed``: single searches over a generated gallery of profiles."""

from __future__ import annotations

import time

import numpy as np

from appliance.cli import bench_dna_population, bench_engine
from appliance.cli.latency import summary_ms
from appliance.cli.output import progress_bar
from appliance.domain.codes import Collection
from appliance.domain.dna_rule import PCC_SEE, DnaRuleProfile
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching.dna_rules import kernel_rule
from kernels.dna.layout import assemble

SEED = 11


def run(
    profiles: int, queries: int, backend: str, profile: DnaRuleProfile = PCC_SEE
) -> dict[str, object]:
    """Measure ``queries`` searches over ``profiles`` profiles and return the figures."""
    with progress_bar("generating", 1) as bar:
        codes = bench_dna_population.draw(profiles, SEED)
        bar.advance()
    begun = time.perf_counter()
    gallery = assemble(codes)
    ready_s = time.perf_counter() - begun
    rule = kernel_rule(profile)
    ordinals = np.arange(profiles, dtype=np.int64)
    held = Chunk(gallery, ordinals, np.zeros(profiles, np.bool_))
    epoch = Epoch(1, Collection.DNA_REFERENCE, (held,), profiles)
    seconds, matches = [], 0
    processor_s = 0.0
    with bench_engine.chosen(backend, epoch) as engine, progress_bar("searching", queries) as bar:
        chosen = engine.backend
        for number in range(queries):
            query = codes[(number * 7919) % profiles]
            begun, begun_on_processor = time.perf_counter(), time.process_time()
            (found,) = engine.search_dna(query, epoch, rule)
            matches += len(found.rows)
            seconds.append(time.perf_counter() - begun)
            processor_s += time.process_time() - begun_on_processor
            bar.advance()
    return {
        "backend": chosen,
        "rule_profile": profile.label,
        "profiles": profiles,
        "population": bench_dna_population.described(),
        "queries": queries,
        "matches": matches,
        "bytes_per_profile": bench_dna_population.memory(gallery),
        "load_s": round(ready_s, 3),
        "ready_s": round(ready_s, 3),
        "search": {
            "comparisons_per_second": round(profiles * queries / sum(seconds)),
            # More than pass in a second where other work shares the core.
            "comparisons_per_processor_second": round(profiles * queries / processor_s),
            **summary_ms(seconds),
        },
    }
