"""A fresh appliance for each test, closed in order after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.office import Office
from tests.exchange.world import World


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Make appliances, each in a folder of its own unless one is given."""
    made: list[World] = []

    def make(folder: Path | None = None, **options: Any) -> World:
        place = folder or tmp_path / f"world-{len(made)}"
        place.mkdir(exist_ok=True)
        made.append(World(place, **options))
        return made[-1]

    yield make
    for each in made:
        each.matcher.release()
        each.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """One appliance with capacities of a hundred searches a day."""
    made = make_world()
    made.declare()
    return made


@pytest.fixture
def office(make_world: Callable[..., World], tmp_path: Path) -> Iterator[Office]:
    world = make_world()
    for party in ("MK", "RO"):
        world.declare(100, party)
    made = Office(world, tmp_path)
    yield made
    made.gallery.close()
