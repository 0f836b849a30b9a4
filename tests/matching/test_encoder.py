"""From a record to packed bytes and back: evidence must speak of the minutiae that experts see."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codecs import finger_record
from appliance.codecs.finger_writer import encode_iso19794_2_2005
from appliance.domain import loci
from appliance.domain.finger import Minutia
from appliance.gallery.epoch import Chunk
from appliance.matching import encoder, evidence, print_parts
from appliance.matching.assemblers import FingerAssembler
from kernels.finger.layout import unpack
from tests.matching import made_fingers
from tests.matching.made_fingers import template
from tests.matching.made_profiles import profile

minutiae = st.builds(
    Minutia,
    st.integers(0, 65_535),
    st.integers(0, 65_535),
    st.integers(0, 255),
    st.integers(0, 2),
    st.integers(0, 100),
)


def packed_order(drawn: tuple[Minutia, ...]) -> list[tuple[int, ...]]:
    """Return the minutiae as they stand in the packed template of a record."""
    (blob,) = encoder.encode_finger([template(drawn)])
    kept, _ = unpack(blob)
    return [each[:5] for each in kept.tolist()]


def in_record_order(drawn: tuple[Minutia, ...]) -> list[tuple[int, ...]]:
    """Return the minutiae that ``record_order`` names for each packed position."""
    return [tuple(drawn[place]) for place in encoder.record_order(template(drawn))]


@settings(max_examples=60, deadline=None)
@given(st.lists(minutiae, max_size=40).map(tuple))
def test_each_packed_place_leads_back_to_its_minutia_of_the_record(
    drawn: tuple[Minutia, ...],
) -> None:
    assert in_record_order(drawn) == packed_order(drawn)


def test_a_template_without_minutiae_is_packed_and_has_no_order() -> None:
    assert packed_order(()) == []
    assert len(encoder.record_order(template(()))) == 0


def test_of_more_minutiae_than_a_finger_has_every_one_is_packed_in_a_part_and_named() -> None:
    rng = np.random.default_rng(3)
    drawn = tuple(
        Minutia(*(int(value) for value in rng.integers(0, (4000, 4000, 256, 3, 101))))
        for _ in range(print_parts.WHOLE_MINUTIAE_MAX + 45)
    )
    (packed,) = encoder.encode_finger([template(drawn)])
    named: set[int] = set()
    for part, blob in enumerate(print_parts.split(packed)):
        order = encoder.record_order(template(drawn), part).tolist()
        kept, _ = unpack(blob)
        assert [each[:5] for each in kept.tolist()] == [tuple(drawn[place]) for place in order]
        named.update(order)
    assert named == set(range(len(drawn)))


def shuffled(drawn: tuple[Minutia, ...], seed: int) -> tuple[Minutia, ...]:
    """Return the minutiae in another order, each with a quality of its own."""
    rng = np.random.default_rng(seed)
    return tuple(
        drawn[place]._replace(quality=int(quality))
        for place, quality in zip(
            rng.permutation(len(drawn)), rng.integers(1, 101, len(drawn)), strict=True
        )
    )


def test_pairs_of_evidence_name_the_same_minutia_in_both_records() -> None:
    """The candidate is the probe moved by whole pixels, its minutiae in another order."""
    right, up = 16, 24
    finger = made_fingers.probe(5).minutiae
    moved = tuple(each._replace(x=each.x + right, y=each.y + up) for each in finger)
    mine = template(shuffled(finger, 1))
    theirs = finger_record.decode(encode_iso19794_2_2005(template(shuffled(moved, 2))))
    probe, packed = (encoder.encode_finger([each])[0] for each in (mine, theirs))
    other = made_fingers.gallery_item(9).packed
    resident = FingerAssembler().assemble([other, packed])
    chunk = Chunk(resident, np.array([1, 2]), np.zeros(2, np.bool_))
    found = evidence.of_candidate(probe, [mine], chunk, 1, [theirs])
    pairs = found.pairs
    assert (found.rotation, found.shift_x, found.shift_y) == (0, right, up)
    assert len(pairs) > 0.9 * len(finger)
    for pair in pairs:
        one, same = mine.minutiae[pair.probe_index], theirs.minutiae[pair.candidate_index]
        assert (same.x - one.x, same.y - one.y) == (right, up)
        assert same.angle == one.angle
    assert len({pair.probe_index for pair in pairs}) == len(pairs)
    assert len({pair.candidate_index for pair in pairs}) == len(pairs)


def test_a_packed_profile_is_its_codes_by_slot() -> None:
    packed = encoder.pack_dna(profile())
    array = encoder.dna_array(packed)
    assert array.shape == (loci.SLOTS, 2)
    assert array.tobytes() == packed
    th01 = next(each for each in loci.LOCI if each.name == "TH01")
    assert [loci.value_of(th01, int(code)) for code in array[th01.slot]] == ["6", "9.3"]
