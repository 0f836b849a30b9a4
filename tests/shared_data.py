"""Where the public sample data lies, for tests that may use it; they skip where it is absent."""

from pathlib import Path

import pytest

_CANDIDATE = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data_dir() -> Path:
    """Return the folder of public sample data beside this checkout, or skip the calling test."""
    if not _CANDIDATE.is_dir():
        pytest.skip("the public sample data is not beside this checkout")
    return _CANDIDATE
