"""The galleries of these tests are small, and must still go through every step of the planes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kernels.dna import sieve


@pytest.fixture(autouse=True, scope="package")
def every_step_is_taken() -> Iterator[None]:
    """Leave nothing to the exact rule that the planes can rule out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "FEW_WORDS", 0)
        yield
