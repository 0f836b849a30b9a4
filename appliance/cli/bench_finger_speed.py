"""``appliance bench finger speed``: short lists and whole searches over a generated gallery."""

from __future__ import annotations

import time

import numpy as np

from appliance.cli import bench_engine
from appliance.cli.latency import summary_ms
from appliance.cli.output import progress_bar
from appliance.domain.codes import Collection
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching import finger_search
from kernels.finger import encode_cpu, population, stage1_compiled
from kernels.finger.layout import FingerGallery, assemble, concatenate

SEED = 7
DISTINCT_MAX = 20_000
ENCODE_BATCH = 500


def _gallery(templates: int) -> tuple[FingerGallery, int, float, float]:
    """Return gallery, number of distinct templates, seconds to encode and to make resident."""
    distinct = min(templates, DISTINCT_MAX)
    prints = [finger[0] for finger in population.generate(distinct, 1, SEED)]
    blobs: list[bytes] = []
    begun = time.perf_counter()
    with progress_bar("encoding", distinct) as bar:
        for start in range(0, distinct, ENCODE_BATCH):
            batch = encode_cpu.encode_batch(prints[start : start + ENCODE_BATCH])
            blobs.extend(batch)
            bar.advance(len(batch))
    encode_s = time.perf_counter() - begun
    begun = time.perf_counter()
    base = assemble(blobs)
    whole, rest = divmod(templates, distinct)
    parts = [base] * whole + ([assemble(blobs[:rest])] if rest else [])
    gallery = concatenate(parts) if len(parts) > 1 else base
    return gallery, distinct, encode_s, time.perf_counter() - begun


def run(templates: int, probes: int, backend: str, short_list: int) -> dict[str, object]:
    """Measure ``probes`` searches over ``templates`` templates and return the figures."""
    gallery, distinct, encode_s, resident_s = _gallery(templates)
    mates = population.generate(probes, 2, SEED)
    blobs = encode_cpu.encode_batch([finger[1] for finger in mates])
    epoch = Epoch(
        1,
        Collection.TP,
        (Chunk(gallery, np.arange(templates, dtype=np.int64), np.zeros(templates, np.bool_)),),
        templates,
    )
    # A service compiles in the self-test at its start, not in a search.
    compiled = stage1_compiled.kernel() is not None
    stage1_s, search_s = [], []
    with bench_engine.chosen(backend, epoch) as engine, progress_bar("searching", probes) as bar:
        chosen = engine.backend
        for blob in blobs:
            begun = time.perf_counter()
            engine.short_list(blob, epoch, short_list)
            stage1_s.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            finger_search.search(blob, epoch, short_list, engine)
            search_s.append(time.perf_counter() - begun)
            bar.advance()
    return {
        "backend": chosen,
        "compiled": compiled,
        "templates": templates,
        "distinct_templates": distinct,
        "probes": probes,
        "short_list": short_list,
        "minutiae_per_template": round(int(gallery.starts[-1]) / templates, 2),
        "bytes_per_template": round(gallery.nbytes / templates, 1),
        "encode_ms_per_template": round(1000 * encode_s / distinct, 4),
        "load_s": round(encode_s, 3),
        "ready_s": round(encode_s + resident_s, 3),
        "stage1": {
            "comparisons_per_second": round(templates * probes / sum(stage1_s)),
            **summary_ms(stage1_s),
        },
        "search": {
            "comparisons_per_second": round(templates * probes / sum(search_s)),
            **summary_ms(search_s),
        },
    }
