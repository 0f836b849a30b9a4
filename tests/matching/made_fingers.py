"""Generated fingers as the records and templates that the matching room receives."""

from __future__ import annotations

from functools import cache

from appliance.cli import generated_data
from appliance.codecs import finger_record
from appliance.domain.codes import Collection
from appliance.domain.finger import FingerTemplate, Minutia
from appliance.domain.reference_data import LoadItem
from appliance.matching import encoder

SEED = 4711
FINGERS = 48
SIDE = 4000
"""Width and height of the pictures that ``template`` pretends, in 1/8 px."""


@cache
def records() -> tuple[tuple[bytes, bytes], ...]:
    """Return two impressions of each finger as records; the second one serves as the probe."""
    made = generated_data.finger_records(FINGERS, 2, SEED)
    return tuple((first, second) for first, second in made)


def probe(finger: int) -> FingerTemplate:
    """Return the second impression of a finger."""
    return finger_record.decode(records()[finger][1])


def template(minutiae: tuple[Minutia, ...]) -> FingerTemplate:
    """Return a template of these minutiae in their order."""
    return FingerTemplate(minutiae, SIDE, SIDE, 0, 0, 0, "ISO/IEC 19794-2:2005")


def item(reference_number: str, record: bytes, collection: Collection = Collection.TP) -> LoadItem:
    """Return a record as it is loaded."""
    (packed,) = encoder.encode_finger([finger_record.decode(record)])
    return LoadItem(collection, reference_number, record, packed)


@cache
def gallery_item(finger: int, collection: Collection = Collection.TP) -> LoadItem:
    """Return the first impression of a finger under ``F-n``."""
    return item(f"F-{finger}", records()[finger][0], collection)
