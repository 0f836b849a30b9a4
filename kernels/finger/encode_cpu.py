"""Stage-1 codes for many templates at once; equal to ``encode_reference`` bit by bit.

Neighbour pairs of a group of templates become one flat list; the histograms of many minutiae are
then one stacked matrix product of small integers in float32, exact below 2**24.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger import encode_tables as tables
from kernels.finger import stage1_parameters as parameters
from kernels.finger.layout import MINUTIA, Codes, Minutiae, pack, quality_order
from kernels.finger.projection import shipped
from kernels.finger.stage1_used import used_count

GROUP_PAIRS_MAX = 1 << 18
"""Pairs (neighbours or not) of one group of templates: bounds the scratch to some megabytes."""

TILE_ROWS = 256
"""Minutiae per stacked product, so that its operands stay in the cache."""

_FAR_ROW = tables.FAR * tables.TURN
_PLACE = tables.PLACE.ravel()


def _pulls() -> NDArray[np.float32]:
    """Return direction weights times each weight of a neighbour, row weight * 256 + direction."""
    weights = np.arange(parameters.WEIGHT_MAX + 1, dtype=np.float32)[:, None, None]
    return (weights * tables.DIRECTION).reshape(-1, parameters.DIRECTIONS)


_PULL = _pulls()


def encode_batch(minutiae: Sequence[Minutiae]) -> list[bytes]:
    """Return the packed blob of each template, MINUTIA [n] in any order.

    Any input is legal: no minutiae, one, more than 255 (the best are kept), equal coordinates, no
    qualities. Thread safe.
    """
    ordered = [quality_order(template) for template in minutiae]
    blobs: list[bytes] = [b""] * len(ordered)
    for group in _groups(ordered):
        counts = [len(ordered[number]) for number in group]
        codes = codes_of([ordered[number] for number in group])
        stops = np.cumsum(counts)
        for number, count, stop in zip(group, counts, stops, strict=True):
            blobs[number] = pack(ordered[number], codes[stop - count : stop])
    return blobs


def codes_of(ordered: Sequence[Minutiae]) -> Codes:
    """Return the codes of templates in quality order, one after the other, uint64 [total, 4]."""
    histograms = features_of(ordered)
    model = shipped()
    angles = np.concatenate([template["angle"] for template in ordered])
    projected = histograms.astype(np.float32) @ model.weights.astype(np.float32)
    bits = np.empty((len(angles), limits.CODE_BITS), np.uint8)
    bits[:, : parameters.PROJECTED_BITS] = projected > model.thresholds.astype(np.float32)
    bits[:, parameters.PROJECTED_BITS : parameters.PARITY_BIT] = tables.DIRECTION_BITS[angles]
    bits[:, parameters.PARITY_BIT] = bits[:, : parameters.PARITY_BIT].sum(axis=1) & 1
    words = np.packbits(bits, axis=1, bitorder="little").view("<u8")
    return words.astype(np.uint64, copy=False)


def features_of(ordered: Sequence[Minutiae]) -> NDArray[np.uint8]:
    """Return the histograms of templates in quality order, uint8 [total, FEATURES]."""
    total = sum(len(template) for template in ordered)
    result = np.zeros((total, parameters.FEATURES), np.uint8)
    if total == 0:
        return result
    rows, polar, pull = _neighbours(ordered)
    counts = np.bincount(rows, minlength=total)
    firsts = np.cumsum(counts) - counts
    # The sentinel pair at the end fills the gaps of minutiae with fewer neighbours than others.
    sentinel = len(rows)
    polar = np.append(polar, _FAR_ROW)
    pull = np.append(pull, 0)
    # Minutiae with about equally many neighbours share a tile, so that few gaps arise.
    order = np.argsort(counts, kind="stable")
    for start in range(int(np.searchsorted(counts[order], 1)), total, TILE_ROWS):
        tile = order[start : start + TILE_ROWS]
        slots = np.arange(int(counts[tile[-1]]))
        pairs = np.where(slots < counts[tile][:, None], firsts[tile][:, None] + slots, sentinel)
        # ``take`` gathers rows several times faster than an index does.
        cells = tables.POLAR.take(polar.take(pairs), axis=0).astype(np.float32)
        directions = _PULL.take(pull.take(pairs), axis=0)
        sums = np.matmul(cells.transpose(0, 2, 1), directions).reshape(len(tile), -1)
        # A quotient by a power of two is exact, and the floor of its root the integer root.
        base = np.float32(parameters.FEATURE_BASE)
        roots = np.sqrt(sums * np.float32(1 / (1 << parameters.FEATURE_SHIFT)) + base * base)
        result[tile] = np.minimum(roots - base, parameters.FEATURE_MAX)
    return result


def _groups(ordered: Sequence[Minutiae]) -> Iterator[list[int]]:
    """Yield template numbers by rising size, so many at a time as the pair bound allows."""
    group: list[int] = []
    for number in sorted(range(len(ordered)), key=lambda index: len(ordered[index])):
        if group and (len(group) + 1) * len(ordered[number]) ** 2 > GROUP_PAIRS_MAX:
            yield group
            group = []
        group.append(number)
    if group:
        yield group


def _neighbours(
    ordered: Sequence[Minutiae],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the neighbour pairs of a group, sorted by centre.

    Three arrays [pairs]: the centre's row, the row of the polar table, the row of ``_PULL``.
    """
    counts = np.array([len(template) for template in ordered])
    used = np.array([used_count(template) for template in ordered])
    # As plain words: joining structured arrays costs numpy twenty times as much.
    flat = np.concatenate([template.view(np.uint64) for template in ordered]).view(MINUTIA)
    firsts = np.cumsum(counts) - counts
    slots = np.arange(int(np.max(counts)))
    padded = np.minimum(firsts[:, None] + slots, len(flat) - 1)
    centre = slots < counts[:, None]
    neighbour = slots[: int(np.max(used))] < used[:, None]
    rounding = 1 << (tables.OFFSET_SHIFT - 1)
    x = flat["x"].astype(np.int32)[padded]
    y = flat["y"].astype(np.int32)[padded]
    width = neighbour.shape[1]
    run = (x[:, None, :width] - x[:, :, None] + rounding) >> tables.OFFSET_SHIFT
    rise = (y[:, None, :width] - y[:, :, None] + rounding) >> tables.OFFSET_SHIFT
    near = (np.abs(run) <= tables.OFFSET_MAX) & (np.abs(rise) <= tables.OFFSET_MAX)
    near &= centre[:, :, None] & neighbour[:, None, :]
    near &= slots[:, None] != slots[:width]
    pairs = np.flatnonzero(near)
    offsets = (rise.ravel().take(pairs) + tables.OFFSET_MAX) * tables.OFFSET_SIDE
    where = _PLACE.take(offsets + run.ravel().take(pairs) + tables.OFFSET_MAX)
    close = where < _FAR_ROW
    where = where[close]
    mine, other = np.divmod(pairs[close], width)
    rows = padded.ravel().take(mine)
    others = np.repeat(firsts, len(slots)).take(mine) + other
    angle = flat["angle"].astype(np.int64)
    bearing = angle.take(rows)
    polar = (where & ~0xFF) | ((where - bearing) & 0xFF)
    turned = (angle.take(others) - bearing) & 0xFF
    weight = _weights(flat, firsts, counts, used).take(others)
    return rows, polar, weight * tables.TURN + turned


def _weights(
    flat: Minutiae,
    firsts: NDArray[np.int64],
    counts: NDArray[np.int64],
    used: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return each minutia's weight as a neighbour, quality over the used ones' mean, clipped."""
    quality = flat["quality"].astype(np.int64)
    summed = np.append(0, np.cumsum(quality))
    totals = summed[firsts + used] - summed[firsts]
    total, number = np.repeat(totals, counts), np.repeat(used, counts)
    raw = (parameters.WEIGHT_ONE * quality * number + total // 2) // np.maximum(total, 1)
    clipped = np.clip(raw, parameters.WEIGHT_MIN, parameters.WEIGHT_MAX)
    return np.where(total > 0, clipped, parameters.WEIGHT_ONE)
