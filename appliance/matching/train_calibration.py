"""Makes ``model/calibration.json``: how rarely different generated fingers reach each raw score.

    python -m appliance.matching.train_calibration

Only generated prints are compared, so the table can be made again by anyone. As in a search, each
probe's stage-1 short list is rescored; what stage 1 left out counts as reaching no score at all.
Below ``TAIL_COUNT_MIN`` impostors a count says little: from there on the falling line through the
last decade is continued, which is what an exponential tail looks like on this scale.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.matching.calibration import Calibration
from kernels.finger import encode_cpu, fusion, population, stage1_cpu, stage2_cpu
from kernels.finger.layout import assemble
from kernels.topk import cpu as topk

SEED = 4242
GALLERY_FINGERS = 4000
PROBES = 1200
SHORT_LIST = 60
STEP_HUNDREDTHS = 200
TAIL_COUNT_MIN = 30
TAIL_SPAN_HUNDREDTHS = 1000
TARGET = Path(__file__).parent / "model" / "calibration.json"


def impostor_scores() -> tuple[NDArray[np.int64], int]:
    """Return the highest impostor scores, falling, and how many comparisons they stand for."""
    print("generating and encoding", GALLERY_FINGERS + PROBES, "fingers", file=sys.stderr)
    fingers = population.generate(GALLERY_FINGERS + PROBES, 1, SEED)
    blobs = encode_cpu.encode_batch([finger[0] for finger in fingers])
    gallery = assemble(blobs[:GALLERY_FINGERS])
    nothing_removed = np.zeros(GALLERY_FINGERS, np.bool_)
    found: list[NDArray[np.int64]] = []
    for number, probe in enumerate(blobs[GALLERY_FINGERS:]):
        stage1 = stage1_cpu.scores(probe, gallery)
        rows = topk.select(stage1, SHORT_LIST, nothing_removed)
        stage2 = stage2_cpu.scores(probe, gallery, rows)
        found.append(fusion.final(stage1[rows], stage2).astype(np.int64))
        if number % 100 == 0:
            print(f"probe {number} of {PROBES}", file=sys.stderr)
    return np.sort(np.concatenate(found))[::-1], GALLERY_FINGERS * PROBES


def table(falling: NDArray[np.int64], comparisons: int) -> Calibration:
    """Return the calibration through the scores that given shares of impostors reach."""
    points: list[tuple[int, int]] = [(0, 0)]
    hundredths = STEP_HUNDREDTHS
    while True:
        reached = round(comparisons * 10 ** (-hundredths / 1000))
        if reached < TAIL_COUNT_MIN:
            break
        if reached <= len(falling):
            raw = int(falling[reached - 1])
            if raw > points[-1][0]:
                points.append((raw, hundredths))
        hundredths += STEP_HUNDREDTHS
    tail = [point for point in points if point[1] >= points[-1][1] - TAIL_SPAN_HUNDREDTHS]
    raws, levels = (np.array(each, np.float64) for each in zip(*tail, strict=True))
    slope = float(np.polyfit(raws, levels, 1)[0])
    # Rounded down: an extrapolated claim should err towards the more common event.
    return Calibration(
        version=f"generated-{SEED}-{GALLERY_FINGERS}x{PROBES}",
        raw=tuple(raw for raw, _ in points),
        hundredths=tuple(level for _, level in points),
        tail_per_thousand=math.floor(1000 * slope),
    )


def main() -> None:
    """Write the table."""
    falling, comparisons = impostor_scores()
    made = table(falling, comparisons)
    document = {
        "version": made.version,
        "made_by": "python -m appliance.matching.train_calibration",
        "comparisons": comparisons,
        "raw": list(made.raw),
        "hundredths": list(made.hundredths),
        "tail_per_thousand": made.tail_per_thousand,
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(TARGET, file=sys.stderr)


if __name__ == "__main__":
    main()
