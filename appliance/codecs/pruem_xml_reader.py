"""XML to a Prüm DNA message; ``pruem_message`` says from where the structure is.

Elements may come in any order; an element that the structure does not know is refused, so that
nothing is taken in that the Agreement does not list.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from appliance.codecs.pruem_message import (
    ADDITIONAL_LOCI,
    BLOCKS_MAX,
    ERROR_CHARS_MAX,
    ISSOL_LOCI,
    DataBlock,
    Direction,
    Header,
    MessageProfile,
    Mode,
    ProfileKind,
    PruemMessage,
    RequestType,
    Result,
    Side,
    require_sound,
)
from appliance.codecs.pruem_xml_writer import MODE_NAMESPACE, ROOT, locus_element
from appliance.codecs.xml_reader import BinaryStream, Element, XmlBounds, XmlReader
from appliance.domain.errors import ProfileMalformed

BOUNDS = XmlBounds(
    file_bytes_max=16 * 1024**2,
    depth_max=6,
    children_max=BLOCKS_MAX + 2,
    descendants_max=150,
    text_chars_max=ERROR_CHARS_MAX,
)

_HEADER = ("direction", "ref", "generator", "schema_version", "requesting", "requested")
_SIDE = ("source_isocode", "destination_isocode", "request_id", "date", "time")
_BLOCK = (
    *("reqtype", "date", "type", "result", "agency", "profile_ident", "message", "profile"),
    *("match_id", "quality", "hitcount", "rescount"),
)
_PROFILE = ("ess_issol", "additional_loci", "marker", "profile_id")
_GROUPS = {
    group: {locus_element(name): name for name in names}
    for group, names in (("ess_issol", ISSOL_LOCI), ("additional_loci", ADDITIONAL_LOCI))
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")
_COUNT = re.compile(r"[0-9]{1,9}")

Code = TypeVar("Code", bound=StrEnum)


def read_message(stream: BinaryStream) -> PruemMessage:
    """Return the message of an XML document.

    Raises ProfileMalformed with the line for a document that is not well-formed, too large or not
    of this structure, and RequestInvalid with every rule that the message breaks. Allele values
    are not looked at here. For one thread.
    """
    document = XmlReader(stream, BOUNDS)
    if document.root.name != ROOT or document.root.namespace:
        raise _refusal(document.root, f"the root element is not {ROOT}")
    mode = Mode.OPERATIONAL
    if stated := document.root.attributes.get(f"{MODE_NAMESPACE} mode"):
        mode = _code(document.root, Mode, stated)
    header: Header | None = None
    blocks: list[DataBlock] = []
    for element in document:
        if element.name == "datas":
            if len(blocks) == BLOCKS_MAX:
                raise _refusal(element, f"more than {BLOCKS_MAX} data blocks")
            blocks.append(_block(element))
        elif element.name != "header" or header is not None:
            raise _refusal(element, f"{element.name} is unknown here or comes twice")
        else:
            header = _header(element)
    if header is None:
        raise _refusal(document.root, "the header is missing")
    message = PruemMessage(header, tuple(blocks), mode)
    require_sound(message)
    return message


class _Fields:
    """The children of one element by name, each known and there once."""

    def __init__(self, element: Element, names: tuple[str, ...]) -> None:
        if element.text:
            raise _refusal(element, f"{element.name} holds a text instead of elements")
        self.element = element
        self._found: dict[str, Element] = {}
        for child in element.children:
            if child.name not in names or child.name in self._found:
                raise _refusal(child, f"{child.name} is unknown here or comes twice")
            self._found[child.name] = child

    def child(self, name: str) -> Element | None:
        """Return a child that holds something, else None."""
        found = self._found.get(name)
        return found if found is not None and (found.children or found.text) else None

    def text(self, name: str) -> str:
        """Return the text of a child, empty where there is none."""
        found = self.child(name)
        if found is None:
            return ""
        if found.children:
            raise _refusal(found, f"{name} holds elements instead of a text")
        return found.text

    def code(self, name: str, codes: type[Code]) -> Code:
        """Return the code in a child."""
        return _code(self._found.get(name, self.element), codes, self.text(name), name)

    def count(self, name: str) -> int | None:
        """Return the number in a child, None where there is none."""
        text = self.text(name)
        if text and not _COUNT.fullmatch(text):
            raise _refusal(self._found[name], f"{name} {text[:32]!r} is not a number")
        return int(text) if text else None

    def day(self, name: str) -> date | None:
        """Return the day in a child, None where there is none."""
        text = self.text(name)
        if not text:
            return None
        try:
            return date.fromisoformat(_matching(_DATE, text))
        except ValueError:
            raise _refusal(self._found[name], f"{name} {text[:32]!r} is not a day") from None


def _header(element: Element) -> Header:
    fields = _Fields(element, _HEADER)
    requesting = fields.child("requesting")
    if requesting is None:
        raise _refusal(element, "requesting is missing")
    requested = fields.child("requested")
    return Header(
        direction=fields.code("direction", Direction),
        ref=fields.text("ref"),
        generator=fields.text("generator"),
        schema_version=fields.text("schema_version"),
        requesting=_side(requesting),
        requested=None if requested is None else _side(requested),
    )


def _side(element: Element) -> Side:
    fields = _Fields(element, _SIDE)
    day, moment = fields.text("date"), fields.text("time")
    try:
        text = f"{_matching(_DATE, day)}T{_matching(_TIME, moment)}"
        sent_at = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        rule = f"{day[:32]!r} {moment[:32]!r} is not a date and a time"
        raise _refusal(element, rule) from None
    return Side(
        source=fields.text("source_isocode"),
        destination=fields.text("destination_isocode"),
        request_id=fields.text("request_id"),
        sent_at=sent_at,
    )


def _block(element: Element) -> DataBlock:
    fields = _Fields(element, _BLOCK)
    profile = fields.child("profile")
    return DataBlock(
        request_type=fields.code("reqtype", RequestType),
        kind=fields.code("type", ProfileKind),
        result=fields.code("result", Result),
        agency=fields.text("agency"),
        profile_ident=fields.text("profile_ident"),
        message=fields.text("message"),
        profile=None if profile is None else _profile(profile),
        match_id=fields.text("match_id"),
        quality=fields.count("quality"),
        hit_count=fields.count("hitcount"),
        result_count=fields.count("rescount"),
        stored_on=fields.day("date"),
    )


def _profile(element: Element) -> MessageProfile:
    fields = _Fields(element, _PROFILE)
    found: dict[str, tuple[str, str]] = {}
    for group, names in _GROUPS.items():
        holder = fields.child(group)
        if holder is None:
            continue
        known = _Fields(holder, tuple(names))
        for element_name, name in names.items():
            locus = known.child(element_name)
            if locus is not None:
                pair = _Fields(locus, ("low_allele", "high_allele"))
                found[name] = pair.text("low_allele"), pair.text("high_allele")
    values = tuple((name, low, high) for name, (low, high) in found.items() if low or high)
    return MessageProfile(values, fields.text("marker"), fields.text("profile_id"))


def _code(element: Element, codes: type[Code], text: str, name: str = "mode") -> Code:
    try:
        return codes(text)
    except ValueError:
        allowed = ", ".join(codes)
        raise _refusal(element, f"{name} {text[:32]!r} is none of {allowed}") from None


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _refusal(element: Element, rule: str) -> ProfileMalformed:
    return ProfileMalformed(rule, line=element.line)
