"""The CUDA sources as modules of fibres, compiled once for each process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kernels.host.build import KERNELS, HostModule, Order, build, compiler

STAGE1 = KERNELS / "finger" / "stage1.cu"
SELECT = KERNELS / "topk" / "select.cu"
DNA = KERNELS / "dna" / "search.cu"
SOURCES = (STAGE1, SELECT, DNA)


def require_compiler() -> str:
    """Return the C++ compiler's path, or skip the test: without one nothing can be executed."""
    found = compiler()
    if found is None:
        pytest.skip("this machine has no C++ compiler")
    return found


@cache
def _library(source: Path) -> Path:
    return build(source)


def module(source: Path, order: Order = Order.FORWARD, seed: int = 0) -> HostModule:
    """Return the kernels of a source, their threads taking turns in the given order."""
    require_compiler()
    return HostModule(_library(source), order, seed)
