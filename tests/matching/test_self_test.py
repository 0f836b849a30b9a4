"""A start compares every kernel with its reference and names the one that differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from appliance.domain.errors import InvariantBroken
from appliance.matching import self_test


def flipped_last_byte(blobs: list[bytes]) -> list[bytes]:
    return [blob[:-1] + bytes([blob[-1] ^ 1]) for blob in blobs]


def one_more(scores: Any) -> Any:
    scores[-1] += 1
    return scores


def one_class_worse(matches: Any) -> Any:
    return replace(matches, qualities=matches.qualities + 1)


def one_full_locus_fewer(matches: Any) -> Any:
    return replace(matches, full=matches.full - 1)


def without_the_first(matches: Any) -> Any:
    return replace(
        matches,
        rows=matches.rows[1:],
        qualities=matches.qualities[1:],
        full=matches.full[1:],
    )


def test_sound_kernels_pass_and_many_cases_were_compared() -> None:
    assert self_test.run() > 300


@pytest.mark.parametrize(
    ("module", "function", "spoil", "named"),
    [
        (self_test.encode_cpu, "encode_batch", flipped_last_byte, "the fingerprint encoder"),
        (self_test.stage1_cpu, "scores", one_more, "fingerprint stage 1"),
        (self_test.stage2_cpu, "scores", one_more, "fingerprint stage 2"),
        (self_test.topk_cpu, "select", lambda rows: rows[::-1], "the selection of the best"),
        (self_test.dna_cpu, "search", one_class_worse, "the DNA search"),
        (self_test.dna_cpu, "search", one_full_locus_fewer, "the DNA search"),
        (self_test.dna_cpu, "search", without_the_first, "the DNA search"),
    ],
)
def test_a_kernel_that_differs_stops_the_start_under_its_name(
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    function: str,
    spoil: Callable[[Any], Any],
    named: str,
) -> None:
    sound = getattr(module, function)
    monkeypatch.setattr(module, function, lambda *given: spoil(sound(*given)))
    with pytest.raises(InvariantBroken, match=named):
        self_test.run()
