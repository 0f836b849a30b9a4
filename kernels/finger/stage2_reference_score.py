"""The learned score of one hypothesis, multiplication by multiplication."""

from __future__ import annotations

from collections.abc import Sequence

from kernels.finger import stage2_score as parts
from kernels.finger.stage2_features import Sums, features
from kernels.finger.stage2_score import ScoreModel


def scores_of(sums: Sums, model: ScoreModel) -> list[int]:
    """Return the score of each hypothesis, 1..SCORE_MAX."""
    columns = features(sums)
    rows = zip(*(columns[name].tolist() for name in model.names), strict=True)
    return [_score(row, model) for row in rows]


def _score(features_: Sequence[int], model: ScoreModel) -> int:
    """Return the score of one hypothesis from its features in the model's order."""
    standard = []
    for feature, centre, gain in zip(
        features_, model.centre.tolist(), model.gain.tolist(), strict=True
    ):
        value = (feature - centre) * gain >> parts.GAIN_SHIFT
        standard.append(min(max(value, -parts.STANDARD_MAX), parts.STANDARD_MAX))
    total = model.offset
    for value, slope in zip(standard, model.line.tolist(), strict=True):
        total += value * slope << parts.LINE_SHIFT
    for unit, (offset, out) in enumerate(
        zip(model.offsets.tolist(), model.bent.tolist(), strict=True)
    ):
        column = model.weights[:, unit].tolist()
        inward = offset + sum(v * w for v, w in zip(standard, column, strict=True))
        step = (abs(inward) + parts.BEND_STEP // 2) // parts.BEND_STEP
        bend = int(parts.BEND[min(step, len(parts.BEND) - 1)])
        total += out * (bend if inward > 0 else -bend)
    return min(max((total >> parts.SCORE_SHIFT) + parts.SCORE_ZERO, 1), parts.SCORE_MAX)
