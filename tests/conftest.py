"""What every test may ask for."""

from __future__ import annotations

import pytest

from tests.following import Follow, following


@pytest.fixture
def follow(request: pytest.FixtureRequest) -> Follow:
    """Hand out items and tell how many there were, for tests that may take long."""
    return following(request)
