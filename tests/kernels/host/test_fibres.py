"""What fibres promise: the meaning of CUDA's operations, and an error where a rule is broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kernels.host.build import FibreError, HostModule, Order, build, kernel_names
from tests.kernels.host.fibre_modules import SOURCES, module, require_compiler

RULES = Path(__file__).with_name("rules.cu")
ORDERS = pytest.mark.parametrize("order", list(Order), ids=lambda order: order.name.lower())
RUBBISH = np.array([0xA5A5A5A5], np.uint32).view(np.int32)[0]


def _out(threads: int) -> np.ndarray:
    return np.zeros(threads, np.int32)


@ORDERS
def test_a_barrier_lets_every_thread_see_what_the_others_wrote(order: Order) -> None:
    given, out = np.arange(192, dtype=np.int32), _out(192)
    module(RULES, order).launch("neighbours", (3,), (64,), given, out)
    assert np.roll(given.reshape(3, 64), -1, axis=1).ravel().tolist() == out.tolist()


def test_without_its_barrier_the_kernel_answers_differently_in_some_order() -> None:
    given = np.arange(64, dtype=np.int32)
    answers = []
    for order in Order:
        out = _out(64)
        module(RULES, order).launch("neighbours_without_barrier", (1,), (64,), given, out)
        answers.append(out.tolist())
    assert any(answer != np.roll(given, -1).tolist() for answer in answers)
    assert answers[Order.FORWARD] != answers[Order.REVERSE]


def test_each_block_finds_rubbish_in_shared_memory() -> None:
    out = _out(4)
    module(RULES).launch("unset_cells", (2,), (1,), out)
    assert out.tolist() == [RUBBISH] * 4


@ORDERS
def test_lanes_exchange_values(order: Order) -> None:
    given, out = np.arange(64, dtype=np.int32), _out(64)
    module(RULES, order).launch("warp_sums", (1,), (64,), given, out)
    assert [sum(range(32))] * 32 + [sum(range(32, 64))] * 32 == out.tolist()


@ORDERS
def test_parts_of_a_warp_meet_apart(order: Order) -> None:
    out = _out(32)
    module(RULES, order).launch("halves_of_a_warp", (1,), (32,), out)
    assert out.tolist() == [8] * 16 + [16] * 16


@ORDERS
@pytest.mark.parametrize(
    ("kernel", "threads", "message"),
    [
        ("mask_without_self", 32, "lacks lane 31|deadlock"),
        ("masks_that_differ", 32, "deadlock.*16 __ballot_sync|waits for lane"),
        ("operations_that_differ", 32, "deadlock.*16 __"),
        ("shuffle_from_outside", 32, "shuffles from lane 20"),
        ("barrier_of_some", 64, "deadlock.*40 __syncthreads"),
        ("partner_that_left", 32, "waits for lane 3|deadlock.*1 done"),
        ("warp_sums_of_too_few", 20, "is no thread"),
    ],
)
def test_a_broken_rule_ends_the_launch(
    order: Order, kernel: str, threads: int, message: str
) -> None:
    out = _out(threads)
    arguments = (out,)
    if kernel == "warp_sums_of_too_few":
        kernel, arguments = "warp_sums", (out, out)
    with pytest.raises(FibreError, match=message):
        module(RULES, order).launch(kernel, (1,), (threads,), *arguments)


def test_a_launch_works_after_one_that_failed() -> None:
    kernels = module(RULES)
    with pytest.raises(FibreError):
        kernels.launch("barrier_of_some", (1,), (64,), _out(64))
    test_a_barrier_lets_every_thread_see_what_the_others_wrote(Order.FORWARD)


def test_the_orders_are_what_they_are_called() -> None:
    seen = {}
    for order in Order:
        count, took = np.zeros(1, np.int32), np.zeros(8, np.uint32)
        module(RULES, order, seed=1).launch("count_threads", (2,), (4,), count, took)
        seen[order] = took.tolist()
    assert seen[Order.FORWARD] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert seen[Order.REVERSE] == [7, 6, 5, 4, 3, 2, 1, 0]
    assert sorted(seen[Order.RANDOM]) == seen[Order.FORWARD] != seen[Order.RANDOM]


def test_the_same_seed_gives_the_same_random_order() -> None:
    seen = []
    for seed in (1, 1, 2):
        count, took = np.zeros(1, np.int32), np.zeros(32, np.uint32)
        module(RULES, Order.RANDOM, seed).launch("count_threads", (8,), (4,), count, took)
        seen.append(took.tolist())
    assert seen[0] == seen[1] != seen[2]


def test_arguments_of_the_wrong_size_are_refused() -> None:
    kernels = module(RULES)
    with pytest.raises(FibreError, match="bytes"):
        kernels.launch("unset_cells", (1,), (1,))
    with pytest.raises(FibreError, match="bytes"):
        kernels.launch("unset_cells", (1,), (1,), np.int32(3))
    with pytest.raises(FibreError, match="contiguous"):
        kernels.launch("unset_cells", (1,), (1,), _out(8)[::2])


def test_blocks_of_too_many_threads_are_refused() -> None:
    with pytest.raises(FibreError, match="1 to 1024"):
        module(RULES).launch("unset_cells", (1,), (1_025,), _out(2))


def test_a_source_that_does_not_compile_is_refused_with_the_compilers_words(
    tmp_path: Path,
) -> None:
    require_compiler()
    source = tmp_path / "broken.cu"
    source.write_text('extern "C" __global__ void broken(int* out) { *out = absent; }\n')
    with pytest.raises(FibreError, match="absent"):
        build(source)


def test_a_library_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_compiler()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    source = tmp_path / "tiny.cu"
    source.write_text('extern "C" __global__ void tiny(int* out) { *out = 7; }\n')
    first = build(source)
    made = first.stat().st_mtime_ns
    assert first == build(source)
    assert made == first.stat().st_mtime_ns
    out = _out(1)
    HostModule(first).launch("tiny", (1,), (1,), out)
    assert out.tolist() == [7]


def test_every_source_names_its_kernels() -> None:
    for source in SOURCES:
        text = source.read_text(encoding="utf-8")
        assert text.count('extern "C" __global__') == len(kernel_names(source)) > 0
