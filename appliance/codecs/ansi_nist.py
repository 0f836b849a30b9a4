"""ANSI/NIST-ITL files in the traditional encoding: the minutiae of their Type-9 records.

The fields are split by the library nistitl. It is not made for hostile bytes, so it is handed one
Type-9 record at a time, cut out here by the lengths that the file states, with the fields that are
read and no others, and whatever it raises becomes TemplateMalformed. Images are skipped unread.

Only prints are taken: a file with descriptive data, a photograph or a signature is refused
(Art. 2(2), 5). ``reduced`` leaves such records out, for those who hold the file themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import nistitl

from appliance.codecs import ansi_nist_blocks
from appliance.codecs.ansi_nist_fields import Type9
from appliance.codecs.finger_views import with_warnings
from appliance.domain import limits
from appliance.domain.errors import PersonalDataRefused, TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import FingerTemplate

RECORDS_MAX = 1_000
FIELDS_PER_RECORD_MAX = 1_000
FIELD_SEPARATOR, GROUP_SEPARATOR = b"\x1c", b"\x1d"
RECORD_SEPARATOR, UNIT_SEPARATOR = b"\x1e", b"\x1f"

_BINARY_TYPES = range(3, 9)
_PRINTS = frozenset((1, 3, 4, 5, 6, 9, 13, 14, 15))
_DESCRIPTIVE = 2
_MINUTIAE = 9
_HEADER_TAGS = frozenset((1, 2))

KEPT_FIELDS = frozenset((2, 3, 4, 6, *range(8, 13), 126, *range(128, 142)))
"""Fields of a Type-9 record that say where minutiae are, and nothing of who drew or sent them."""

_LENGTH = re.compile(rb"([0-9]{1,2})\.0{0,2}1:([0-9]{1,9})[\x1c\x1d]")
_TAG = re.compile(rb"([0-9]{1,2})\.([0-9]{1,4}):")
_NUMBER = re.compile(rb"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Span:
    """Type, first byte and end of one record."""

    type: int
    start: int
    end: int


def begins(data: bytes) -> bool:
    """Tell whether the bytes begin with the length of a Type-1 record."""
    found = _LENGTH.match(data)
    return found is not None and int(found[1]) == 1


def decode_views(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return the minutiae of every Type-9 record, in the order of the file.

    Raises TemplateMalformed with the byte offset; TemplateUnsupported where no block of minutiae
    is one that is read; PersonalDataRefused where the file holds more than prints. Thread-safe.
    """
    spans = records(data)
    _refuse_personal_data(data, spans)
    views = tuple(_view(data, span) for span in spans if span.type == _MINUTIAE)
    if not views:
        raise TemplateUnsupported("the file has no Type-9 record: minutiae are not extracted here")
    return views


def reduced(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the file with its Type-9 records alone, and what was left out.

    Of those records the fields of positions, directions and counts stay as they are. Raises
    TemplateMalformed, and TemplateUnsupported for a file without Type-9 records.
    """
    spans = records(data)
    message = empty_message()
    left_out = [f"a Type-{span.type} record" for span in spans[1:] if span.type != _MINUTIAE]
    for span in spans:
        if span.type != _MINUTIAE:
            continue
        fields, foreign = _fields(data, span)
        kept = {tag: fields[tag] for tag in fields if tag in KEPT_FIELDS}
        left_out += [f"field 9.{tag:03d}" for tag in sorted(fields.keys() - kept.keys() - {1})]
        left_out += foreign
        message += _parsed(data, span, kept)
    if len(message) == 1:
        raise TemplateUnsupported("the file has no Type-9 record: minutiae are not extracted here")
    return bytes(message.NIST), tuple(dict.fromkeys(left_out))


def empty_message() -> nistitl.Message:
    """Return a file without records that says nothing of its sender, its time or its case."""
    message = nistitl.Message()
    header = message[0]
    header.VER, header.TOT, header.DAT = "0500", "MIN", "00000000"
    header.DAI, header.ORI, header.TCN = "NONE", "NONE", "0"
    return message


def records(data: bytes) -> list[Span]:
    """Return the records of a file by the lengths it states; raises TemplateMalformed."""
    first = _text_record(data, 0, 1)
    spans = [first]
    for kind in _announced(data, first):
        start = spans[-1].end
        if kind in _BINARY_TYPES:
            spans.append(_binary_record(data, start, kind))
        else:
            spans.append(_text_record(data, start, kind))
    end = spans[-1].end
    if end != len(data):
        raise TemplateMalformed(f"bytes after the last record: {len(data) - end}", offset=end)
    return spans


def _text_record(data: bytes, start: int, kind: int) -> Span:
    found = _LENGTH.match(data, start)
    if found is None or int(found[1]) != kind:
        raise TemplateMalformed(f"no Type-{kind} record begins here", offset=start)
    end = start + int(found[2])
    if end > len(data):
        raise TemplateMalformed(
            f"a Type-{kind} record of {found[2].decode()} bytes is cut short", offset=start
        )
    if end <= found.end() - 1 or data[end - 1 : end] != FIELD_SEPARATOR:
        raise TemplateMalformed(
            f"a Type-{kind} record does not end where its length says", offset=start
        )
    return Span(kind, start, end)


def _binary_record(data: bytes, start: int, kind: int) -> Span:
    length = int.from_bytes(data[start : start + 4], "big")
    if length < 5 or start + length > len(data):
        raise TemplateMalformed(
            f"a Type-{kind} record of {length} bytes is cut short", offset=start
        )
    return Span(kind, start, start + length)


def _announced(data: bytes, header: Span) -> Iterable[int]:
    """Return the types of the records that follow the Type-1 record, as its field CNT says."""
    at = header.start
    for piece in data[header.start : header.end - 1].split(GROUP_SEPARATOR, FIELDS_PER_RECORD_MAX):
        tag = _TAG.match(piece)
        if tag is not None and int(tag[2]) == 3:
            rows = piece[tag.end() :].split(RECORD_SEPARATOR, RECORDS_MAX + 1)
            pairs = [row.split(UNIT_SEPARATOR) for row in rows]
            if any(len(pair) != 2 or not _NUMBER.fullmatch(pair[0]) for pair in pairs):
                raise TemplateMalformed("field 1.003 is not a list of records", offset=at)
            if not _NUMBER.fullmatch(pairs[0][1]) or int(pairs[0][1]) != len(pairs) - 1:
                raise TemplateMalformed(
                    f"field 1.003 lists {len(pairs) - 1} records and counts another number",
                    offset=at,
                )
            if len(pairs) - 1 > RECORDS_MAX:
                raise TemplateUnsupported(f"a file of more than {RECORDS_MAX} records")
            return [int(pair[0]) for pair in pairs[1:]]
        at += len(piece) + 1
    raise TemplateMalformed("field 1.003 is missing", offset=header.start)


def _refuse_personal_data(data: bytes, spans: list[Span]) -> None:
    for span in spans:
        if span.type == _DESCRIPTIVE:
            named = _descriptive_field(data, span)
            if named:
                raise PersonalDataRefused(
                    f"a Type-2 record with field {named} (at byte {span.start}): descriptive data "
                    "is not taken in (Art. 2(2), 5)"
                )
        elif span.type not in _PRINTS:
            raise PersonalDataRefused(
                f"a Type-{span.type} record (at byte {span.start}): only prints are taken in "
                "(Art. 2(2), 5)"
            )


def _descriptive_field(data: bytes, span: Span) -> str:
    """Return the number of the first field of a Type-2 record that describes, none if none does."""
    for piece in data[span.start : span.end - 1].split(GROUP_SEPARATOR):
        tag = _TAG.match(piece)
        number = int(tag[2]) if tag is not None else 0
        if number not in _HEADER_TAGS and (tag is None or len(piece) > tag.end()):
            return f"2.{number:03d}"
    return ""


def _view(data: bytes, span: Span) -> FingerTemplate:
    fields, foreign = _fields(data, span)
    kept = {tag: fields[tag] for tag in fields if tag in ansi_nist_blocks.READ_FIELDS}
    offsets = {tag: start for tag, (start, _) in kept.items()}
    found = Type9(_parsed(data, span, kept), offsets, span.start)
    template = ansi_nist_blocks.template_of(found)
    if not foreign:
        return template
    return with_warnings(template, tuple(f"{each} was skipped" for each in foreign))


def _fields(data: bytes, span: Span) -> tuple[dict[int, tuple[int, int]], list[str]]:
    """Return start and end of each field of a record by its number, and fields of other records.

    A public sample has a field of a Type-13 record in a Type-9 record.
    """
    found: dict[int, tuple[int, int]] = {}
    foreign: list[str] = []
    at = span.start
    pieces = data[span.start : span.end - 1].split(GROUP_SEPARATOR, FIELDS_PER_RECORD_MAX)
    if len(pieces) > FIELDS_PER_RECORD_MAX:
        raise TemplateUnsupported(f"a record of more than {FIELDS_PER_RECORD_MAX} fields")
    for piece in pieces:
        tag = _TAG.match(piece)
        if tag is None:
            raise TemplateMalformed("a field does not begin with its number", offset=at)
        number = int(tag[2])
        if int(tag[1]) != span.type:
            foreign.append(f"field {int(tag[1])}.{number:03d} in a Type-{span.type} record")
        elif number in found:
            raise TemplateMalformed(f"field {span.type}.{number:03d} comes twice", offset=at)
        elif len(piece) > tag.end():
            found[number] = (at, at + len(piece))
        at += len(piece) + 1
    return found, foreign


def _parsed(data: bytes, span: Span, fields: dict[int, tuple[int, int]]) -> nistitl.AsciiRecord:
    """Return a Type-9 record of the given fields as nistitl reads it."""
    for tag, (start, end) in fields.items():
        if data.count(RECORD_SEPARATOR, start, end) >= limits.RIDGE_COUNTS_MAX:
            raise TemplateUnsupported(f"field 9.{tag:03d} has too many parts")
    content = GROUP_SEPARATOR.join(data[start:end] for start, end in fields.values())
    # The length stands in it with eight digits, so that it does not change its own length.
    prefix = b"9.001:%08d" + GROUP_SEPARATOR
    total = len(prefix) - len(b"%08d") + 8 + len(content) + 1
    message = nistitl.Message()
    try:
        message.parse(_ENVELOPE + prefix % total + content + FIELD_SEPARATOR)
        (record,) = message.iter(_MINUTIAE)
    except Exception as error:
        raise TemplateMalformed(
            f"the Type-9 record cannot be read ({error})", offset=span.start
        ) from error
    return record


def _envelope() -> bytes:
    """Return a Type-1 record that announces one Type-9 record."""
    header = empty_message()[0]
    header.CNT = [["1", "1"], [str(_MINUTIAE), "0"]]
    return bytes(header.NIST)


_ENVELOPE = _envelope()
