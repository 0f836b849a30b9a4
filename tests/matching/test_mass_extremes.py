"""Mass comparisons of profiles as odd as they come, held to the oracle under every rule profile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.domain import dna_rule, loci
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.matching.dna_rules import kernel_rule
from kernels.dna import cpu, mass, planes
from kernels.dna.layout import ABSENT, PROFILE_SHAPE, WILDCARD, assemble, concatenate
from tests.oracles import dna_rule as oracle

COUNTED = [locus for locus in loci.LOCI if locus.counted]
UNITS = {locus.name: locus.unit for locus in COUNTED}
STRINGENCIES = {dna_rule.PRUEM: "high"}
RULES = [
    *dna_rule.SHIPPED,
    replace(dna_rule.PRUEM_2008, name="ONE", min_full_loci=1, mismatch_max=2),
    replace(dna_rule.PRUEM_2008, name="NONE", mismatch_max=0, wildcard_counts_as_full=True),
    replace(
        dna_rule.CODIS_MODERATE,
        name="WILD",
        mismatch_max=2,
        min_full_loci=3,
        wildcard_counts_as_full=True,
        double_wildcard=dna_rule.COMPARE,
    ),
    replace(dna_rule.CODIS_LOW, name="LOOSE", min_full_loci=1, mismatch_max=1),
    replace(dna_rule.PRUEM_2008, name="ISSOL", loci=loci.ISSOL, double_wildcard=dna_rule.COMPARE),
]
Profile = NDArray[np.uint8]


def settings_of(rule: DnaRuleProfile) -> oracle.Settings:
    return oracle.Settings(
        full_loci_min=rule.min_full_loci,
        differing_max=rule.mismatch_max,
        micro_variants_are_milder=rule.microvariant_tolerance,
        wildcard_loci_are_full=rule.wildcard_counts_as_full,
        two_wildcards_are_compared=rule.double_wildcard == dna_rule.COMPARE,
        loci=frozenset(rule.compared_loci()),
        stringency=STRINGENCIES.get(rule.stringency, rule.stringency),
    )


def written(profile: Profile) -> dict[str, tuple[str, str]]:
    """Return the values of a profile, amelogenin left out."""
    values = {}
    for locus in COUNTED:
        first, second = (int(code) for code in profile[locus.slot])
        if first:
            values[locus.name] = loci.value_of(locus, first), loci.value_of(locus, second)
    return values


def usual(random: np.random.Generator) -> Profile:
    """Return somebody typed at every locus, with codes from the very first to the very last."""
    made = np.zeros(PROFILE_SHAPE, np.uint8)
    for locus in COUNTED:
        ends = (locus.unit, locus.unit + 1, 100, 101, 253, 254)
        made[locus.slot] = np.sort(random.choice(ends, 2))
    made[loci.LOCI[-1].slot] = sorted(random.choice([1, 3], 2))
    return made


def deviated(somebody: Profile, random: np.random.Generator) -> Profile:
    """Return somebody with up to three loci each unread, half read, homozygous or one base off."""
    made = somebody.copy()
    slots = random.permutation(len(COUNTED))
    for kind, slot in zip(random.integers(0, 6, random.integers(0, 4)), slots, strict=False):
        first, second = (int(code) for code in made[slot])
        made[slot] = (
            (ABSENT, ABSENT),
            (WILDCARD, WILDCARD),
            (second, WILDCARD),
            (first, first),
            sorted((first + 1 if first < 254 else 253, second)),
            sorted((first, 60)),
        )[kind]
    return made


def odd(somebody: Profile, random: np.random.Generator) -> Profile:
    """Return somebody of whom little is known, or everything twice."""
    made = somebody.copy()
    typed = random.permutation(len(COUNTED))
    kind = random.integers(0, 6)
    if kind == 0:
        made[:] = ABSENT
    elif kind == 1:
        made[:-1] = WILDCARD
    elif kind == 2:
        made[:-1, 1] = WILDCARD
    elif kind == 3:
        made[:-1, 1] = made[:-1, 0]
    else:
        # As many full loci as a rule asks for, one fewer and one more; the rest absent or unread.
        full = typed[: random.integers(0, 10)]
        rest = np.setdiff1d(typed, full)
        made[rest] = ABSENT if kind == 4 else WILDCARD
    return made


def drawn(people: int, seed: int) -> Profile:
    random = np.random.default_rng(seed)
    base = [usual(random) for _ in range(2)]
    made = []
    for _ in range(people):
        somebody = base[random.integers(len(base))]
        made.append(odd(somebody, random) if random.random() < 0.4 else deviated(somebody, random))
    return np.array(made, np.uint8).reshape(people, *PROFILE_SHAPE)


def told(blocks: list[mass.MatchBlock]) -> dict[tuple[int, int], tuple[int, ...]]:
    found = {}
    for block in blocks:
        figures = (block.qualities, block.compared, block.full, block.matched, block.mismatching)
        for stain, row, *rest in zip(block.stains, block.rows, *figures, strict=True):
            assert (int(stain), int(row)) not in found
            found[int(stain), int(row)] = tuple(map(int, rest))
    return found


def by_oracle(
    stains: Profile, people: Profile, rule: DnaRuleProfile
) -> dict[tuple[int, int], tuple[int, ...]]:
    names = ("quality", "compared_loci", "full_loci", "matched_loci", "mismatching_alleles")
    text = settings_of(rule)
    values = [written(each) for each in people]
    found = {}
    for stain, each in enumerate(map(written, stains)):
        for row, person in enumerate(values):
            said = oracle.judge(each, person, UNITS, text)
            if said["quality"]:
                found[stain, row] = tuple(said[name] for name in names)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("people", [1, 63, 65])
def test_odd_profiles_are_matched_as_the_oracle_says(
    rule: DnaRuleProfile, people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several blocks, and nearly every allele in the plane of the rare ones.
    monkeypatch.setattr(planes, "RARE_ONE_IN", 3)
    monkeypatch.setattr(mass, "BLOCK_STAINS", 3)
    # The same people: whoever is odd meets himself.
    held = drawn(people, seed=people)
    stains = np.concatenate([held[:3], drawn(4, seed=people)])
    chosen = kernel_rule(rule)
    gallery = concatenate([assemble(held[:20]), assemble(held[20:])])
    expected = by_oracle(stains, held, rule)
    assert len(expected) > 10 or people == 1
    assert expected == told(list(mass.compare(stains, gallery, chosen, pairs_max=50)))
    for number, stain in enumerate(stains):
        rows = {row for query, row in expected if query == number}
        assert rows == set(cpu.search(stain, gallery, chosen).rows.tolist())


def test_the_drawn_profiles_meet_every_quality_and_leave_others_out() -> None:
    held, rule = drawn(65, seed=65), dna_rule.PRUEM_2008
    qualities = [each[0] for each in by_oracle(held[:12], held, rule).values()]
    assert set(qualities) == {1, 2, 3, 4}
    assert len(qualities) < 12 * 65 / 2
