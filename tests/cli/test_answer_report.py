"""The page of an answer shows what was found and tells the expert how to record the outcome."""

from __future__ import annotations

import pytest

from appliance.cli import answer_report
from appliance.v1 import answers_pb2, codes_pb2, dactyloscopic_pb2, dna_pb2
from tests.api.searches import record
from tests.cli.test_report_page import Reader

HEADER = answers_pb2.AnswerHeader(
    answer_number="RS-2026-00000001",
    request_number="2026 17; rm",
    requesting_party="MK",
    requested_party="RS",
)


def _finger(**found: object) -> dactyloscopic_pb2.DactyloscopicAnswer:
    answer = dactyloscopic_pb2.DactyloscopicAnswer(header=HEADER)
    result = answer.results.add(reference_number="latent-1", matched=bool(found))
    if found:
        candidate = result.candidates.add(rank=1, collection=codes_pb2.COLLECTION_TP, **found)
        candidate.fingers.add()
        candidate.warnings.append("fingers are out of sequence")
    return answer


def _read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.mark.requirement("A6.1", "A1.6")
def test_the_page_of_a_finger_search_shows_candidates_and_the_command_that_records_them() -> None:
    answer = _finger(reference_number="RS-77", score_hundredths=4_000, record=record())
    reader = _read(answer_report.finger_page(answer, {"latent-1": record(20)}))
    assert reader.seen.count("svg") == 1
    assert "RS-77" in reader.texts["td"]
    assert reader.texts["code"] == [
        "appliance verify hit '2026 17; rm' latent-1 TP RS-77 --officer OFFICER --as CERTIFICATE"
    ]
    assert "RS-77: fingers are out of sequence" in reader.texts["p"]
    assert "Only an expert" in reader.texts["p"][0]


@pytest.mark.requirement("A1.6")
def test_a_no_match_is_told_as_a_no_hit_that_needs_no_statement() -> None:
    reader = _read(answer_report.finger_page(_finger(), {"latent-1": record(20)}))
    assert "no match: a no-hit" in reader.texts["td"]
    assert "code" not in reader.seen


def test_the_page_of_a_dna_search_tells_the_same() -> None:
    answer = dna_pb2.DnaAnswer(header=HEADER)
    answer.provenance.rule_profile = "CODIS-LOW/1"
    result = answer.results.add(reference_number="stain", matched=True)
    result.matches.add(
        reference_number="RS-88",
        collection=codes_pb2.COLLECTION_DNA_UNIDENTIFIED,
        rank=1,
        quality=4,
        compared_loci=7,
        matching_loci=7,
        mismatching_alleles=3,
    )
    reader = _read(answer_report.dna_page(answer))
    assert "Compared by the rule CODIS-LOW/1." in reader.texts["p"]
    assert "stain: RS-88, quality 4 (3 alleles differ), 7 of 7 loci match" in reader.texts["h3"]
    assert reader.texts["code"] == [
        "appliance verify hit '2026 17; rm' stain DNA_UNIDENTIFIED RS-88 --officer OFFICER"
        " --as CERTIFICATE"
    ]
