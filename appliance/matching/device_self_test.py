"""The kernels of a device against their references: before it answers, and every hour after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kernels.device import Device, DeviceArray, DeviceError
from kernels.dna import gpu as dna_gpu
from kernels.dna import layout as dna_layout
from kernels.dna import population as dna_population
from kernels.dna import reference as dna_reference
from kernels.dna.rule import Rule
from kernels.finger import encode_cpu, population, stage1_reference
from kernels.finger import gpu as finger_gpu
from kernels.finger import layout as finger_layout
from kernels.topk import reference as topk_reference

SEED = 20_260_301
FINGERS = 8
MINUTIAE = 40
"""Few, because the references take their time and hosts without a device run this too."""

DEPTH = 5
PROFILES = 130
QUERIES = 3

Rows = list[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Cases:
    """What is asked, and what the references say of it."""

    probes: list[bytes]
    prints: finger_layout.FingerGallery
    removed: NDArray[np.bool_]
    short_lists: list[Rows]
    queries: NDArray[np.uint8]
    profiles: dna_layout.DnaGallery
    matches: list[Rows]


@cache
def _cases() -> _Cases:
    fingers = population.generate(FINGERS, 2, SEED)
    blobs = encode_cpu.encode_batch([each[:MINUTIAE] for finger in fingers for each in finger])
    blobs.append(
        finger_layout.pack(np.empty(0, finger_layout.MINUTIA), np.empty((0, 4), np.uint64))
    )
    prints = finger_layout.assemble(blobs)
    removed = np.arange(prints.templates) % 7 == 3
    short_lists: list[Rows] = []
    for blob in blobs[:2]:
        scores = stage1_reference.scores(blob, prints)
        rows = topk_reference.select(scores, DEPTH, removed)
        short_lists.append([(int(row), int(scores[row])) for row in rows])
    people = dna_population.generate(PROFILES, SEED)
    profiles = dna_layout.assemble(np.concatenate([people, people[:QUERIES]]))
    queries, rule = people[:QUERIES], Rule()
    matches: list[Rows] = []
    for query in queries:
        said = [dna_reference.compare(query, other, rule) for other in profiles.profiles()]
        matches.append(
            [
                (row, one.quality, one.compared_loci, one.full_loci, one.mismatching_alleles)
                for row, one in enumerate(said)
                if one.quality
            ]
        )
    return _Cases(blobs[:2], prints, removed, short_lists, queries, profiles, matches)


def run(device: Device) -> int:
    """Compare every kernel of a device with its reference; return how many answers were compared.

    DeviceError that names what differs, or what the device failed with. Less than a second on a
    device; what it needs there is given back.
    """
    cases = _cases()
    return _fingers(device, cases) + _dna(device, cases)


def _fingers(device: Device, cases: _Cases) -> int:
    resident = finger_gpu.upload(device, cases.prints)
    mask: DeviceArray = device.upload(cases.removed.astype(np.uint8))
    chunk = finger_gpu.FingerChunk(resident, mask)
    depths = [DEPTH] * len(cases.probes)
    found = finger_gpu.ShortLists(device, cases.probes, [chunk], depths).wait()
    resident.free(device)
    device.free(mask)
    told = [list(zip(one.rows.tolist(), one.scores.tolist(), strict=True)) for one in found]
    _require(told == cases.short_lists, "the short list of fingerprints")
    return sum(map(len, told))


def _dna(device: Device, cases: _Cases) -> int:
    resident = dna_gpu.upload(device, cases.profiles)
    found = dna_gpu.Searches(device, cases.queries, resident, Rule()).wait()
    resident.free(device)
    told = [
        list(
            zip(
                *(one.rows.tolist(), one.qualities.tolist(), one.compared.tolist()),
                *(one.full.tolist(), one.mismatching.tolist()),
                strict=True,
            )
        )
        for one in found
    ]
    _require(told == cases.matches, "the DNA search")
    return sum(map(len, told))


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise DeviceError(f"self-test: {what} differs from its reference on this device")
