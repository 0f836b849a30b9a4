"""Messages of data quality to domain values and back."""

from __future__ import annotations

from datetime import UTC, datetime

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from appliance.api.converters_answer import timestamp
from appliance.api.fields import COLLECTION_NUMBERS
from appliance.domain.data_duties import Erasure, ErasureCause, FlagBasis
from appliance.domain.errors import FieldViolation, RequestInvalid
from appliance.domain.notice import Notice
from appliance.v1 import data_duties_pb2 as pb

CAUSES: dict[int, str] = {
    number: ErasureCause[name.removeprefix("DELETION_CAUSE_")].value
    for name, number in pb.DeletionCause.items()
    if number
}
BASES: dict[int, str] = {
    number: FlagBasis[name.removeprefix("FLAG_BASIS_")].value
    for name, number in pb.FlagBasis.items()
    if number
}
_CAUSE_NUMBERS = {cause: number for number, cause in CAUSES.items()}


def end_of(message: Message) -> datetime | None:
    """Return ``expires_at`` of a message, None where it is absent; RequestInvalid if it is none."""
    if not message.HasField("expires_at"):
        return None
    sent: Timestamp = message.expires_at  # type: ignore[attr-defined]
    try:
        return sent.ToDatetime(UTC)
    except (ValueError, OverflowError):
        raise RequestInvalid([FieldViolation("expires_at", "is no point in time")]) from None


def erasure_message(erasure: Erasure) -> pb.Erasure:
    """Return an erasure as it travels."""
    return pb.Erasure(
        number=erasure.number,
        collection=COLLECTION_NUMBERS[erasure.collection],
        reference_number=erasure.reference_number,
        record_digest=erasure.record_digest,
        cause=_CAUSE_NUMBERS[erasure.cause.value],  # type: ignore[arg-type]
        ordered_by=erasure.ordered_by,
        deleted_at=timestamp(erasure.deleted_at),
        erased_at=timestamp(erasure.erased_at) if erasure.erased_at else None,
        certificate=erasure.certificate,
    )


def notice_message(notice: Notice) -> pb.Notice:
    """Return a notice as it travels."""
    return pb.Notice(
        number=notice.number,
        kind=notice.kind.value,
        party=notice.party,
        address=notice.address,
        facts=[f"{name}={value}" for name, value in notice.facts],
        created_at=timestamp(notice.created_at),
        delivered_at=timestamp(notice.delivered_at) if notice.delivered_at else None,
        attempts=notice.attempts,
        last_error=notice.last_error,
        given_up=notice.given_up_at is not None,
    )
