"""What a device may be asked to do, and how a batch of it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from appliance.gallery.epoch import Epoch
from appliance.matching.device_residency import Residency, Share
from kernels.device import Device
from kernels.dna import gpu as dna_gpu
from kernels.dna import mass_gpu
from kernels.dna.cpu import Matches
from kernels.dna.mass import MatchBlock
from kernels.dna.rule import Rule
from kernels.finger import gpu as finger_gpu
from kernels.topk.gpu import Selected


@dataclass(frozen=True, slots=True, eq=False)
class ShortListWork:
    """The short list of a probe over one device's share of an epoch."""

    probe: bytes
    depth: int
    epoch: Epoch
    share: Share


@dataclass(frozen=True, slots=True, eq=False)
class DnaWork:
    """The matches of one profile, uint8 [slots, 2], in each chunk of an epoch."""

    probe: NDArray[np.uint8]
    rule: Rule
    epoch: Epoch


@dataclass(frozen=True, slots=True, eq=False)
class DnaMassWork:
    """The matches of many profiles, uint8 [n, slots, 2], in each chunk of an epoch."""

    stains: NDArray[np.uint8]
    rule: Rule
    epoch: Epoch


@dataclass(frozen=True, slots=True, eq=False)
class LoadWork:
    """Nothing but to have an epoch resident."""

    epoch: Epoch
    share: Share


Work = ShortListWork | DnaWork | DnaMassWork | LoadWork
Result = Selected | list[Matches] | list[list[MatchBlock]] | None


def do(device: Device, residency: Residency, works: Sequence[Work]) -> list[Result]:
    """Do a batch in its order; probes that go together are searched together.

    DeviceError if the device fails: then nothing of the batch is answered.
    """
    results: list[Result] = []
    for _, group in groupby(works, key=_company):
        together = list(group)
        first = together[0]
        if isinstance(first, ShortListWork):
            results += _short_lists(device, residency, together)
        elif isinstance(first, DnaWork):
            results += _searches(device, residency, together)
        elif isinstance(first, DnaMassWork):
            galleries = residency.profiles(first.epoch)
            results.append(
                [
                    list(mass_gpu.compare(device, first.stains, each, first.rule))
                    for each in galleries
                ]
            )
        else:
            residency.hold(first.epoch, first.share)
            results.append(None)
    return results


def _company(work: Work) -> tuple[object, ...]:
    """Return what neighbours must have in common to be searched together."""
    if isinstance(work, ShortListWork):
        return ShortListWork, id(work.epoch), work.share
    if isinstance(work, DnaWork):
        return DnaWork, id(work.epoch), work.rule
    return (id(work),)


def _short_lists(device: Device, residency: Residency, works: Sequence[Work]) -> list[Selected]:
    own = [work for work in works if isinstance(work, ShortListWork)]
    chunks = residency.fingers(own[0].epoch, own[0].share)
    found: list[Selected] = []
    for start in range(0, len(own), finger_gpu.PROBES_MAX):
        part = own[start : start + finger_gpu.PROBES_MAX]
        probes, depths = [work.probe for work in part], [work.depth for work in part]
        found += finger_gpu.ShortLists(device, probes, chunks, depths).wait()
    return found


def _searches(device: Device, residency: Residency, works: Sequence[Work]) -> list[list[Matches]]:
    own = [work for work in works if isinstance(work, DnaWork)]
    probes = np.stack([work.probe for work in own])
    galleries = residency.profiles(own[0].epoch)
    under_way = [dna_gpu.Searches(device, probes, each, own[0].rule) for each in galleries]
    by_gallery = [search.wait() for search in under_way]
    return [[matches[number] for matches in by_gallery] for number in range(len(own))]
