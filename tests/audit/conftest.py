"""A fresh record for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keys.head_signer import HeadSigner
from tests.audit.bench import Bench, open_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = open_bench(tmp_path, HeadSigner.create(tmp_path / "head.key"))
    yield made
    made.close()
