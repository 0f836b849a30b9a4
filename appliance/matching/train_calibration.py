"""Makes ``model/calibration.json``: how rarely different fingers reach each raw score.

    appliance bench finger accuracy SET... --scores leader.csv
    python -m appliance.matching.train_calibration leader.csv fjfx.csv ...

Each file holds the scores of all pairs of public test sets by one extractor. A score must never
promise more than any of them keeps, so of all files the one whose impostors score highest decides
at each level. Below ``TAIL_COUNT_MIN`` impostors a count says little: from there on the flattest of
the falling lines through the last decade is continued, for a tail of rare scores falls
exponentially. Generated fingers would not do here: their impostors resemble each other less than
those of one real sensor, and the table would promise a thousand times too much.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.matching.calibration import Calibration

STEP_HUNDREDTHS = 250
TAIL_COUNT_MIN = 20
TAIL_SPAN_HUNDREDTHS = 1000
TARGET = Path(__file__).parent / "model" / "calibration.json"

Point = tuple[int, int]
"""A raw score and the level, −10·log10 of the false-match rate × 100, that it means."""


def impostor_scores(path: Path) -> NDArray[np.int64]:
    """Return the scores of different fingers in a file of ``bench finger accuracy``, falling."""
    with path.open(newline="", encoding="utf-8") as stream:
        scores = [int(row["score"]) for row in csv.DictReader(stream) if row["genuine"] == "0"]
    return np.sort(np.array(scores, np.int64))[::-1]


def levels(falling: NDArray[np.int64]) -> list[Point]:
    """Return the raw score just above which each level of one file begins."""
    points: list[Point] = []
    hundredths = STEP_HUNDREDTHS
    while (allowed := int(len(falling) * 10 ** (-hundredths / 1000))) >= TAIL_COUNT_MIN:
        points.append((int(falling[allowed]) + 1, hundredths))
        hundredths += STEP_HUNDREDTHS
    return points


def tail_per_thousand(points: Sequence[Point]) -> int:
    """Return the slope of the last decade, in thousandths of a level for one raw score."""
    tail = [point for point in points if point[1] >= points[-1][1] - TAIL_SPAN_HUNDREDTHS]
    raws, hundredths = (np.array(each, np.float64) for each in zip(*tail, strict=True))
    # Rounded down: an extrapolated claim should err towards the more common event.
    return math.floor(1000 * float(np.polyfit(raws, hundredths, 1)[0]))


def table(files: Sequence[NDArray[np.int64]], version: str) -> Calibration:
    """Return the calibration that holds for every file."""
    each = [levels(falling) for falling in files]
    slope = min(tail_per_thousand(points) for points in each)
    raw, meaning = [0], [0]
    for hundredths in range(STEP_HUNDREDTHS, max(p[-1][1] for p in each) + 1, STEP_HUNDREDTHS):
        # A file too small to speak of this level speaks through its own continued tail.
        needed = max(_raw_at(points, hundredths, slope) for points in each)
        if needed > raw[-1]:
            raw.append(needed)
            meaning.append(hundredths)
        else:
            meaning[-1] = hundredths
    return Calibration(version, tuple(raw), tuple(meaning), slope)


def _raw_at(points: Sequence[Point], hundredths: int, slope: int) -> int:
    for raw, level in points:
        if level == hundredths:
            return raw
    raw, level = points[-1]
    return raw + math.ceil(1000 * (hundredths - level) / slope)


def main(paths: Sequence[str]) -> None:
    """Write the table."""
    files = [impostor_scores(Path(path)) for path in paths]
    comparisons = sum(len(falling) for falling in files)
    made = table(files, version=f"public-sets-{len(files)}x{comparisons}")
    document = {
        "version": made.version,
        "made_by": "python -m appliance.matching.train_calibration",
        "measured_on": [Path(path).stem for path in paths],
        "impostor_comparisons": comparisons,
        "raw": list(made.raw),
        "hundredths": list(made.hundredths),
        "tail_per_thousand": made.tail_per_thousand,
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(TARGET, file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
