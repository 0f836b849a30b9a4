"""Which DNA matches are told, and in which order."""

from __future__ import annotations

from appliance.codecs.dna_record import encode_dna_record
from appliance.domain import limits
from appliance.domain.codes import Collection
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import DnaMatch
from appliance.matching import dna_matches
from kernels.dna.rule import Rule
from tests.matching import shelf
from tests.matching.made_profiles import STAIN, codes, profile

Alleles = tuple[str, ...]


def held(
    number: str, collection: Collection = Collection.DNA_REFERENCE, **changes: Alleles
) -> LoadItem:
    received = profile(**changes)
    return LoadItem(collection, number, encode_dna_record(received), received.codes)


def found(
    items: list[LoadItem],
    limit: int = 100,
    *,
    chunk_items: int = 1_000,
    removed: tuple[int, ...] = (),
) -> tuple[DnaMatch, ...]:
    """Return the matches of the plain profile among items of one collection."""
    epoch = shelf.epoch(items, chunk_items=chunk_items, removed=removed)
    return dna_matches.matches(
        codes(), [epoch], Rule(), limit, shelf.store(items, flagged=["flagged"])
    )


def numbers(matches: tuple[DnaMatch, ...]) -> list[str]:
    return [each.reference_number for each in matches]


def test_the_best_class_comes_first_then_most_full_loci_then_the_number() -> None:
    told = found(
        [
            held("mismatch", FGA=("22", "27")),
            held("wildcard", FGA=("22", "*")),
            held("z-full"),
            held("fewer", SE33=(), FGA=()),
            held("micro", FGA=("22", "24.1")),
            held("a-full"),
            held("stranger", FGA=("19", "20"), TH01=("7", "8")),
        ]
    )
    assert [(each.rank, each.reference_number, each.quality) for each in told] == [
        (1, "a-full", 1),
        (2, "z-full", 1),
        (3, "fewer", 1),
        (4, "wildcard", 2),
        (5, "micro", 3),
        (6, "mismatch", 4),
    ]


def test_a_match_tells_what_was_counted_and_every_locus() -> None:
    (match,) = found([held("flagged", FGA=("22", "27"), AMELOGENIN=("X", "Y"))])
    assert (match.compared_loci, match.full_loci, match.matching_loci) == (8, 7, 7)
    assert match.mismatching_alleles == 1
    assert match.flagged
    assert [row.relation for row in match.loci].count("equal") == 7
    assert len(match.loci) == len(STAIN) + 1


def test_a_conflict_of_sex_is_told_with_the_match() -> None:
    item = held("woman", AMELOGENIN=("X", "X"))
    (match,) = dna_matches.matches(
        codes(AMELOGENIN=("X", "Y")), [shelf.epoch([item])], Rule(), 5, shelf.store([item])
    )
    assert match.quality == 1
    assert match.warnings == ("AMELOGENIN differs; it is not counted",)


def test_what_the_canonical_form_of_a_stored_profile_warns_of_is_told_once() -> None:
    (match,) = found([held("odd", FGA=("OL", "OL"), SE33=("40", "20"), TPOX=("8", "8", "10"))])
    assert match.warnings == (
        "candidate: FGA: 'OL' is not designated and became a wildcard",
        "candidate: FGA: two wildcards carry no information, the locus is absent",
        "candidate: SE33: 40 is outside the range seen so far",
        "candidate: TPOX: of three values the first was kept, with a wildcard",
    )


def test_of_equal_matches_beyond_the_limit_the_lowest_reference_numbers_are_told() -> None:
    items = [held(f"N-{number:02d}") for number in range(19, -1, -1)]
    for chunk_items in (1_000, 7, 1):
        told = found(items, 4, chunk_items=chunk_items)
        assert numbers(told) == ["N-00", "N-01", "N-02", "N-03"]
        assert [each.rank for each in told] == [1, 2, 3, 4]


def test_an_answer_holds_at_most_as_many_matches_as_its_message_may() -> None:
    most = limits.DNA_MATCHES_PER_ANSWER_MAX
    items = [held(f"N-{number:04d}") for number in range(most + 20, 0, -1)]
    told = found(items, most + 10)
    assert numbers(told) == [f"N-{number:04d}" for number in range(1, most + 1)]


def test_no_match_is_told_for_a_limit_of_nothing_or_among_strangers() -> None:
    assert found([held("N")], 0) == ()
    assert found([held("N", FGA=("19", "20"), TH01=("7", "8"))]) == ()


def test_a_removed_profile_is_never_told() -> None:
    items = [held("one"), held("two"), held("three")]
    assert numbers(found(items, removed=(2,))) == ["one", "three"]


def test_one_order_stands_over_several_collections() -> None:
    persons = [held("B"), held("D")]
    traces = [held(name, Collection.DNA_UNIDENTIFIED) for name in ("C", "A", "B")]
    everything = [*persons, *traces]
    told = dna_matches.matches(
        codes(),
        [shelf.epoch(persons), shelf.epoch(traces, first=3)],
        Rule(),
        4,
        shelf.store(everything),
    )
    assert [(each.reference_number, each.collection) for each in told] == [
        ("A", Collection.DNA_UNIDENTIFIED),
        ("B", Collection.DNA_REFERENCE),
        ("B", Collection.DNA_UNIDENTIFIED),
        ("C", Collection.DNA_UNIDENTIFIED),
    ]
