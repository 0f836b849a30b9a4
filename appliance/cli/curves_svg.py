"""Curves over one another, drawn as SVG that needs nothing from outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH_PX, HEIGHT_PX = 720, 420
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 64, 200, 34, 50
TICKS = 5
STROKES = (
    ("#1b4f8f", ""),
    ("#b3541e", "7 3"),
    ("#3f7d3a", "2 3"),
    ("#7a3f8f", "9 3 2 3"),
)
"""Colour and dashes: the dashes tell the curves apart in print."""


@dataclass(frozen=True, slots=True)
class Curve:
    """``points`` by rising x, both coordinates from 0."""

    name: str
    points: Sequence[tuple[float, float]]


def draw(title: str, x_label: str, y_label: str, curves: Sequence[Curve]) -> str:
    """Return an SVG document with both axes from 0; at most len(STROKES) curves."""
    x_end = _round_up(max(x for curve in curves for x, _ in curve.points))
    y_end = _round_up(max(y for curve in curves for _, y in curve.points))
    right, low = WIDTH_PX - RIGHT_PX, HEIGHT_PX - BOTTOM_PX

    def across(x: float) -> float:
        return LEFT_PX + x / x_end * (right - LEFT_PX)

    def up(y: float) -> float:
        return low - y / y_end * (low - TOP_PX)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH_PX}" height="{HEIGHT_PX}" fill="#fff"/>'
        f'<text x="{LEFT_PX}" y="20" font-size="14">{escape(title)}</text>'
    ]
    for tick in range(TICKS + 1):
        x, y = x_end * tick / TICKS, y_end * tick / TICKS
        parts.append(
            f'<path d="M{LEFT_PX} {up(y):.1f}H{right}" stroke="#ddd"/>'
            f'<text x="{LEFT_PX - 6}" y="{up(y) + 4:.1f}" text-anchor="end">{y:g}</text>'
            f'<text x="{across(x):.1f}" y="{low + 18}" text-anchor="middle">{x:g}</text>'
        )
    parts.append(
        f'<path d="M{LEFT_PX} {TOP_PX}V{low}H{right}" fill="none" stroke="#333"/>'
        f'<text x="{(LEFT_PX + right) / 2}" y="{HEIGHT_PX - 12}" text-anchor="middle">'
        f"{escape(x_label)}</text>"
        f'<text transform="rotate(-90 16 {(TOP_PX + low) / 2})" x="16" y="{(TOP_PX + low) / 2}" '
        f'text-anchor="middle">{escape(y_label)}</text>'
    )
    for at, (curve, (colour, dashes)) in enumerate(zip(curves, STROKES, strict=False)):
        stroke = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        line = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in curve.points)
        key = TOP_PX + 12 + 20 * at
        parts.append(
            f'<polyline points="{line}" {stroke}/><path d="M{right + 12} {key}h28" {stroke}/>'
            f'<text x="{right + 46}" y="{key + 4}">{escape(curve.name)}</text>'
        )
    return "".join(parts) + "</svg>\n"


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 2.5 and 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)
