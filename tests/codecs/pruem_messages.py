"""Messages of the Prüm exchange: a request, its answer, and any other that is sound."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from appliance.codecs import pruem_mapping
from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.pruem_message import (
    ADDITIONAL_LOCI,
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
)
from appliance.codecs.pruem_xml_reader import read_message
from appliance.domain.codes import Collection
from appliance.domain.search import DnaMatch, DnaProbe, LocusView

SIDE = Side("MK", "RS", "2026-17", datetime(2026, 11, 23, 9, 30, 1, tzinfo=UTC))
BACK = Side("RS", "MK", "A-17", datetime(2026, 11, 23, 9, 30, 2, tzinfo=UTC))
VALUES = [
    ("vWA", ("17", "16")),
    ("TH01", ("9.3",)),
    ("FGA", ("o", "22")),
    ("AMEL", ("Y", "X")),
    ("Penta D", ("9", "12")),
    ("D22S1045", ("15", "16")),
    ("LPL", ("10", "11")),
]


def read(data: bytes) -> PruemMessage:
    return read_message(io.BytesIO(data))


def asked(*numbers: str, article: RequestType = RequestType.CASE) -> PruemMessage:
    probes = [DnaProbe(number, canonical_profile(VALUES)) for number in numbers]
    return pruem_mapping.request(
        probes, ProfileKind.STAIN, article, SIDE, ref="K-4/26", agency="MK-LAB", marker="NGM"
    )


def match(number: str, collection: Collection = Collection.DNA_REFERENCE) -> DnaMatch:
    return DnaMatch(
        reference_number=number,
        collection=collection,
        rank=1,
        quality=4,
        compared_loci=7,
        full_loci=6,
        matching_loci=6,
        mismatching_alleles=1,
        flagged=False,
        loci=(
            LocusView("FGA", ("22", "*"), ("22", "24"), "wildcard"),
            LocusView("vWA", ("16", "17"), ("16", "17"), "equal"),
            LocusView("TH01", ("9.3", "9.3"), (), "only_probe"),
            LocusView("LPL", ("10", "11"), ("10", "11"), "equal"),
        ),
        warnings=(),
    )


def changed(**changes: object) -> PruemMessage:
    message = asked("ST-1")
    return replace(message, blocks=(replace(message.blocks[0], **changes),))  # type: ignore[arg-type]


LETTERS = st.characters(categories=("L", "N", "P", "S"))
TEXT = st.text(LETTERS, max_size=20)
NUMBER = st.text(LETTERS, min_size=1, max_size=20)
PARTY = st.sampled_from(("MK", "RS", "BA", "AT", "XK"))
SIDES = st.builds(
    Side,
    PARTY,
    PARTY,
    NUMBER,
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)).map(  # noqa: DTZ001
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    ),
)
PAIRS = st.tuples(NUMBER, TEXT)
PROFILES = st.builds(
    lambda chosen, marker, number: MessageProfile(
        tuple((name, *chosen[name]) for name in (*ISSOL_LOCI, *ADDITIONAL_LOCI) if name in chosen),
        marker,
        number,
    ),
    st.dictionaries(st.sampled_from((*ISSOL_LOCI, *ADDITIONAL_LOCI)), PAIRS, min_size=1),
    TEXT,
    TEXT,
)
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1))
COUNTS = st.none() | st.integers(0, 1_000)


@st.composite
def messages(draw: st.DrawFn) -> PruemMessage:
    answers = draw(st.booleans())
    article = draw(st.sampled_from(RequestType))
    several = answers or article is RequestType.MASS
    blocks = []
    numbers = draw(st.lists(NUMBER, min_size=4, max_size=4, unique=True))
    for index in range(draw(st.integers(1, 4 if several else 1))):
        block = DataBlock(
            article,
            ProfileKind.STAIN,
            Result.UNDEFINED,
            draw(TEXT),
            numbers[index],
            profile=draw(PROFILES),
            stored_on=draw(DAYS),
            hit_count=draw(COUNTS),
        )
        if answers:
            result = draw(st.sampled_from((Result.HIT, Result.NO_HIT, Result.ERROR)))
            quality = draw(st.integers(0, 4))
            block = replace(
                block,
                kind=draw(st.sampled_from(ProfileKind)),
                result=result,
                profile=block.profile if result is Result.HIT else None,
                quality=quality,
                match_id=draw(NUMBER),
                message=draw(NUMBER) if result is Result.ERROR else "",
                result_count=draw(COUNTS) if quality == 0 else None,
            )
        blocks.append(block)
    header = Header(
        Direction.ANSWER if answers else Direction.REQUEST,
        *(draw(TEXT) for _ in range(3)),
        draw(SIDES),
        draw(SIDES) if answers else None,
    )
    return PruemMessage(header, tuple(blocks), draw(st.sampled_from(Mode)))
