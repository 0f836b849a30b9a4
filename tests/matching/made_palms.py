"""Palms of thousands of minutiae and latents from any place of them, drawn by a seed.

Minutiae lie as far apart as ridges are; directions are those of no hand, for a matcher sees
neighbourhoods alone.
"""

from __future__ import annotations

import numpy as np

from appliance.codecs.finger_writer import FingerFormat, encode_views
from appliance.domain.codes import Collection
from appliance.domain.finger import FingerTemplate, Minutia
from appliance.domain.reference_data import LoadItem
from appliance.matching import encoder

WIDTH, HEIGHT = 15_760, 18_912
"""100 by 120 mm in 1/8 px at 500 ppi."""

ROOM = 8 * 12
JITTER = 8
TURN_MAX = 42
"""60 degrees: how far a latent is turned, either way."""


def palm(seed: int, count: int = 2_000, position: int = 21) -> FingerTemplate:
    """Return a palm print."""
    chance = np.random.default_rng(seed)
    # One minutia somewhere in each of as many cells as are wanted, so that none lies on another.
    columns = int(np.ceil(np.sqrt(count * WIDTH / HEIGHT)))
    rows = -(-count // columns)
    cell = np.array([WIDTH / columns, HEIGHT / rows])
    places = np.stack(np.divmod(chance.permutation(columns * rows)[:count], rows), axis=1) * cell
    places += chance.random((count, 2)) * (cell - ROOM)
    minutiae = tuple(
        Minutia(int(x), int(y), int(angle), int(kind), int(quality))
        for (x, y), angle, kind, quality in zip(
            places,
            chance.integers(0, 256, count),
            chance.integers(1, 3, count),
            chance.integers(20, 100, count),
            strict=True,
        )
    )
    return FingerTemplate(minutiae, WIDTH, HEIGHT, position, 10, 60, "made")


def latent(of: FingerTemplate, seed: int, count: int, *, missing: int = 0) -> FingerTemplate:
    """Return a turned and somewhat disturbed region of a palm, ``missing`` minutiae left out."""
    chance = np.random.default_rng(seed)
    places = np.array([(each.x, each.y) for each in of.minutiae], float)
    centre = places[chance.integers(len(places))]
    nearest = np.argsort(((places - centre) ** 2).sum(axis=1))[: count + missing]
    taken = np.sort(chance.permutation(nearest)[:count])
    turn = int(chance.integers(-TURN_MAX, TURN_MAX + 1))
    angle = turn * 2 * np.pi / 256
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (places[taken] - centre) @ spin.T + 4_000 + chance.normal(0, JITTER, (count, 2))
    minutiae = tuple(
        of.minutiae[place]._replace(
            x=int(x),
            y=int(y),
            angle=(of.minutiae[place].angle + turn + int(chance.integers(-3, 4))) % 256,
        )
        for place, (x, y) in zip(taken, moved, strict=True)
    )
    return FingerTemplate(minutiae, 8_000, 8_000, 0, 12, 40, "made")


def item(template: FingerTemplate, number: str, collection: Collection) -> LoadItem:
    """Return a print as the exchange hands it to the gallery."""
    (packed,) = encoder.encode_finger([template])
    record = encode_views([template], FingerFormat.ANSI_NIST)
    return LoadItem(collection, number, record, packed)
