"""Every tunable of fingerprint stage 2, with the reason for its value; no logic.

Lengths are in 1/8 px at 500 ppi, angles in 1/1024 turn. The values were chosen by measurement on
public FVC templates of three extractors; most lie on a plateau, so small changes change little.
"""

from __future__ import annotations

POSITION_UNIT = 8
"""Length units per pixel, as in the packed layout."""

SIMILAR_BITS_MASK = (1 << 207) - 1
"""Code bits that do not turn with the print: the projected neighbourhood, not the direction."""

SIMILAR_DISTANCE_ZERO = 100
SIMILAR_DISTANCE_FULL = 40
"""Hamming distance, of 207 bits, at and above which two minutiae are 0 % alike, and at and below
which they are 100 % alike. Unrelated ones lie about 103 apart."""

PAIR_ANGLE_MAX = 307
"""Two minutiae whose directions differ by more (108 degrees) are never a seed: nobody rolls a
finger that far, and half of the chance pairs go."""

SMALL_TEMPLATE = 12
SMALL_SIMILARITY = 25
"""A print of at most so many minutiae has poor neighbourhoods: every pair may seed then, as if it
were at least 25 % alike."""

SEEDS_MAX = 64
"""Pairs that are tried as the anchor of a motion."""

SEED_PLACES_MAX = 4
"""A pair is a seed before others if few pairs of either of its minutiae are more alike; so many are
counted for each. Distance alone would spend all seeds on a few minutiae with bare neighbourhoods,
which lie near everything: on the noisiest extractor nine genuine pairs of 52 that lacked the true
motion have a seed of it then, 49 by their places, and 3 places counted measure like 12."""

SUPPORT_RADIUS = 160 * POSITION_UNIT
SUPPORT_TOLERANCE = 9 * POSITION_UNIT
SUPPORT_GROWTH_DIVISOR = 10
SUPPORT_TOLERANCE_MAX = 26 * POSITION_UNIT
SUPPORT_ANGLE = 81
SUPPORT_BASE = 40
"""A seed is supported by the pairs around it: the tolerance grows by a tenth of the distance,
because skin stretches; a pair counts in proportion to 0.4 + its similarity."""

HYPOTHESES_MAX = 6
TWIN_DISTANCE = 16 * POSITION_UNIT
TWIN_ANGLE = 41
"""Motions that survive the seeds, and how near two of them are the same one."""

RIGID_STEPS = 3
RIGID_TOLERANCE = 20 * POSITION_UNIT
RIGID_ANGLE = 90
RIGID_DIRECTION_WEIGHT = 400 * POSITION_UNIT**2
"""Least squares steps of a rigid motion. A pair's direction counts like a point 20 px away."""

ELASTIC_MAX = 3
"""Rigid hypotheses, by falling weight, that go through the elastic step."""

ELASTIC_TOLERANCES = (18 * POSITION_UNIT, 16 * POSITION_UNIT, 14 * POSITION_UNIT)
ELASTIC_ANGLES = (92, 95, 98)
"""Tolerances of the assignment after each elastic fit: positions tighten, directions do not."""

KERNEL_SIGMA = 45 * POSITION_UNIT
"""Reach of the elastic fit; 35 to 55 px measure alike."""

PRIOR_WEIGHT = 410
PRIOR_INERTIA = 410 * 2500 * POSITION_UNIT**2
ELASTIC_DIRECTION_WEIGHT = 200 * POSITION_UNIT**2
WARP_TURN_MAX = 6554
"""A minutia stays (weight 0.4 of 1024 per pair) and does not turn (inertia of that weight at 50 px)
unless its neighbours agree; it turns by at most 0.4 rad, in 1/16384 rad."""

HULL_DIRECTIONS = 16
"""Sides of the polygon that stands for a print's area."""

OVERLAP_PRIOR = 2
"""Minutiae added to the overlap: a few matches in a tiny overlap prove little."""

SCORE_SCALE = 1000
"""Score of one perfect pair in an overlap of one without the prior; a print of 35 minutiae that
matches itself gives 33,108.
"""

COUPLE_RADIUS = 130 * POSITION_UNIT
COUPLE_TOLERANCE = 3 * POSITION_UNIT
COUPLE_GROWTH_DIVISOR = 20
"""Two pairs no further apart than the radius are held against each other; their distance on both
prints may differ by 3 px and a twentieth of itself."""

SURROUNDED_HALF = 512
"""Support of pairs, 1024 for one perfect pair at no distance, at which a minutia without a partner
counts half against the motion."""

NEAR_MISS = 200
"""A minutia without a partner counts by 1 - exp(-d^2 / 200) of its distance d, in px, to the
nearest minutia of the other print. (1/64 px^2 over 200 is the exponent in 1/64.)"""
