"""Mass comparisons in the figures for the evaluation: by Party, the same after all was erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from appliance.domain.statistics import MassFigures, Period
from appliance.exchange.statistics import StatisticsDesk
from tests.exchange.mass_world import RO, MassWorld, terms
from tests.exchange.world import ADMINISTRATOR, DNA, SETTINGS

DAY = Period(date(2026, 3, 2), date(2026, 3, 2))
AFTER = Period(date(2026, 3, 3), date(2026, 12, 31))


@pytest.fixture
def mass(tmp_path: Path) -> Iterator[MassWorld]:
    made = MassWorld(tmp_path)
    yield made
    made.close()


def told(mass: MassWorld, period: Period = DAY, party: str = "") -> tuple[MassFigures, ...]:
    desk = StatisticsDesk(mass.world.database, mass.world.record, SETTINGS)
    return desk.read(ADMINISTRATOR, period, party).mass_comparisons


@pytest.mark.requirement("A21.1", "A4.1")
def test_jobs_profiles_and_matches_are_counted_by_party(mass: MassWorld) -> None:
    assert told(mass) == ()
    mass.opened("M-1", profiles=20)
    mass.desk.begin(DNA, "M-1", 3)
    matches = mass.finished("M-1").matches
    mass.opened("M-2", profiles=7)
    mass.desk.open(RO, terms("R-1", party="RO", officer="RO-0001"))
    mass.desk.cancel(RO, "R-1")
    mine = MassFigures("MK", 2, 1, 0, 0, profiles=27, compared=20, matches=matches)
    theirs = MassFigures("RO", 1, 0, 1, 0, profiles=0, compared=0, matches=0)
    assert matches > 0
    assert mine.open == 1
    assert told(mass) == (mine, theirs)
    assert told(mass, party="RO") == (theirs,)
    assert told(mass, AFTER) == ()
    mass.desk.acknowledge(DNA, "M-1", matches)
    assert told(mass) == (mine, theirs)
