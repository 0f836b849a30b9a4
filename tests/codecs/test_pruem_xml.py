"""Messages of the Prüm exchange are written and read without loss, and refused by rule."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codecs import pruem_mapping
from appliance.codecs.pruem_message import (
    ADDITIONAL_LOCI,
    BLOCKS_MAX,
    ISSOL_LOCI,
    MessageProfile,
    ProfileKind,
    PruemMessage,
    RequestType,
    Result,
)
from appliance.codecs.pruem_xml_writer import write_message
from appliance.domain.errors import ProfileMalformed, RequestInvalid
from tests.codecs.pruem_messages import BACK, asked, changed, match, messages, read


def test_a_request_has_the_published_structure() -> None:
    text = write_message(asked("ST-1")).decode().replace("\n", "")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?><PRUEMDNAx ')
    assert 'a:mode="operational"' in text
    assert "<header><direction>R</direction><ref>K-4/26</ref>" in text
    assert (
        "<requesting><source_isocode>MK</source_isocode><destination_isocode>RS"
        "</destination_isocode><request_id>2026-17</request_id><date>2026-11-23</date>"
        "<time>09:30:01</time></requesting><requested/></header>"
    ) in text
    assert (
        "<datas><reqtype>3</reqtype><date/><type>S</type><result>U</result><agency>MK-LAB</agency>"
        "<profile_ident>ST-1</profile_ident><message/><profile><ess_issol>"
        "<vwa><low_allele>16</low_allele><high_allele>17</high_allele></vwa>"
        "<th01><low_allele>9.3</low_allele><high_allele>9.3</high_allele></th01>"
        "<fga><low_allele>22</low_allele><high_allele>*</high_allele></fga>"
        "<amelogenin><low_allele>X</low_allele><high_allele>Y</high_allele></amelogenin>"
        "</ess_issol><additional_loci>"
        "<penta_d><low_allele>9</low_allele><high_allele>12</high_allele></penta_d>"
        "<d22s1045><low_allele>15</low_allele><high_allele>16</high_allele></d22s1045>"
        "</additional_loci><marker>NGM</marker><profile_id>ST-1</profile_id></profile>"
        "<match_id/><quality/><hitcount/><rescount/></datas></PRUEMDNAx>"
    ) in text


def test_the_loci_stand_in_the_order_of_the_annex_with_the_five_new_ones_behind() -> None:
    assert len(ISSOL_LOCI) + len(ADDITIONAL_LOCI) == 24 + 5
    assert ISSOL_LOCI[-1] == "AMELOGENIN"
    assert ADDITIONAL_LOCI[:2] == ("TPOX", "CSF1PO")
    assert ADDITIONAL_LOCI[15:18] == ("GABA", "D1S1656", "D2S441")


def test_a_mass_comparison_has_up_to_500_data_blocks() -> None:
    numbers = [f"ST-{n}" for n in range(BLOCKS_MAX + 1)]
    full = asked(*numbers[:BLOCKS_MAX], article=RequestType.MASS)
    assert full == read(write_message(full))
    over = asked(*numbers, article=RequestType.MASS)
    with pytest.raises(RequestInvalid, match=r"501 data blocks, 1\.\.500"):
        write_message(over)
    document = write_message(full)
    block = document[document.index(b"<datas>") : document.index(b"</datas>") + 9]
    with pytest.raises(ProfileMalformed, match="more than 500 data blocks"):
        read(document.replace(b"</PRUEMDNAx>", block + b"</PRUEMDNAx>"))


ANSWER = pruem_mapping.answer(
    asked("ST-1"), pruem_mapping.result_blocks(asked("ST-1").blocks[0], [match("D-1")]), BACK
)


def _answered(**changes: object) -> PruemMessage:
    block = replace(ANSWER.blocks[1], **changes)  # type: ignore[arg-type]
    return replace(ANSWER, blocks=(ANSWER.blocks[0], block))


UNSOUND = {
    "several of one case": (asked("ST-1", "ST-2"), "for a mass comparison"),
    "a profile twice": (asked("ST-1", "ST-1", article=RequestType.MASS), "comes twice"),
    "no blocks": (replace(asked("ST-1"), blocks=()), "0 data blocks"),
    "person in a mass comparison": (
        changed(request_type=RequestType.MASS, kind=ProfileKind.PERSON),
        "unidentified profiles",
    ),
    "hit in a request": (changed(result=Result.HIT), "is U in a request"),
    "request without profile": (changed(profile=None), "is required in a request"),
    "quality in a request": (changed(quality=2), "neither a quality"),
    "no number": (changed(profile_ident=""), "profile_ident: is required"),
    "long number": (changed(profile_ident="n" * 65), "more than 64"),
    "control character": (changed(agency="a\x01"), "not printed"),
    "blank around": (changed(agency="a "), "blanks around"),
    "error without text": (_answered(result=Result.ERROR, profile=None), "an error has one"),
    "text without error": (_answered(message="m"), "is the text of an error"),
    "undefined answer": (_answered(result=Result.UNDEFINED), "is H, N or E"),
    "hit without profile": (_answered(profile=None), "exactly where the result is H"),
    "no hit with profile": (_answered(result=Result.NO_HIT), "exactly where the result is H"),
    "hit without quality": (_answered(quality=None), "quality: is required"),
    "quality five": (_answered(quality=5), r"5 is not 0\.\.4"),
    "match of nothing": (_answered(match_id=""), "match_id: is required"),
    "count beside a match": (_answered(result_count=1), "with quality 0 alone"),
    "endless count": (_answered(hit_count=2_000_000), "is not 0"),
    "answer without its side": (
        replace(ANSWER, header=replace(ANSWER.header, requested=None)),
        "required in an answer",
    ),
    "no party": (
        replace(ANSWER, header=replace(ANSWER.header, requested=replace(BACK, source="srb"))),
        "two capital letters",
    ),
    "order of loci": (
        changed(profile=MessageProfile((("FGA", "1", "2"), ("vWA", "1", "2")), "", "")),
        "in another order",
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_a_message_that_breaks_the_structure_is_neither_written_nor_read(name: str) -> None:
    message, rule = UNSOUND[name]
    with pytest.raises(RequestInvalid, match=rule):
        write_message(message)


DOCUMENT = write_message(asked("ST-1")).decode()
MALFORMED = {
    "another root": (DOCUMENT.replace("PRUEMDNAx", "PRUEM"), "root element is not"),
    "no header": (
        DOCUMENT[: DOCUMENT.index("<header>")] + DOCUMENT[DOCUMENT.index("<datas>") :],
        "header is missing",
    ),
    "two headers": (DOCUMENT.replace("<datas>", "<header/><datas>"), "header is unknown here"),
    "foreign element": (DOCUMENT.replace("<match_id/>", "<surname>x</surname>"), "surname is"),
    "foreign locus": (DOCUMENT.replace("vwa>", "dys391>"), "dys391 is unknown here"),
    "locus of the other group": (DOCUMENT.replace("vwa>", "penta_d>"), "penta_d is unknown"),
    "element twice": (DOCUMENT.replace("<match_id/>", "<agency/>"), "agency is unknown here or"),
    "unknown direction": (DOCUMENT.replace(">R<", ">Q<"), "direction 'Q' is none of R, A"),
    "unknown article": (DOCUMENT.replace(">3<", ">5<"), "reqtype '5' is none of 3, 4"),
    "unknown mode": (DOCUMENT.replace("operational", "production"), "mode 'production'"),
    "no number": (DOCUMENT.replace("<quality/>", "<quality>-1</quality>"), "is not a number"),
    "no day": (DOCUMENT.replace("<date/>", "<date>2026-02-30</date>"), "is not a day"),
    "no time": (DOCUMENT.replace("09:30:01", "9.30"), "is not a date and a time"),
    "text for elements": (DOCUMENT.replace("<requested/>", "<requested>x</requested>"), "a text"),
    "elements for a text": (
        DOCUMENT.replace("<match_id/>", "<match_id><a/></match_id>"),
        "elements instead of a text",
    ),
    "no requesting side": (
        DOCUMENT[: DOCUMENT.index("<requesting>")] + DOCUMENT[DOCUMENT.index("<requested/>") :],
        "requesting is missing",
    ),
    "cut": (DOCUMENT[:-40], "not well-formed"),
    "entities": ('<!DOCTYPE PRUEMDNAx [<!ENTITY a "b">]><PRUEMDNAx/>', "document type"),
}


@pytest.mark.requirement("I7.1")
@pytest.mark.parametrize("name", MALFORMED)
def test_a_document_of_another_structure_is_refused_with_its_line(name: str) -> None:
    document, rule = MALFORMED[name]
    assert document != DOCUMENT
    with pytest.raises(ProfileMalformed, match=rule) as refusal:
        read(document.encode())
    assert refusal.value.line >= 1


@settings(max_examples=150, deadline=None)
@given(messages())
def test_what_is_written_is_read_back(message: PruemMessage) -> None:
    assert message == read(write_message(message))


@settings(max_examples=150, deadline=None)
@given(messages(), st.data())
def test_any_damage_is_refused_or_read(message: PruemMessage, data: st.DataObject) -> None:
    document = bytearray(write_message(message))
    place = data.draw(st.integers(0, len(document) - 1))
    document[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    with contextlib.suppress(ProfileMalformed, RequestInvalid):
        read(bytes(document))
