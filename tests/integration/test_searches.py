"""Searches through mutual TLS, as another Party's case-management software makes them."""

from __future__ import annotations

import threading

import pytest

from appliance.client import ApplianceRefused, LoadItem
from appliance.codecs import finger_record
from appliance.v1 import codes_pb2, dna_pb2
from tests.integration.centre import FIRST, SECOND, Centre, terms


@pytest.mark.requirement("A6.1", "A3.2")
def test_a_latent_finds_its_finger_with_evidence_and_provenance(centre: Centre) -> None:
    with centre.fingers_of(FIRST) as client:
        answer = client.search_finger(terms(FIRST), {"latent": centre.probes[7]})
    (result,) = answer.results
    best = result.candidates[0]
    assert best.reference_number == "F-7"
    assert best.rank == 1
    assert best.score_hundredths > 3000
    mine = finger_record.decode(centre.probes[7]).minutiae
    theirs = finger_record.decode(best.record).minutiae
    assert len(best.pairs) >= 8
    assert all(pair.probe_index < len(mine) for pair in best.pairs)
    assert all(pair.candidate_index < len(theirs) for pair in best.pairs)
    assert answer.provenance.backend == "cpu"
    assert len(answer.provenance.kernel_digest) == 64
    assert answer.header.requested_party == "RS"
    assert answer.header.requesting_party == FIRST


def test_candidates_come_best_first_and_within_the_table(centre: Centre) -> None:
    with centre.fingers_of(FIRST) as client:
        answer = client.search_finger(terms(FIRST), {"latent": centre.probes[3]})
        one = client.search_finger(terms(FIRST, candidates_max=1), {"latent": centre.probes[3]})
    scores = [each.score_hundredths for each in answer.results[0].candidates]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= 10
    assert answer.header.candidate_limit == 10
    assert len(one.results[0].candidates) == 1


@pytest.mark.requirement("A1.5")
def test_several_probes_of_one_case_get_one_result_each(centre: Centre) -> None:
    probes = {f"item-{number}": centre.probes[number] for number in (1, 2, 3)}
    with centre.fingers_of(FIRST) as client:
        answer = client.search_finger(terms(FIRST), probes)
    assert [each.reference_number for each in answer.results] == list(probes)
    assert [each.candidates[0].reference_number for each in answer.results] == ["F-1", "F-2", "F-3"]


@pytest.mark.requirement("A3.2", "A1.1")
def test_a_search_without_a_mate_is_answered_with_an_explicit_no_match(centre: Centre) -> None:
    profile = [(locus, ("50", "50")) for locus, _ in centre.profiles[0][:8]]
    with centre.dna_of(SECOND) as client:
        answer = client.search_dna(terms(SECOND, "DNA/UNIDENTIFIED"), {"stain": profile})
    assert answer.header.state == codes_pb2.ANSWER_STATE_ANSWERED
    assert [each.matched for each in answer.results] == [False]


@pytest.mark.requirement("A3.2", "A6.1", "I6.1")
def test_a_stain_finds_its_profile_locus_by_locus(centre: Centre) -> None:
    stain = [*centre.profiles[42][:9]]
    locus, values = stain[0]
    stain[0] = (locus, (values[0], "*"))
    with centre.dna_of(SECOND) as client:
        answer = client.search_dna(terms(SECOND, "DNA/UNIDENTIFIED"), {"stain": stain})
    match = answer.results[0].matches[0]
    assert match.reference_number == "D-42"
    assert match.quality == 2
    assert match.compared_loci == 9
    relations = {view.locus: view.relation for view in match.loci}
    assert relations[locus] == dna_pb2.LOCUS_RELATION_WILDCARD
    assert list(relations.values()).count(dna_pb2.LOCUS_RELATION_EQUAL) == 8


def test_what_was_loaded_is_found_at_once_and_what_was_deleted_is_not(own_centre: Centre) -> None:
    with own_centre.administrator() as admin, own_centre.fingers_of(FIRST) as client:
        before = client.search_finger(terms(FIRST), {"latent": own_centre.probes[5]})
        assert before.results[0].candidates[0].reference_number == "F-5"
        (loaded,) = admin.load([LoadItem("TP", "NEW-1", own_centre.probes[5])])
        assert loaded.accepted
        both = client.search_finger(terms(FIRST), {"latent": own_centre.probes[5]})
        assert both.results[0].candidates[0].reference_number == "NEW-1"
        admin.duties.delete("TP", "NEW-1", "incorrect")
        admin.duties.delete("TP", "F-5", "incorrect")
        after = client.search_finger(terms(FIRST), {"latent": own_centre.probes[5]})
        held = {each.reference_number for each in after.results[0].candidates}
        assert held.isdisjoint({"NEW-1", "F-5"})
        with pytest.raises(ApplianceRefused) as refused:
            admin.get("TP", "F-5")
        assert refused.value.reason == "REFERENCE_UNKNOWN"


def test_a_submitted_search_is_fetched_later_under_its_number(centre: Centre) -> None:
    asked = terms(FIRST)
    with centre.fingers_of(FIRST) as client:
        accepted = client.submit_finger(asked, {"latent": centre.probes[9]})
        assert accepted.request_number == asked.request_number
        again = client.search_finger(asked, {"latent": centre.probes[9]})
        fetched = client.answer(asked.request_number)
    assert fetched.header.answer_number == again.header.answer_number
    assert fetched.results[0].candidates[0].reference_number == "F-9"


def test_a_watcher_sees_the_answers_of_its_own_party_only(centre: Centre) -> None:
    with centre.fingers_of(FIRST) as watching, centre.fingers_of(SECOND) as other:
        answers = watching.watch()
        with centre.fingers_of(FIRST) as client:
            other.search_finger(terms(SECOND), {"latent": centre.probes[1]})
            # The stream begins somewhere in between, so searches go on until one is seen.
            stop = threading.Event()

            def keep_searching() -> None:
                while not stop.is_set():
                    client.search_finger(terms(FIRST), {"latent": centre.probes[2]})

            worker = threading.Thread(target=keep_searching)
            worker.start()
            try:
                seen = next(answers)
            finally:
                stop.set()
                worker.join()
        answers.close()  # type: ignore[attr-defined]
    assert seen.answer.header.requesting_party == FIRST
