"""Searches become messages of the Prüm exchange and come back, and so do their answers."""

from __future__ import annotations

import pytest

from appliance.codecs import pruem_mapping
from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.pruem_message import (
    BLOCKS_MAX,
    Direction,
    MessageProfile,
    ProfileKind,
    Result,
)
from appliance.codecs.pruem_xml_writer import write_message
from appliance.domain.codes import Collection, SearchType
from appliance.domain.errors import ProfileMalformed
from tests.codecs.pruem_messages import BACK, SIDE, VALUES, asked, changed, match, read


def test_a_request_becomes_the_same_probes_on_the_other_side() -> None:
    (block,) = read(write_message(asked("ST-1"))).blocks
    probe = pruem_mapping.probe(block)
    without_lpl = canonical_profile(VALUES[:-1])
    assert (probe.reference_number, probe.profile.codes) == ("ST-1", without_lpl.codes)
    assert pruem_mapping.SEARCH_TYPES[block.kind] is SearchType.DNA_UNIDENTIFIED


def test_matches_are_answered_behind_the_request_that_they_answer() -> None:
    request = read(write_message(asked("ST-1")))
    trace = match("D-2", Collection.DNA_UNIDENTIFIED)
    blocks = pruem_mapping.result_blocks(request.blocks[0], [match("D-1"), trace])
    answer = read(write_message(pruem_mapping.answer(request, blocks, BACK)))
    assert (answer.header.direction, answer.header.ref) == (Direction.ANSWER, "K-4/26")
    assert [answer.header.requesting, answer.header.requested] == [SIDE, BACK]
    echo, person, stain = answer.blocks
    assert (echo.result, echo.quality, echo.result_count) == (Result.HIT, 0, 2)
    assert request.blocks[0].profile == echo.profile
    assert (person.kind, stain.kind) == (ProfileKind.PERSON, ProfileKind.STAIN)
    assert (person.quality, person.hit_count, person.match_id) == (4, 13, "ST-1")
    assert person.profile == MessageProfile((("vWA", "16", "17"), ("FGA", "22", "24")), "", "D-1")


def test_no_match_and_an_error_are_answered_without_a_profile() -> None:
    request = read(write_message(asked("ST-1")))
    (none,) = pruem_mapping.result_blocks(request.blocks[0], [])
    error = pruem_mapping.error_block(request.blocks[0], "QUEUE_FULL:\n try again" + "!" * 2_000)
    answer = read(write_message(pruem_mapping.answer(request, [none, error], BACK)))
    assert [block.result for block in answer.blocks] == [Result.NO_HIT, Result.ERROR]
    assert [block.profile for block in answer.blocks] == [None, None]
    assert (answer.blocks[0].quality, answer.blocks[0].result_count) == (0, 0)
    assert answer.blocks[1].message.startswith("QUEUE_FULL:  try again!")
    assert len(answer.blocks[1].message) == 1_000


def test_of_very_many_matches_as_many_are_given_as_a_message_holds_and_all_are_counted() -> None:
    request = asked("ST-1")
    blocks = pruem_mapping.result_blocks(request.blocks[0], [match("D")] * BLOCKS_MAX)
    answer = read(write_message(pruem_mapping.answer(request, blocks, BACK)))
    assert (len(answer.blocks), answer.blocks[0].result_count) == (BLOCKS_MAX, BLOCKS_MAX)


def test_values_are_read_as_the_exchange_reads_them() -> None:
    block = changed(
        profile=MessageProfile((("vWA", "OL", "16"), ("TH01", "9.3", "")), "", "P")
    ).blocks[0]
    expected = canonical_profile([("vWA", ["16", "*"]), ("TH01", ["9.3", "9.3"])])
    assert expected.codes == pruem_mapping.probe(block).profile.codes
    bad = changed(profile=MessageProfile((("TH01", "9.7", "6"),), "", "P")).blocks[0]
    with pytest.raises(ProfileMalformed, match=r"locus TH01: '9\.7'"):
        pruem_mapping.probe(bad)
    with pytest.raises(ProfileMalformed, match="empty"):
        pruem_mapping.probe(changed(profile=MessageProfile((), "", "P")).blocks[0])
