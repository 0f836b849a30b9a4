"""Checks of single fields; every problem of a message is collected before it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from appliance.domain.capacity import Direction
from appliance.domain.codes import Bucket, Collection, SearchType
from appliance.domain.errors import ApplianceError, FieldViolation, RequestInvalid
from appliance.domain.search import RequestState
from appliance.v1 import capacity_pb2, codes_pb2

Code = TypeVar("Code")


def _by_number(enum: Any, prefix: str, kind: Any) -> dict[int, Any]:
    return {number: kind[name.removeprefix(prefix)] for name, number in enum.items() if number}


SEARCH_TYPES: dict[int, SearchType] = _by_number(codes_pb2.SearchType, "SEARCH_TYPE_", SearchType)
COLLECTIONS: dict[int, Collection] = _by_number(codes_pb2.Collection, "COLLECTION_", Collection)
BUCKETS: dict[int, Bucket] = _by_number(codes_pb2.Bucket, "BUCKET_", Bucket)
DIRECTIONS: dict[int, Direction] = _by_number(capacity_pb2.Direction, "DIRECTION_", Direction)
REQUEST_STATES: dict[int, RequestState] = _by_number(
    codes_pb2.RequestState, "REQUEST_STATE_", RequestState
)

SEARCH_TYPE_NUMBERS: dict[SearchType, Any] = {v: k for k, v in SEARCH_TYPES.items()}
COLLECTION_NUMBERS: dict[Collection, Any] = {v: k for k, v in COLLECTIONS.items()}
BUCKET_NUMBERS: dict[Bucket, Any] = {v: k for k, v in BUCKETS.items()}
DIRECTION_NUMBERS: dict[Direction, Any] = {v: k for k, v in DIRECTIONS.items()}
REQUEST_STATE_NUMBERS: dict[RequestState, Any] = {v: k for k, v in REQUEST_STATES.items()}


class FieldChecks:
    """Collects what is wrong with one message. Used by one call."""

    def __init__(self) -> None:
        self._violations: list[FieldViolation] = []
        self._errors: list[ApplianceError] = []

    def wrong(self, field: str, description: str) -> None:
        """Note one problem."""
        self._violations.append(FieldViolation(field, description))

    def wrong_content(self, field: str, error: ApplianceError) -> None:
        """Note a problem that has a name of its own, such as a malformed template."""
        self._errors.append(error)
        self.wrong(field, error.message)

    def number(self, field: str, value: str, chars_max: int) -> str:
        """Check an identifier: 1..``chars_max`` printable characters, no blank at either end."""
        if not value:
            self.wrong(field, "is required")
        return self.text(field, value, chars_max)

    def text(self, field: str, value: str, chars_max: int) -> str:
        """Check an optional text: at most ``chars_max`` printable characters, none at the ends."""
        if len(value) > chars_max:
            self.wrong(field, f"has {len(value)} characters, at most {chars_max} are allowed")
        elif not value.isprintable() or value != value.strip():
            self.wrong(field, "holds a control character or a blank at an end")
        return value

    def code(self, field: str, value: int, codes: Mapping[int, Code], fallback: Code) -> Code:
        """Translate an enumeration value; unknown ones are noted and become ``fallback``."""
        if value in codes:
            return codes[value]
        self.wrong(field, "is required" if value == 0 else f"{value} is not in the code list")
        return fallback

    def raise_if_wrong(self) -> None:
        """Raise the only problem under its own name, several ones as RequestInvalid naming all."""
        if len(self._errors) == len(self._violations) == 1:
            raise self._errors[0]
        if self._violations:
            raise RequestInvalid(self._violations)
