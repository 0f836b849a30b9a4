"""What callers of supervision hand over, and the messages made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.client import messages
from appliance.v1 import register_pb2, supervision_pb2


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which entries of the record are wanted; what is not set does not bound them.

    ``since`` and ``until`` are days of UTC, both included. ``request_number`` is one of ``party``.
    ``collection`` and ``reference_number`` name an item. ``officer`` searched or ordered.
    """

    since: date | None = None
    until: date | None = None
    act: str = ""
    party: str = ""
    request_number: str = ""
    collection: str = ""
    reference_number: str = ""
    officer: str = ""

    def message(self) -> supervision_pb2.RecordFilter:
        """Return it as a message. Raises ValueError for a collection that there is not."""
        return supervision_pb2.RecordFilter(
            since=day_text(self.since),
            until=day_text(self.until),
            act=self.act,
            party=self.party,
            request_number=self.request_number,
            collection=messages.collection(self.collection) if self.collection else None,
            reference_number=self.reference_number,
            officer=self.officer,
        )


@dataclass(frozen=True, slots=True)
class ManualSupply:
    """A supply or receipt by hand (Art. 17(1)); the last three for data that is passed on (14)."""

    reason: str
    data: str
    supplied_on: date
    supplying_body: str
    receiving_body: str
    officer: str
    origin_party: str = ""
    origin_request: str = ""
    authorisation: str = ""

    def message(self) -> register_pb2.RecordManualSupplyRequest:
        """Return it as a message."""
        return register_pb2.RecordManualSupplyRequest(
            reason=self.reason,
            data=self.data,
            supplied_on=self.supplied_on.isoformat(),
            supplying_body=self.supplying_body,
            receiving_body=self.receiving_body,
            officer=self.officer,
            origin_party=self.origin_party,
            origin_request=self.origin_request,
            authorisation=self.authorisation,
        )


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What the supplying Party authorised: ``kind`` is onward_supply or other_purpose."""

    kind: str
    party: str
    request_number: str
    reference: str
    given_by: str
    given_on: date
    purpose: str = ""

    def message(self) -> register_pb2.RecordAuthorisationRequest:
        """Return it as a message."""
        return register_pb2.RecordAuthorisationRequest(
            kind=self.kind,
            party=self.party,
            request_number=self.request_number,
            purpose=self.purpose,
            reference=self.reference,
            given_by=self.given_by,
            given_on=self.given_on.isoformat(),
        )


def day_text(day: date | None) -> str:
    """Return a day as messages have it."""
    return day.isoformat() if day else ""


def officers_request(at: datetime | None) -> supervision_pb2.ListOfficersRequest:
    """Return the request for the list in use at an aware instant, now for None."""
    if at is None:
        return supervision_pb2.ListOfficersRequest()
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} lacks a time zone")
    moment = Timestamp()
    moment.FromDatetime(at)
    return supervision_pb2.ListOfficersRequest(at=moment)
