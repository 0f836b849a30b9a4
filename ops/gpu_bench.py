"""Measure the kernels on a CUDA device: ``make gpu-bench``. Without one it says why and ends.

Writes ops/benchmarks/DATE-gpu.json and .md: each figure beside what it must be and what is aimed
at, with the bytes that its arithmetic has to read, and their share of the measured copy bandwidth.
The galleries are random, and the large ones repeat a smaller one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kernels.device import Device, DeviceUnavailable  # noqa: E402
from kernels.dna import gpu as dna_gpu  # noqa: E402
from kernels.dna import mass_gpu, population  # noqa: E402
from kernels.dna.layout import assemble  # noqa: E402
from kernels.dna.rule import Rule  # noqa: E402
from kernels.finger import gpu as finger_gpu  # noqa: E402
from kernels.finger.layout import MINUTIA, FingerGallery, pack  # noqa: E402

BENCHMARKS = ROOT / "ops" / "benchmarks"
MINUTIAE = 40
DISTINCT = 100_000
DEPTH = 20_000
WARM = 3
REPEATS = 20
SEED = 5
MASS_LIMIT_S = 120
"""A mass comparison that takes longer is measured on the profiles done by then."""

B1_SOURCE = """
#include "finger/mma_b1.cuh"
extern "C" __global__ void b1_rate(int* out, int rounds) {
  BitRows a = {threadIdx.x, threadIdx.x + 1, threadIdx.x + 2, threadIdx.x + 3};
  Counts sums[4] = {};
  for (int round = 0; round < rounds; ++round) {
    for (int each = 0; each < 4; ++each) {
      const Counts one = mma_b1(a, {threadIdx.x + each, threadIdx.x}, sums[each].upper);
      sums[each] = one;
    }
  }
  int total = 0;
  for (int each = 0; each < 4; ++each) total += sums[each].upper[0] + sums[each].lower[1];
  out[blockIdx.x * blockDim.x + threadIdx.x] = total;
}
"""


@dataclass(frozen=True)
class Figure:
    """One measurement. ``bytes_read`` is the least that its arithmetic reads of the gallery."""

    work: str
    p50_ms: float
    must_ms: float
    aim_ms: float
    comparisons_per_second: float
    bytes_read: int
    bit_products: int = 0


@dataclass(frozen=True)
class Sizes:
    """How much is measured; the shipped figures are for the defaults."""

    templates: int = 10_000_000
    profiles: int = 10_000_000
    stains: int = 100_000
    repeats: int = REPEATS


def measure(device: Device, sizes: Sizes) -> tuple[list[Figure], dict[str, float]]:
    """Return all figures, and the seconds that loads took."""
    loads: dict[str, float] = {}
    return [*_fingers(device, sizes, loads), *_dna(device, sizes, loads)], loads


def _p50_ms(work: Callable[[], object], repeats: int) -> float:
    times = []
    for number in range(WARM + repeats):
        begun = time.perf_counter()
        work()
        if number >= WARM:
            times.append(time.perf_counter() - begun)
    return 1_000 * float(np.median(times))


def _fingers(device: Device, sizes: Sizes, loads: dict[str, float]) -> list[Figure]:
    rng = np.random.default_rng(SEED)
    distinct = min(DISTINCT, sizes.templates)
    codes = rng.integers(0, 2**64, (4, distinct * MINUTIAE), np.uint64)
    # Codes of the encoder are even; an odd one takes the slow path.
    codes[3] ^= np.bitwise_count(codes).sum(axis=0).astype(np.uint64) & np.uint64(1)
    whole, rest = divmod(sizes.templates, distinct)
    tiled = np.concatenate([*[codes] * whole, codes[:, : rest * MINUTIAE]], axis=1)
    starts = np.arange(sizes.templates + 1, dtype=np.int64) * MINUTIAE
    gallery = FingerGallery(tiled, np.zeros(len(tiled[0]), MINUTIA), starts)
    probes = [
        pack(
            np.zeros(MINUTIAE, MINUTIA),
            np.ascontiguousarray(codes[:, each * MINUTIAE : (each + 1) * MINUTIAE].T),
        )
        for each in range(min(16, distinct))
    ]
    begun = time.perf_counter()
    resident = finger_gpu.upload(device, gallery)
    loads["fingerprints"] = time.perf_counter() - begun
    mask = device.zeros((sizes.templates,), np.uint8)
    chunk = finger_gpu.FingerChunk(resident, mask)
    scale = sizes.templates / 10_000_000
    figures = []
    for count, must_ms, aim_ms in ((1, 10.0, 5.0), (16, 80.0, 48.0)):
        batch = (probes * 16)[:count]

        def search(batch: list[bytes] = batch) -> object:
            return finger_gpu.ShortLists(device, batch, [chunk], [DEPTH] * len(batch)).wait()

        p50_ms = _p50_ms(search, sizes.repeats)
        # Rows of a probe are padded to 48, columns of a template to 40.
        products = count * sizes.templates * 48 * MINUTIAE * 256
        work = f"stage 1 and selection, {sizes.templates:,} templates, {count} probes"
        rate = count * sizes.templates / p50_ms * 1_000
        figures.append(
            Figure(work, p50_ms, must_ms * scale, aim_ms * scale, rate, resident.nbytes, products)
        )
    resident.free(device)
    device.free(mask)
    return figures


def _dna(device: Device, sizes: Sizes, loads: dict[str, float]) -> list[Figure]:
    distinct = min(DISTINCT * 10, sizes.profiles)
    people = population.generate(distinct, SEED, absent_share=0.05, wildcard_share=0.03)
    gallery = assemble(np.resize(people, (sizes.profiles, *people.shape[1:])))
    stains = population.generate(sizes.stains, SEED + 1)
    begun = time.perf_counter()
    resident = dna_gpu.upload(device, gallery)
    loads["DNA profiles"] = time.perf_counter() - begun
    rule, scale = Rule(), sizes.profiles / 10_000_000
    p50_ms = _p50_ms(
        lambda: dna_gpu.Searches(device, stains[:1], resident, rule).wait(), sizes.repeats
    )
    # Without early exit: two planes for each of 24 loci.
    planes_bytes = 2 * 24 * sizes.profiles // 8
    single = Figure(
        f"DNA single search, {sizes.profiles:,} profiles",
        *(p50_ms, 0.5 * scale, 0.1 * scale, sizes.profiles / p50_ms * 1_000, planes_bytes),
    )
    begun, done = time.perf_counter(), 0
    blocks = mass_gpu.compare(device, stains, resident, rule)
    # Closed where it is left early, so that the block under way is waited for.
    with contextlib.closing(blocks):
        for block in blocks:
            done = block.stop
            if time.perf_counter() - begun > MASS_LIMIT_S:
                break
    mass_ms = 1_000 * (time.perf_counter() - begun)
    scale *= done / 100_000
    mass = Figure(
        f"DNA mass comparison, {done:,} x {sizes.profiles:,}",
        *(mass_ms, 3_000 * scale, 500 * scale, done * sizes.profiles / mass_ms * 1_000),
        done * planes_bytes,
    )
    resident.free(device)
    return [single, mass]


def hardware(number: int) -> dict[str, float | str]:
    """Return clocks as the driver tells them, and the measured copy bandwidth and b1 rate."""
    import cupy

    told = subprocess.run(  # noqa: S603 (the driver's own tool, no shell)
        [  # noqa: S607 (wherever the driver put it)
            "nvidia-smi",
            f"--id={number}",
            "--query-gpu=driver_version,clocks.max.sm,clocks.sm,clocks.mem,power.limit",
            "--format=csv,noheader",
        ],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    size = 2 * 1024**3
    source, target = (cupy.zeros(size, cupy.uint8) for _ in range(2))
    copy_s = _event_seconds(lambda: cupy.copyto(target, source))
    module = cupy.RawModule(code=B1_SOURCE, options=("--std=c++17", f"-I{ROOT / 'kernels'}"))
    kernel, blocks, rounds = module.get_function("b1_rate"), 132 * 8, 4_096
    out = cupy.zeros(blocks * 256, cupy.int32)
    b1_s = _event_seconds(lambda: kernel((blocks,), (256,), (out, np.int32(rounds))))
    products = blocks * 8 * rounds * 4 * 16 * 8 * 256
    return {
        "driver, max SM, SM, memory clock, power limit": told or "nvidia-smi is not there",
        "copy_bytes_per_second": 2 * size / copy_s,
        "bit_products_per_second": products / b1_s,
    }


def _event_seconds(work: Callable[[], object]) -> float:
    import cupy

    work()
    begin, end = cupy.cuda.Event(), cupy.cuda.Event()
    begin.record()
    for _ in range(10):
        work()
    end.record()
    end.synchronize()
    return float(cupy.cuda.get_elapsed_time(begin, end)) / 10_000


def page(document: dict[str, Any], figures: list[Figure], copy: float, b1: float) -> str:
    """Return the Markdown page of a run."""
    lines = [
        "# Measured on a CUDA device\n",
        ", ".join(f"{name} {value}" for name, value in document["device"].items()) + "\n",
        "; ".join(f"{name}: {value}" for name, value in document["hardware"].items()) + "\n",
        "| work | p50 ms | must ms | aim ms | comparisons/s | of copy bandwidth | of b1 rate |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in figures:
        seconds = each.p50_ms / 1_000
        products = f"{each.bit_products / seconds / b1:.0%}" if each.bit_products and b1 else "–"
        bandwidth = f"{each.bytes_read / seconds / copy:.0%}" if copy else "–"
        lines.append(
            f"| {each.work} | {each.p50_ms:.3f} | {each.must_ms:.3f} | {each.aim_ms:.3f} "
            f"| {each.comparisons_per_second:.3g} | {bandwidth} | {products} |"
        )
    lines += ["", "Made by `make gpu-bench`; all figures are in the JSON file beside it.", ""]
    return "\n".join(lines)


def write(folder: Path, device: Device, sizes: Sizes, told: dict[str, float | str]) -> list[Path]:
    """Measure and write both files; return their paths."""
    figures, loads = measure(device, sizes)
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    document: dict[str, Any] = {
        "device": asdict(device.facts),
        "hardware": told,
        "sizes": asdict(sizes),
        "load_seconds": loads,
        "figures": [asdict(each) for each in figures],
    }
    copy = float(told.get("copy_bytes_per_second", 0))
    b1 = float(told.get("bit_products_per_second", 0))
    paths = folder / f"{day}-gpu.json", folder / f"{day}-gpu.md"
    paths[0].write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    paths[1].write_text(page(document, figures, copy, b1), encoding="utf-8")
    return list(paths)


def main() -> None:
    """Measure the first device, or say why there is none."""
    parser = argparse.ArgumentParser(description="Measure the kernels on a CUDA device.")
    for name, value in asdict(Sizes()).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    sizes = Sizes(**vars(parser.parse_args()))
    try:
        from kernels import cuda_device

        cuda_device.count()
        told = hardware(0)
        device = cuda_device.CudaDevice(0, 0)
    except (ImportError, DeviceUnavailable) as error:
        sys.stdout.write(f"gpu-bench: not measured, no device can be used: {error}\n")
        return
    for path in write(BENCHMARKS, device, sizes, told):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
