"""Compared pairs kept in a folder, so that training anew takes seconds and not minutes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from appliance.cli.finger_samples import samples_of
from appliance.cli.output import Bar
from kernels.finger import layout
from kernels.finger.projection import shipped
from kernels.finger.train_score import Samples

_AFTER_COMPARING = ("stage2_score.py", "train_score.py", "fusion.py")
"""Sources that change nothing of what is kept."""


def of_folder(folder: Path, cache: Path | None, bar: Bar) -> Samples:
    """Return the samples of a folder, from ``cache`` where it holds them of the same program."""
    if cache is None:
        return samples_of(folder, bar)
    path = cache / f"{folder.parent.name}_{folder.name}_{_program()}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as held:
            return Samples(
                tuple(held["names"].tolist()), held["values"], held["pair"], held["genuine"]
            )
    found = samples_of(folder, bar)
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(
        path,
        names=np.array(found.names),
        values=found.values,
        pair=found.pair,
        genuine=found.genuine,
    )
    return found


def _program() -> str:
    """Return what names the encoder and the comparison of this program."""
    digest = hashlib.sha256(shipped().digest().encode())
    for source in sorted(Path(layout.__file__).parent.glob("*.py")):
        if source.name not in _AFTER_COMPARING and "reference" not in source.name:
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
