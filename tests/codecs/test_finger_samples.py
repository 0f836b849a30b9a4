"""The published samples of each edition are read as their truth says, deviations with a warning."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from appliance.codecs.finger_record import decode_views
from appliance.domain.finger import FingerTemplate, Minutia
from tests.shared_data import shared_data_dir

KINDS = {"OTHER": 0, "EITHER": 0, "ENDING": 1, "BIFURCATION": 2}
POSITIONS = {"LEFT_INDEX": 7, "RIGHT_INDEX": 2}
IMPRESSIONS = {"LIVE_PLAIN": 0}


@dataclass(frozen=True)
class Sample:
    """A sample, the angles of a turn in its edition, and the warnings of its views."""

    name: str
    standard: str
    turn: int
    warnings: tuple[str, ...] = ()


SHORT = "the header states {} bytes, the record has {}"
SAMPLES = (
    Sample("iso19794p2v2005-sample", "ISO/IEC 19794-2:2005", 256),
    Sample("iso19794p2v2011-sample", "ISO/IEC 19794-2:2011", 256),
    Sample(
        "ansi378v2004-sample",
        "INCITS 378-2004",
        180,
        ("the version is padded with 0, not with a blank", SHORT.format(340, 342)),
    ),
    Sample("ansi378v2009-sample", "INCITS 378-2009", 180, (SHORT.format(363, 364),)),
)


def _views(name: str) -> tuple[FingerTemplate, ...]:
    return decode_views((shared_data_dir() / "formats" / "fmr" / name).read_bytes())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@pytest.mark.requirement("I9.1", "A10.1")
def test_the_published_samples_agree_with_their_truth(sample: Sample) -> None:
    views = _views(f"{sample.name}.dat")
    truth_path = shared_data_dir() / "formats" / "fmr" / f"{sample.name}.json"
    truth = json.loads(truth_path.read_text())
    assert len(truth["fingerprints"]) == len(views)
    for expected, found in zip(truth["fingerprints"], views, strict=True):
        image = expected if "height" in expected else truth
        quality = (
            expected["quality"] if "quality" in expected else expected["qrecords"][0]["quality"]
        )
        assert (sample.standard, quality) == (found.standard, found.quality)
        assert POSITIONS[expected["position"]] == found.position
        assert IMPRESSIONS[expected["scanType"]] == found.impression
        assert (image["resolutionX"], image["resolutionY"]) == found.ppcm
        assert (image["width"] * 8, image["height"] * 8) == (found.width, found.height)
        minutiae = [
            Minutia(
                m["positionX"] * 8,
                (image["height"] - 1 - m["positionY"]) * 8,
                round(m["angle"] * 256 / sample.turn) % 256,
                KINDS[m["type"]],
                m["quality"],
            )
            for m in expected["minutiae"]
        ]
        assert minutiae == list(found.minutiae)
    assert sample.warnings == views[0].warnings


def test_the_samples_of_the_four_editions_hold_the_same_first_finger() -> None:
    # The makers of the two INCITS samples wrote their angles in 2 degrees and in 1/256 turn.
    places = {
        tuple((m.x, m.y, m.kind, m.quality) for m in _views(f"{each.name}.dat")[0].minutiae)
        for each in SAMPLES
    }
    assert len(places) == 1


def test_a_sample_of_the_draft_of_2007_is_read_as_the_edition_of_2009_with_a_warning() -> None:
    draft = _views("fmr.ansi2007")
    final = _views("ansi378v2009-sample.dat")
    assert [view.minutiae for view in draft] == [view.minutiae for view in final]
    assert draft[0].warnings == ("the header has 20 bytes, as in a draft of the standard",)


def test_a_sample_with_ridge_counts_cores_and_deltas_is_read_with_a_warning() -> None:
    views = _views("fmr.ansi2004")
    assert [len(view.minutiae) for view in views] == [27, 22, 28]
    assert [view.extended_bytes for view in views] == [0, 11, 719]
    assert views[2].warnings == (
        "2 bytes after the extended data were skipped",
        "a core and delta area of odd length was skipped",
    )
