"""The worked examples (a) to (k) of the rule and others of its settings, on every backend."""

from __future__ import annotations

import pytest

from kernels.dna.rule import Rule, Stringency
from tests.kernels.dna.backends import BACKENDS, Backend
from tests.kernels.dna.written import profile

ON_EVERY_BACKEND = pytest.mark.parametrize("backend", BACKENDS.values(), ids=BACKENDS)

Pair = tuple[str, str]
ISSOL: dict[str, Pair] = {
    "vWA": ("16", "17"),
    "TH01": ("6", "9.3"),
    "D21S11": ("29", "30"),
    "FGA": ("22", "24"),
    "D8S1179": ("13", "13"),
    "D3S1358": ("15", "16"),
    "D18S51": ("12", "15"),
}
SIX = {locus: pair for locus, pair in ISSOL.items() if locus != "vWA"}

VECTORS: dict[str, tuple[dict[str, Pair], dict[str, Pair], int, int]] = {
    # Name: one profile, the other, quality, full loci where they match.
    "a, seven loci equal": (ISSOL, ISSOL, 1, 7),
    "b, one wildcard": (ISSOL, ISSOL | {"FGA": ("22", "*")}, 2, 6),
    "c, two loci with wildcards": (ISSOL, ISSOL | {"FGA": ("22", "*"), "vWA": ("16", "*")}, 0, 0),
    "d, 9.3 against 10": (ISSOL, ISSOL | {"TH01": ("6", "10")}, 3, 6),
    "e, 12,12 against 12,14": (ISSOL | {"FGA": ("12", "12")}, ISSOL | {"FGA": ("12", "14")}, 4, 6),
    "f, two alleles differ": (ISSOL | {"FGA": ("12", "13")}, ISSOL | {"FGA": ("14", "15")}, 0, 0),
    "g, six loci, one differs": (SIX, SIX | {"FGA": ("22", "23")}, 0, 0),
    "h, two micro-variants": (
        ISSOL | {"FGA": ("22", "24")},
        ISSOL | {"TH01": ("6", "10"), "FGA": ("22", "24.1")},
        0,
        0,
    ),
    "i, Penta E 11.4 against 12": (
        ISSOL | {"Penta E": ("11.4", "14")},
        ISSOL | {"Penta E": ("12", "14")},
        3,
        7,
    ),
    "j, D22S1045 15.2 against 16": (
        ISSOL | {"D22S1045": ("15.2", "17")},
        ISSOL | {"D22S1045": ("16", "17")},
        3,
        7,
    ),
    "k, amelogenin differs": (
        ISSOL | {"AMELOGENIN": ("X", "X")},
        ISSOL | {"AMELOGENIN": ("X", "Y")},
        1,
        7,
    ),
}


def _decided(
    backend: Backend, one: dict[str, Pair], other: dict[str, Pair], rule: Rule | None = None
) -> tuple[int, int]:
    """Return quality and full loci, which are 0 where nothing matches; the same both ways round."""
    a, b = profile(one), profile(other)
    there = backend(a[None], b[None], rule or Rule())
    assert there == backend(b[None], a[None], rule or Rule())
    quality, _, full, *_ = there.get((0, 0), (0, 0, 0))
    return quality, full


@pytest.mark.requirement("I7.3")
@ON_EVERY_BACKEND
@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_the_vector_is_decided_as_worked_out(
    backend: Backend, vector: tuple[dict[str, Pair], dict[str, Pair], int, int]
) -> None:
    one, other, quality, full = vector
    assert _decided(backend, one, other) == (quality, full)


@ON_EVERY_BACKEND
def test_a_locus_of_two_wildcards_is_left_out_unless_the_rule_compares_it(
    backend: Backend,
) -> None:
    unread = ISSOL | {"SE33": ("*", "*")}
    typed = ISSOL | {"SE33": ("20", "21.2")}
    assert _decided(backend, unread, typed) == (1, 7)
    assert _decided(backend, unread, unread) == (1, 7)
    compared = Rule(double_wildcard_compared=True)
    assert _decided(backend, unread, typed, compared) == (2, 7)
    full = Rule(double_wildcard_compared=True, wildcard_counts_as_full=True, min_full_loci=8)
    assert _decided(backend, unread, typed, full) == (2, 8)
    left_out = Rule(wildcard_counts_as_full=True, min_full_loci=8)
    assert _decided(backend, unread, typed, left_out) == (0, 0)


@ON_EVERY_BACKEND
@pytest.mark.parametrize(
    ("pair", "other"),
    [
        (("12", "*"), ("12", "14")),
        (("12", "*"), ("9", "12")),
        (("12", "*"), ("12", "12")),
        (("12", "*"), ("12", "*")),
        (("12", "*"), ("14", "*")),
    ],
)
def test_what_a_wildcard_covers_is_no_difference(backend: Backend, pair: Pair, other: Pair) -> None:
    one, two = ISSOL | {"SE33": pair}, ISSOL | {"SE33": other}
    assert _decided(backend, one, two, Rule(mismatch_max=0)) == (2, 7)


@ON_EVERY_BACKEND
def test_a_homozygote_is_not_a_heterozygote_without_a_mismatch_to_allow(backend: Backend) -> None:
    one, two = ISSOL | {"SE33": ("12", "12")}, ISSOL | {"SE33": ("12", "14")}
    assert _decided(backend, one, two, Rule(mismatch_max=0)) == (0, 0)
    assert _decided(backend, one, one, Rule(mismatch_max=0)) == (1, 8)


STRINGENT = [
    # One locus beside seven equal ones: least stringency at which the profiles match.
    (("13", "13"), ("13", "14"), Stringency.ONE_SIDE),
    (("12", "12"), ("10", "12"), Stringency.ONE_SIDE),
    (("12", "14"), ("12", "14"), Stringency.EVERY_ALLELE),
    (("12", "14"), ("12", "15"), Stringency.ONE_ALLELE),
    (("12", "13"), ("14", "15"), None),
    (("12", "12"), ("13", "13"), None),
    (("12", "*"), ("12", "14"), Stringency.EVERY_ALLELE),
    (("12", "*"), ("13", "13"), Stringency.ONE_SIDE),
    (("12", "*"), ("13", "14"), Stringency.ONE_ALLELE),
    (("9.3", "12"), ("10", "12"), Stringency.ONE_ALLELE),
]


@ON_EVERY_BACKEND
@pytest.mark.parametrize(("mine", "theirs", "least"), STRINGENT)
def test_the_stringencies_of_codis_allow_what_they_say(
    backend: Backend, mine: Pair, theirs: Pair, least: Stringency | None
) -> None:
    one, other = ISSOL | {"SE33": mine}, ISSOL | {"SE33": theirs}
    for stringency in Stringency:
        rule = Rule(mismatch_max=0, microvariant_tolerance=False, stringency=stringency)
        quality, full = _decided(backend, one, other, rule)
        is_match = least is not None and stringency >= least
        assert is_match == (quality > 0)
        if is_match and "*" not in (*mine, *theirs):
            assert (quality, full) == (1 if mine == theirs else 4, 8)
