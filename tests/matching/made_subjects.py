"""Generated persons with several fingers, as records of several views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from appliance.codecs import finger_record
from appliance.codecs.finger_writer import FingerFormat, encode_views
from appliance.domain.codes import Collection
from appliance.domain.finger import FingerTemplate
from appliance.domain.reference_data import LoadItem
from appliance.matching import encoder
from tests.matching import made_fingers

FINGERS = 4
PERSONS = made_fingers.FINGERS // FINGERS
POSITIONS = (2, 3, 7, 8)


@cache
def finger(person: int, number: int, impression: int) -> FingerTemplate:
    """Return impression 0 or 1 of one of a person's FINGERS, under its own position."""
    record = made_fingers.records()[person * FINGERS + number][impression]
    return replace(finger_record.decode(record), position=POSITIONS[number])


def fingers(
    person: int,
    impression: int,
    numbers: Sequence[int] = range(FINGERS),
    stated: Mapping[int, int] | None = None,
) -> tuple[FingerTemplate, ...]:
    """Return fingers of a person; ``stated`` gives other positions to some of them by number."""
    views = ((number, finger(person, number, impression)) for number in numbers)
    return tuple(replace(v, position=(stated or {}).get(n, v.position)) for n, v in views)


def item(reference_number: str, views: Sequence[FingerTemplate]) -> LoadItem:
    """Return a record of these views as it is loaded."""
    record = encode_views(views, FingerFormat.ISO_2005)
    (packed,) = encoder.encode_records([finger_record.decode_views(record)])
    return LoadItem(Collection.TP, reference_number, record, packed)


@cache
def gallery() -> tuple[LoadItem, ...]:
    """Return every person under ``S-n``, first impressions."""
    return tuple(item(f"S-{person}", fingers(person, 0)) for person in range(PERSONS))
