"""The shipped projection: what was altered is refused, and training makes one that is accepted."""

import json
from pathlib import Path

import numpy as np
import pytest

from kernels.finger import encode_tables, projection, train_projection
from kernels.finger import stage1_parameters as parameters
from kernels.finger.projection import Projection, ProjectionError, read, shipped

SIZES = {"fingers": 0}


def test_the_shipped_projection_is_the_one_its_provenance_names() -> None:
    provenance = json.loads((projection.MODEL_FOLDER / projection.PROVENANCE_FILE).read_text())
    assert provenance["projection_sha256"] == shipped().digest()
    assert provenance["tables_sha256"] == encode_tables.DIGEST


def test_an_altered_weight_is_refused(tmp_path: Path) -> None:
    train_projection.save(tmp_path, shipped(), SIZES)
    weights = shipped().weights.copy()
    weights[0, 0] += 1
    np.savez(tmp_path / projection.MODEL_FILE, weights=weights, thresholds=shipped().thresholds)
    with pytest.raises(ProjectionError, match="digest"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("weights", "thresholds"),
    [
        (shipped().weights[:, 1:], shipped().thresholds),
        (shipped().weights.astype(np.int16), shipped().thresholds),
        (shipped().weights, shipped().thresholds[1:]),
        (shipped().weights, shipped().thresholds.astype(np.int64)),
    ],
)
def test_arrays_of_another_form_are_refused(
    tmp_path: Path, weights: np.ndarray, thresholds: np.ndarray
) -> None:
    train_projection.save(tmp_path, Projection(weights, thresholds), SIZES)
    with pytest.raises(ProjectionError, match=r"weights are|thresholds are"):
        read(tmp_path)


def test_a_projection_of_other_tables_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_projection.save(tmp_path, shipped(), SIZES)
    monkeypatch.setattr(encode_tables, "DIGEST", "0" * 64)
    with pytest.raises(ProjectionError, match="tables"):
        read(tmp_path)


def test_training_writes_a_projection_that_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_projection, "FINGERS", 20)
    monkeypatch.setattr("sys.argv", ["train_projection", "--out", str(tmp_path)])
    train_projection.main()
    model = read(tmp_path)
    assert model.weights.shape == (parameters.FEATURES, parameters.PROJECTED_BITS)
    assert model.digest() != shipped().digest()
