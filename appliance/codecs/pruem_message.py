"""The message of the Prüm DNA exchange: one structure for request and answer.

Built from the published structure of Decision 2008/616/JHA, Annex 1, chapter 4; its schema file
is not public, so spellings and orders may differ from what a given partner uses. The five loci of
the Resolution of 2009 (2009/C 296/01) stand behind the others, as in later editions. ``mode`` is
no part of the published structure: it is written outside of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appliance.domain import loci
from appliance.domain.codes import party_code
from appliance.domain.errors import FieldViolation, RequestInvalid

BLOCKS_MAX = 500
TEXT_CHARS_MAX = 64
ERROR_CHARS_MAX = 1_000
QUALITY_MAX = 4
QUALITY_OF_THE_REQUEST = 0
COUNT_MAX = 1_000_000

ISSOL_LOCI: tuple[str, ...] = (*loci.ISSOL, "AMELOGENIN")
ADDITIONAL_LOCI: tuple[str, ...] = (
    *(
        locus.name
        for locus in loci.LOCI
        if "ANNEX_2008" in locus.groups and locus.name not in ISSOL_LOCI
    ),
    *(name for name in loci.ESS_12 if name not in loci.ISSOL),
)


class Mode(StrEnum):
    """Whether real cases stand behind a message."""

    TEST = "test"
    OPERATIONAL = "operational"


class Direction(StrEnum):
    """Request or answer."""

    REQUEST = "R"
    ANSWER = "A"


class RequestType(StrEnum):
    """By which article is asked."""

    CASE = "3"  # a search in an individual case
    MASS = "4"  # a mass comparison of unidentified profiles


class ProfileKind(StrEnum):
    """Whose profile it is."""

    PERSON = "P"
    STAIN = "S"


class Result(StrEnum):
    """What a data block says."""

    UNDEFINED = "U"  # in a request
    HIT = "H"
    NO_HIT = "N"
    ERROR = "E"


@dataclass(frozen=True, slots=True)
class Side:
    """The request or the answer as its sender numbers it; ``sent_at`` in UTC, whole seconds."""

    source: str
    destination: str
    request_id: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Header:
    """Who asks whom; ``requested`` is the answer's side, None in a request."""

    direction: Direction
    ref: str
    generator: str
    schema_version: str
    requesting: Side
    requested: Side | None = None


@dataclass(frozen=True, slots=True)
class MessageProfile:
    """Values (locus name, low allele, high allele) in the order of ISSOL_LOCI, ADDITIONAL_LOCI;
    ``marker`` is the method, ``profile_id`` the sender's own number of the profile."""

    values: tuple[tuple[str, str, str], ...]
    marker: str
    profile_id: str


@dataclass(frozen=True, slots=True)
class DataBlock:
    """One profile that is asked for or supplied, or the notice that there is none.

    ``quality`` 0 marks what repeats the request, 1..4 a match, None no statement. ``hit_count`` are
    alleles that match, ``result_count`` profiles that match (with quality 0 only). ``match_id`` is
    the profile_id of the request that was matched, ``stored_on`` when the profile was stored.
    """

    request_type: RequestType
    kind: ProfileKind
    result: Result
    agency: str
    profile_ident: str
    message: str = ""
    profile: MessageProfile | None = None
    match_id: str = ""
    quality: int | None = None
    hit_count: int | None = None
    result_count: int | None = None
    stored_on: date | None = None


@dataclass(frozen=True, slots=True)
class PruemMessage:
    """One message."""

    header: Header
    blocks: tuple[DataBlock, ...]
    mode: Mode = Mode.OPERATIONAL


def require_sound(message: PruemMessage) -> None:
    """Raise RequestInvalid with every rule of the structure that a message breaks."""
    violations = [*_header_faults(message.header)]
    if not 1 <= len(message.blocks) <= BLOCKS_MAX:
        rule = f"{len(message.blocks)} data blocks, 1..{BLOCKS_MAX} are allowed"
        violations.append(FieldViolation("datas", rule))
    request = message.header.direction is Direction.REQUEST
    types = {block.request_type for block in message.blocks}
    if request and len(message.blocks) > 1 and types != {RequestType.MASS}:
        rule = "several data blocks are for a mass comparison (Article 4) alone"
        violations.append(FieldViolation("datas", rule))
    if request and len({block.profile_ident for block in message.blocks}) < len(message.blocks):
        violations.append(FieldViolation("datas", "a profile_ident comes twice"))
    for index, block in enumerate(message.blocks[:BLOCKS_MAX]):
        faults = _request_faults(block) if request else _answer_faults(block)
        for name, rule in (*_block_faults(block), *faults):
            violations.append(FieldViolation(f"datas[{index}].{name}", rule))
    if violations:
        raise RequestInvalid(violations)


def _header_faults(header: Header) -> list[FieldViolation]:
    faults = [
        FieldViolation(f"header.{name}", rule)
        for name in ("ref", "generator", "schema_version")
        if (rule := _text_fault(getattr(header, name)))
    ]
    if header.direction is Direction.ANSWER and header.requested is None:
        faults.append(FieldViolation("header.requested", "is required in an answer"))
    for name, side in (("requesting", header.requesting), ("requested", header.requested)):
        if side is None:
            continue
        field = f"header.{name}"
        for part, code in (("source", side.source), ("destination", side.destination)):
            try:
                party_code(code, f"{field}.{part}_isocode")
            except RequestInvalid as refusal:
                faults += refusal.violations
        if rule := _text_fault(side.request_id, required=True):
            faults.append(FieldViolation(f"{field}.request_id", rule))
    return faults


def _text_fault(text: str, chars_max: int = TEXT_CHARS_MAX, *, required: bool = False) -> str:
    if required and not text:
        return "is required"
    if len(text) > chars_max:
        return f"has more than {chars_max} characters"
    if not text.isprintable() or text != text.strip():
        return "has a character that is not printed, or blanks around it"
    return ""


def _block_faults(block: DataBlock) -> list[tuple[str, str]]:
    faults = [
        ("agency", _text_fault(block.agency)),
        ("profile_ident", _text_fault(block.profile_ident, required=True)),
        ("match_id", _text_fault(block.match_id)),
        ("message", _text_fault(block.message, ERROR_CHARS_MAX)),
    ]
    if block.quality is not None and not 0 <= block.quality <= QUALITY_MAX:
        faults.append(("quality", f"{block.quality} is not 0..{QUALITY_MAX}"))
    for name, count in (("hitcount", block.hit_count), ("rescount", block.result_count)):
        if count is not None and not 0 <= count <= COUNT_MAX:
            faults.append((name, f"{count} is not 0..{COUNT_MAX}"))
    if block.result_count is not None and block.quality != QUALITY_OF_THE_REQUEST:
        faults.append(("rescount", "stands with quality 0 alone"))
    if (block.result is Result.ERROR) != bool(block.message):
        faults.append(("message", "is the text of an error, and an error has one"))
    if block.profile is not None:
        faults += _profile_faults(block.profile)
    return [(name, rule) for name, rule in faults if rule]


def _profile_faults(profile: MessageProfile) -> list[tuple[str, str]]:
    faults = [
        ("profile.marker", _text_fault(profile.marker)),
        ("profile.profile_id", _text_fault(profile.profile_id)),
    ]
    known = {name: place for place, name in enumerate((*ISSOL_LOCI, *ADDITIONAL_LOCI))}
    places = [known.get(name, -1) for name, _, _ in profile.values]
    if -1 in places or places != sorted(set(places)):
        faults.append(("profile", "a locus is unknown, comes twice or in another order"))
    faults += [
        (f"profile.{name}", _text_fault(value)) for name, *pair in profile.values for value in pair
    ]
    return faults


def _request_faults(block: DataBlock) -> list[tuple[str, str]]:
    faults = []
    if block.result is not Result.UNDEFINED:
        faults.append(("result", "is U in a request"))
    if block.profile is None:
        faults.append(("profile", "is required in a request"))
    if block.quality not in (None, QUALITY_OF_THE_REQUEST) or block.result_count is not None:
        faults.append(("quality", "a request states neither a quality nor a count of results"))
    if block.request_type is RequestType.MASS and block.kind is not ProfileKind.STAIN:
        faults.append(("type", "a mass comparison is of unidentified profiles (S)"))
    return faults


def _answer_faults(block: DataBlock) -> list[tuple[str, str]]:
    faults = []
    hit = block.result is Result.HIT
    if block.result is Result.UNDEFINED:
        faults.append(("result", "is H, N or E in an answer"))
    if hit != (block.profile is not None):
        faults.append(("profile", "stands in an answer exactly where the result is H"))
    if hit and block.quality is None:
        faults.append(("quality", "is required where the result is H"))
    if hit and block.quality != QUALITY_OF_THE_REQUEST and not block.match_id:
        faults.append(("match_id", "is required for a profile that matches"))
    return faults
