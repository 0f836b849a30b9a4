"""A block of profiles is answered as its profiles are one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from appliance.codecs.dna_record import encode_dna_record
from appliance.domain import dna_rule
from appliance.domain.codes import Collection
from appliance.domain.dna import DnaProfile
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.reference_data import LoadItem
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching import dna_comparison, dna_matches, encoder
from appliance.matching.dna_comparison import DnaComparison
from appliance.matching.dna_rules import kernel_rule
from appliance.matching.encoder import dna_array
from appliance.matching.engine import CpuEngine
from kernels.dna.layout import Profiles
from kernels.dna.mass import GiveWay, MatchBlock, go_on
from kernels.dna.rule import Rule
from tests.matching import shelf
from tests.matching.made_profiles import STAIN, profile

VARIATIONS: list[DnaProfile] = [
    profile(),
    profile(FGA=("22", "*")),
    profile(FGA=("22", "24.1")),
    profile(FGA=("22", "27")),
    profile(FGA=("19", "20")),
    profile(FGA=(), SE33=("20", "21")),
    profile(FGA=("22", "22")),
    profile(vWA=("16", "18"), TH01=("6", "*")),
]


def held(collection: Collection, first: str) -> list[LoadItem]:
    return [
        LoadItem(collection, f"{first}-{number}", encode_dna_record(each), each.codes)
        for number, each in enumerate(VARIATIONS * 3)
    ]


@pytest.mark.parametrize(
    "rule",
    [*dna_rule.SHIPPED, replace(dna_rule.PRUEM_2008, name="LENIENT", mismatch_max=2)],
    ids=lambda rule: rule.name,
)
def test_a_block_is_answered_as_single_searches_are(rule: DnaRuleProfile) -> None:
    persons = held(Collection.DNA_REFERENCE, "P")
    traces = held(Collection.DNA_UNIDENTIFIED, "S")
    stored = shelf.store([*persons, *traces], flagged=["P-0"])
    epochs = [
        shelf.epoch(persons, chunk_items=7, removed=[1, 9]),
        shelf.epoch(traces, first=1 + len(persons), removed=[len(persons) + 2]),
    ]
    block = [each.codes for each in VARIATIONS]
    told = list(DnaComparison(stored).compare(block, epochs, rule, 30))
    assert told == [
        dna_matches.matches(encoder.dna_array(each), epochs, kernel_rule(rule), 30, stored)
        for each in block
    ]
    assert len(told[0]) > 3
    numbers = {match.reference_number for matches in told for match in matches}
    assert numbers.isdisjoint({"P-0", "P-8", "S-1"})
    fewer = list(DnaComparison(stored).compare(block, epochs, rule, 2))
    assert [matches[:2] for matches in told] == fewer


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (dna_rule.PRUEM_2008, [0, 1, 2, 3, 5, 6, 7]),
        (dna_rule.CODIS_HIGH, [0]),
        (dna_rule.CODIS_MODERATE, [0, 6]),
        (dna_rule.CODIS_LOW, [0, 2, 3, 6]),
        (replace(dna_rule.CODIS_LOW, min_full_loci=6), [0, 1, 2, 3, 5, 6, 7]),
        (replace(dna_rule.PRUEM_2008, mismatch_max=0), [0, 1, 5]),
        (replace(dna_rule.PRUEM_2008, min_full_loci=8), [0]),
        (replace(dna_rule.PRUEM_2008, min_full_loci=8, wildcard_counts_as_full=True), [0, 1]),
        (replace(dna_rule.PRUEM_2008, loci=tuple(STAIN)[:3] + tuple(STAIN)[4:]), range(7)),
    ],
)
def test_every_setting_of_a_rule_profile_reaches_the_comparison(
    rule: DnaRuleProfile, found: Sequence[int]
) -> None:
    items = held(Collection.DNA_REFERENCE, "P")[: len(VARIATIONS)]
    comparison = DnaComparison(shelf.store(items))
    (matches,) = comparison.compare([profile().codes], [shelf.epoch(items)], rule, 30)
    assert {f"P-{number}" for number in found} == {each.reference_number for each in matches}


def test_two_wildcards_are_compared_only_by_a_rule_that_says_so() -> None:
    read = profile(SE33=("20", "21"))
    unread = dna_array(read.codes).copy()
    unread[20] = 255, 255
    record = encode_dna_record(read)
    items = [LoadItem(Collection.DNA_REFERENCE, "P", record, unread.tobytes())]
    comparison = DnaComparison(shelf.store(items))
    asked = [profile(SE33=("20", "21")).codes]
    qualities = [
        next(comparison.compare(asked, [shelf.epoch(items)], rule, 5))[0].quality
        for rule in (
            dna_rule.PRUEM_2008,
            replace(dna_rule.PRUEM_2008, double_wildcard=dna_rule.COMPARE),
        )
    ]
    assert qualities == [1, 2]


def test_nothing_is_answered_to_no_profiles_and_among_no_profiles() -> None:
    comparison = DnaComparison(shelf.store([]))
    assert list(comparison.compare([], [], dna_rule.PRUEM_2008, 5)) == []
    assert list(comparison.compare([profile().codes], [], dna_rule.PRUEM_2008, 5)) == [()]


def test_a_block_with_more_matches_than_are_held_is_halved_and_none_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items = held(Collection.DNA_REFERENCE, "P")
    comparison = DnaComparison(shelf.store(items))
    block = [each.codes for each in VARIATIONS]
    epochs = [shelf.epoch(items, chunk_items=10)]
    expected = list(comparison.compare(block, epochs, dna_rule.PRUEM_2008, 30))
    runs: list[int] = []

    class Counting(CpuEngine):
        def compare_dna(
            self, stains: Profiles, epoch: Epoch, rule: Rule, give_way: GiveWay = go_on
        ) -> Iterator[tuple[Chunk, MatchBlock]]:
            runs.append(len(stains))
            return super().compare_dna(stains, epoch, rule, give_way)

    monkeypatch.setattr(dna_comparison, "FOUND_MAX", 20)
    halving = DnaComparison(shelf.store(items), engine=Counting())
    assert expected == list(halving.compare(block, epochs, dna_rule.PRUEM_2008, 30))
    assert runs[:4] == [8, 4, 2, 1]


def test_giving_way_may_end_a_comparison_between_any_two_matches() -> None:
    items = held(Collection.DNA_REFERENCE, "P")
    comparison = DnaComparison(shelf.store(items))
    calls: list[int] = []
    answers = comparison.compare(
        [profile().codes], [shelf.epoch(items)], dna_rule.PRUEM_2008, 30, lambda: calls.append(1)
    )
    (matches,) = answers
    assert len(calls) > len(matches) > 10
