"""Generated prints beside real ones, as a page with tables and pictures beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from appliance.cli import curves_svg
from appliance.cli.curves_svg import Curve
from appliance.cli.print_statistics import BIN_PX, KINDS, SAMPLES, Statistics
from kernels.finger import population, population_presets

Columns = Mapping[str, Statistics]
DRAWN = ("minutiae", "nearest neighbour, px", "off after the motion, px")
"""Whose distributions are drawn."""

_POINTS = 60

_HEAD = """# Generated prints beside real ones

`appliance bench finger population TEMPLATES --out FOLDER`, where TEMPLATES holds the public sets by
extractor. Presets of version {presets}, generator of version {generator}. Each figure is the 10th,
50th and 90th percentile, for scores of different fingers the 90th and 99th. *Of the training* are
the fingers on which the projection of stage 1 was trained; they stay as they are.

The presets were fitted by hand to these same sets: that they agree here says nothing of another
sensor. The sets hold few fingers each, many of them of large prints of one sensor, which no preset
imitates: they are the upper percentiles of minutiae and of missing ones.

A minutia is false where no other impression that overlaps it has it, and missing is how often the
others lack one that some of them have; both are as stage 2 finds them, in real and generated prints
alike, so that they compare. The motion is rigid: what it leaves over is the stretch of the skin and
the extractor's error.
"""


def write(folder: Path, compared: Mapping[str, Columns]) -> None:
    """Write README.md and the pictures into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [
        _HEAD.format(
            presets=population_presets.PRESETS_VERSION, generator=population.GENERATOR_VERSION
        )
    ]
    for extractor, columns in compared.items():
        parts.append(f"## {extractor}\n\n{_table(columns)}\n")
        for name, picture in _pictures(extractor, columns).items():
            (folder / name).write_text(picture, encoding="utf-8")
            parts.append(f"![{name.removesuffix('.svg').replace('-', ' ')}]({name})\n")
    (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def _table(columns: Columns) -> str:
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    for name in SAMPLES:
        cells = [_percentiles(name, each) for each in columns.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    for at, kind in enumerate(KINDS):
        cells = [f"{100 * each.kinds[at]:.0f} %" for each in columns.values()]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _percentiles(name: str, found: Statistics) -> str:
    values = found.samples[name]
    if not len(values):
        return "none"
    wanted = (90, 99) if name.startswith("stage 1") else (10, 50, 90)
    return ", ".join(f"{each:.1f}" for each in np.percentile(values, wanted))


def _pictures(extractor: str, columns: Columns) -> dict[str, str]:
    """Return the pictures of an extractor by file name."""

    def by_distance(of: Callable[[Statistics], list[float]]) -> list[Curve]:
        middle = [BIN_PX * (at + 0.5) for at in range(len(of(next(iter(columns.values())))))]
        return [
            Curve(name, [(x, max(0.0, y)) for x, y in zip(middle, of(each), strict=True)])
            for name, each in columns.items()
        ]

    made = {
        f"{extractor}-direction.svg": curves_svg.draw(
            f"{extractor}: agreement of directions",
            "distance, px",
            "mean cosine",
            by_distance(lambda each: each.direction),
        ),
        f"{extractor}-ridges.svg": curves_svg.draw(
            f"{extractor}: agreement of ridges (below 0 drawn at 0)",
            "distance, px",
            "mean cosine of twice the angle",
            by_distance(lambda each: each.ridge),
        ),
        f"{extractor}-density.svg": curves_svg.draw(
            f"{extractor}: density of pairs",
            "distance, px",
            "share of pairs nearer than 200 px",
            by_distance(lambda each: each.density),
        ),
    }
    for name in DRAWN:
        picture = f"{extractor}-{name.partition(',')[0].replace(' ', '-')}.svg"
        made[picture] = curves_svg.draw(
            f"{extractor}: {name}", name, "share, cumulative", _cumulative(name, columns)
        )
    return made


def _cumulative(name: str, columns: Columns) -> list[Curve]:
    """Return the shares of values up to x, to the 99th percentile of the real ones."""
    end = max(float(np.percentile(each.samples[name], 99)) for each in columns.values())
    grid = np.linspace(0, end, _POINTS)
    return [
        Curve(
            label,
            [(float(x), float(np.mean(each.samples[name] <= x))) for x in grid],
        )
        for label, each in columns.items()
    ]
