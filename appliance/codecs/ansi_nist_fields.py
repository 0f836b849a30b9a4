"""Access to the fields of one Type-9 record: numbers in their ranges, tables of items."""

from __future__ import annotations

import re

import nistitl

from appliance.domain.errors import TemplateMalformed

_DIGITS = re.compile("[0-9]{1,5}")


class Type9:
    """A record as nistitl split it, with the place of each field in the file. Immutable."""

    def __init__(self, record: nistitl.AsciiRecord, offsets: dict[int, int], start: int) -> None:
        """``offsets`` maps field numbers to bytes of the file; ``start`` is the record's own."""
        self._record = record
        self._offsets = offsets
        self._start = start

    def __contains__(self, tag: int) -> bool:
        """Tell whether the field is there and not empty."""
        return tag in self._offsets

    def offset(self, tag: int) -> int:
        """Return where a field stands, or the record itself where it has none."""
        return self._offsets.get(tag, self._start)

    def refusal(self, tag: int, rule: str) -> TemplateMalformed:
        """Return the refusal of a field."""
        return TemplateMalformed(f"field 9.{tag:03d}: {rule}", offset=self.offset(tag))

    def rows(self, tag: int) -> list[list[str]]:
        """Return the items of each part of a field, none where the field is absent."""
        if tag not in self:
            return []
        value = self._record[tag].value
        if not isinstance(value, list):
            return [[str(value)]]
        return [row if isinstance(row, list) else [str(row)] for row in value]

    def items(self, tag: int, count: int) -> list[str]:
        """Return the first ``count`` items of a field of one part, which must be there."""
        rows = self.rows(tag)
        if not rows:
            raise self.refusal(tag, "is missing")
        if len(rows) > 1 or len(rows[0]) < count:
            raise self.refusal(tag, f"has not {count} items in one part")
        return rows[0][:count]

    def number(self, tag: int, low: int, high: int, *, absent: int | None = None) -> int:
        """Return the number of a field; ``absent`` where it may be missing."""
        if absent is not None and tag not in self:
            return absent
        return self.within(tag, self.items(tag, 1)[0], low, high)

    def within(self, tag: int, text: str, low: int, high: int, *, at: str = "") -> int:
        """Return an item as a number; ``at`` names the part it stands in."""
        if not _DIGITS.fullmatch(text) or not low <= int(text) <= high:
            shown = text[:20].encode("ascii", "replace").decode()
            raise self.refusal(tag, f"{at}{shown!r} is outside {low}..{high}")
        return int(text)
