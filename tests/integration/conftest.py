"""One real appliance for the tests that only read or use numbers of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.centre import Centre


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A running appliance of RS with reference data, and MK and BA allowed to search it."""
    with Centre.start(tmp_path_factory.mktemp("centre") / "home") as running:
        yield running


@pytest.fixture
def own_centre(tmp_path: Path) -> Iterator[Centre]:
    """A running appliance that the test may stop, kill and change."""
    with Centre.start(tmp_path / "home", fingers=40, profiles=60) as running:
        yield running
