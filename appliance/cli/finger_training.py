"""``appliance bench finger train``: the learned score of stage 2 from sets of templates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from appliance.cli import samples_cache
from appliance.cli.finger_samples import TRAINING_SETS, training_folders
from appliance.cli.output import progress_bar
from kernels.finger import train_score
from kernels.finger.projection import shipped as shipped_projection
from kernels.finger.stage2_score import ScoreModel
from kernels.finger.train_score import Samples


def _samples(root: Path, cache: Path | None) -> dict[Path, Samples]:
    folders = training_folders(root)
    files = sum(len(list(folder.glob("*"))) for folder in folders)
    with progress_bar("comparing", files) as bar:
        return {folder: samples_cache.of_folder(folder, cache, bar) for folder in folders}


def leaving_out(root: Path, cache: Path | None) -> Callable[[str], ScoreModel]:
    """Return what trains, for the name of a set, on all other training sets below ``root``.

    The pairs are compared once, here, or read from ``cache``; a model is trained once for a name.
    """
    held = _samples(root, cache)
    trained: dict[str, ScoreModel] = {}

    def model(left_out: str) -> ScoreModel:
        name = left_out if left_out in TRAINING_SETS else ""
        if name not in trained:
            others = [samples for folder, samples in held.items() if folder.name != name]
            trained[name] = train_score.train(train_score.joined(others))
        return trained[name]

    return model


def run(root: Path, out: Path, cache: Path | None) -> dict[str, object]:
    """Train on all training sets below ``root``, write the model to ``out``, tell what was done."""
    held = _samples(root, cache)
    joined = train_score.joined(list(held.values()))
    model = train_score.train(joined)
    provenance: dict[str, object] = {
        "command": "appliance bench finger train TEMPLATES --out FILE",
        "sets": [f"{folder.parent.name}/{folder.name}" for folder in held],
        "genuine": int(joined.genuine.sum()),
        "impostor": int((~joined.genuine).sum()),
        "projection_sha256": shipped_projection().digest(),
    }
    train_score.save(out, model, provenance)
    return {**provenance, "model": str(out), "sha256": model.digest()}
