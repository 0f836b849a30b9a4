"""All pairs of 1,036 real people (NIST, public domain): the rule finds nobody twice."""

import csv

import numpy as np
import pytest

from kernels.dna import cpu
from kernels.dna.layout import PROFILE_SHAPE
from kernels.dna.rule import Rule
from tests.shared_data import shared_data_dir

ISSOL = ["vWA", "TH01", "D21S11", "FGA", "D8S1179", "D3S1358", "D18S51"]
SGM_PLUS = [*ISSOL, "D16S539", "D2S1338", "D19S433"]
ESS = [*ISSOL, "D1S1656", "D2S441", "D10S1248", "D12S391", "D22S1045"]
TRINUCLEOTIDE = "D22S1045"


def _code(value: str, unit: int) -> int:
    whole, _, variant = value.partition(".")
    return unit * int(whole) + int(variant or 0)


def _genotypes(loci: list[str]) -> np.ndarray:
    with (shared_data_dir() / "dna" / "nist1036_genotypes.csv").open() as table:
        people = list(csv.DictReader(table))
    profiles = np.zeros((len(people), *PROFILE_SHAPE), np.uint8)
    for slot, locus in enumerate(loci):
        unit = 3 if locus == TRINUCLEOTIDE else 4
        for row, person in enumerate(people):
            profiles[row, slot] = sorted(_code(person[f"{locus}_{i}"], unit) for i in (1, 2))
    return profiles


@pytest.mark.parametrize(("loci", "six_equal"), [(ISSOL, 0), (SGM_PLUS, 3), (ESS, 9)])
def test_no_two_of_1036_people_match(loci: list[str], six_equal: int) -> None:
    profiles = _genotypes(loci)
    table = cpu.compare_all(profiles, profiles, Rule())
    pairs = np.triu_indices(len(profiles), 1)
    assert len(pairs[0]) == 536_130
    assert not table.quality[pairs].any()
    assert six_equal == (table.full[pairs] >= 6).sum()
    assert (np.diagonal(table.quality) == 1).all()
