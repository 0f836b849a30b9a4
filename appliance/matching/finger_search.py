"""One fingerprint probe against one collection: stage 1 over all, stage 2 on the short list."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from appliance.gallery.epoch import Epoch
from appliance.matching.engine import CPU, Engine
from appliance.matching.print_parts import split
from kernels import limits
from kernels.finger import fusion, stage1_cpu, stage2_cpu
from kernels.finger.layout import FingerGallery, unpack
from kernels.finger.stage1_used import used_count
from kernels.topk.gpu import Selected

FEW_MINUTIAE = 24
"""A part of fewer minutiae has a list as many times longer, rounded up."""

POOR_QUALITY = 50
POOR_FACTOR = 3
"""A part whose used minutiae have a lower mean quality has a list so many times longer; none given
counts as good."""

CROWDED_SHARE = 2
CROWDED_FACTOR = 6
"""A part that has so many times the minutiae that stage 1 looks at has a list so many times longer:
the best ones of two impressions of a large print may lie in different places of it."""

DEPTH_FACTOR_MAX = 6

StageObserver = Callable[[str, float], None]
"""Told the name of a finished stage and its seconds."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One candidate before its meaning: where it lies and what the kernels say of it.

    ``part`` is the part of the probe that the row, one part of the candidate, is most like.
    """

    ordinal: int
    raw: int
    chunk: int
    row: int
    part: int = 0


def search(
    probe: bytes,
    epoch: Epoch,
    depth: int,
    engine: Engine = CPU,
    observe: StageObserver = lambda _stage, _s: None,
) -> list[Scored]:
    """Return the short list with raw final scores, best first, ties by ordinal.

    ``probe`` is a packed print, ``depth`` the length of the short list (1..SHORTLIST_MAX) of each
    of its parts that is a good print; a poorer one has a longer list (``depth_of``). ``engine``
    makes the list; stage 2 runs on the processor. An item counts as its best
    part against the probe's best. Rows that were removed never appear. Pure: reads an immutable
    epoch; safe from any thread.
    """
    found = best_of_items(listed(probe, epoch, depth, engine, observe))
    return sorted(found, key=lambda scored: (-scored.raw, scored.ordinal))


def listed(
    probe: bytes,
    epoch: Epoch,
    depth: int,
    engine: Engine = CPU,
    observe: StageObserver = lambda _stage, _s: None,
) -> list[Scored]:
    """Return every pair of a part of ``probe`` and a row of its short list, part after part.

    Terms as in ``search``.
    """
    found: list[Scored] = []
    spent_s = [0.0, 0.0]
    for part, blob in enumerate(split(probe)):
        begun = time.perf_counter()
        short_list = engine.short_list(blob, epoch, depth_of(blob, depth))
        ranked = time.perf_counter()
        found += _rescored(blob, epoch, short_list, part)
        spent_s = [spent_s[0] + ranked - begun, spent_s[1] + time.perf_counter() - ranked]
    observe("score", spent_s[0])
    observe("rescore", spent_s[1])
    return found


def best_of_items(found: Iterable[Scored]) -> list[Scored]:
    """Return the best of each item; of equal ones the first."""
    best: dict[int, Scored] = {}
    for scored in found:
        held = best.get(scored.ordinal)
        if held is None or scored.raw > held.raw:
            best[scored.ordinal] = scored
    return list(best.values())


def depth_of(part: bytes, depth: int) -> int:
    """Return how long the short list of one packed part is, depth..SHORTLIST_MAX.

    The fewer minutiae stage 1 looks at, and the fewer of them were sure ones, the less it can tell
    the mate from others; nor does it look at more than the best ones of a large print.
    """
    minutiae, _ = unpack(part)
    used = used_count(minutiae)
    if used == 0:
        return depth
    sure = int(minutiae["quality"][:used].astype(np.int64).sum()) // used
    few = max(1, -(-FEW_MINUTIAE // used))
    poor = POOR_FACTOR if 0 < sure < POOR_QUALITY else 1
    crowded = CROWDED_FACTOR if len(minutiae) >= CROWDED_SHARE * used else 1
    return min(limits.SHORTLIST_MAX, depth * min(few * poor * crowded, DEPTH_FACTOR_MAX))


def comparisons(probe: bytes, epoch: Epoch) -> int:
    """Return how many pairs of parts a search compares: chance has as many tries."""
    rows = sum(len(chunk.removed) - int(np.count_nonzero(chunk.removed)) for chunk in epoch.chunks)
    return rows * len(split(probe))


def compared(
    probe: bytes, part: int, epoch: Epoch, chunk: int, rows: NDArray[np.int64]
) -> Iterator[Scored]:
    """Yield chosen rows of a chunk with their final scores against one part of the probe.

    ``probe`` is that part's own blob; rows without a score are left out, as from a short list.
    """
    gallery = cast(FingerGallery, epoch.chunks[chunk].resident)
    stage1 = [stage1_cpu.scores(probe, gallery.only(int(row))) for row in rows]
    yield from _final(probe, epoch, chunk, rows, np.concatenate(stage1), part)


def _rescored(probe: bytes, epoch: Epoch, listed: Selected, part: int) -> Iterator[Scored]:
    """Yield the listed rows with their final scores, those without one left out."""
    first = 0
    for number, chunk in enumerate(epoch.chunks):
        in_chunk = (listed.rows >= first) & (listed.rows < first + len(chunk.ordinals))
        mine, stage1 = listed.rows[in_chunk] - first, listed.scores[in_chunk]
        first += len(chunk.ordinals)
        if not len(mine):
            continue
        yield from _final(probe, epoch, number, mine, stage1, part)


def _final(
    probe: bytes,
    epoch: Epoch,
    number: int,
    rows: NDArray[np.int64],
    stage1: NDArray[np.int32],
    part: int,
) -> Iterator[Scored]:
    chunk = epoch.chunks[number]
    stage2 = stage2_cpu.scores(probe, cast(FingerGallery, chunk.resident), rows, stage1)
    final = fusion.final(stage1, stage2)
    for ordinal, raw, row in zip(chunk.ordinals[rows], final, rows, strict=True):
        if raw > 0:
            yield Scored(int(ordinal), int(raw), number, int(row), part)
