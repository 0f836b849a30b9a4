"""What holds of the views of one record: their numbers, their end, what was tolerated of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import FingerTemplate

LENGTH_SLACK_BYTES = 2
"""Writers in use state a length up to two bytes short, or leave two bytes after extended data."""


class SeenViews:
    """The views read so far; one view twice is a mistake of the writer. Not thread-safe."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()

    def note(self, position: int, number: int, offset: int) -> None:
        """Note a view; raises TemplateMalformed if it came before."""
        if (position, number) in self._seen:
            raise TemplateMalformed(
                f"view {number} of finger position {position} comes twice", offset=offset
            )
        self._seen.add((position, number))


class Numbering:
    """Numbers views as they are written, from 0 for each position. Not thread-safe."""

    def __init__(self, number_max: int) -> None:
        self._number_max = number_max
        self._given: Counter[int] = Counter()

    def next(self, position: int) -> int:
        """Return the next number; raises TemplateUnsupported beyond the last."""
        number = self._given[position]
        if number > self._number_max:
            raise TemplateUnsupported(
                f"more than {self._number_max + 1} views of finger position {position}"
            )
        self._given[position] += 1
        return number


def with_warnings(template: FingerTemplate, warnings: tuple[str, ...]) -> FingerTemplate:
    """Return the template with ``warnings`` before its own."""
    return replace(template, warnings=warnings + template.warnings)


def check_end(came: int, stated: int, end: int, *, extended: bool) -> tuple[str, ...]:
    """Check that the views end where the record ends; return what was tolerated.

    ``came`` bytes of a record came, ``stated`` ones are in its header, the last view ends at
    ``end`` and has ``extended`` data or not. Raises TemplateMalformed.
    """
    if end == came:
        if stated == came:
            return ()
        if 0 < came - stated <= LENGTH_SLACK_BYTES:
            return (f"the header states {stated} bytes, the record has {came}",)
        raise TemplateMalformed(f"the header states {stated} bytes, {came} came", offset=8)
    if stated == came and extended and came - end <= LENGTH_SLACK_BYTES:
        return (f"{came - end} bytes after the extended data were skipped",)
    raise TemplateMalformed(f"bytes after the last finger view: {came - end}", offset=end)
