"""Templates made to be like every print: no extractor would return them, an attacker might."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from appliance.domain.finger import FingerTemplate, Minutia
from tests.matching import made_fingers

COUNT = 225
SEED = 77

Reals = NDArray[np.float64]


def template(x: Reals, y: Reals, angle: Reals) -> FingerTemplate:
    """Return minutiae at places in 1/8 px with directions in 1/256 turn."""
    columns = (np.round(each).astype(np.int64).tolist() for each in (x, y, angle))
    return made_fingers.template(
        tuple(Minutia(a, b, turn & 255, 1, 60) for a, b, turn in zip(*columns, strict=True))
    )


def grid(step_px: int, directions: str) -> FingerTemplate:
    """Return a grid of COUNT points, from the lower left; ``directions`` as of a plain field."""
    rng = np.random.default_rng(SEED)
    side = int(COUNT**0.5)
    x, y = (each.ravel() * step_px * 8.0 + 400 for each in np.meshgrid(range(side), range(side)))
    away_x, away_y = x - x.mean(), y - y.mean()
    turns = {
        "all one": np.full(len(x), 64.0),
        "at random": rng.integers(0, 256, len(x)).astype(np.float64),
        "as an arch": -30 * np.sin(away_x / 900) + 128 * (rng.random(len(x)) < 0.5),
        "as a whorl": np.arctan2(away_y, away_x) / (2 * np.pi) * 256 + 64,
    }
    return template(x, y, turns[directions])


def every_direction(directions: int) -> FingerTemplate:
    """Return as many directions at each of some points that no two share."""
    rng = np.random.default_rng(SEED)
    points = rng.uniform(400, 2800, (255 // directions, 2)).repeat(directions, axis=0)
    turns = np.tile(np.arange(directions) * (256.0 / directions), 255 // directions)
    return template(points[:, 0], points[:, 1], turns)


def copies(source: FingerTemplate, turned: bool) -> FingerTemplate:
    """Return eight copies of thirty minutiae of a print, beside or turned over one another."""
    cloud = np.array(source.minutiae[:30], np.float64)
    x, y = cloud[:, 0] - cloud[:, 0].mean(), cloud[:, 1] - cloud[:, 1].mean()
    parts = []
    for number in range(8):
        turn = 2 * np.pi * number / 8 if turned else 0.0
        shift = 0.0 if turned else 40.0 * number
        parts.append(
            np.stack(
                [
                    np.cos(turn) * x - np.sin(turn) * y + 4000 + shift,
                    np.sin(turn) * x + np.cos(turn) * y + 4000,
                    cloud[:, 2] + 256 * turn / (2 * np.pi),
                ]
            )
        )
    return template(*np.concatenate(parts, axis=1))


def average(prints: Sequence[FingerTemplate], both_ways: bool) -> FingerTemplate:
    """Return the hundred cells in which most of many prints have minutiae, laid over each other."""
    laid = []
    for each in prints:
        minutiae = np.array(each.minutiae, np.int64)
        minutiae[:, :2] += 1600 - np.median(minutiae[:, :2], axis=0).astype(np.int64)
        laid.append(minutiae)
    points = np.concatenate(laid)
    cells, counts = np.unique(points[:, :2] // 128, axis=0, return_counts=True)
    places, turns = [], []
    for cell in cells[np.argsort(-counts, kind="stable")[:100]]:
        own = points[(points[:, :2] // 128 == cell).all(axis=1)]
        ridge = np.angle(np.exp(2j * np.pi * own[:, 2] / 128).mean()) / (2 * np.pi) * 128
        for way in (0, 128) if both_ways else (0,):
            places.append(own[:, :2].mean(axis=0))
            turns.append(ridge + way)
    x, y = np.clip(np.array(places), 0, 60_000).T
    return template(x, y, np.array(turns))


def attacks(others: Sequence[FingerTemplate]) -> dict[str, FingerTemplate]:
    """Return templates by name, those of a source made of prints of ``others``."""
    fields = ("all one", "at random", "as an arch", "as a whorl")
    dense = [each for each in others if len(each.minutiae) > 30]
    return {
        **{f"grid {step} px, {each}": grid(step, each) for step in (9, 16, 24) for each in fields},
        **{f"{each} directions at every point": every_direction(each) for each in (2, 8, 32)},
        "copies side by side": copies(dense[0], turned=False),
        "copies turned": copies(dense[0], turned=True),
        "average": average(others, both_ways=False),
        "average, both ways": average(others, both_ways=True),
    }
