"""Two prints side by side with their corresponding minutiae, drawn for an expert's eye."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from appliance.domain.finger import UNITS_PER_PIXEL, FingerTemplate, Minutia, MinutiaKind
from appliance.domain.search import MinutiaPair

GAP_PX = 40
TAIL_PX = 14
MARGIN_PX = 12
CAPTION_PX = 26


def _extent(template: FingerTemplate) -> tuple[float, float]:
    """Return width and height in px: the image's, or what the minutiae need."""
    far_x = max((minutia.x for minutia in template.minutiae), default=0)
    far_y = max((minutia.y for minutia in template.minutiae), default=0)
    return (
        max(template.width, far_x) / UNITS_PER_PIXEL,
        max(template.height, far_y) / UNITS_PER_PIXEL,
    )


class _Print:
    """Places one template's minutiae on the drawing."""

    def __init__(self, template: FingerTemplate, left: float, height: float) -> None:
        self._left = left
        self._bottom = CAPTION_PX + MARGIN_PX + height
        self.minutiae = template.minutiae

    def place(self, minutia: Minutia) -> tuple[float, float]:
        """Return drawing coordinates; y turns over because drawings count downwards."""
        return (
            self._left + minutia.x / UNITS_PER_PIXEL,
            self._bottom - minutia.y / UNITS_PER_PIXEL,
        )

    def mark(self, minutia: Minutia, paired: bool) -> str:
        """Return circle (ending) or square (bifurcation) with its direction."""
        x, y = self.place(minutia)
        angle = minutia.angle * 2 * math.pi / 256
        style = "paired" if paired else "single"
        end_x, end_y = x + TAIL_PX * math.cos(angle), y - TAIL_PX * math.sin(angle)
        shape = (
            f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'
            if minutia.kind == MinutiaKind.BIFURCATION
            else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2"/>'
        )
        tail = f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{end_x:.1f}" y2="{end_y:.1f}"/>'
        return f'<g class="minutia {style}">{shape}{tail}</g>'


def draw(
    probe: FingerTemplate,
    candidate: FingerTemplate,
    pairs: Sequence[MinutiaPair],
    probe_title: str,
    candidate_title: str,
) -> str:
    """Return an SVG element: probe left, candidate right, one line for each corresponding pair."""
    (left_w, left_h), (right_w, right_h) = _extent(probe), _extent(candidate)
    height = max(left_h, right_h)
    right_at = MARGIN_PX + left_w + GAP_PX
    left, right = _Print(probe, MARGIN_PX, height), _Print(candidate, right_at, height)
    width = right_at + right_w + MARGIN_PX
    parts = [
        f'<svg viewBox="0 0 {width:.0f} {height + CAPTION_PX + 2 * MARGIN_PX:.0f}" role="img">',
        f"<title>{escape(probe_title)} and {escape(candidate_title)}: "
        f"{len(pairs)} corresponding minutiae</title>",
        _frame(MARGIN_PX, height, left_w, left_h, probe_title),
        _frame(right_at, height, right_w, right_h, candidate_title),
    ]
    for number, pair in enumerate(pairs, start=1):
        x1, y1 = left.place(left.minutiae[pair.probe_index])
        x2, y2 = right.place(right.minutiae[pair.candidate_index])
        parts.append(
            f'<line class="pair" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}">'
            f"<title>pair {number}: neighbourhood {pair.similarity} of 100, "
            f"{pair.residual / UNITS_PER_PIXEL:.1f} px apart</title></line>"
        )
    mine = {pair.probe_index for pair in pairs}
    theirs = {pair.candidate_index for pair in pairs}
    parts += [left.mark(each, at in mine) for at, each in enumerate(left.minutiae)]
    parts += [right.mark(each, at in theirs) for at, each in enumerate(right.minutiae)]
    return "".join((*parts, "</svg>"))


def _frame(left: float, height: float, width: float, own_height: float, title: str) -> str:
    top = CAPTION_PX + MARGIN_PX + height - own_height
    return (
        f'<rect class="frame" x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" '
        f'height="{own_height:.0f}" rx="6"/>'
        f'<text x="{left:.0f}" y="{CAPTION_PX - 6}">{escape(title)}</text>'
    )
