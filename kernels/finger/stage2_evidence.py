"""What stage 2 can show of one candidate: the motion between both prints and the pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Pair(NamedTuple):
    """Two corresponding minutiae, by their places in the packed order of their templates.

    ``similarity`` of the neighbourhoods 0..100; ``residual`` in 1/8 px: how far the candidate's
    minutia lies from where the other pairs predict it.
    """

    probe_index: int
    candidate_index: int
    similarity: int
    residual: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Score and motion of a candidate; a point of the probe turned by ``rotation``, then shifted by
    ``dx`` and ``dy``, lies on the candidate but for the stretch of the skin.

    ``rotation`` 0..1023 in 1/1024 turn counter-clockwise about the origin of the probe's frame,
    ``dx`` and ``dy`` in 1/8 px, ``pairs`` by rising ``probe_index``. Without any hypothesis the
    score and the motion are 0 and there are no pairs.
    """

    score: int
    rotation: int
    dx: int
    dy: int
    pairs: tuple[Pair, ...]


NO_EVIDENCE = Evidence(0, 0, 0, 0, ())
