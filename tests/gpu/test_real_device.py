"""A real device keeps the rules of the port, and its kernels say what the processor says.

``make gpu-test`` runs this folder; without a device every test is skipped with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from appliance.matching import device_self_test
from appliance.matching.device_fleet import DeviceFleet
from appliance.matching.device_worker import BatchSettings, DeviceWorker
from appliance.matching.engine import CPU
from kernels.device import Device, DeviceError, DeviceMemoryExceeded, Lane
from kernels.dna import cpu as dna_cpu
from kernels.dna import gpu as dna_gpu
from kernels.dna import mass, mass_gpu
from kernels.dna.layout import assemble as assemble_profiles
from kernels.dna.rule import Rule, Stringency
from kernels.finger import gpu as finger_gpu
from kernels.finger import stage1_cpu
from kernels.finger.encode_cpu import encode_batch
from kernels.finger.layout import assemble
from kernels.topk import cpu as topk_cpu
from tests.gpu.real_devices import openers, real_device
from tests.kernels.dna import small_alphabet
from tests.kernels.finger.generated_minutiae import edge_templates, minutiae
from tests.matching import made_epochs

pytestmark = pytest.mark.gpu

COMPARISONS = 10_000
FIELDS = ("rows", "qualities", "compared", "full", "matched", "mismatching")
RULES = [
    Rule(),
    Rule(min_full_loci=1, mismatch_max=0),
    Rule(min_full_loci=5, mismatch_max=9, counted=0xFF, wildcard_counts_as_full=True),
    Rule(min_full_loci=1, mismatch_max=4, stringency=Stringency.ONE_ALLELE),
]


@pytest.fixture
def device() -> Iterator[Device]:
    with real_device() as lent:
        yield lent


def test_the_kernels_of_the_device_equal_their_references(device: Device) -> None:
    assert device_self_test.run(device) > 0


def test_arrays_come_back_as_they_were_sent(device: Device) -> None:
    rng = np.random.default_rng(1)
    for lane in Lane:
        sent = rng.integers(0, 2**63, (3, 9_000_001))
        array, zeros = device.upload(sent, lane), device.zeros((5,), np.int32)
        device.synchronize(lane)
        got, none = device.download(array, zeros).wait()
        assert np.array_equal(sent, got)
        assert none.tolist() == [0] * 5
        device.free(array, zeros)


def test_memory_is_refused_over_the_budget_and_freed_memory_is_refused(device: Device) -> None:
    memory = device.memory()
    with pytest.raises(DeviceMemoryExceeded):
        device.allocate((memory.budget_bytes + 1,), np.uint8)
    array = device.allocate((1_000,), np.uint8)
    device.free(array)
    with pytest.raises(DeviceError):
        device.download(array)


def test_short_lists_are_those_of_the_processor(device: Device) -> None:
    rng = np.random.default_rng(2)
    sizes = rng.integers(0, 90, COMPARISONS // 16)
    blobs = encode_batch([*edge_templates(rng), *(minutiae(rng, int(n), 2_500) for n in sizes)])
    gallery, removed = assemble(blobs), rng.random(len(blobs)) < 0.1
    resident, mask = finger_gpu.upload(device, gallery), device.upload(removed.astype(np.uint8))
    chunk = finger_gpu.FingerChunk(resident, mask)
    probes, depths = blobs[:16], [0, 1, 20_000, *[100] * 13]
    found = finger_gpu.ShortLists(device, probes, [chunk], depths).wait()
    for probe, depth, one in zip(probes, depths, found, strict=True):
        scores = stage1_cpu.scores(probe, gallery)
        rows = topk_cpu.select(scores, depth, removed)
        assert rows.tolist() == one.rows.tolist()
        assert scores[rows].tolist() == one.scores.tolist()
    resident.free(device)
    device.free(mask)


@pytest.mark.parametrize("rule", RULES)
def test_dna_searches_and_comparisons_are_those_of_the_processor(
    device: Device, rule: Rule
) -> None:
    gallery = assemble_profiles(small_alphabet.draw(COMPARISONS // 40, seed=3))
    queries = small_alphabet.draw(40, seed=4)
    resident = dna_gpu.upload(device, gallery)
    found = dna_gpu.Searches(device, queries, resident, rule).wait()
    for query, one in zip(queries, found, strict=True):
        expected = dna_cpu.search(query, gallery, rule)
        for field in FIELDS:
            assert getattr(expected, field).tolist() == getattr(one, field).tolist()
    blocks = mass_gpu.compare(device, queries, resident, rule)
    pairs = [
        [(int(s), int(r)) for block in each for s, r in zip(block.stains, block.rows, strict=True)]
        for each in (blocks, mass.compare(queries, gallery, rule))
    ]
    assert pairs[0] == pairs[1]
    resident.free(device)


def test_the_hot_path_waits_for_nothing_in_secret(device: Device) -> None:
    cupyx = pytest.importorskip("cupyx")
    gallery = assemble(made_epochs.blobs())
    resident = finger_gpu.upload(device, gallery)
    mask = device.upload(np.zeros(gallery.templates, np.uint8))
    profiles = dna_gpu.upload(device, assemble_profiles(made_epochs.people()))
    with cupyx.allow_synchronize(False):
        chunk = finger_gpu.FingerChunk(resident, mask)
        short_lists = finger_gpu.ShortLists(device, made_epochs.blobs()[:4], [chunk], [5] * 4)
        searches = dna_gpu.Searches(device, made_epochs.people()[:4], profiles, Rule())
    assert len(short_lists.wait()) == len(searches.wait()) == 4
    resident.free(device)
    profiles.free(device)
    device.free(mask)


def test_all_devices_together_answer_as_the_processor() -> None:
    batches = BatchSettings(depth_max=64, batch_max=16, batch_wait_ms=0)
    workers = [DeviceWorker(number, each, batches) for number, each in enumerate(openers())]
    fleet = DeviceFleet(workers, batch_max=16)
    try:
        for worker in workers:
            worker.open()
        epoch = made_epochs.prints(20)
        for probe in made_epochs.blobs()[:6]:
            found, expected = (each.short_list(probe, epoch, 9) for each in (fleet, CPU))
            assert expected.rows.tolist() == found.rows.tolist()
        assert fleet.backend == "cuda"
    finally:
        fleet.close()
