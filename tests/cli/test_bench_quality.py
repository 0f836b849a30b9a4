"""The figures of quality: counted as said, by models that did not see the set, and drawn."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from appliance.cli import bench_finger_quality, generated_data, quality_samples
from appliance.cli.curves_svg import Curve, draw
from appliance.domain.errors import ConfigurationInvalid
from kernels.finger import quality

FINGERS, IMPRESSIONS = 3, 3


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two training sets and one held back, of one extractor."""
    root = tmp_path_factory.mktemp("templates")
    for seed, name in enumerate(("fvc2000_db2b", "fvc2002_db1b", "neuro_uareu")):
        folder = root / "made" / name
        folder.mkdir(parents=True)
        made = generated_data.finger_records(FINGERS, IMPRESSIONS, seed)
        for finger, prints in enumerate(made):
            for number, record in enumerate(prints):
                (folder / f"{finger + 1}_{number + 1}.iso").write_bytes(record)
    (root / "made" / "fvc2000_db2b" / "9_1.iso").write_bytes(b"not a record")
    (root / "made" / "fvc2000_db2b" / "9_2.iso").write_bytes(b"not a record either")
    return root


def _svg(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own picture


def test_every_print_is_a_probe_whole_and_as_a_latent(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality_samples, "GENERATED_FINGERS", 4)
    monkeypatch.setattr(bench_finger_quality, "GENERATED_FINGERS", 4)
    model, page = tmp_path / "quality.json", tmp_path / "page"
    figures = json.loads(json.dumps(bench_finger_quality.run(templates, model, page)))
    assert set(figures["whole"]) == set(figures["latents"]) == {"made, FVC", "made, neuro_uareu"}
    trained = json.loads(model.read_text())
    assert trained["sets"] == ["made/fvc2000_db2b", "made/fvc2002_db1b"]
    assert quality.read(model).digest() == figures["model_sha256"]
    refused = figures["refused_by_default"]
    prints = FINGERS * IMPRESSIONS
    assert refused["made/neuro_uareu"]["prints"]["probes"] == prints
    unreadable = refused["made/fvc2000_db2b"]["prints"]
    assert (unreadable["probes"], unreadable["refused"]) == (prints + 2, 2)
    assert sum(row["probes"] for row in figures["bands"]) == 2 * (3 * prints + 2)
    knowing = figures["whole"]["made, FVC"]["ideal"]
    assert knowing[0] == figures["whole"]["made, FVC"]["quality"][0]
    assert knowing == sorted(knowing, reverse=True)
    assert json.loads((page / "quality.json").read_text()) == figures
    told = (page / "quality.md").read_text()
    for picture in page.glob("*.svg"):
        assert f"({picture.name})" in told
        assert _svg(picture.read_text()).tag.endswith("svg")
    assert len(list(page.glob("*.svg"))) == 4


def test_a_folder_without_training_sets_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="no EXTRACTOR/SET folders"):
        bench_finger_quality.run(tmp_path, None, None)


def test_curves_are_drawn_to_round_ends_with_their_names() -> None:
    flat = Curve("nothing <at all>", [(0.0, 0.0), (30.0, 0.0)])
    falling = Curve("falling", [(0.0, 4.1), (30.0, 1.0)])
    root = _svg(draw("Title & more", "x", "y", [flat, falling]))
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Title & more", "nothing <at all>", "falling", "5", "50"} <= set(texts)
