"""Stage-1 codes the slow way: minutia by minutia, neighbour by neighbour, in plain integers.

The definition that every faster encoder must equal bit by bit. Own construction: a soft histogram
of the neighbourhood in polar coordinates, then the signs of a linear discriminant projection
(P-MCC, Ferrara et al. 2012, has the idea of a learned binary projection; the histogram is ours).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger import encode_tables as tables
from kernels.finger import stage1_parameters as parameters
from kernels.finger.layout import Minutiae, pack, quality_order
from kernels.finger.projection import Projection, shipped
from kernels.finger.stage1_used import used_count


def weights(used: Minutiae) -> list[int]:
    """Return what each used minutia counts as a neighbour: its quality over the mean, clipped."""
    qualities = [int(quality) for quality in used["quality"]]
    total = sum(qualities)
    if total == 0:
        return [parameters.WEIGHT_ONE] * len(qualities)
    raw = [(parameters.WEIGHT_ONE * q * len(qualities) + total // 2) // total for q in qualities]
    return [min(max(weight, parameters.WEIGHT_MIN), parameters.WEIGHT_MAX) for weight in raw]


def place(run: int, rise: int) -> int:
    """Return radius * 256 + bearing of an offset in 1/8 px, FAR * 256 where it is too far."""
    rounding = 1 << (tables.OFFSET_SHIFT - 1)
    column = (run + rounding) >> tables.OFFSET_SHIFT
    row = (rise + rounding) >> tables.OFFSET_SHIFT
    if max(abs(column), abs(row)) > tables.OFFSET_MAX:
        return tables.FAR * tables.TURN
    return int(tables.PLACE[row + tables.OFFSET_MAX, column + tables.OFFSET_MAX])


def features(ordered: Minutiae, centre: int) -> NDArray[np.int64]:
    """Return the 0..255 neighbourhood histogram of one minutia, int64 [FEATURES]."""
    used = ordered[: used_count(ordered)]
    mine = ordered[centre]
    sums = np.zeros((parameters.CELLS, parameters.DIRECTIONS), np.int64)
    for index, (other, weight) in enumerate(zip(used, weights(used), strict=True)):
        if index == centre:
            continue
        where = place(int(other["x"]) - int(mine["x"]), int(other["y"]) - int(mine["y"]))
        radius, bearing = divmod(where, tables.TURN)
        relative = (bearing - int(mine["angle"])) % tables.TURN
        turned = (int(other["angle"]) - int(mine["angle"])) % tables.TURN
        cells = tables.POLAR[radius * tables.TURN + relative].astype(np.int64)
        directions = tables.DIRECTION[turned].astype(np.int64)
        sums += weight * np.outer(cells, directions)
    base = parameters.FEATURE_BASE
    shifted = [int(value) >> parameters.FEATURE_SHIFT for value in sums.ravel()]
    roots = [math.isqrt(value + base * base) - base for value in shifted]
    return np.minimum(np.array(roots, np.int64), parameters.FEATURE_MAX)


def code(histogram: NDArray[np.int64], angle: int, projection: Projection) -> int:
    """Return the 256-bit code of a minutia as an integer, bit 0 least significant."""
    projected = histogram @ projection.weights.astype(np.int64)
    bits = [
        int(value > limit) for value, limit in zip(projected, projection.thresholds, strict=True)
    ]
    bits += [int(bit) for bit in tables.DIRECTION_BITS[angle]]
    bits.append(sum(bits) % 2)
    return sum(bit << position for position, bit in enumerate(bits))


def encode(minutiae: Minutiae) -> bytes:
    """Return the packed blob of one template, MINUTIA [n] in any order."""
    ordered = quality_order(minutiae)
    codes = np.zeros((len(ordered), limits.CODE_WORDS), np.uint64)
    for index in range(len(ordered)):
        bits = code(features(ordered, index), int(ordered["angle"][index]), shipped())
        for word in range(limits.CODE_WORDS):
            codes[index, word] = (bits >> (64 * word)) & (2**64 - 1)
    return pack(ordered, codes)
