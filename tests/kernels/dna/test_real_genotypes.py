"""All pairs of 1,036 real people (NIST, public domain): the rule finds nobody twice."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
import pytest

from appliance.domain import loci
from kernels.dna import cpu
from kernels.dna.layout import PROFILE_SHAPE
from kernels.dna.reference import compare
from kernels.dna.rule import Rule
from tests.kernels.dna.backends import BACKENDS
from tests.oracles import dna_rule
from tests.shared_data import shared_data_dir

SGM_PLUS = (*loci.ISSOL, "D16S539", "D2S1338", "D19S433")
# The set of loci, and how many pairs have six equal ones, ignoring the limit of differing alleles.
SETS = {
    "ISSOL": (loci.ISSOL, 0),
    "SGM+": (SGM_PLUS, 3),
    "ESS-12": (loci.ESS_12, 9),
    "29": ((), 5_894),
}
ON_EVERY_SET = pytest.mark.parametrize(("names", "six_equal"), SETS.values(), ids=SETS)
PAIRS = 536_130
UNREAD = "nan"


@cache
def _people() -> tuple[dict[str, tuple[str, str]], ...]:
    """Return the genotypes as they are written, at all 29 loci but the few that were not read."""
    with (shared_data_dir() / "dna" / "nist1036_genotypes.csv").open() as table:
        rows = list(csv.DictReader(table))
    columns = {
        column.removesuffix("_1"): locus.name
        for column in rows[0]
        if column.endswith("_1") and (locus := loci.by_name(column.removesuffix("_1")))
    }
    assert len(columns) == 29
    return tuple(
        {
            name: (row[f"{column}_1"], row[f"{column}_2"])
            for column, name in columns.items()
            if UNREAD not in (row[f"{column}_1"], row[f"{column}_2"])
        }
        for row in rows
    )


@cache
def _genotypes(names: tuple[str, ...]) -> np.ndarray:
    """Return the profiles of everybody at the named loci, at all for none named."""
    people = _people()
    profiles = np.zeros((len(people), *PROFILE_SHAPE), np.uint8)
    for row, person in enumerate(people):
        for name in set(names or person) & person.keys():
            locus = loci.by_name(name)
            assert locus is not None
            profiles[row, locus.slot] = sorted(loci.code_of(locus, each) for each in person[name])
    return profiles


@ON_EVERY_SET
def test_no_two_of_1036_people_match(names: tuple[str, ...], six_equal: int) -> None:
    profiles = _genotypes(names)
    table = cpu.compare_all(profiles, profiles, Rule())
    pairs = np.triu_indices(len(profiles), 1)
    assert len(pairs[0]) == PAIRS
    assert not table.quality[pairs].any()
    assert six_equal == (table.full[pairs] >= 6).sum()
    assert (np.diagonal(table.quality) == 1).all()


@ON_EVERY_SET
@pytest.mark.parametrize("name", sorted(BACKENDS.keys() - {"reference"}))
def test_everybody_is_found_as_themselves_alone_by_every_backend(
    names: tuple[str, ...], six_equal: int, name: str
) -> None:
    profiles = _genotypes(names)
    typed = (profiles[:, :, 0] > 0).sum(axis=1).tolist()
    alone = {(row, row): (1, each, each, each, 0) for row, each in enumerate(typed)}
    assert alone == BACKENDS[name](profiles, profiles, Rule())


@ON_EVERY_SET
def test_the_reference_counts_the_nearest_pairs_and_strangers_as_the_search_does(
    names: tuple[str, ...], six_equal: int
) -> None:
    profiles = _genotypes(names)
    table = cpu.compare_all(profiles, profiles, Rule())
    near = np.argwhere(np.triu(table.full >= 6, 1))[:400].tolist()
    random = np.random.default_rng(8)
    for one, other in [*near, *random.integers(0, len(profiles), (300, 2)).tolist()]:
        said = compare(profiles[one], profiles[other], Rule())
        assert table.quality[one, other] == said.quality
        assert table.full[one, other] == said.full_loci
        assert table.mismatching[one, other] == said.mismatching_alleles


def test_the_oracle_says_the_same_of_real_genotypes_that_were_read_badly() -> None:
    people, random = _people(), np.random.default_rng(9)
    units = {locus.name: locus.unit for locus in loci.LOCI}
    everything = _genotypes(())
    read = everything[:20].copy()
    written = [dict(person) for person in people[:20]]
    for person, profile in zip(written, read, strict=True):
        for name in random.choice(sorted(person), 4, replace=False):
            locus = loci.by_name(str(name))
            assert locus is not None
            person[str(name)] = (person[str(name)][0], "*")
            profile[locus.slot] = loci.code_of(locus, person[str(name)][0]), 255
        lost = loci.by_name(str(random.choice(sorted(person))))
        assert lost is not None
        del person[lost.name]
        profile[lost.slot] = 0
    for rule, text in (
        (Rule(), dna_rule.Settings()),
        (Rule(min_full_loci=20, mismatch_max=0), dna_rule.Settings(20, 0)),
    ):
        expected = {
            (number, row): said["full_loci"]
            for number, one in enumerate(written)
            for row, other in enumerate(people[:20])
            if (said := dna_rule.judge(one, other, units, text))["quality"]
        }
        assert len(expected) == 20
        for name, backend in BACKENDS.items():
            told = backend(read, everything[:20], rule)
            assert expected == {pair: figures[2] for pair, figures in told.items()}, name
