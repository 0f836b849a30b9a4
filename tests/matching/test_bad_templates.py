"""Bad templates from the record to the candidate: a defined score or a named error."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from appliance.codecs import finger_record
from appliance.codecs.finger_writer import FingerFormat, encode_views
from appliance.domain.codes import Collection, SearchType
from appliance.domain.errors import (
    QualityInsufficient,
    TemplateMalformed,
    TemplateUnsupported,
)
from appliance.domain.finger import FingerTemplate, Minutia
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import FingerProbe
from appliance.matching import calibration, encoder, finger_search
from tests.matching import made_attacks, made_fingers, shelf
from tests.matching.laboratory import PACK, Laboratory, request

FINGERS = 24
MATE = 5
WIDTH_AT, X_PPCM_AT, POSITION_AT, COUNT_AT, MINUTIAE_AT = 14, 18, 24, 27, 28


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """A gallery of prints in which finger MATE has the number F-5."""
    with Laboratory.opened(tmp_path_factory.mktemp("bad") / "laboratory") as opened:
        opened.load_fingers(*range(FINGERS))
        yield opened


def _record(finger: int = MATE) -> bytearray:
    """Return the record of a probe, ISO/IEC 19794-2:2005."""
    return bytearray(encode_views([made_fingers.probe(finger)], FingerFormat.ISO_2005))


def _searched(laboratory: Laboratory, template: FingerTemplate) -> list[tuple[str, int]]:
    """Return numbers and scores of the candidates of a search, admitted or not."""
    found = laboratory.candidates(request(SearchType.LT_TP, FingerProbe("P", template)))
    assert all(0 <= each.score_hundredths <= 12_000 for each in found)
    return [(each.reference_number, each.score_hundredths) for each in found]


def _few(count: int) -> FingerTemplate:
    return made_fingers.template(made_fingers.probe(MATE).minutiae[:count])


def _line(count: int = 40) -> FingerTemplate:
    return made_fingers.template(tuple(Minutia(80 * n, 900, 0, 1, 60) for n in range(count)))


def _point(count: int = 40) -> FingerTemplate:
    return made_fingers.template(tuple(Minutia(900, 900, 6 * n, 1, 60) for n in range(count)))


POOR = {
    "none": _few(0),
    "one": _few(1),
    "two": _few(2),
    "all at one point": _point(),
    "one minutia forty times": made_fingers.template((Minutia(900, 900, 7, 1, 60),) * 40),
}


@pytest.mark.requirement("I11.1")
@pytest.mark.parametrize("name", POOR)
def test_a_template_that_tells_nothing_is_unsuitable_for_every_search(
    laboratory: Laboratory, name: str
) -> None:
    for search_type in PACK.quality_min:
        with pytest.raises(QualityInsufficient):
            laboratory.matcher.check_quality(FingerProbe("P", POOR[name]), PACK, search_type)


def _decision(rows: int) -> int:
    return calibration.threshold_hundredths(rows, PACK.false_positives_per_search[SearchType.TP_TP])


@pytest.mark.parametrize("name", [*POOR, "all on a line"])
def test_even_if_it_were_searched_it_reaches_no_decision(laboratory: Laboratory, name: str) -> None:
    template = POOR[name] if name in POOR else _line()
    for _, score in _searched(laboratory, template):
        assert score < _decision(FINGERS)


def test_as_reference_data_it_reaches_no_decision_either() -> None:
    poor = [each for each in POOR.values() if each.minutiae] + [_line()]
    blobs = encoder.encode_finger(poor)
    epoch = shelf.epoch(
        [LoadItem(Collection.TP, f"R-{n}", b"", blob) for n, blob in enumerate(blobs)]
    )
    for finger in range(8):
        (blob,) = encoder.encode_finger([made_fingers.probe(finger)])
        for found in finger_search.search(blob, epoch, 10):
            assert calibration.shipped().meaning(found.raw) < _decision(FINGERS)


def test_every_minutia_twice_finds_the_mate_and_no_one_else(laboratory: Laboratory) -> None:
    minutiae = made_fingers.probe(MATE).minutiae
    found = _searched(laboratory, made_fingers.template(minutiae + minutiae))
    assert found[0][0] == f"F-{MATE}"
    assert all(score < _decision(FINGERS) for _, score in found[1:])


def test_two_thousand_minutiae_are_searched_part_by_part() -> None:
    rng = np.random.default_rng(4)
    x, y, turns = rng.random((3, 2_000)) * np.array([[16_000], [16_000], [256]])
    epoch = shelf.epoch([made_fingers.gallery_item(finger) for finger in range(3)])
    (blob,) = encoder.encode_finger([made_attacks.template(x, y, turns)])
    comparisons = finger_search.comparisons(blob, epoch)
    assert comparisons > 3 * 2_000 // 24
    for found in finger_search.search(blob, epoch, 3):
        assert calibration.shipped().meaning(found.raw) < _decision(comparisons)


@pytest.mark.parametrize("degrees", [30, 60])
def test_a_turned_print_finds_its_mate(laboratory: Laboratory, degrees: int) -> None:
    found = _searched(laboratory, _turned(made_fingers.probe(MATE), degrees))
    assert found[0][0] == f"F-{MATE}"


@pytest.mark.parametrize("degrees", [150, 180, 270])
def test_a_print_upside_down_has_a_defined_score(laboratory: Laboratory, degrees: int) -> None:
    turned = _turned(made_fingers.probe(MATE), degrees)
    found = _searched(laboratory, turned)
    assert found == _searched(laboratory, turned)
    assert all(number == f"F-{MATE}" or score < _decision(FINGERS) for number, score in found)


def _turned(template: FingerTemplate, degrees: int) -> FingerTemplate:
    minutiae = np.array(template.minutiae, np.float64)
    turn = np.radians(degrees)
    x, y = minutiae[:, 0] - 1600, minutiae[:, 1] - 1600
    return made_attacks.template(
        np.cos(turn) * x - np.sin(turn) * y + 6000,
        np.sin(turn) * x + np.cos(turn) * y + 6000,
        minutiae[:, 2] + 256 * degrees / 360,
    )


@pytest.mark.parametrize("ppcm", [0, 1, 49, 501, 65_535])
def test_a_resolution_that_no_scanner_has_is_refused_by_name(ppcm: int) -> None:
    record = _record()
    record[X_PPCM_AT : X_PPCM_AT + 4] = struct.pack(">HH", ppcm, ppcm)
    with pytest.raises((TemplateMalformed, TemplateUnsupported), match="resolution"):
        finger_record.decode(bytes(record))


@pytest.mark.parametrize("ppcm", [98, 394])
def test_a_wrong_resolution_in_the_header_gives_a_low_score_to_all_others(
    laboratory: Laboratory, ppcm: int
) -> None:
    record = _record()
    record[X_PPCM_AT : X_PPCM_AT + 4] = struct.pack(">HH", ppcm, ppcm)
    for number, score in _searched(laboratory, finger_record.decode(bytes(record))):
        assert number == f"F-{MATE}" or score < _decision(FINGERS)


@pytest.mark.parametrize("position", [11, 12, 19, 39, 99, 255])
def test_a_finger_position_outside_the_code_table_is_refused_by_name(position: int) -> None:
    record = _record()
    record[POSITION_AT] = position
    with pytest.raises(TemplateMalformed, match="position"):
        finger_record.decode(bytes(record))


def _extended(content: bytes) -> bytes:
    """Return the probe's record with an extended data area of this content."""
    record = _record()
    whole = bytes(record[:-2]) + struct.pack(">H", len(content)) + content
    return whole[:8] + struct.pack(">I", len(whole)) + whole[12:]


def _block(kind: int, data: bytes) -> bytes:
    return struct.pack(">HH", kind, len(data) + 4) + data


@pytest.mark.parametrize(
    "blocks",
    [
        _block(1, b"\1" + bytes(4)),
        _block(1, bytes(2)),
        _block(2, bytes(1)),
        _block(2, bytes(7)),
        _block(1, bytes(5)) + _block(2, bytes(3)),
    ],
    ids=["counts cut", "no count", "a core's first byte", "a core and a half", "both"],
)
def test_ridge_counts_and_cores_of_odd_lengths_change_no_score(
    laboratory: Laboratory, blocks: bytes
) -> None:
    """Extended data is followed block by block and has no part in the comparison."""
    plain = _searched(laboratory, finger_record.decode(bytes(_record())))
    assert plain == _searched(laboratory, finger_record.decode(_extended(blocks)))


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record[:COUNT_AT],
        lambda record: record[:COUNT_AT] + b"\xff" + record[COUNT_AT + 1 :],
        lambda record: record[:MINUTIAE_AT] + b"\xff" * 6 + record[MINUTIAE_AT + 6 :],
        lambda record: record[:WIDTH_AT] + bytes(4) + record[WIDTH_AT + 4 :],
    ],
    ids=["cut short", "more minutiae than there are", "a minutia of no kind", "no image"],
)
def test_a_record_that_contradicts_itself_is_refused_by_name(
    change: Callable[[bytes], bytes],
) -> None:
    with pytest.raises(TemplateMalformed):
        finger_record.decode(change(bytes(_record())))
