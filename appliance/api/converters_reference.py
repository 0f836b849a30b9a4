"""Reference data messages to items and back."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.api.converters_answer import timestamp
from appliance.api.converters_duties import end_of
from appliance.api.converters_search import profile_reading, profile_values
from appliance.api.errors import reason_of, shown_message
from appliance.api.fields import COLLECTION_NUMBERS, COLLECTIONS, FieldChecks
from appliance.codecs.dna_record import split_dna_record
from appliance.domain.codes import Category, Collection
from appliance.domain.errors import ApplianceError, TemplateMalformed
from appliance.domain.limits import REFERENCE_NUMBER_CHARS_MAX
from appliance.domain.reference_data import StoredItem
from appliance.exchange.preparation import RawItem
from appliance.v1 import data_duties_pb2, reference_data_pb2

_CONTENT = {
    Category.DACTYLOSCOPIC: ("finger_record",),
    Category.DNA: ("dna_profile", "dna_record"),
}

Duty = data_duties_pb2.DeleteRequest | data_duties_pb2.FlagRequest | data_duties_pb2.RestrictRequest
Name = (
    Duty
    | data_duties_pb2.SetEndRequest
    | reference_data_pb2.GetRequest
    | reference_data_pb2.ReferenceItem
)


def named(request: Name) -> tuple[Collection, str]:
    """Return the collection and reference number; raises RequestInvalid naming what is wrong."""
    number = request.reference_number
    found = COLLECTIONS.get(request.collection)
    # The way of a good name is short: a million of them pass here in one load.
    if (
        found is not None
        and 0 < len(number) <= REFERENCE_NUMBER_CHARS_MAX
        and number.isprintable()
        and number == number.strip()
    ):
        return found, number
    checks = FieldChecks()
    collection = checks.code("collection", request.collection, COLLECTIONS, Collection.TP)
    checks.number("reference_number", number, REFERENCE_NUMBER_CHARS_MAX)
    checks.raise_if_wrong()
    return collection, number


def raw_item(item: reference_data_pb2.ReferenceItem) -> RawItem:
    """Return an item; raises RequestInvalid or ProfileMalformed."""
    collection, number = named(item)
    content = item.WhichOneof("content")
    wanted = _CONTENT[collection.category]
    if content not in wanted:
        checks = FieldChecks()
        checks.wrong(wanted[0], f"is required for the collection {collection.value}")
        checks.raise_if_wrong()
    ends = end_of(item)
    if content == "finger_record":
        return RawItem(collection, number, item.finger_record, None, expires_at=ends)
    if content == "dna_record":
        return RawItem(collection, number, None, *split_dna_record(item.dna_record), ends)
    profile = item.dna_profile
    values, reading = profile_values(profile), profile_reading(profile)
    return RawItem(collection, number, None, values, reading, ends)


def load_result(
    outcome: ApplianceError | tuple[str, ...], error_id: str
) -> reference_data_pb2.LoadResult:
    """Return the fate of one item: why it was refused, or the warnings of an accepted one."""
    if not isinstance(outcome, ApplianceError):
        return reference_data_pb2.LoadResult(accepted=True, warnings=outcome)
    error = outcome
    refusal = reference_data_pb2.Refusal(
        reason=reason_of(error), message=shown_message(error, error_id)
    )
    if isinstance(error, TemplateMalformed):
        refusal.offset = error.offset
    return reference_data_pb2.LoadResult(refusal=refusal)


def stored_item(item: StoredItem) -> reference_data_pb2.GetResponse:
    """Return an item as it is held."""
    return reference_data_pb2.GetResponse(
        collection=COLLECTION_NUMBERS[item.collection],
        reference_number=item.reference_number,
        record=item.record,
        loaded_at=timestamp(item.loaded_at),
        flagged=item.flagged,
        restricted=item.restricted,
        expires_at=timestamp(item.expires_at) if item.expires_at else None,
    )


def counts(sizes: Mapping[Collection, int]) -> list[reference_data_pb2.CollectionCount]:
    """Return the size of every collection, 0 where nothing is held."""
    return [
        reference_data_pb2.CollectionCount(collection=number, items=sizes.get(collection, 0))
        for collection, number in COLLECTION_NUMBERS.items()
    ]
