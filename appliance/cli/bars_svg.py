"""Bars with their numbers, drawn as SVG for a page without outside resources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

ROW_PX = 26
BAR_PX = 16
LABELS_PX = 220
BARS_PX = 560
WIDTH_PX = 940
LEGEND_PX = 30
SWATCH_PX = 12
LEGEND_STEP_PX = 150


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a label and its parts, whole numbers from 0, in the order of the legend."""

    label: str
    parts: tuple[int, ...]


def draw(title: str, legend: Sequence[str], bars: Sequence[Bar]) -> str:
    """Return an SVG element: one stacked bar for each row, its sum and every part told in words.

    All bars share one scale; rows without anything show an empty bar.
    """
    widest = max((sum(bar.parts) for bar in bars), default=0) or 1
    height = LEGEND_PX + ROW_PX * len(bars)
    rows = "".join(_row(bar, legend, at, widest) for at, bar in enumerate(bars))
    return (
        f'<svg viewBox="0 0 {WIDTH_PX} {height}" role="img"><title>{escape(title)}</title>'
        f"{_legend(legend)}{rows}</svg>"
    )


def _legend(legend: Sequence[str]) -> str:
    return "".join(
        f'<rect class="bar{at}" x="{LABELS_PX + at * LEGEND_STEP_PX}" y="6" '
        f'width="{SWATCH_PX}" height="{SWATCH_PX}"/>'
        f'<text x="{LABELS_PX + at * LEGEND_STEP_PX + SWATCH_PX + 6}" y="17">{escape(name)}</text>'
        for at, name in enumerate(legend)
    )


def _row(bar: Bar, legend: Sequence[str], at: int, widest: int) -> str:
    top = LEGEND_PX + at * ROW_PX
    left = float(LABELS_PX)
    drawn = [f'<text x="0" y="{top + 13}">{escape(bar.label)}</text>']
    for place, (name, part) in enumerate(zip(legend, bar.parts, strict=True)):
        width = part / widest * BARS_PX
        drawn.append(
            f'<rect class="bar{place}" x="{left:.1f}" y="{top}" width="{width:.1f}" '
            f'height="{BAR_PX}"><title>{escape(bar.label)}, {escape(name)}: {part}</title></rect>'
        )
        left += width
    drawn.append(f'<text x="{left + 8:.1f}" y="{top + 13}">{sum(bar.parts)}</text>')
    return "".join(drawn)
