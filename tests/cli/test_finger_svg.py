"""The picture of two prints: each minutia at its place, each pair a line, names harmless."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.cli.finger_svg import CAPTION_PX, GAP_PX, MARGIN_PX, TAIL_PX, draw
from appliance.domain.finger import UNITS_PER_PIXEL, FingerTemplate, Minutia, MinutiaKind
from appliance.domain.search import MinutiaPair

WIDTH, HEIGHT = 300, 400
ENDING = Minutia(80, 160, 0, MinutiaKind.RIDGE_ENDING, 50)
FORK = Minutia(2400, 3200, 64, MinutiaKind.BIFURCATION, 50)
HOSTILE = '</text></svg><script>alert("x")</script>&\'"'

names = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))


def template(*minutiae: Minutia, width: int = WIDTH, height: int = HEIGHT) -> FingerTemplate:
    """Return a template; width and height in px."""
    return FingerTemplate(
        minutiae, width * UNITS_PER_PIXEL, height * UNITS_PER_PIXEL, 0, 0, 0, "test"
    )


def drawn(
    probe: FingerTemplate,
    candidate: FingerTemplate,
    *pairs: MinutiaPair,
    titles: tuple[str, str] = ("mine", "theirs"),
) -> ElementTree.Element:
    """Return the root of the drawing, which must be well-formed XML."""
    return ElementTree.fromstring(draw(probe, candidate, pairs, *titles))  # noqa: S314


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if name in each.get("class", "").split()]


def numbers(element: ElementTree.Element, *attributes: str) -> tuple[float, ...]:
    return tuple(float(element.get(each, "nan")) for each in attributes)


def test_a_minutia_lies_where_the_record_says_with_y_upwards() -> None:
    root = drawn(template(ENDING), template(FORK))
    (circle,) = root.iter("circle")
    bottom = CAPTION_PX + MARGIN_PX + HEIGHT
    assert numbers(circle, "cx", "cy") == (MARGIN_PX + 10, bottom - 20)
    square = of_class(root, "minutia")[1].find("rect")
    assert square is not None
    x, y, side = numbers(square, "x", "y", "width")
    right = MARGIN_PX + WIDTH + GAP_PX
    assert (x + side / 2, y + side / 2) == (right + 300, bottom - 400)


@pytest.mark.parametrize(
    ("angle", "across", "down"), [(0, 1, 0), (64, 0, -1), (128, -1, 0), (192, 0, 1), (32, 1, -1)]
)
def test_a_tail_points_counter_clockwise_from_the_right(angle: int, across: int, down: int) -> None:
    root = drawn(template(ENDING._replace(angle=angle)), template())
    (tail,) = (group.find("line") for group in of_class(root, "minutia"))
    assert tail is not None
    x1, y1, x2, y2 = numbers(tail, "x1", "y1", "x2", "y2")
    length = TAIL_PX / math.hypot(across, down)
    assert (x2 - x1, y2 - y1) == pytest.approx((across * length, down * length), abs=0.11)


def test_each_pair_is_one_line_between_its_two_minutiae() -> None:
    others = [ENDING._replace(x=80 * each) for each in range(2, 5)]
    pairs = [MinutiaPair(0, 2, 91, 12), MinutiaPair(2, 0, 40, 0)]
    root = drawn(template(*others), template(*others, FORK), *pairs)
    lines = of_class(root, "pair")
    assert len(lines) == 2
    ends = [numbers(each, "x1", "x2") for each in lines]
    right = MARGIN_PX + WIDTH + GAP_PX
    assert ends == [(MARGIN_PX + 20, right + 40), (MARGIN_PX + 40, right + 20)]
    told = lines[0].findtext("title")
    assert told == "pair 1: neighbourhood 91 of 100, 1.5 px apart"
    assert root.findtext("title") == "mine and theirs: 2 corresponding minutiae"
    assert len(of_class(root, "paired")) == 4
    assert len(of_class(root, "single")) == 3


def test_prints_of_different_size_stand_on_one_line_and_fit() -> None:
    root = drawn(template(ENDING, width=100, height=90), template(FORK))
    frames = [numbers(each, "y", "height") for each in of_class(root, "frame")]
    assert [top + height for top, height in frames] == [CAPTION_PX + MARGIN_PX + HEIGHT] * 2
    _, _, width, height = (float(each) for each in root.get("viewBox", "").split())
    assert width == 100 + WIDTH + GAP_PX + 2 * MARGIN_PX
    assert height == HEIGHT + CAPTION_PX + 2 * MARGIN_PX


def test_minutiae_beyond_the_stated_image_are_still_inside_the_picture() -> None:
    root = drawn(template(FORK, width=10, height=10), template(width=10, height=10))
    frame = of_class(root, "frame")[0]
    assert numbers(frame, "width", "height") == (300, 400)


def test_prints_without_minutiae_are_two_empty_frames() -> None:
    root = drawn(template(), template())
    assert len(of_class(root, "frame")) == 2
    assert of_class(root, "minutia") == []


def test_a_hostile_name_stays_text() -> None:
    root = drawn(template(), template(), titles=(HOSTILE, HOSTILE))
    assert [each.text for each in root.iter("text")] == [HOSTILE, HOSTILE]
    assert [each for each in root.iter() if each.tag == "script"] == []


@settings(max_examples=50)
@given(names, names)
def test_any_printable_name_is_kept_and_well_formed(mine: str, theirs: str) -> None:
    root = drawn(template(), template(), titles=(mine, theirs))
    assert [each.text or "" for each in root.iter("text")] == [mine, theirs]
