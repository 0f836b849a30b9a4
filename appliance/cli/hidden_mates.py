"""Searches for mates that lie hidden among generated fingers: what becomes of each.

The gallery is the mates, then the distractors in chunks of a size. A distractor is generated as the
extractor of the probes would tell it. All is compared by the search of the service.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import cast

import numpy as np

from appliance.cli.output import Bar
from appliance.domain.codes import Collection
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching import finger_search
from appliance.matching.engine import CPU
from appliance.matching.finger_search import Scored
from kernels.finger import encode_cpu, fusion, population, stage1_cpu, stage2_cpu
from kernels.finger.layout import FingerGallery, Minutiae, assemble
from kernels.finger.population import PopulationSpec

CHUNK_TEMPLATES = 25_000
ENCODE_BATCH = 500
DISTRACTOR_SEED = 50_000


@dataclass(frozen=True, slots=True)
class Hidden:
    """A packed probe and the ordinal of its mate in the gallery."""

    probe: bytes
    mate: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one search found.

    ``rank`` of the mate in the final list, 0 where the short list dropped it; ``mate_raw`` its
    final score, also then; ``other_raw`` the best final score of all other fingers.
    """

    rank: int
    mate_raw: int
    other_raw: int
    search_s: float

    @property
    def wins(self) -> bool:
        """Whether the mate's score is above every other's: stage 2 ranks it first."""
        return self.mate_raw > self.other_raw

    @property
    def dropped(self) -> bool:
        """Whether the short list lacks a mate that stage 2 would have ranked first."""
        return self.wins and not self.rank


@dataclass(frozen=True, slots=True)
class Distractors:
    """Generated fingers in chunks, and what it took to make them."""

    chunks: tuple[FingerGallery, ...]
    generate_s: float
    encode_s: float

    def first(self, templates: int) -> list[FingerGallery]:
        """Return the chunks of the first so many fingers, one of the sizes asked for."""
        taken: list[FingerGallery] = []
        for chunk in self.chunks:
            if sum(each.templates for each in taken) >= templates:
                break
            taken.append(chunk)
        return taken


def distractors(sizes: Sequence[int], spec: PopulationSpec, bar: Bar) -> Distractors:
    """Generate and encode ``sizes[-1]`` distinct fingers, chunks ending at each of the sizes.

    About half a millisecond for each; ``sizes`` rise.
    """
    chunks = []
    spent_s = [0.0, 0.0]
    prints = _timed(population.population(sizes[-1], 1, DISTRACTOR_SEED, spec), spent_s)
    for begin, end in pairwise([0, *sizes]):
        for first in range(begin, end, CHUNK_TEMPLATES):
            batch = list(islice(prints, min(CHUNK_TEMPLATES, end - first)))
            begun = time.perf_counter()
            blobs: list[bytes] = []
            for start in range(0, len(batch), ENCODE_BATCH):
                blobs += encode_cpu.encode_batch(batch[start : start + ENCODE_BATCH])
            chunks.append(assemble(blobs))
            spent_s[1] += time.perf_counter() - begun
            bar.advance(len(batch))
    return Distractors(tuple(chunks), spent_s[0], spent_s[1])


def _timed(prints: Iterable[list[Minutiae]], spent_s: list[float]) -> Iterator[Minutiae]:
    """Yield first impressions, adding the time to make them to ``spent_s``."""
    begun = time.perf_counter()
    for (minutiae,) in prints:
        spent_s[0] += time.perf_counter() - begun
        yield minutiae
        begun = time.perf_counter()


def epoch_of(mates: Sequence[bytes], others: Sequence[FingerGallery]) -> Epoch:
    """Return an epoch of the packed mates, ordinals from 0, and the chunks of others after them."""
    first = 0
    chunks = []
    for gallery in (assemble(mates), *others):
        ordinals = np.arange(first, first + gallery.templates, dtype=np.int64)
        chunks.append(Chunk(gallery, ordinals, np.zeros(gallery.templates, np.bool_)))
        first += gallery.templates
    return Epoch(1, Collection.TP, tuple(chunks), first)


def nbytes(epoch: Epoch) -> int:
    """Return the bytes that the templates of an epoch take in memory."""
    return sum(cast(FingerGallery, chunk.resident).nbytes for chunk in epoch.chunks)


def search(hidden: Hidden, epoch: Epoch, depth: int) -> Outcome:
    """Search for one mate; the other fingers' best score is that of the same search."""
    begun = time.perf_counter()
    found = finger_search.search(hidden.probe, epoch, depth, CPU)
    search_s = time.perf_counter() - begun
    other_raw = max((each.raw for each in found if each.ordinal != hidden.mate), default=0)
    mine = next((each for each in found if each.ordinal == hidden.mate), None)
    if mine is None:
        return Outcome(0, _alone(hidden, epoch), other_raw, search_s)
    return Outcome(_rank(mine, found), mine.raw, other_raw, search_s)


def _rank(mine: Scored, found: Sequence[Scored]) -> int:
    """Return the rank among ``found``; of equal scores the mate's comes last."""
    return sum(each.raw >= mine.raw for each in found)


def _alone(hidden: Hidden, epoch: Epoch) -> int:
    """Return the final score of the mate as if the short list had held it."""
    mates = cast(FingerGallery, epoch.chunks[0].resident).only(hidden.mate)
    stage1 = stage1_cpu.scores(hidden.probe, mates)
    stage2 = stage2_cpu.scores(hidden.probe, mates, np.zeros(1, np.int64), stage1)
    return int(fusion.final(stage1, stage2)[0])
