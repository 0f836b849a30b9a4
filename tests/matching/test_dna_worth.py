"""What a match is worth is told with it, ranks it, and is silent without a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_record import encode_dna_record
from appliance.config.settings import Dna
from appliance.domain import loci
from appliance.domain.codes import Collection
from appliance.domain.dna_worth import MatchWorth
from appliance.domain.errors import FrequencyTableInvalid
from appliance.domain.population import LocusFrequencies, PopulationTable
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import DnaMatch, ItemResult
from appliance.exchange import sealed
from appliance.matching import dna_matches, dna_worth
from appliance.matching.dna_worth import DnaWeigher
from appliance.matching.encoder import dna_array
from appliance.matching.outcome import MatchOutcome
from kernels.dna.rule import Rule
from tests.fake_rooms import PROVENANCE
from tests.matching import made_population, shelf
from tests.matching.made_profiles import STAIN, codes, profile

Alleles = tuple[str, ...]
THETA, SHARE = made_population.THETA, made_population.SHARE
HETEROZYGOUS = 2 * (THETA + (1 - THETA) * SHARE) ** 2 / ((1 + THETA) * (1 + 2 * THETA))


def held(number: str, **changes: Alleles) -> LoadItem:
    received = profile(**changes)
    return LoadItem(Collection.DNA_REFERENCE, number, encode_dna_record(received), received.codes)


def found(
    items: list[LoadItem], weigher: DnaWeigher | None, limit: int = 100, **changes: Alleles
) -> tuple[DnaMatch, ...]:
    return dna_matches.matches(
        codes(**changes), [shelf.epoch(items)], Rule(), limit, shelf.store(items), weigher
    )


def worth_of(match: DnaMatch) -> MatchWorth:
    assert match.worth is not None
    return match.worth


def test_a_full_match_is_as_rare_as_its_genotypes() -> None:
    items = [held("match"), held("stranger", FGA=("19", "20"), TH01=("7", "8"))]
    (match,) = found(items, made_population.weigher())
    worth = worth_of(match)
    assert worth.random_match_probability == pytest.approx(HETEROZYGOUS ** len(STAIN))
    assert worth.likelihood_ratio == pytest.approx(HETEROZYGOUS ** -len(STAIN))
    assert worth.expected_adventitious == pytest.approx(2 * HETEROZYGOUS ** len(STAIN))
    assert (worth.searched_profiles, worth.loci_used, worth.theta) == (2, len(STAIN), THETA)
    assert (worth.population, worth.table_version) == ("made: Up", "ab" * 32)
    # Relatives share such a profile far more often than strangers, less often than itself.
    assert 1 < worth.sibling_likelihood_ratio < worth.likelihood_ratio
    assert 1 < worth.parent_child_likelihood_ratio < worth.likelihood_ratio


def test_without_a_table_nothing_is_claimed() -> None:
    (match,) = found([held("match")], None)
    assert match.worth is None


def test_only_loci_on_both_sides_and_in_the_table_are_weighed() -> None:
    (all_loci,) = found([held("match", SE33=("15", "17"))], made_population.weigher())
    (fewer,) = found([held("match", FGA=())], made_population.weigher())
    (table_of_two,) = found([held("match")], made_population.weigher("TH01", "FGA"))
    told = [worth_of(each) for each in (all_loci, fewer, table_of_two)]
    assert [each.loci_used for each in told] == [8, 7, 2]
    assert told[1].random_match_probability == pytest.approx(HETEROZYGOUS**7)
    assert told[2].random_match_probability == pytest.approx(HETEROZYGOUS**2)


def test_a_near_match_admits_every_profile_that_is_as_near() -> None:
    items = [held("full"), held("near", FGA=("22", "27"))]
    full, near = (worth_of(each) for each in found(items, made_population.weigher()))
    one_off_at_best = len(STAIN) * HETEROZYGOUS ** (len(STAIN) - 1)
    assert full.random_match_probability < near.random_match_probability < one_off_at_best


def test_a_wildcard_on_either_side_makes_a_match_worth_less() -> None:
    open_locus = ("22", "*")
    (stored,) = found([held("match", FGA=open_locus)], made_population.weigher())
    (probe,) = found([held("match")], made_population.weigher(), FGA=open_locus)
    (full,) = found([held("match")], made_population.weigher())
    assert worth_of(stored).random_match_probability == worth_of(probe).random_match_probability
    assert worth_of(full).random_match_probability < worth_of(stored).random_match_probability
    contains = 1 - (1 - THETA) * (1 - SHARE) * (THETA + (1 - THETA) * (1 - SHARE)) / (1 + THETA)
    expected = HETEROZYGOUS ** (len(STAIN) - 1) * contains
    assert worth_of(stored).random_match_probability == pytest.approx(expected)


def test_the_match_with_the_fewest_false_ones_beside_it_comes_first() -> None:
    items = [
        held("b-six-full", FGA=(), D16S539=()),
        held("a-wildcard", FGA=("22", "*")),
        held("near", FGA=("22", "27")),
        held("d-full"),
        held("c-full"),
    ]
    told = found(items, made_population.weigher())
    expected = [worth_of(each).expected_adventitious for each in told]
    assert expected == sorted(expected)
    names = [each.reference_number for each in told]
    assert names == ["c-full", "d-full", "a-wildcard", "near", "b-six-full"]
    assert [each.rank for each in told] == [1, 2, 3, 4, 5]
    assert [each.reference_number for each in found(items, None)] == [
        "c-full", "d-full", "b-six-full", "a-wildcard", "near",
    ]  # fmt: skip


def test_the_worthiest_match_is_never_left_out_for_a_better_quality() -> None:
    items = [held(f"six-{number}", FGA=(), D16S539=()) for number in range(5)]
    items.append(held("wildcard", FGA=("22", "*")))
    assert found(items, None, 1)[0].reference_number == "six-0"
    assert found(items, made_population.weigher(), 1)[0].reference_number == "wildcard"


def test_relatives_without_a_common_allele_are_no_parent_and_child() -> None:
    items = [held("near", TH01=("6", "8"))]
    (match,) = found(items, made_population.weigher())
    assert worth_of(match).parent_child_likelihood_ratio > 0
    apart = replace(Rule(), mismatch_max=2)
    weighing = made_population.weigher().search(apart, 1)
    told = weighing.worth(codes(), codes(TH01=("7", "8")), 1.0)
    assert told.parent_child_likelihood_ratio == 0


def test_a_sealed_outcome_keeps_the_worth() -> None:
    items = [held("match")]
    for weigher in (made_population.weigher(), None):
        (match,) = found(items, weigher)
        item = ItemResult("P-1", True, dna_matches=(match,))
        outcome = MatchOutcome((item,), PROVENANCE)
        assert outcome == sealed.outcome_from(sealed.outcome_bytes(outcome))


def test_an_installation_names_its_table(tmp_path: Path) -> None:
    assert dna_worth.load(tmp_path, Dna()) is None
    rows = ["source,population,n_individuals,locus,allele,frequency"]
    rows += ["A,Here,100,TH01,6,0.5", "A,Here,100,TH01,7,0.5", "B,Here,,TH01,6,1"]
    (tmp_path / "frequencies.csv").write_text("\n".join(rows))
    named = Dna(population_file="frequencies.csv", population="Here", population_source="A")
    weigher = dna_worth.load(tmp_path, named)
    assert weigher is not None
    assert weigher.table.name == "A: Here"
    assert weigher.frequencies.least[1] == 5 / 200
    unsized = Dna(population_file="frequencies.csv", population="Here", population_source="B")
    with pytest.raises(FrequencyTableInvalid, match=r"locus TH01.*minimum_frequency"):
        dna_worth.load(tmp_path, unsized)
    with pytest.raises(FrequencyTableInvalid, match="No such file"):
        dna_worth.load(tmp_path, Dna(population_file="other.csv", population="Here"))


def test_nobody_is_impossible_however_rare_the_alleles_of_a_profile_are() -> None:
    common = [each for each in loci.LOCI if each.counted]
    table = PopulationTable(
        "made",
        "Bare",
        "ab" * 32,
        tuple(LocusFrequencies(each.name, 500, ((100, 1.0),)) for each in common),
    )
    unseen = canonical_profile([(each.name, ("12", "13")) for each in common])
    item = LoadItem(Collection.DNA_REFERENCE, "rare", encode_dna_record(unseen), unseen.codes)
    (match,) = dna_matches.matches(
        dna_array(unseen.codes),
        [shelf.epoch([item])],
        Rule(),
        1,
        shelf.store([item]),
        DnaWeigher(table, theta=0.0, minimum_frequency=1e-12),
    )
    worth = worth_of(match)
    assert worth.random_match_probability == dna_worth.CHANCE_MIN
    assert 1e307 < worth.likelihood_ratio < float("inf")
