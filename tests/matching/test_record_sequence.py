"""Records whose views contradict their positions are told at the load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from appliance.domain.finger import FingerTemplate
from appliance.matching import encoder
from tests.matching import made_palms, made_subjects


def told(views: Sequence[FingerTemplate]) -> tuple[str, ...]:
    (packed,) = encoder.encode_records([views])
    return encoder.sequence_warnings(views, packed)


def test_records_in_sequence_are_passed_without_a_word() -> None:
    for person in range(made_subjects.PERSONS):
        assert told(made_subjects.fingers(person, 0)) == ()
    one = made_subjects.fingers(1, 0)
    assert told((*one, *made_subjects.fingers(1, 1))) == ()


def test_two_fingers_under_one_position_are_told() -> None:
    views = made_subjects.fingers(1, 0, stated={1: 2})
    assert told(views) == ("views 1 and 2 both state finger position 2 and are not alike",)


def test_one_finger_under_two_positions_is_told() -> None:
    again = replace(made_subjects.finger(1, 0, 1), position=9)
    views = (*made_subjects.fingers(1, 0), again)
    assert told(views) == (
        "views 1 and 5 state finger positions 2 and 9 and are of the same finger",
    )


def test_views_without_a_position_contradict_nothing() -> None:
    finger = made_subjects.finger(1, 0, 0)
    assert told((replace(finger, position=0), finger)) == ()
    assert told((finger,)) == ()


def test_a_record_with_a_palm_is_not_looked_at() -> None:
    palm = made_palms.latent(made_palms.palm(1), 1, 200)
    assert told((palm, palm)) == ()
