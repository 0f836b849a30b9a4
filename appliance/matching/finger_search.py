"""One fingerprint probe against one collection: stage 1 over all, stage 2 on the short list."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from appliance.gallery.epoch import Epoch
from appliance.matching.engine import CPU, Engine
from kernels.finger import fusion, stage2_cpu
from kernels.finger.layout import FingerGallery

StageObserver = Callable[[str, float], None]
"""Told the name of a finished stage and its seconds."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One candidate before its meaning: where it lies and what the kernels say of it."""

    ordinal: int
    raw: int
    chunk: int
    row: int


def search(
    probe: bytes,
    epoch: Epoch,
    depth: int,
    engine: Engine = CPU,
    observe: StageObserver = lambda _stage, _s: None,
) -> list[Scored]:
    """Return the short list with raw final scores, best first, ties by ordinal.

    ``probe`` is a packed blob, ``depth`` the length of the short list (1..SHORTLIST_MAX), which
    ``engine`` makes; stage 2 runs on the processor. Rows that were removed never appear. Pure:
    reads an immutable epoch; safe from any thread.
    """
    begun = time.perf_counter()
    listed = engine.short_list(probe, epoch, depth)
    observe("score", time.perf_counter() - begun)
    begun = time.perf_counter()
    found: list[Scored] = []
    first = 0
    for number, chunk in enumerate(epoch.chunks):
        in_chunk = (listed.rows >= first) & (listed.rows < first + len(chunk.ordinals))
        mine, stage1 = listed.rows[in_chunk] - first, listed.scores[in_chunk]
        first += len(chunk.ordinals)
        if not len(mine):
            continue
        stage2 = stage2_cpu.scores(probe, cast(FingerGallery, chunk.resident), mine)
        final = fusion.final(stage1, stage2)
        ordinals = chunk.ordinals[mine]
        found.extend(
            Scored(int(ordinal), int(raw), number, int(row))
            for ordinal, raw, row in zip(ordinals, final, mine, strict=True)
            if raw > 0
        )
    found.sort(key=lambda scored: (-scored.raw, scored.ordinal))
    observe("rescore", time.perf_counter() - begun)
    return found
