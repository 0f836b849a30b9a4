"""Rigid motions of the probe onto candidates of a batch, one per hypothesis."""

from __future__ import annotations

from dataclasses import dataclass

from kernels.finger.stage2_arithmetic import COS, SIN, Integers, rotate
from kernels.finger.stage2_assignment import Posed
from kernels.finger.stage2_batch import Batch
from kernels.finger.stage2_print import Print


@dataclass(frozen=True, slots=True)
class Motions:
    """``candidate`` [H] is a row of the batch; ``rotation`` 0..1023 turns about the origin, then
    ``dx`` and ``dy`` shift.
    """

    candidate: Integers
    rotation: Integers
    dx: Integers
    dy: Integers

    def __len__(self) -> int:
        return len(self.candidate)

    def take(self, which: Integers) -> Motions:
        """Return some of the motions."""
        return Motions(self.candidate[which], self.rotation[which], self.dx[which], self.dy[which])

    def apply(self, probe: Print) -> Posed:
        """Return the whole probe moved by every motion."""
        column = self.rotation[:, None]
        x, y = rotate(probe.x, probe.y, COS[column], SIN[column])
        return Posed(
            self.candidate, x + self.dx[:, None], y + self.dy[:, None], probe.angle + column
        )

    def revert(self, batch: Batch) -> tuple[Integers, Integers]:
        """Return x and y [H, m] of each candidate's minutiae before the motion."""
        column = self.rotation[:, None]
        x = batch.x[self.candidate] - self.dx[:, None]
        y = batch.y[self.candidate] - self.dy[:, None]
        return rotate(x, y, COS[column], -SIN[column])


def onto(
    candidate: Integers,
    rotation: Integers,
    start: tuple[Integers, Integers],
    end: tuple[Integers, Integers],
) -> Motions:
    """Return the motions that turn by ``rotation`` and lay point ``start`` on point ``end``."""
    x, y = rotate(*start, COS[rotation], SIN[rotation])
    return Motions(candidate, rotation, end[0] - x, end[1] - y)
