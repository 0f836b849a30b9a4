"""Minutiae, motions and pairs of two prints, one at a time: the nouns of the stage-2 reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger.stage2_arithmetic import COS, SIN, closeness, rotate, wrap
from kernels.finger.stage2_print import Print


class Point(NamedTuple):
    """A minutia: place in 1/8 px, angle in 1/1024 turn."""

    x: int
    y: int
    angle: int


class Motion(NamedTuple):
    """A turn about the origin, 0..1023, and a shift after it."""

    rotation: int
    dx: int
    dy: int

    def apply(self, point: Point) -> Point:
        """Return the moved minutia."""
        cos, sin = int(COS[self.rotation]), int(SIN[self.rotation])
        x, y = rotate(point.x, point.y, cos, sin)
        return Point(x + self.dx, y + self.dy, point.angle + self.rotation)

    def revert(self, point: Point) -> Point:
        """Return where the minutia was before the motion."""
        cos, sin = int(COS[self.rotation]), int(SIN[self.rotation])
        x, y = rotate(point.x - self.dx, point.y - self.dy, cos, -sin)
        return Point(x, y, point.angle - self.rotation)


class Match(NamedTuple):
    """Minutia ``i`` of the probe paired with ``j`` of the candidate."""

    i: int
    j: int
    weight: int
    squared: int


class Hypothesis(NamedTuple):
    """A motion with its pairs after the elastic step, the probe as that step left it, the weight of
    the pairs before it, and the support of the seed.
    """

    motion: Motion
    matches: list[Match]
    warped: list[Point]
    rigid_weight: int
    support: int


def points_of(print_: Print) -> list[Point]:
    """Return the minutiae of a print."""
    columns = zip(print_.x.tolist(), print_.y.tolist(), print_.angle.tolist(), strict=True)
    return [Point(*column) for column in columns]


def squared_distance(one: Point, other: Point) -> int:
    """Return the squared distance of two minutiae."""
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2


def weight_of(moved: Point, other: Point, tolerance: int, angle: int) -> int:
    """Return 0..256: how well a moved minutia lies on another one."""
    squared = squared_distance(moved, other)
    turned = abs(wrap(other.angle - moved.angle))
    if squared >= tolerance**2 or turned >= angle:
        return 0
    near = closeness(squared, tolerance**2) * closeness(turned**2, angle**2)
    return near >> arithmetic.WEIGHT_SHIFT


def assign(
    moved: Sequence[Point], theirs: Sequence[Point], tolerances: Sequence[int], angle: int
) -> list[Match]:
    """Return the pairs that are each other's best, the lower index on a tie, by rising ``i``."""
    weights = [
        [weight_of(point, other, tolerance, angle) for other in theirs]
        for point, tolerance in zip(moved, tolerances, strict=True)
    ]
    matches = []
    for i, row in enumerate(weights):
        weight = max(row)
        j = row.index(weight)
        column = [other[j] for other in weights]
        if weight > 0 and column.index(max(column)) == i:
            matches.append(Match(i, j, weight, squared_distance(moved[i], theirs[j])))
    return matches


def total_weight(matches: Sequence[Match]) -> int:
    """Return the summed weight of pairs."""
    return sum(match.weight for match in matches)
