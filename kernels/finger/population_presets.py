"""Generated impressions as three extractors would tell them, latents and palms.

The values were fitted by hand to public sets of templates; ``appliance bench finger population``
sets the statistics of both side by side. They differ from CLEAN and NOISY of ``population``, on
which the projection of stage 1 was trained, and which therefore stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from kernels.finger.population import PopulationSpec

PRESETS_VERSION = 2
"""Raised when a preset changes: figures of different presets do not compare. (1: CLEAN, NOISY.)"""

LEADER = PopulationSpec(
    drop_share=(0.0, 0.12),
    false_share=(0.0, 0.02),
    jitter_px=(0.3, 1.1),
    jitter_rad=(0.015, 0.05),
    flip_share=0.01,
    warp_px=2.2,
    rotation_rad=0.08,
    shift_px=22.0,
    false_quality=(40, 80),
    darts=(35, 130),
    spacing_px=(6.0, 18.0),
    flow_px=(250.0, 700.0),
    flow_bias=1.0,
    flow_noise=0.6,
    ridge_noise_rad=0.16,
    half_width_px=(95.0, 150.0),
    half_height_px=(140.0, 215.0),
    bifurcation_share=0.27,
    false_along_ridge=0.8,
    quality_base=52.0,
    quality_span=60.0,
    quality_max=97,
)
"""A neural extractor: few minutiae and hardly a false one."""

MINDTCT = replace(
    LEADER,
    drop_share=(0.08, 0.45),
    false_share=(0.03, 0.35),
    jitter_px=(0.4, 1.5),
    jitter_rad=(0.02, 0.1),
    false_quality=(1, 45),
    darts=(80, 170),
    spacing_px=(4.0, 12.0),
    bifurcation_share=0.36,
    false_along_ridge=0.9,
    false_clusters=12,
    quality_base=-68.0,
    quality_span=150.0,
    quality_max=99,
)
"""NBIS mindtct: many doubtful minutiae, most of them told to be so."""

FJFX = replace(
    MINDTCT,
    drop_share=(0.05, 0.3),
    false_share=(0.0, 0.2),
    jitter_rad=(0.02, 0.08),
    false_quality=(35, 65),
    darts=(55, 170),
    spacing_px=(2.0, 7.0),
    bifurcation_share=0.43,
    hidden_kind_share=0.28,
    false_along_ridge=0.8,
    false_clusters=6,
    quality_base=20.0,
    quality_span=68.0,
    quality_max=100,
)
"""FingerJetFX: false minutiae in clusters, a quarter of all without a type."""

LATENT = replace(
    MINDTCT,
    drop_share=(0.1, 0.4),
    false_share=(0.05, 0.3),
    jitter_px=(0.8, 2.2),
    jitter_rad=(0.04, 0.12),
    warp_px=3.5,
    rotation_rad=math.pi,
    shift_px=45.0,
    false_clusters=0,
    half_width_px=(60.0, 90.0),
    half_height_px=(70.0, 110.0),
)
"""A latent: a small window anywhere on the finger, turned anyhow, some minutiae missed."""

PALM = replace(
    LEADER,
    spacing_px=(24.0, 32.0),
    half_width_px=(780.0, 880.0),
    half_height_px=(780.0, 880.0),
    image_px=(1900, 1900),
    flow_px=(600.0, 2000.0),
)
"""A palm as ``palms`` draws it: some 800 to 1,500 minutiae."""

LATENT_PALM = replace(
    LATENT,
    shift_px=320.0,
    half_width_px=(90.0, 150.0),
    half_height_px=(90.0, 150.0),
    flow_px=PALM.flow_px,
    spacing_px=PALM.spacing_px,
    image_px=PALM.image_px,
)
"""A small piece of such a palm, turned anyhow."""

OF_EXTRACTOR: Mapping[str, PopulationSpec] = MappingProxyType(
    {"leader": LEADER, "mindtct": MINDTCT, "fjfx": FJFX}
)
