"""Ordinary profiles take a short way to their codes, which must end where the long way does."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from appliance.codecs.dna_canonical import canonical_profile, profile_of_loci
from appliance.codecs.dna_record import decode_dna_record, encode_dna_record
from appliance.domain import loci
from appliance.domain.dna import DnaProfile
from appliance.domain.errors import ProfileMalformed

Values = Sequence[tuple[str, Sequence[str]]]

# Some of them need a change or a warning, which only the long way makes.
_ODD = ("*", "o", "09", " 14", "99", "14.4", "3", "")


def _long_way(values: Values) -> DnaProfile:
    located = []
    for name, texts in values:
        locus = loci.by_name(name)
        assert locus is not None
        located.append((locus, name, texts))
    return profile_of_loci(located)


def _value(locus: loci.Locus, rng: random.Random, odd_share: float) -> str:
    if rng.random() < odd_share:
        return rng.choice(_ODD)
    if not locus.counted:
        return rng.choice("XY")
    low, high = loci.observed_codes(locus)
    return loci.value_of(locus, rng.randint(low, high))


def _profile(rng: random.Random, odd_share: float) -> Values:
    """Return values of some loci under some spelling, now and then of one locus twice."""
    chosen = rng.sample(loci.LOCI, rng.randint(0, loci.SLOTS))
    if chosen and rng.random() < 0.05:
        chosen.append(chosen[0])
    return [
        (
            rng.choice((locus.name, locus.name.lower(), locus.name.replace(" ", "_"))),
            tuple(_value(locus, rng, odd_share) for _ in range(rng.choice((2, 2, 2, 2, 1, 3)))),
        )
        for locus in chosen
    ]


@pytest.mark.parametrize("odd_share", [0.0, 0.02])
def test_both_ways_give_the_same_profile_or_the_same_refusal(odd_share: float) -> None:
    rng = random.Random(20081)
    for _ in range(400):
        values = _profile(rng, odd_share)
        try:
            expected: DnaProfile | str = _long_way(values)
        except ProfileMalformed as refusal:
            expected = str(refusal)
        # Twice, for the second time everything is remembered.
        for _ in range(2):
            try:
                found: DnaProfile | str = canonical_profile(values)
            except ProfileMalformed as refusal:
                found = str(refusal)
            assert expected == found


def test_a_profile_of_ordinary_pairs_alone_takes_either_way_to_one_result() -> None:
    rng = random.Random(675)
    for _ in range(200):
        values = [
            (locus.name, (_value(locus, rng, 0.0), _value(locus, rng, 0.0)))
            for locus in rng.sample(loci.LOCI, rng.randint(1, loci.SLOTS))
        ]
        expected = _long_way(values)
        assert expected == canonical_profile(values)
        assert expected == decode_dna_record(encode_dna_record(expected))


def test_a_repeated_locus_is_refused_under_another_spelling_of_ordinary_values() -> None:
    with pytest.raises(ProfileMalformed, match="the locus comes twice"):
        canonical_profile([("TH01", ("6", "7")), ("th-01", ("6", "7"))])
