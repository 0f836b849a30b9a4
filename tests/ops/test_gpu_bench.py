"""The benchmark of devices measures what it says, shown on a host device, or says why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ops import gpu_bench
from tests.kernels.device.host_devices import host_device
from tests.ops.files import REPOSITORY

SMALL = gpu_bench.Sizes(templates=40, profiles=90, stains=3, repeats=1)


def test_every_figure_stands_beside_its_must_and_its_aim(tmp_path: Path) -> None:
    told = {"copy_bytes_per_second": 1e9, "bit_products_per_second": 1e9}
    with host_device() as device:
        data, text = gpu_bench.write(tmp_path, device, SMALL, told)
    document = json.loads(data.read_text(encoding="utf-8"))
    assert document["device"]["name"] == "fibres on the host"
    assert set(document["load_seconds"]) == {"fingerprints", "DNA profiles"}
    assert len(document["figures"]) == 4
    for figure in document["figures"]:
        assert figure["p50_ms"] > 0 < figure["bytes_read"]
        assert figure["must_ms"] > figure["aim_ms"] > 0
        assert f"| {figure['work']} | " in text.read_text(encoding="utf-8")


def test_without_a_device_it_says_why_and_writes_nothing() -> None:
    before = set(gpu_bench.BENCHMARKS.iterdir())
    done = subprocess.run(
        [sys.executable, "ops/gpu_bench.py"],
        cwd=REPOSITORY,
        # A machine that has a device shows none of it to this process.
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("gpu-bench: not measured, no device can be used: ")
    assert set(gpu_bench.BENCHMARKS.iterdir()) == before
