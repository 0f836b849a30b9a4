"""A message holds the fields of the contract and no others (IA Art. 7(1): "only the following")."""

from __future__ import annotations

from typing import TypeVar

from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from appliance.domain.errors import FieldViolation, RequestInvalid

M = TypeVar("M", bound=Message)


def decoded(kind: type[M], data: bytes) -> M:
    """Return the message in ``data``.

    Raises RequestInvalid when the bytes are no message, or when it or any message within it has a
    field without a name in the contract.
    """
    try:
        message = kind.FromString(data)
    except DecodeError:
        raise RequestInvalid(
            [FieldViolation("", f"the bytes are not a {kind.DESCRIPTOR.name}")]
        ) from None
    _require_closed(message)
    return message


def _require_closed(message: Message) -> None:
    # Unknown fields are dropped on a copy and the sizes compared, which costs no walk in Python;
    # only a refused message is walked, to say where the field stood.
    known = type(message)()
    known.CopyFrom(message)
    known.DiscardUnknownFields()
    if known.ByteSize() != message.ByteSize():
        raise RequestInvalid(_violations(message, "") or [_SOMEWHERE])


_SOMEWHERE = FieldViolation("", "a field that is not in the contract")


def _violations(message: Message, path: str) -> list[FieldViolation]:
    found = [
        FieldViolation(f"{path}#{field.field_number}", "a field that is not in the contract")
        for field in UnknownFieldSet(message)  # type: ignore[attr-defined]
    ]
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        if isinstance(value, Message):
            found += _violations(value, f"{path}{descriptor.name}.")
            continue
        for index, item in enumerate(value):
            found += _violations(item, f"{path}{descriptor.name}[{index}].")
    return found
