"""Generated fingers and their impressions: data for training, tests, demonstration and benches.

Nothing here comes from a real print. A finger is an orientation field with minutiae at
Poisson-disc distances; an impression is a window of it, rotated, warped, thinned, jittered and
mixed with false minutiae of lower quality. A finger depends on the seed and its number alone, not
on how many are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kernels.finger import orientation_field
from kernels.finger.layout import MINUTIA, Minutiae
from kernels.finger.orientation_field import OrientationField

GENERATOR_VERSION = 1
"""Raised when the same seed no longer gives the same fingers."""

UNITS_PER_PX = 8
WIDTH_PX = 388
HEIGHT_PX = 374
"""Size of a generated impression, that of a common optical sensor at 500 ppi."""

BLOCK_FINGERS = 64
"""Fingers drawn together: the unit of repeatability, and enough to fill vector instructions."""

FINGER_HALF_WIDTH_PX = 165.0
FINGER_HALF_HEIGHT_PX = 225.0
DARTS = 170
"""Points thrown per finger; about 50 of them keep their distance and become minutiae."""

SPACING_PX = (16.0, 32.0)
"""Bounds of a finger's least distance between minutiae: dense and sparse fingers."""

FALSE_MAX = 60
"""False minutiae an impression may hold at most."""

CLUSTER_SHARE = 0.15
"""How far from the middle of its cluster a false minutia stays, of where it was thrown."""

FALSE_TURN_RAD = 0.5
"""Width within which the direction of a false minutia follows its ridge."""

_WAVES = 3
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PopulationSpec:
    """How fingers are drawn and impressions differ from them; pairs bound a uniform draw.

    The defaults give the fingers that the projection of stage 1 was trained on. ``darts`` is how
    many points are thrown for a finger, ``flow_px`` the lengths over which minutiae point the same
    way along their ridges, ``flow_bias`` how much one way prevails, ``flow_noise`` how often a
    minutia does otherwise and ``ridge_noise_rad`` how far it turns from the smooth field. A false
    minutia lies ``false_along_ridge`` of the time on a ridge, and false ones gather in
    ``false_clusters`` spots unless that is 0. ``hidden_kind_share`` of the minutiae have no type.
    """

    drop_share: tuple[float, float] = (0.05, 0.25)
    false_share: tuple[float, float] = (0.02, 0.15)
    jitter_px: tuple[float, float] = (0.7, 2.0)
    jitter_rad: tuple[float, float] = (0.04, 0.1)
    flip_share: float = 0.02
    warp_px: float = 3.0
    rotation_rad: float = 0.2
    shift_px: float = 25.0
    false_quality: tuple[int, int] = (15, 70)
    darts: tuple[int, int] = (DARTS, DARTS)
    spacing_px: tuple[float, float] = SPACING_PX
    flow_px: tuple[float, float] = (60.0, 200.0)
    flow_bias: float = 0.0
    flow_noise: float = 0.6
    ridge_noise_rad: float = 0.0
    half_width_px: tuple[float, float] = (105.0, 150.0)
    half_height_px: tuple[float, float] = (130.0, 180.0)
    bifurcation_share: float = 0.45
    hidden_kind_share: float = 0.0
    false_along_ridge: float = 0.0
    false_clusters: int = 0
    quality_base: float = 20.0
    quality_span: float = 80.0
    quality_max: int = 100
    image_px: tuple[int, int] = (WIDTH_PX, HEIGHT_PX)


CLEAN = PopulationSpec()
NOISY = PopulationSpec(drop_share=(0.1, 0.4), false_share=(0.1, 0.8), false_quality=(5, 75))


@dataclass(frozen=True, slots=True)
class Block:
    """BLOCK_FINGERS fingers: positions in px around the centre, directions, distinctness.

    Arrays [BLOCK_FINGERS, DARTS]; ``kept`` marks the darts that are minutiae.
    """

    field: OrientationField

    x: Reals
    y: Reals
    direction: Reals
    clarity: Reals
    bifurcation: NDArray[np.bool_]
    kept: NDArray[np.bool_]


def generate(
    fingers: int, impressions: int, seed: int, spec: PopulationSpec = CLEAN
) -> list[list[Minutiae]]:
    """Return MINUTIA [n] by finger and impression, minutiae in no particular order."""
    return list(population(fingers, impressions, seed, spec))


def finger(seed: int, impressions: int = 1, spec: PopulationSpec = CLEAN) -> list[Minutiae]:
    """Return the impressions of one finger."""
    return next(population(1, impressions, seed, spec))


def population(
    fingers: int, impressions: int, seed: int, spec: PopulationSpec = CLEAN
) -> Iterator[list[Minutiae]]:
    """Yield finger after finger its impressions; about 0.3 ms a finger of one impression."""
    for prints in identified(fingers, impressions, seed, spec):
        for minutiae in prints:
            minutiae["reserved"] = 0
        yield prints


def identified(
    fingers: int, impressions: int, seed: int, spec: PopulationSpec
) -> Iterator[list[Minutiae]]:
    """Yield as ``population``, with each minutia's number in its finger in ``reserved``.

    Equal non-zero numbers correspond between impressions of one finger; 0 marks a false minutia.
    """
    for first in range(0, fingers, BLOCK_FINGERS):
        block = _block(np.random.default_rng([seed, first]), spec)
        prints = [
            impressions_of(np.random.default_rng([seed, first, 1 + number]), block, spec)
            for number in range(impressions)
        ]
        for index in range(min(BLOCK_FINGERS, fingers - first)):
            yield [one[index] for one in prints]


def _block(rng: np.random.Generator, spec: PopulationSpec) -> Block:
    """Draw the fingers of one block."""
    shape = (BLOCK_FINGERS, DARTS)
    radius, turn = np.sqrt(rng.random(shape)), rng.uniform(-math.pi, math.pi, shape)
    x = FINGER_HALF_WIDTH_PX * radius * np.cos(turn)
    y = FINGER_HALF_HEIGHT_PX * radius * np.sin(turn)
    field = orientation_field.draw(rng, BLOCK_FINGERS)
    # Neighbouring minutiae mostly point the same way along the ridge: a smooth sign, some noise.
    sign = waves(rng, x, y, *spec.flow_px) + spec.flow_noise * rng.normal(size=shape)
    clarity = rng.beta(4, 2, shape)
    bifurcation = rng.random(shape) < spec.bifurcation_share
    kept = spaced(x, y, rng.uniform(*spec.spacing_px, BLOCK_FINGERS))
    thrown = rng.integers(*spec.darts, (BLOCK_FINGERS, 1), endpoint=True)
    kept &= np.arange(DARTS) < thrown
    direction = field.at(x, y) + math.pi * (sign + spec.flow_bias > 0)
    direction += spec.ridge_noise_rad * rng.normal(size=shape)
    return Block(field, x, y, direction, clarity, bifurcation, kept)


def spaced(x: Reals, y: Reals, distance_px: Reals) -> NDArray[np.bool_]:
    """Return which darts, taken one after the other, keep their distance from all kept before."""
    kept = np.zeros(x.shape, bool)
    kept[:, 0] = True
    squares = (distance_px**2)[:, None]
    for dart in range(1, x.shape[1]):
        apart = (x[:, :dart] - x[:, dart, None]) ** 2 + (y[:, :dart] - y[:, dart, None]) ** 2
        kept[:, dart] = ~((apart < squares) & kept[:, :dart]).any(axis=1)
    return kept


def waves(rng: np.random.Generator, x: Reals, y: Reals, short_px: float, long_px: float) -> Reals:
    """Return a smooth random surface of unit variance over points [rows, points], one per row."""
    rows = x.shape[0]
    heading = rng.uniform(-math.pi, math.pi, (_WAVES, rows, 1))
    wave = 2 * math.pi / rng.uniform(short_px, long_px, (_WAVES, rows, 1))
    phase = rng.uniform(-math.pi, math.pi, (_WAVES, rows, 1))
    total = np.zeros(x.shape)
    for turn, number, offset in zip(heading, wave, phase, strict=True):
        total += np.cos(number * (x * np.cos(turn) + y * np.sin(turn)) + offset)
    return total * math.sqrt(2 / _WAVES)


def impressions_of(rng: np.random.Generator, block: Block, spec: PopulationSpec) -> list[Minutiae]:
    """Return one impression, MINUTIA [n], of every finger of a block, numbered in ``reserved``."""
    rows = len(block.x)
    per_row = (rows, 1)
    shift_x, shift_y = rng.normal(0, spec.shift_px, (2, *per_row))
    half_width = rng.uniform(*spec.half_width_px, per_row)
    half_height = rng.uniform(*spec.half_height_px, per_row)
    inside = ((block.x - shift_x) / half_width) ** 2 + ((block.y - shift_y) / half_height) ** 2 < 1
    dropped = rng.uniform(*spec.drop_share, per_row)
    seen = block.kept & inside & (rng.random(block.x.shape) >= dropped)
    count = np.round(seen.sum(axis=1) * rng.uniform(*spec.false_share, rows))
    false = np.arange(FALSE_MAX) < count[:, None]
    radius = np.sqrt(rng.random(false.shape))
    turn = rng.uniform(-math.pi, math.pi, false.shape)
    false_x = shift_x + half_width * radius * np.cos(turn)
    false_y = shift_y + half_height * radius * np.sin(turn)
    false_x, false_y = _gathered(false_x, spec), _gathered(false_y, spec)
    flip = math.pi * (rng.random(block.x.shape) < spec.flip_share)
    anyhow = rng.uniform(-math.pi, math.pi, false.shape)
    false_direction = _on_ridges(block.field, false_x, false_y, anyhow, spec)
    clear = spec.quality_base + spec.quality_span * block.clarity
    clear = np.clip(clear + rng.normal(0, 6, block.x.shape), 1, spec.quality_max)
    quality = np.hstack([clear, rng.integers(*spec.false_quality, false.shape)])
    changed = rng.random(block.x.shape) < 0.08
    kind = np.hstack([block.bifurcation ^ changed, rng.random(false.shape) < 0.5])
    x, y = np.hstack([block.x, false_x]), np.hstack([block.y, false_y])
    direction = np.hstack([block.direction + flip, false_direction])
    placed_x, placed_y, turned = _placed(rng, x - shift_x, y - shift_y, direction, spec)
    record = np.zeros(x.shape, MINUTIA)
    record["x"] = np.round(placed_x * UNITS_PER_PX)
    record["y"] = np.round(placed_y * UNITS_PER_PX)
    record["angle"] = np.round(turned * (256 / (2 * math.pi))).astype(np.int64) & 0xFF
    record["kind"] = 1 + kind
    hidden = rng.random(x.shape) < spec.hidden_kind_share
    record["kind"][hidden] = 0
    record["quality"] = np.round(quality)
    # A finger's numbers fit the byte; those of a palm wrap around and are of no use.
    record["reserved"][:, : block.x.shape[1]] = (1 + np.arange(block.x.shape[1])) & 0xFF
    width, height = spec.image_px
    within = (placed_x >= 0) & (placed_x < width) & (placed_y >= 0) & (placed_y < height)
    present = np.hstack([seen, false]) & within
    return [row[mask] for row, mask in zip(record, present, strict=True)]


def _gathered(place: Reals, spec: PopulationSpec) -> Reals:
    """Return one coordinate of false minutiae, drawn towards the first of them in clusters."""
    if not spec.false_clusters:
        return place
    centre = place[:, np.arange(place.shape[1]) % spec.false_clusters]
    return centre + CLUSTER_SHARE * (place - centre)


def _on_ridges(
    field: OrientationField, x: Reals, y: Reals, anyhow: Reals, spec: PopulationSpec
) -> Reals:
    """Return the directions of false minutiae: the ridge's either way, or those drawn anyhow."""
    if not spec.false_along_ridge:
        return anyhow
    # One uniform draw serves thrice: which of them follow, which way, and how nearly.
    part = np.modf(np.abs(anyhow) / math.pi * FALSE_MAX)[0]
    nearly = field.at(x, y) + math.pi * (anyhow > 0) + FALSE_TURN_RAD * (part - 0.5)
    return np.where(np.abs(anyhow) < math.pi * spec.false_along_ridge, nearly, anyhow)


def _placed(
    rng: np.random.Generator, x: Reals, y: Reals, direction: Reals, spec: PopulationSpec
) -> tuple[Reals, Reals, Reals]:
    """Return positions in the image in px and directions after warp, rotation and jitter."""
    per_row = (len(x), 1)
    warped_x = x + spec.warp_px * waves(rng, x, y, 180.0, 500.0)
    warped_y = y + spec.warp_px * waves(rng, x, y, 180.0, 500.0)
    stretch_x, stretch_y, shear = rng.normal(0, 0.015, (3, *per_row))
    warped_x, warped_y = warped_x * (1 + stretch_x) + shear * warped_y, warped_y * (1 + stretch_y)
    turn = rng.normal(0, spec.rotation_rad, per_row)
    cosine, sine = np.cos(turn), np.sin(turn)
    noise_px = rng.uniform(*spec.jitter_px, per_row)
    noise_rad = rng.uniform(*spec.jitter_rad, per_row)
    placed_x = cosine * warped_x - sine * warped_y + noise_px * rng.normal(size=x.shape)
    placed_y = sine * warped_x + cosine * warped_y + noise_px * rng.normal(size=x.shape)
    width, height = spec.image_px
    centre_x = width / 2 + rng.normal(0, 12, per_row)
    centre_y = height / 2 + rng.normal(0, 8, per_row)
    turned = direction + turn + noise_rad * rng.normal(size=x.shape)
    return placed_x + centre_x, placed_y + centre_y, turned
