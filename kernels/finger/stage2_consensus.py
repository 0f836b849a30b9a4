"""Rigid least squares of a batch: every hypothesis settles on the pairs that agree with it."""

from __future__ import annotations

import numpy as np

from kernels.finger import stage2_arithmetic as arithmetic
from kernels.finger import stage2_parameters as parameters
from kernels.finger.stage2_arithmetic import COS, SIN, TURN
from kernels.finger.stage2_assignment import Matches, assign, total_of
from kernels.finger.stage2_batch import Batch
from kernels.finger.stage2_motion import Motions, onto
from kernels.finger.stage2_print import Print
from kernels.finger.stage2_seeds import Hypotheses, growing


def settle(probe: Print, batch: Batch, hypotheses: Hypotheses) -> tuple[Motions, Matches]:
    """Return the motions and their pairs after the rigid least squares steps."""
    motions = hypotheses.motions
    _, tolerance = growing(probe, hypotheses.anchor)
    matches = assign(motions.apply(probe), batch, tolerance, parameters.SUPPORT_ANGLE)
    fixed = np.array(parameters.RIGID_TOLERANCE**2)
    for _ in range(parameters.RIGID_STEPS):
        motions = _least_squares(probe, batch, motions, matches)
        matches = assign(motions.apply(probe), batch, fixed, parameters.RIGID_ANGLE)
    return motions, matches


def _least_squares(probe: Print, batch: Batch, motions: Motions, matches: Matches) -> Motions:
    """Return the weighted best rigid motions of the pairs; one without pairs stays as it is."""
    count, which, weight = len(motions), matches.hypothesis, matches.weight
    place = motions.candidate[which]
    px, py = probe.x[matches.i], probe.y[matches.i]
    qx, qy = batch.x[place, matches.j], batch.y[place, matches.j]
    total = total_of(matches, weight, count)
    safe = np.maximum(total, 1)
    centre = [
        arithmetic.divide(total_of(matches, weight * values, count), safe)
        for values in (px, py, qx, qy)
    ]
    ux, uy, vx, vy = (
        values - middle[which] for values, middle in zip((px, py, qx, qy), centre, strict=True)
    )
    turned = (batch.angle[place, matches.j] - probe.angle[matches.i]) & (TURN - 1)
    pull = parameters.RIGID_DIRECTION_WEIGHT
    along = ux * vx + uy * vy + (pull * COS[turned] >> arithmetic.UNIT_SHIFT)
    across = ux * vy - uy * vx + (pull * SIN[turned] >> arithmetic.UNIT_SHIFT)
    rotation = arithmetic.direction_of(
        total_of(matches, weight * along, count), total_of(matches, weight * across, count)
    )
    fitted = onto(motions.candidate, rotation, (centre[0], centre[1]), (centre[2], centre[3]))
    some = total > 0
    return Motions(
        motions.candidate,
        np.where(some, fitted.rotation, motions.rotation),
        np.where(some, fitted.dx, motions.dx),
        np.where(some, fitted.dy, motions.dy),
    )
