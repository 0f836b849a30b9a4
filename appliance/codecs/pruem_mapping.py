"""Between the messages of the Prüm exchange and the searches and answers of this appliance.

What leaves is canonical: every value that is not designated is the wildcard, a homozygote has its
value twice, and a locus without information is left out (Decision 2008/616/JHA, Annex, chapter 1).
The three loci that the message has no place for (D6S1043, LPL, Penta C) are left out as well, and
``left_out`` names them, so that nobody is left to wonder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.pruem_message import (
    ADDITIONAL_LOCI,
    BLOCKS_MAX,
    ERROR_CHARS_MAX,
    ISSOL_LOCI,
    QUALITY_OF_THE_REQUEST,
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
)
from appliance.domain import loci
from appliance.domain.codes import Collection, SearchType
from appliance.domain.dna import DnaProfile
from appliance.domain.errors import ProfileMalformed
from appliance.domain.search import DnaMatch, DnaProbe
from appliance.version import __version__

GENERATOR = f"pruem-appliance {__version__}"
SCHEMA_VERSION = "2008/616/JHA Annex 1"
# The first block repeats the request.
MATCHES_MAX = BLOCKS_MAX - 1

SEARCH_TYPES = {
    ProfileKind.PERSON: SearchType.DNA_REFERENCE,
    ProfileKind.STAIN: SearchType.DNA_UNIDENTIFIED,
}
KINDS = {
    Collection.DNA_REFERENCE: ProfileKind.PERSON,
    Collection.DNA_UNIDENTIFIED: ProfileKind.STAIN,
}


def message_profile(profile: DnaProfile, profile_id: str, marker: str = "") -> MessageProfile:
    """Return the canonical form of a profile as a message holds it."""
    values = {}
    for locus in loci.LOCI:
        low, high = profile.codes[2 * locus.slot : 2 * locus.slot + 2]
        if low:
            values[locus.name] = loci.value_of(locus, low), loci.value_of(locus, high)
    return _in_order(values, profile_id, marker)


def _in_order(
    values: dict[str, tuple[str, str]], profile_id: str, marker: str = ""
) -> MessageProfile:
    names = (name for name in (*ISSOL_LOCI, *ADDITIONAL_LOCI) if name in values)
    return MessageProfile(tuple((name, *values[name]) for name in names), marker, profile_id)


def left_out(values: Iterable[str]) -> list[str]:
    """Return those of some loci, by name, that a message has no place for."""
    placed = {*ISSOL_LOCI, *ADDITIONAL_LOCI}
    return [name for name in values if name not in placed]


def loci_of(profile: DnaProfile) -> list[str]:
    """Return the names of the loci of a profile that are not absent."""
    return [locus.name for locus in loci.LOCI if profile.codes[2 * locus.slot]]


def request(
    probes: Sequence[DnaProbe],
    kind: ProfileKind,
    request_type: RequestType,
    side: Side,
    *,
    ref: str = "",
    agency: str = "",
    marker: str = "",
    mode: Mode = Mode.OPERATIONAL,
) -> PruemMessage:
    """Return the message that asks for ``probes``, unchecked; ``ref`` names the case."""
    blocks = tuple(
        DataBlock(
            request_type=request_type,
            kind=kind,
            result=Result.UNDEFINED,
            agency=agency,
            profile_ident=probe.reference_number,
            profile=message_profile(probe.profile, probe.reference_number, marker),
        )
        for probe in probes
    )
    header = Header(Direction.REQUEST, ref, GENERATOR, SCHEMA_VERSION, side)
    return PruemMessage(header, blocks, mode)


def probe(block: DataBlock) -> DnaProbe:
    """Return the probe of one block of a request; raises ProfileMalformed for its values."""
    if block.profile is None or not block.profile.values:
        raise ProfileMalformed("the profile is empty")
    values = [
        (name, tuple(value for value in pair if value)) for name, *pair in block.profile.values
    ]
    return DnaProbe(block.profile_ident, canonical_profile(values))


def answer(asked: PruemMessage, blocks: Sequence[DataBlock], side: Side) -> PruemMessage:
    """Return the message that answers ``asked`` with ``blocks``, unchecked."""
    header = replace(
        asked.header,
        direction=Direction.ANSWER,
        generator=GENERATOR,
        schema_version=SCHEMA_VERSION,
        requested=side,
    )
    return PruemMessage(header, tuple(blocks), asked.mode)


def result_blocks(asked: DataBlock, matches: Sequence[DnaMatch]) -> list[DataBlock]:
    """Return the blocks that answer one block: the request with what was found, then the matches.

    Of more than MATCHES_MAX matches the first are given, and all are counted.
    """
    echo = replace(
        asked,
        result=Result.HIT if matches else Result.NO_HIT,
        profile=asked.profile if matches else None,
        quality=QUALITY_OF_THE_REQUEST,
        result_count=len(matches),
    )
    return [echo, *(_match_block(asked, match) for match in matches[:MATCHES_MAX])]


def error_block(asked: DataBlock, text: str) -> DataBlock:
    """Return the block that says why a block of the request was not searched."""
    printable = "".join(c if c.isprintable() else " " for c in text).strip()
    return replace(
        asked,
        result=Result.ERROR,
        profile=None,
        quality=None,
        message=printable[:ERROR_CHARS_MAX].strip() or "INTERNAL",
    )


def _match_block(asked: DataBlock, match: DnaMatch) -> DataBlock:
    values = {view.locus: view.candidate for view in match.loci if len(view.candidate) == 2}
    own_id = asked.profile.profile_id if asked.profile is not None else ""
    return DataBlock(
        request_type=asked.request_type,
        kind=KINDS[match.collection],
        result=Result.HIT,
        agency="",
        profile_ident=match.reference_number,
        profile=_in_order(values, match.reference_number),
        match_id=own_id or asked.profile_ident,
        quality=match.quality,
        hit_count=2 * match.compared_loci - match.mismatching_alleles,
    )
