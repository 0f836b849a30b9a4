"""A Prüm XML request under Article 4 as a file of profiles, one after another."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from appliance.cli.profile_files import ProfileFormat, open_compared, open_profiles
from appliance.codecs import pruem_mapping
from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.pruem_message import ProfileKind, PruemMessage, RequestType, Side
from appliance.codecs.pruem_profiles import PruemFile, PruemProfile, is_pruem
from appliance.codecs.pruem_xml_writer import write_message
from appliance.domain.codes import Collection
from appliance.domain.dna import DoubleWildcard, Reading, SingleAllele
from appliance.domain.errors import ProfileMalformed
from appliance.domain.search import DnaProbe
from tests.matching.made_profiles import STAIN

SIDE = Side("MK", "RS", "MK-2026-1", datetime(2026, 3, 2, 12, tzinfo=UTC))
PROFILE = canonical_profile(tuple(STAIN.items()))


def message(article: RequestType = RequestType.MASS, profiles: int = 3) -> PruemMessage:
    probes = [DnaProbe(f"S-{number}", PROFILE) for number in range(profiles)]
    return pruem_mapping.request(probes, ProfileKind.STAIN, article, SIDE, ref="K-1/26")


def opened(content: bytes) -> PruemFile:
    return PruemFile(io.BytesIO(content))


@pytest.mark.requirement("A4.1", "I7.1")
def test_every_profile_of_a_request_comes_in_its_order_with_its_kind() -> None:
    rows = list(opened(write_message(message())))
    assert rows == [
        PruemProfile(number + 1, f"S-{number}", Collection.DNA_UNIDENTIFIED, rows[0].profile)
        for number in range(3)
    ]
    assert rows[0].profile.codes == PROFILE.codes


def test_one_profile_that_is_refused_does_not_end_the_file() -> None:
    document = write_message(message()).decode()
    first = document.index("<th01><low_allele>") + len("<th01><low_allele>")
    broken = document[:first] + "9.7" + document[document.index("<", first) :]
    file = opened(broken.encode())
    with pytest.raises(ProfileMalformed) as refused:
        next(file)
    assert (refused.value.line, refused.value.locus) == (1, "TH01")
    assert [row.reference_number for row in file] == ["S-1", "S-2"]


def test_a_message_that_asks_for_no_mass_comparison_is_refused() -> None:
    with pytest.raises(ProfileMalformed, match="individual case"):
        opened(write_message(message(RequestType.CASE, 1)))
    asked = message()
    blocks = pruem_mapping.result_blocks(asked.blocks[0], [])
    answer = pruem_mapping.answer(asked, blocks, SIDE)
    with pytest.raises(ProfileMalformed, match="an answer, not a request"):
        opened(write_message(answer))
    with pytest.raises(ProfileMalformed):
        opened(b"<other/>")


def test_the_format_is_recognised_and_taken_to_compare_alone() -> None:
    content = write_message(message())
    assert is_pruem(content[:1024])
    assert not is_pruem(b"id,TH01_1,TH01_2\n")

    def stream() -> io.BufferedReader:
        return io.BufferedReader(io.BytesIO(content))

    rows = list(open_compared(stream()))
    assert [row.reference_number for row in rows] == ["S-0", "S-1", "S-2"]
    with pytest.raises(ValueError, match="compare start"):
        open_profiles(stream())
    dropping = Reading(SingleAllele.DROP_OUT, DoubleWildcard.ABSENT)
    for options in ({"id_column": "id"}, {"reading": dropping}):
        with pytest.raises(ValueError, match="without options"):
            open_compared(stream(), ProfileFormat.PRUEM, **options)
