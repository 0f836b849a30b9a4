"""What compares a probe with the chunks of an epoch: the processor, or devices, in one form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from appliance.gallery.epoch import Chunk, Epoch
from kernels.dna import cpu as dna_cpu
from kernels.dna import mass
from kernels.dna.cpu import Matches
from kernels.dna.layout import DnaGallery
from kernels.dna.mass import GiveWay, MatchBlock, go_on
from kernels.dna.rule import Rule
from kernels.finger import stage1_cpu
from kernels.finger.layout import FingerGallery
from kernels.topk import cpu as topk_cpu
from kernels.topk.gpu import Selected

PAIRS_MAX = 512
"""Pairs of a mass comparison judged together: about a millisecond."""


class Engine(Protocol):
    """Thread-safe. Its answers are the same integers whatever it computes with."""

    @property
    def backend(self) -> str:
        """Return what answers at the moment, ``cpu`` or ``cuda``."""

    @property
    def kernel_build(self) -> str:
        """Return the digest and the compiler of a device's machine code, empty without one."""

    def short_list(self, probe: bytes, epoch: Epoch, depth: int) -> Selected:
        """Return the best templates of stage 1, removed ones left out, score falling, then row.

        Rows count through the chunks in their order; ``depth`` is 0..TOPK_MAX.
        """

    def search_dna(self, probe: NDArray[np.uint8], epoch: Epoch, rule: Rule) -> list[Matches]:
        """Return the matches of uint8 [slots, 2] in each chunk, removed profiles included."""

    def compare_dna(
        self,
        stains: NDArray[np.uint8],
        epoch: Epoch,
        rule: Rule,
        give_way: GiveWay = go_on,
    ) -> Iterator[tuple[Chunk, MatchBlock]]:
        """Yield the matches of uint8 [n, slots, 2] chunk by chunk, removed profiles included.

        ``give_way`` is called every millisecond or two of computing on the processor; it may wait,
        and what it raises ends the comparison.
        """


class CpuEngine:
    """The processor of this machine."""

    backend = "cpu"
    kernel_build = ""

    def short_list(self, probe: bytes, epoch: Epoch, depth: int) -> Selected:
        """Score every template, then select."""
        scores = [
            stage1_cpu.scores(probe, cast(FingerGallery, chunk.resident)) for chunk in epoch.chunks
        ]
        joined = np.concatenate([np.empty(0, np.int32), *scores])
        removed = np.concatenate([np.empty(0, np.bool_), *(each.removed for each in epoch.chunks)])
        rows = topk_cpu.select(joined, depth, removed)
        return Selected(rows, joined[rows])

    def search_dna(self, probe: NDArray[np.uint8], epoch: Epoch, rule: Rule) -> list[Matches]:
        """Search chunk by chunk."""
        galleries = (cast(DnaGallery, chunk.resident) for chunk in epoch.chunks)
        return [dna_cpu.search(probe, gallery, rule) for gallery in galleries]

    def compare_dna(
        self,
        stains: NDArray[np.uint8],
        epoch: Epoch,
        rule: Rule,
        give_way: GiveWay = go_on,
    ) -> Iterator[tuple[Chunk, MatchBlock]]:
        """Compare chunk by chunk."""
        for chunk in epoch.chunks:
            gallery = cast(DnaGallery, chunk.resident)
            for block in mass.compare(
                stains, gallery, rule, give_way=give_way, pairs_max=PAIRS_MAX
            ):
                yield chunk, block


CPU = CpuEngine()
