"""Every backend against an oracle that works on written values and tries every pairing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.dna.layout import assemble
from kernels.dna.reference import compare
from kernels.dna.rule import Rule, Stringency
from tests.kernels.dna.backends import BACKENDS, Answer
from tests.kernels.dna.written import SLOTS, UNITS, profile
from tests.oracles import dna_rule
from tests.oracles.dna_rule import Settings

Values = Mapping[str, tuple[str, str]]
FIGURES = ("quality", "compared_loci", "full_loci", "matched_loci", "mismatching_alleles")
LOCI = [locus for locus in SLOTS if locus != "AMELOGENIN"]
STRINGENCIES = {
    "high": Stringency.EVERY_ALLELE,
    "moderate": Stringency.ONE_SIDE,
    "low": Stringency.ONE_ALLELE,
}


def kernel_rule(text: Settings) -> Rule:
    """Return the kernels' settings for those of the text."""
    compared = LOCI if text.loci is None else text.loci
    return Rule(
        min_full_loci=text.full_loci_min,
        mismatch_max=text.differing_max,
        microvariant_tolerance=text.micro_variants_are_milder,
        counted=sum(1 << SLOTS[locus] for locus in compared),
        wildcard_counts_as_full=text.wildcard_loci_are_full,
        double_wildcard_compared=text.two_wildcards_are_compared,
        stringency=STRINGENCIES[text.stringency],
    )


def by_oracle(queries: Sequence[Values], people: Sequence[Values], text: Settings) -> Answer:
    told = {}
    for number, query in enumerate(queries):
        for row, person in enumerate(people):
            said = dna_rule.judge(query, person, UNITS, text)
            if said["quality"]:
                told[number, row] = tuple(said[figure] for figure in FIGURES)
    return told


def _alleles(locus: str) -> list[str]:
    """Few alleles, so that every relation is met often."""
    last = UNITS[locus] - 1
    return [f"9.{last - 1}", f"9.{last}", "10", "10.1", "12", "12", "14"]


def _genotypes(locus: str) -> st.SearchStrategy[tuple[str, str] | None]:
    """One to three values as they are written: some become wildcards, and none is an absence."""
    values = st.sampled_from([*_alleles(locus), "OL", "99", "1"])
    return st.lists(values, max_size=3).map(dna_rule.canonical)


def _typed(drawn: Mapping[str, tuple[str, str] | None]) -> Values:
    return {locus: pair for locus, pair in drawn.items() if pair is not None}


_plain = st.sampled_from([("10", "12"), ("12", "12"), ("10.1", "12")])
_profile = st.fixed_dictionaries({locus: _plain | _genotypes(locus) for locus in LOCI}).map(_typed)
_deviations = st.sets(st.sampled_from(LOCI), max_size=3).flatmap(
    lambda loci: st.fixed_dictionaries({locus: _genotypes(locus) for locus in sorted(loci)})
)
_settings = st.builds(
    Settings,
    full_loci_min=st.integers(1, 8),
    differing_max=st.integers(0, 2),
    micro_variants_are_milder=st.booleans(),
    wildcard_loci_are_full=st.booleans(),
    two_wildcards_are_compared=st.booleans(),
    loci=st.none() | st.sets(st.sampled_from(LOCI), min_size=4).map(frozenset),
    stringency=st.sampled_from(sorted(STRINGENCIES)),
)


@settings(max_examples=80, deadline=None)
@given(_profile, _profile, st.lists(_deviations, min_size=1, max_size=10), _settings)
def test_every_backend_says_what_the_oracle_says(
    person: Values, stranger: Values, deviations: list[Values], text: Settings
) -> None:
    # People deviate from one of them at few loci, or hardly any pair would match.
    people = [_typed(dict(person) | dict(each)) for each in deviations]
    queries = [person, people[0], stranger]
    expected = by_oracle(queries, people, text)
    packed = [np.stack([profile(each) for each in group]) for group in (queries, people)]
    for name, backend in BACKENDS.items():
        assert expected == backend(*packed, kernel_rule(text)), name


def test_the_figures_of_pairs_that_do_not_match_are_those_of_the_oracle_too() -> None:
    random = np.random.default_rng(3)
    everyone = [
        {
            locus: tuple(random.choice([*_alleles(locus), "*"], 2).tolist())
            for locus in LOCI
            if random.random() < 0.9
        }
        for _ in range(60)
    ]
    for stringency in STRINGENCIES:
        text = Settings(stringency=stringency, differing_max=2)
        for one, other in pairwise(everyone):
            found = compare(profile(one), profile(other), kernel_rule(text))
            expected = dna_rule.judge(one, other, UNITS, text)
            assert expected == {name: getattr(found, name) for name in expected}


def _written(code: int, unit: int) -> str:
    whole, variant = divmod(code, unit)
    return f"{whole}.{variant}" if variant else str(whole)


@pytest.mark.parametrize("unit", [3, 4, 5])
def test_one_code_step_is_exactly_the_printed_micro_variant_table(unit: int) -> None:
    for x in range(8 * unit, 10 * unit):
        for y in range(8 * unit, 10 * unit):
            one, other = _written(x, unit), _written(y, unit)
            printed = one in dna_rule.taken_for(other, unit) or other in dna_rule.taken_for(
                one, unit
            )
            assert (abs(x - y) <= 1) == printed, (one, other)


def test_an_empty_gallery_answers_nothing_on_any_backend() -> None:
    nobody = assemble(np.zeros((0, 32, 2), np.uint8)).profiles()
    query = profile({"vWA": ("16", "17")})[None]
    for name, backend in BACKENDS.items():
        assert backend(query, nobody, Rule(min_full_loci=1)) == {}, name
