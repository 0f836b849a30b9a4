"""The code tables of finger records: friction ridge positions and impression types.

ANSI/NIST-ITL 1-2011 (update 2015), tables 7 and 8; the record formats use the same numbers. Their
own tables name fingers alone, yet palms travel in them too, so palms are read in every edition.
"""

from __future__ import annotations

from appliance.domain.errors import TemplateMalformed, TemplateUnsupported

FINGERS_AND_PALMS = frozenset((*range(11), *range(20, 39)))
SEVERAL_FINGERS = frozenset((13, 14, 15, *range(40, 51)))
THUMBS = {11: 1, 12: 6}
"""The codes of plain thumbs on a ten-print card, and the same fingers' own codes."""

IMPRESSION_MAX_OF_NIBBLE = 15
IMPRESSIONS = frozenset((*range(16), *range(20, 44)))


def check_position(position: int, known: frozenset[int], offset: int) -> None:
    """Raise TemplateMalformed for a position that the table does not have."""
    if position not in known:
        raise TemplateMalformed(f"finger position {position} does not exist", offset=offset)


def check_impression(impression: int, offset: int) -> None:
    """Raise TemplateMalformed for an impression type that the table does not have."""
    if impression not in IMPRESSIONS:
        raise TemplateMalformed(f"impression type {impression} does not exist", offset=offset)


def check_written(
    position: int,
    impression: int,
    *,
    known: frozenset[int] = FINGERS_AND_PALMS,
    impression_max: int = 255,
) -> None:
    """Raise TemplateUnsupported for codes that an edition cannot hold."""
    if position not in known:
        raise TemplateUnsupported(f"position {position} does not exist in this edition")
    if not 0 <= impression <= impression_max:
        raise TemplateUnsupported(
            f"impression {impression} is outside 0..{impression_max}, which this edition can hold"
        )
