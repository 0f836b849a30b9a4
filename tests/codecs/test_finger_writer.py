"""Templates become records that are read back as the same template."""

from __future__ import annotations

import random

import pytest

from appliance.codecs.finger_record import decode
from appliance.codecs.finger_writer import encode_iso19794_2_2005
from appliance.domain.errors import TemplateUnsupported
from appliance.domain.finger import FingerTemplate, Minutia
from tests.codecs.records import iso
from tests.shared_data import shared_data_dir

STANDARD = "ISO/IEC 19794-2:2005"


def _template(seed: int, *, step: int, count: int = 60) -> FingerTemplate:
    chance = random.Random(seed)
    width, height = 300 * 8, 400 * 8
    minutiae = tuple(
        Minutia(
            chance.randrange(0, width - 7, step),
            chance.randrange(0, height - 7, step),
            chance.randrange(256),
            chance.randrange(3),
            chance.randrange(101),
        )
        for _ in range(count)
    )
    return FingerTemplate(minutiae, width, height, 3, 1, 77, STANDARD)


def test_a_template_in_whole_pixels_comes_back_exactly() -> None:
    for seed in range(20):
        template = _template(seed, step=8, count=seed * 13)
        assert template == decode(encode_iso19794_2_2005(template))


def test_any_other_template_comes_back_within_half_a_pixel() -> None:
    for seed in range(20):
        template = _template(seed, step=1)
        found = decode(encode_iso19794_2_2005(template))
        for before, after in zip(template.minutiae, found.minutiae, strict=True):
            assert max(abs(before.x - after.x), abs(before.y - after.y)) <= 4
            assert before[2:] == after[2:]


def test_the_record_is_byte_for_byte_that_of_the_standard() -> None:
    record = iso()
    assert record == encode_iso19794_2_2005(decode(record))


def test_the_largest_template_is_written_and_read() -> None:
    corner = Minutia(65_531, 65_531, 255, 2, 100)
    template = FingerTemplate((corner,) * 255, 65_536, 65_536, 10, 15, 100, STANDARD)
    found = decode(encode_iso19794_2_2005(template))
    assert found.minutiae == (Minutia(65_528, 65_528, 255, 2, 100),) * 255


BAD = {
    "width": FingerTemplate((), 0, 8, 0, 0, 0, ""),
    "height": FingerTemplate((), 8, 65_537, 0, 0, 0, ""),
    "impression": FingerTemplate((), 8, 8, 0, 16, 0, ""),
    "quality": FingerTemplate((), 8, 8, 0, 0, 101, ""),
    "position": FingerTemplate((), 8, 8, -1, 0, 0, ""),
    "256 minutiae": FingerTemplate((Minutia(0, 0, 0, 0, 0),) * 256, 8, 8, 0, 0, 0, ""),
    "x 65532": FingerTemplate((Minutia(65_532, 0, 0, 0, 0),), 8, 8, 0, 0, 0, ""),
    "angle 256": FingerTemplate((Minutia(0, 0, 256, 0, 0),), 8, 8, 0, 0, 0, ""),
    "kind 3": FingerTemplate((Minutia(0, 0, 0, 3, 0),), 8, 8, 0, 0, 0, ""),
}


@pytest.mark.parametrize("name", BAD)
def test_what_a_record_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(TemplateUnsupported, match=name):
        encode_iso19794_2_2005(BAD[name])


def test_the_sample_data_comes_back_within_half_a_pixel() -> None:
    paths = sorted((shared_data_dir() / "fingerprints" / "templates").rglob("*.iso"))[::20]
    for path in paths:
        template = decode(path.read_bytes())
        found = decode(encode_iso19794_2_2005(template))
        assert all(
            max(abs(a.x - b.x), abs(a.y - b.y)) <= 4
            for a, b in zip(template.minutiae, found.minutiae, strict=True)
        )
