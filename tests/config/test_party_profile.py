"""How a Party stands in a category, to the microsecond before, at and after each of its dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from appliance.config.party_profile import (
    PartyProfile,
    Standing,
    Suspension,
    Taking,
    Withdrawal,
)
from appliance.domain.codes import Category

DNA, FINGER = Category.DNA, Category.DACTYLOSCOPIC
_TICK = timedelta(microseconds=1)
_START = datetime(2026, 1, 1, tzinfo=UTC)


def _on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


_SUSPENSION = Suspension(
    notified_on=date(2026, 3, 1), valid_from=_on(3, 16), valid_until=_on(4, 16)
)
_WITHDRAWAL = Withdrawal(notified_on=date(2026, 1, 1), effective_from=_on(7, 1))
_EVALUATED = PartyProfile.evaluated([DNA, FINGER], _START)

# profile, instant, standing in DNA before it, from it on
_TURNS = {
    "evaluated": (_EVALUATED, _START, Standing.NOT_EVALUATED, Standing.TAKES_PART),
    "entry into force": (
        PartyProfile(in_force_from=_on(2, 1), takings={DNA: Taking(evaluated_from=_START)}),
        _on(2, 1),
        Standing.NOT_EVALUATED,
        Standing.TAKES_PART,
    ),
    "pilot begins": (
        PartyProfile.under_evaluation([DNA], _START, _on(2, 1)),
        _START,
        Standing.NOT_EVALUATED,
        Standing.PILOT,
    ),
    "pilot ends": (
        PartyProfile.under_evaluation([DNA], _START, _on(2, 1)),
        _on(2, 1),
        Standing.PILOT,
        Standing.NOT_EVALUATED,
    ),
    "pilot passed": (
        PartyProfile(
            in_force_from=_START,
            takings={
                DNA: Taking(evaluated_from=_on(2, 1), pilot_from=_START, pilot_until=_on(3, 1))
            },
        ),
        _on(2, 1),
        Standing.PILOT,
        Standing.TAKES_PART,
    ),
    "suspended": (
        msgspec.structs.replace(_EVALUATED, suspensions=(_SUSPENSION,)),
        _on(3, 16),
        Standing.TAKES_PART,
        Standing.SUSPENDED,
    ),
    "suspension over": (
        msgspec.structs.replace(_EVALUATED, suspensions=(_SUSPENSION,)),
        _on(4, 16),
        Standing.SUSPENDED,
        Standing.TAKES_PART,
    ),
    "withdrawn": (
        msgspec.structs.replace(_EVALUATED, withdrawal=_WITHDRAWAL),
        _on(7, 1),
        Standing.TAKES_PART,
        Standing.WITHDRAWN,
    ),
    "withdrawn while suspended": (
        msgspec.structs.replace(
            _EVALUATED,
            suspensions=(Suspension(notified_on=date(2026, 3, 1), valid_from=_on(3, 16)),),
            withdrawal=_WITHDRAWAL,
        ),
        _on(7, 1),
        Standing.SUSPENDED,
        Standing.WITHDRAWN,
    ),
}


@pytest.mark.requirement("A23.1", "A24-26", "A27.1")
@pytest.mark.parametrize("turn", _TURNS)
def test_a_date_counts_from_its_first_instant_on(turn: str) -> None:
    profile, instant, before, since = _TURNS[turn]
    assert before is profile.standing(DNA, instant - _TICK)
    assert since is profile.standing(DNA, instant)
    assert since is profile.standing(DNA, instant + _TICK)


@pytest.mark.requirement("A27.1")
@pytest.mark.parametrize(
    ("ending", "standing"),
    [
        ({"suspensions": (_SUSPENSION,)}, Standing.SUSPENDED),
        ({"withdrawal": _WITHDRAWAL}, Standing.WITHDRAWN),
    ],
)
def test_an_ending_in_part_leaves_the_other_category(
    ending: dict[str, object], standing: Standing
) -> None:
    partly = Taking(evaluated_from=_START, **ending)  # type: ignore[arg-type]
    profile = msgspec.structs.replace(
        _EVALUATED, takings={DNA: partly, FINGER: Taking(evaluated_from=_START)}
    )
    at = _on(7, 1) if "withdrawal" in ending else _on(3, 16)
    assert standing is profile.standing(DNA, at)
    assert Standing.TAKES_PART is profile.standing(FINGER, at)


def test_a_party_of_whom_nothing_is_known_takes_no_part() -> None:
    assert Standing.NOT_EVALUATED is PartyProfile().standing(DNA, _START)
    assert PartyProfile().contact_point(DNA).notices == ()
