"""One fingerprint probe against one collection: stage 1 over all, stage 2 on the short list."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from appliance.gallery.epoch import Epoch
from kernels.finger import fusion, stage1_cpu, stage2_cpu
from kernels.finger.layout import FingerGallery
from kernels.topk import cpu as topk

StageObserver = Callable[[str, float], None]
"""Told the name of a finished stage and its seconds."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One candidate before its meaning: where it lies and what the kernels say of it."""

    ordinal: int
    raw: int
    chunk: int
    row: int


def _short_list(
    probe: bytes, epoch: Epoch, depth: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return rows over all chunks, every stage-1 score, and where each chunk's rows begin."""
    scores = [
        stage1_cpu.scores(probe, cast(FingerGallery, chunk.resident)) for chunk in epoch.chunks
    ]
    starts = np.zeros(len(scores) + 1, np.int64)
    np.cumsum([len(part) for part in scores], out=starts[1:])
    if not scores:
        return np.zeros(0, np.int64), np.zeros(0, np.int32), starts
    joined = np.concatenate(scores)
    removed = np.concatenate([chunk.removed for chunk in epoch.chunks])
    return topk.select(joined, depth, removed), joined, starts


def search(
    probe: bytes, epoch: Epoch, depth: int, observe: StageObserver = lambda _stage, _s: None
) -> list[Scored]:
    """Return the short list with raw final scores, best first, ties by ordinal.

    ``probe`` is a packed blob, ``depth`` the length of the short list (1..SHORTLIST_MAX). Rows that
    were removed never appear. Pure: reads an immutable epoch; safe from any thread.
    """
    begun = time.perf_counter()
    rows, stage1, starts = _short_list(probe, epoch, depth)
    observe("score", time.perf_counter() - begun)
    begun = time.perf_counter()
    found: list[Scored] = []
    for number, chunk in enumerate(epoch.chunks):
        mine = rows[(rows >= starts[number]) & (rows < starts[number + 1])] - starts[number]
        if not len(mine):
            continue
        stage2 = stage2_cpu.scores(probe, cast(FingerGallery, chunk.resident), mine)
        final = fusion.final(stage1[mine + starts[number]], stage2)
        ordinals = chunk.ordinals[mine]
        found.extend(
            Scored(int(ordinal), int(raw), number, int(row))
            for ordinal, raw, row in zip(ordinals, final, mine, strict=True)
            if raw > 0
        )
    found.sort(key=lambda scored: (-scored.raw, scored.ordinal))
    observe("rescore", time.perf_counter() - begun)
    return found
