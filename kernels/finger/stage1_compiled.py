"""Stage-1 scores by machine code made with numba, where the optional extra ``fast`` is installed.

The same integers as in ``stage1_reference``. Compiled once in each process, at its first use, which
is the self-test at the start of a service; nothing is kept on disk and no thread is started.
"""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.finger import stage1_parameters as parameters
from kernels.finger.layout import Codes, FingerGallery

PROBE_STEP = 4
"""The probe's minutiae are filled up to a multiple of this: four 64-bit words of a vector."""

_ALWAYS = parameters.USED_ALWAYS
_MAX = parameters.USED_MAX
_PERCENT = parameters.USED_QUALITY_PERCENT
_UNIT = parameters.THRESHOLD_UNIT

_ODD, _PAIRS, _NIBBLES, _BYTES = (
    np.uint64(mask)
    for mask in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F, 0x0101010101010101)
)
_ONE, _TWO, _FOUR, _TOP_BYTE = (np.uint64(shift) for shift in (1, 2, 4, 56))


@cache
def kernel() -> Any | None:
    """Return the compiled loop over a gallery, None without numba; a second or two at first."""
    if importlib.util.find_spec("numba") is None:
        return None
    numba = importlib.import_module("numba")
    types = numba.types

    def readonly(item: Any, dimensions: int, layout: str) -> Any:
        return types.Array(item, dimensions, layout, readonly=True)

    signature = types.void(
        readonly(types.uint64, 2, "C"),
        types.int64,
        readonly(types.uint64, 2, "C"),
        readonly(types.uint8, 1, "A"),
        readonly(types.int64, 1, "C"),
        readonly(types.int32, 1, "C"),
        types.int32[::1],
    )
    inline = numba.njit(inline="always")
    loop = _loop(inline(_set_bits), inline(_used))
    return numba.njit(signature, nogil=True)(loop)


def scores(compiled: Any, probe: Codes, gallery: FingerGallery) -> NDArray[np.int32]:
    """Return the scores by ``compiled``; ``probe`` uint64 [used, CODE_WORDS].

    Reads the gallery only and holds no lock of the interpreter: safe from any number of threads.
    """
    result = np.zeros(gallery.templates, np.int32)
    if len(probe) == 0:
        return result
    filled = -(-len(probe) // PROBE_STEP) * PROBE_STEP
    words = np.zeros((probe.shape[1], filled), np.uint64)
    words[:, : len(probe)] = probe.T
    compiled(
        words,
        len(probe),
        np.ascontiguousarray(gallery.codes),
        gallery.minutiae["quality"],
        gallery.starts,
        parameters.THRESHOLD_HALVES,
        result,
    )
    return result


def _set_bits(word: Any) -> Any:
    """Return the number of set bits of a uint64; compilers know this form for one instruction."""
    word = word - ((word >> _ONE) & _ODD)
    word = (word & _PAIRS) + ((word >> _TWO) & _PAIRS)
    word = (word + (word >> _FOUR)) & _NIBBLES
    return (word * _BYTES) >> _TOP_BYTE


def _used(quality: Any, start: int, count: int) -> int:
    """Return ``used_count`` of the template whose ``count`` qualities begin at ``start``."""
    if count <= _ALWAYS:
        return count
    total = 0
    for slot in range(_ALWAYS):
        total += int(quality[start + slot])
    used = _ALWAYS
    for slot in range(_ALWAYS, min(count, _MAX)):
        if int(quality[start + slot]) * (100 * _ALWAYS) >= _PERCENT * total:
            used += 1
    return used


def _loop(set_bits: Any, used_of: Any) -> Any:
    """Return the loop to compile; both functions are those above, compiled.

    All minutiae of the probe pass over one of the gallery: they fill vectors without a rest.
    """

    def loop(
        probe: Any, rows: int, codes: Any, quality: Any, starts: Any, halves: Any, result: Any
    ) -> None:
        width = probe.shape[1]
        nearest = np.empty(width, np.uint64)
        for template in range(len(result)):
            start = starts[template]
            used = used_of(quality, start, starts[template + 1] - start)
            if used == 0:
                continue
            limit = np.int64(halves[rows] + halves[used] + _UNIT // 2) // _UNIT
            nearest[:] = np.uint64(limit)
            for column in range(start, start + used):
                c0, c1 = codes[0, column], codes[1, column]
                c2, c3 = codes[2, column], codes[3, column]
                for row in range(width):
                    distance = set_bits(c0 ^ probe[0, row]) + set_bits(c1 ^ probe[1, row])
                    distance += set_bits(c2 ^ probe[2, row]) + set_bits(c3 ^ probe[3, row])
                    nearest[row] = min(nearest[row], distance)
            total: Any = np.int64(0)
            for row in range(rows):
                total += limit - np.int64(nearest[row])
            result[template] = total

    return loop
