"""The encoder: fast equals slow, and what must not matter does not."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.finger import encode_reference, encode_tables, population
from kernels.finger import stage1_parameters as parameters
from kernels.finger.encode_cpu import encode_batch
from kernels.finger.layout import MINUTIA, Minutiae, unpack
from kernels.finger.projection import shipped

from . import golden_stage1
from .generated_minutiae import edge_templates, minutiae

FLOAT32_EXACT = 2**24


def _reference(templates: list[Minutiae]) -> list[bytes]:
    return [encode_reference.encode(template) for template in templates]


def _bits(blob: bytes) -> np.ndarray:
    _, codes = unpack(blob)
    return np.unpackbits(codes.astype("<u8").view(np.uint8), axis=1, bitorder="little")


@st.composite
def _templates(draw: st.DrawFn) -> Minutiae:
    """Few, close minutiae with every field free: the collisions a uniform draw would miss."""
    coordinate = st.integers(0, 1_200)
    row = st.tuples(
        coordinate, coordinate, st.integers(0, 255), st.integers(0, 2), st.integers(0, 100)
    )
    rows = draw(st.lists(row, max_size=8))
    return np.array([(*fields, 0) for fields in rows], MINUTIA)


def test_ten_thousand_templates_get_the_codes_of_the_reference() -> None:
    rng = np.random.default_rng(11)
    sizes = rng.integers(0, 6, 10_000)
    spans = rng.choice([50, 400, 1_200], 10_000)
    templates = [minutiae(rng, int(n), int(span)) for n, span in zip(sizes, spans, strict=True)]
    assert _reference(templates) == encode_batch(templates)


def test_generated_prints_get_the_codes_of_the_reference() -> None:
    prints = [one for f in population.generate(8, 2, 3, population.NOISY) for one in f]
    assert _reference(prints) == encode_batch(prints)


def test_extreme_templates_get_the_codes_of_the_reference() -> None:
    templates = edge_templates(np.random.default_rng(12))
    assert _reference(templates) == encode_batch(templates)


@given(st.lists(_templates(), max_size=5))
@settings(max_examples=150, deadline=None)
def test_a_template_is_encoded_alike_alone_and_in_company(templates: list[Minutiae]) -> None:
    assert _reference(templates) == encode_batch(templates)
    assert encode_batch(templates) == [encode_batch([template])[0] for template in templates]


def test_no_templates_give_no_blobs() -> None:
    assert encode_batch([]) == []


def test_the_input_is_left_as_it_was() -> None:
    template = minutiae(np.random.default_rng(4), 50, 2_000)
    before = template.tobytes()
    encode_batch([template])
    assert before == template.tobytes()


@given(st.integers(0, 2**32 - 1), st.integers(0, 60_000), st.integers(0, 60_000))
@settings(max_examples=40, deadline=None)
def test_a_shifted_print_keeps_its_codes(seed: int, right: int, up: int) -> None:
    template = minutiae(np.random.default_rng(seed), 30, 2_000)
    shifted = template.copy()
    shifted["x"] += right
    shifted["y"] += up
    here, there = encode_batch([template, shifted])
    assert np.array_equal(unpack(here)[1], unpack(there)[1])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_the_given_order_is_irrelevant_where_qualities_differ(seed: int) -> None:
    rng = np.random.default_rng(seed)
    template = minutiae(rng, 80, 2_500)
    template["quality"] = rng.permutation(100)[:80] + 1
    straight, mixed = encode_batch([template, rng.permutation(template)])
    assert straight == mixed


def test_every_code_has_an_even_number_of_bits() -> None:
    blobs = encode_batch([minutiae(np.random.default_rng(5), 255, 4_000)])
    assert not (_bits(blobs[0]).sum(axis=1) % 2).any()


def test_direction_bits_differ_in_proportion_to_the_turn() -> None:
    bits = encode_tables.DIRECTION_BITS.astype(int)
    differing = np.abs(bits[:, None] - bits[None]).sum(axis=2)
    turn = np.abs((np.arange(256)[:, None] - np.arange(256) + 128) % 256 - 128)
    assert np.abs(differing - turn * parameters.DIRECTION_BITS / 128).max() <= 2


def test_projected_bits_are_balanced_on_unseen_fingers() -> None:
    prints = [one for f in population.generate(60, 1, 99) for one in f]
    bits = np.concatenate([_bits(blob) for blob in encode_batch(prints)])
    share = bits[:, : parameters.PROJECTED_BITS].mean(axis=0)
    assert share.min() > 0.4
    assert share.max() < 0.6


def test_no_table_entry_is_near_a_rounding_boundary() -> None:
    axis = np.arange(-encode_tables.OFFSET_MAX, encode_tables.OFFSET_MAX + 1, dtype=np.int64)
    values = (
        encode_tables._bearings(axis[:, None], axis[None, :]),
        encode_tables._polar_values(),
        encode_tables._direction_values(),
    )
    for table in values:
        assert np.abs(table - np.floor(table) - 0.5).min() > 1e-9


def test_sums_stay_where_float32_is_exact() -> None:
    cell_max = parameters.POLAR_LEVELS * parameters.DIRECTION_LEVELS * parameters.WEIGHT_MAX
    below_root = parameters.FEATURE_BASE**2 << parameters.FEATURE_SHIFT
    assert parameters.USED_MAX * cell_max + below_root < FLOAT32_EXACT
    columns = np.abs(shipped().weights.astype(np.int64)).sum(axis=0)
    assert int(columns.max()) * parameters.FEATURE_MAX < FLOAT32_EXACT


def test_stage_one_is_still_the_one_that_was_shipped() -> None:
    expected = json.loads(golden_stage1.FILE.read_text(encoding="utf-8"))
    assert expected == golden_stage1.compute()
