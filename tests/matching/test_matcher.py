"""The matcher over a real gallery: what is searched, what is found, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.codecs.dna_record import encode_dna_record
from appliance.config.party_profile import PartyProfile
from appliance.domain import dna_rule
from appliance.domain.codes import Collection, SearchType
from appliance.domain.dna import DnaProfile
from appliance.domain.errors import Draining, QualityInsufficient, StorageCorrupt
from appliance.domain.reference_data import LoadItem, StoredItem
from appliance.domain.search import DnaProbe, FingerProbe
from appliance.matching import calibration, provenance
from appliance.matching.matcher import QueueSettings
from appliance.telemetry.metrics import Metrics
from tests.matching import made_fingers
from tests.matching.laboratory import PACK, Laboratory, latent, nothing, request
from tests.matching.made_profiles import profile

MATE = 7
EVERY_SCORE = dict.fromkeys(SearchType, 1000.0)
"""So many false positives a search that no candidate is too weak to be told."""


def dna(received: DnaProfile) -> DnaProbe:
    return DnaProbe("D-1", received)


def held(collection: Collection, number: str, received: DnaProfile) -> LoadItem:
    return LoadItem(collection, number, encode_dna_record(received), received.codes)


def test_a_search_sees_what_was_loaded_before_it_and_never_what_was_deleted(
    tmp_path: Path,
) -> None:
    with Laboratory.opened(tmp_path) as laboratory:
        assert laboratory.numbers(latent(MATE)) == []
        laboratory.load_fingers(*range(5))
        assert "F-7" not in laboratory.numbers(latent(MATE))
        laboratory.load_fingers(MATE)
        assert laboratory.numbers(latent(MATE))[0] == "F-7"
        laboratory.gallery.delete(Collection.TP, "F-7", nothing)
        assert "F-7" not in laboratory.numbers(latent(MATE))
    with Laboratory.opened(tmp_path) as again:
        assert "F-7" not in again.numbers(latent(MATE))
        assert again.numbers(latent(3))[0] == "F-3"


@pytest.mark.parametrize(
    ("search_type", "collection"),
    [
        (SearchType.LT_TP, Collection.TP),
        (SearchType.TP_UL, Collection.UL),
        (SearchType.LP_PP, Collection.PP),
        (SearchType.LP_ULP, Collection.ULP),
    ],
)
@pytest.mark.requirement("A1.4")
def test_a_search_looks_into_its_own_collection_alone(
    tmp_path: Path, search_type: SearchType, collection: Collection
) -> None:
    with Laboratory.opened(tmp_path) as laboratory:
        for each in (Collection.TP, Collection.UL, Collection.PP, Collection.ULP):
            laboratory.load_fingers(MATE, collection=each)
        (found,) = laboratory.candidates(latent(MATE, search_type))
        assert found.collection is collection


def test_a_match_warns_of_the_values_of_both_sides(tmp_path: Path) -> None:
    stored = held(Collection.DNA_REFERENCE, "P", profile(FGA=("22", "24.0")))
    probe = dna(profile(SE33=("40", "41"), FGA=("22", "OL")))
    with Laboratory.opened(tmp_path) as laboratory:
        laboratory.load([stored])
        (item,) = laboratory.searching(request(SearchType.DNA_UNIDENTIFIED, probe)).items
    assert item.dna_matches[0].warnings == (
        "candidate: FGA: '24.0' was read as 24",
        "probe: FGA: 'OL' is not designated and became a wildcard",
        "probe: SE33: 40 is outside the range seen so far",
        "probe: SE33: 41 is outside the range seen so far",
    )


def test_a_dna_search_looks_into_persons_and_traces_at_once(tmp_path: Path) -> None:
    with Laboratory.opened(tmp_path) as laboratory:
        laboratory.load(
            [
                held(Collection.DNA_UNIDENTIFIED, "TRACE", profile()),
                held(Collection.DNA_REFERENCE, "PERSON", profile(FGA=("22", "*"))),
                held(Collection.DNA_REFERENCE, "OTHER", profile(FGA=("9", "9"), TH01=("5", "5"))),
            ]
        )
        laboratory.load_fingers(0)
        found = laboratory.searching(request(SearchType.DNA_UNIDENTIFIED, dna(profile())))
        (item,) = found.items
        assert [(each.reference_number, each.quality) for each in item.dna_matches] == [
            ("TRACE", 1),
            ("PERSON", 2),
        ]
        assert found.provenance.gallery_size == 3


def test_every_probe_of_a_request_gets_its_own_result_in_order(tmp_path: Path) -> None:
    with Laboratory.opened(tmp_path) as laboratory:
        laboratory.load_fingers(*range(6))
        probes = [FingerProbe(f"P-{each}", made_fingers.probe(each)) for each in (4, 40, 1)]
        items = laboratory.searching(request(SearchType.TP_TP, *probes), 1).items
    assert [each.reference_number for each in items] == ["P-4", "P-40", "P-1"]
    assert [each.matched for each in items] == [True, False, True]
    assert items[0].finger_candidates[0].reference_number == "F-4"
    assert items[2].finger_candidates[0].reference_number == "F-1"


@pytest.mark.requirement("A15.2")
def test_a_contested_item_is_told_as_such(tmp_path: Path) -> None:
    with Laboratory.opened(tmp_path) as laboratory:
        laboratory.load_fingers(MATE)
        laboratory.load([held(Collection.DNA_REFERENCE, "D", profile())])
        asked = request(SearchType.DNA_REFERENCE, dna(profile()))
        for flagged in (True, False):
            laboratory.gallery.flag(Collection.TP, "F-7", flagged, nothing)
            laboratory.gallery.flag(Collection.DNA_REFERENCE, "D", flagged, nothing)
            assert laboratory.candidates(latent(MATE))[0].flagged is flagged
            assert laboratory.searching(asked).items[0].dna_matches[0].flagged is flagged


def test_a_candidate_must_be_rarer_the_larger_the_gallery_is(tmp_path: Path) -> None:
    with Laboratory.opened(tmp_path / "any", false_positives_per_search=EVERY_SCORE) as laboratory:
        laboratory.load_fingers(*range(12))
        score = laboratory.candidates(latent(MATE))[0].score_hundredths
    # So many false positives that in a gallery of twelve the score of the mate is just enough.
    just_enough = 12 / 10 ** (score / 1000) * 1.01
    allowed = dict.fromkeys(SearchType, just_enough)
    with Laboratory.opened(tmp_path / "at", false_positives_per_search=allowed) as laboratory:
        laboratory.load_fingers(*range(12))
        assert laboratory.numbers(latent(MATE)) == ["F-7"]
        laboratory.load_fingers(20)
        assert laboratory.numbers(latent(MATE)) == []
        laboratory.gallery.delete(Collection.TP, "F-20", nothing)
        assert laboratory.numbers(latent(MATE)) == ["F-7"]
        laboratory.load_fingers(*range(20, 40), collection=Collection.UL)
        assert laboratory.numbers(latent(MATE)) == ["F-7"]


@pytest.mark.parametrize(
    ("batches", "workers", "merge"),
    [
        ([range(24)], 3, False),
        ([range(9), range(9, 24)], 1, False),
        ([range(n, n + 1) for n in range(24)], 1, False),
        ([range(n, n + 2) for n in range(0, 24, 2)], 2, True),
    ],
    ids=["three workers", "two batches", "one by one", "merged meanwhile"],
)
@pytest.mark.requirement("I10.2")
def test_an_answer_depends_on_what_is_held_and_not_on_how(
    tmp_path: Path, batches: Sequence[range], workers: int, merge: bool
) -> None:
    asked = [latent(each) for each in (2, 11, 23, 30)]
    settings = {
        "false_positives_per_search": EVERY_SCORE,
        "short_list": dict.fromkeys(SearchType, 12),
    }
    with Laboratory.opened(tmp_path / "plain", **settings) as laboratory:
        laboratory.load_fingers(*range(24))
        expected = [laboratory.searching(each).items for each in asked]
    queue = QueueSettings(workers=workers, depth_max=64, batch_max=2, batch_wait_ms=1)
    with Laboratory.opened(tmp_path / "own", queue=queue, merge=merge, **settings) as laboratory:
        for batch in batches:
            laboratory.load_fingers(*batch)
        futures = [laboratory.matcher.submit(each, 10, laboratory.pack) for each in asked * 3]
        got = [future.result(timeout=60).items for future in futures]
    assert got == expected * 3
    assert all(len(items[0].finger_candidates) == 10 for items in expected)


def test_an_answer_names_what_it_was_computed_with(tmp_path: Path) -> None:
    with Laboratory.opened(tmp_path) as laboratory:
        laboratory.load_fingers(1, 2)
        laboratory.load_fingers(3)
        before = laboratory.searching(latent(2)).provenance
        searched = laboratory.gallery.snapshot(Collection.TP)
        assert (before.gallery_epoch, before.gallery_size) == (searched.number, 3)
        laboratory.gallery.delete(Collection.TP, "F-1", nothing)
        after = laboratory.searching(latent(2)).provenance
        assert after.gallery_epoch == laboratory.gallery.snapshot(Collection.TP).number
        assert after.gallery_epoch > before.gallery_epoch
        assert after.gallery_size == 2
        assert before.backend == "cpu"
        assert before.kernel_digest == provenance.kernel_digest()
        assert before.pack_version == PACK.version
        assert before.model_version == calibration.shipped().version
        assert before.rule_profile == ""


def test_profiles_are_compared_by_the_rule_of_the_party_that_asks(tmp_path: Path) -> None:
    strict = replace(dna_rule.PRUEM_2008, name="STRICT", mismatch_max=0)
    rules = {"PRUEM-2008": dna_rule.PRUEM_2008, "STRICT": strict}
    parties = {"MK": PartyProfile(dna_rule="PRUEM-2008"), "RS": PartyProfile(dna_rule="STRICT")}
    asked = request(SearchType.DNA_REFERENCE, dna(profile()))
    with Laboratory.opened(tmp_path, dna_rules=rules, parties=parties) as laboratory:
        laboratory.load([held(Collection.DNA_REFERENCE, "D", profile(FGA=("22", "27")))])
        tolerant, exact = (
            laboratory.searching(replace(asked, party=party)) for party in ("MK", "RS")
        )
    assert (tolerant.items[0].matched, exact.items[0].matched) == (True, False)
    assert tolerant.provenance.rule_profile == "PRUEM-2008/1"
    assert exact.provenance.rule_profile == "STRICT/1"


def test_the_stages_batches_and_comparisons_of_searches_are_measured(tmp_path: Path) -> None:
    metrics = Metrics()
    with Laboratory.opened(tmp_path, metrics=metrics) as laboratory:
        laboratory.load_fingers(*range(4))
        laboratory.load([held(Collection.DNA_REFERENCE, "D", profile())])
        laboratory.searching(request(SearchType.LT_TP, *latent(1).probes * 2))
        laboratory.searching(request(SearchType.DNA_REFERENCE, dna(profile())))

    def sample(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(name, labels)

    assert sample("appliance_comparisons_total", modality="dactyloscopic") == 8
    assert sample("appliance_comparisons_total", modality="dna") == 1
    assert sample("appliance_batch_probes_count") == 2
    for stage, times in (("queue", 1), ("decode", 2), ("score", 2), ("rescore", 2), ("merge", 2)):
        counted = sample(
            "appliance_search_duration_seconds_count", modality="dactyloscopic", stage=stage
        )
        assert (stage, counted) == (stage, times)


def test_a_search_that_fails_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Laboratory.opened(tmp_path) as laboratory:
        laboratory.load_fingers(*range(4))
        whole = laboratory.gallery.stored

        def stored(ordinals: Sequence[int]) -> list[StoredItem]:
            items = whole(ordinals)
            if any(each.reference_number == "F-2" for each in items):
                raise StorageCorrupt("a byte of F-2 is missing")
            return items

        monkeypatch.setattr(laboratory.gallery, "stored", stored)
        futures = [
            laboratory.matcher.submit(latent(each), 1, laboratory.pack) for each in (1, 2, 3)
        ]
        assert futures[0].result(60).items[0].finger_candidates[0].reference_number == "F-1"
        with pytest.raises(StorageCorrupt):
            futures[1].result(60)
        assert futures[2].result(60).items[0].finger_candidates[0].reference_number == "F-3"


def test_a_closed_matcher_takes_nothing_and_has_finished_everything(tmp_path: Path) -> None:
    with Laboratory.opened(tmp_path) as laboratory:
        laboratory.load_fingers(*range(4))
        futures = [
            laboratory.matcher.submit(latent(each), 1, laboratory.pack) for each in (1, 2, 3)
        ]
        laboratory.matcher.close()
        assert all(future.done() for future in futures)
        with pytest.raises(Draining):
            laboratory.matcher.submit(latent(1), 1, laboratory.pack)
        assert laboratory.matcher.queue_depth == 0


def test_the_pack_says_what_is_suitable_and_when_profiles_match(tmp_path: Path) -> None:
    few = FingerProbe("P", made_fingers.template(made_fingers.probe(0).minutiae[:11]))
    near = request(SearchType.DNA_REFERENCE, dna(profile(FGA=("22", "27"))))
    for mismatches, matched in ((1, True), (0, False)):
        rule = replace(dna_rule.PCC_SEE, version="1a", mismatch_max=mismatches)
        with Laboratory.opened(
            tmp_path / str(mismatches),
            dna_rules={"PCC-SEE": rule},
            minutiae_min=12 - matched,
        ) as laboratory:
            laboratory.load([held(Collection.DNA_REFERENCE, "D", profile())])
            assert laboratory.searching(near).items[0].matched is matched
            if matched:
                laboratory.matcher.check_quality(few, laboratory.pack)
            else:
                with pytest.raises(QualityInsufficient):
                    laboratory.matcher.check_quality(few, laboratory.pack)
