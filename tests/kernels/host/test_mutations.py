"""Sources with one defect put in: running on fibres must notice every one of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kernels.host.build import KERNELS, build, sanitizer_runtime
from tests.kernels.host.fibre_modules import DNA, SELECT, SOURCES, STAGE1, require_compiler

REPOSITORY = KERNELS.parent
RUN_DEADLINE_S = 240
BARRIER = "__syncthreads();"
SCAN = KERNELS / "block_scan.cuh"
BARRIERS = [
    pytest.param(source, changed, place, id=f"{changed.stem}-{place}")
    for source, changed in (*((source, source) for source in SOURCES), (SELECT, SCAN))
    for place in range(changed.read_text(encoding="utf-8").count(BARRIER))
]


def _mutant(source: Path, folder: Path, old: str, new: str, place: int = 0) -> Path:
    """Write a copy of the source in which the given occurrence of ``old`` reads ``new``."""
    parts = source.read_text(encoding="utf-8").split(old)
    assert len(parts) > place + 1, f"{source.name} has no {old!r} number {place}"
    text = old.join(parts[: place + 1]) + new + old.join(parts[place + 1 :])
    mutant = folder / source.name
    mutant.write_text(text, encoding="utf-8")
    return mutant


def _run(libraries: dict[Path, Path], **environment: str) -> subprocess.CompletedProcess[str]:
    """Check the kernels of the sources as compiled into the given libraries."""
    named = [f"{source.stem}={library}" for source, library in libraries.items()]
    return subprocess.run(
        [sys.executable, "-m", "tests.kernels.host.kernel_run", *named],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=RUN_DEADLINE_S,
        check=False,
    )


def _run_sanitized(libraries: dict[Path, Path]) -> subprocess.CompletedProcess[str]:
    return _run(
        libraries,
        LD_PRELOAD=str(sanitizer_runtime()),
        # What the interpreter still holds at its exit is no concern of the kernels.
        ASAN_OPTIONS="detect_leaks=0",
    )


def _require_sanitizer() -> None:
    require_compiler()
    if sanitizer_runtime() is None:
        pytest.skip("this machine's C++ compiler brings no address sanitizer")


def test_the_sources_as_they_are_pass_the_checks() -> None:
    require_compiler()
    done = _run({source: build(source) for source in SOURCES})
    assert done.stdout == "clean\n", done.stderr[-3_000:]


@pytest.mark.parametrize(("source", "changed", "place"), BARRIERS)
def test_a_missing_barrier_is_noticed(
    source: Path, changed: Path, place: int, tmp_path: Path
) -> None:
    require_compiler()
    # A source takes the header that lies beside it before any other of that name.
    shutil.copy(source, tmp_path)
    _mutant(changed, tmp_path, BARRIER, ";", place)
    assert _run({source: build(tmp_path / source.name)}).returncode != 0


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        (STAGE1, "ALL_LANES = 0xffffffffu", "ALL_LANES = 0x7fffffffu"),
        (STAGE1, "__any_sync(ALL_LANES, odd)", "__any_sync(0xffffu, odd)"),
        (SELECT, "__ballot_sync(SCAN_LANES, shared)", "__ballot_sync(counting, shared)"),
    ],
)
def test_a_wrong_lane_mask_is_noticed(source: Path, old: str, new: str, tmp_path: Path) -> None:
    require_compiler()
    done = _run({source: build(_mutant(source, tmp_path, old, new))})
    assert "FibreError" in done.stderr


def test_all_kernels_run_clean_under_the_address_sanitizer() -> None:
    _require_sanitizer()
    done = _run_sanitized({source: build(source, sanitize=True) for source in SOURCES})
    assert (done.returncode, done.stdout) == (0, "clean\n"), done.stderr[-3_000:]


@pytest.mark.parametrize(
    ("source", "old", "new", "words"),
    [
        (STAGE1, "candidate] = score", "candidate + 1] = score", "heap-buffer-overflow"),
        (SELECT, "bins[threadIdx.x] = 0", "bins[threadIdx.x + 1] = 0", "global-buffer-overflow"),
        (DNA, "(query) * room + place] =", "(query + 1) * room + place] =", "heap-buffer-overflow"),
    ],
)
def test_a_write_out_of_bounds_is_noticed(
    source: Path, old: str, new: str, words: str, tmp_path: Path
) -> None:
    _require_sanitizer()
    mutant = _mutant(source, tmp_path, old, new)
    done = _run_sanitized({source: build(mutant, sanitize=True)})
    assert done.returncode != 0
    assert words in done.stderr
