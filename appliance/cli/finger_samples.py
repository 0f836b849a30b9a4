"""Compared pairs of whole sets of templates, as the training of the learned score takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.cli.impressions import Impression, read_set
from appliance.cli.output import Bar
from appliance.domain.errors import ConfigurationInvalid
from appliance.matching import encoder
from kernels.finger import encode_cpu, stage1_cpu, stage2_cpu
from kernels.finger.layout import MINUTIA, assemble
from kernels.finger.stage2_features import features
from kernels.finger.train_score import Samples

TRAINING_SETS = (
    "fvc2000_db2b",
    "fvc2000_db3b",
    "fvc2000_db4b",
    "fvc2002_db1b",
    "fvc2002_db2b",
    "fvc2002_db3b",
    "fvc2002_db4b",
)
"""Public sets whose templates the shipped score was trained on, by every extractor at hand."""


def training_folders(root: Path) -> list[Path]:
    """Return the folders ``root``/EXTRACTOR/SET of the training sets, in order.

    Raises ConfigurationInvalid if there are none.
    """
    found = [path for name in TRAINING_SETS for path in sorted(root.glob(f"*/{name}"))]
    if not found:
        raise ConfigurationInvalid(
            f"{root}: no EXTRACTOR/SET folders of {', '.join(TRAINING_SETS)}"
        )
    return found


def encode(impressions: list[Impression]) -> list[bytes]:
    """Return packed templates; an unreadable one is empty."""
    blank = encode_cpu.encode_batch([np.zeros(0, MINUTIA)])[0]
    readable = [each.template for each in impressions if each.template is not None]
    packed = iter(encoder.encode_finger(readable))
    return [blank if each.template is None else next(packed) for each in impressions]


def samples_of(folder: Path, bar: Bar) -> Samples:
    """Compare all pairs of one folder and return the features of their hypotheses."""
    impressions = read_set(folder)
    blobs = encode(impressions)
    gallery = assemble(blobs)
    fingers = np.array([each.finger for each in impressions])
    names: tuple[str, ...] = ()
    values, pair, genuine = [], [], []
    before = 0
    for probe, blob in enumerate(blobs):
        rows = np.arange(probe + 1, len(blobs), dtype=np.int64)
        stage1 = stage1_cpu.scores(blob, gallery)[rows]
        for places, refined in stage2_cpu.refine(blob, gallery, rows, stage1):
            found = features(refined.sums)
            names = tuple(found)
            values.append(np.stack(list(found.values()), axis=1))
            pair.append(before + places[refined.motions.candidate])
        genuine.append(fingers[rows] == fingers[probe])
        before += len(rows)
        bar.advance()
    return _sorted(names, np.concatenate(values), np.concatenate(pair), np.concatenate(genuine))


def _sorted(
    names: tuple[str, ...],
    values: NDArray[np.int64],
    pair: NDArray[np.int64],
    genuine: NDArray[np.bool_],
) -> Samples:
    order = np.argsort(pair, kind="stable")
    return Samples(names, values[order], pair[order], genuine)
