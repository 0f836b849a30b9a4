"""The lines of a table as text, whatever of the usual encodings it was saved in.

UTF-8 with or without a byte order mark, and UTF-16 with one. The one-byte code pages of the region
(Windows-1250, -1251, -1252) cannot be told apart by their bytes, and a wrong guess would change
reference numbers without a word: they are refused by name.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from appliance.domain import limits
from appliance.domain.errors import ProfileMalformed

_MARK = "\ufeff"
_NOT_DECODED = "\ufffd"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@runtime_checkable
class Readable(Protocol):
    """An open file, binary or text: its lines can be read in pieces of bounded length."""

    def readline(self, size: int = -1, /) -> bytes | str: ...


Lines = Readable | Iterable[bytes] | Iterable[str]


class TableLines:
    """Lines of bounded length without their ends and without the mark; ``line`` is the number of
    the last one. A line that cannot be used does not end the table. For one thread."""

    def __init__(self, lines: Lines) -> None:
        self._pieces = _pieces(lines)
        self.line = 0

    def next_line(self) -> str | None:
        """Return the next line, None at the end; ProfileMalformed if it is no usable text."""
        self.line += 1
        try:
            piece = next(self._pieces, None)
            if piece is None:
                return None
            if len(piece) > limits.CSV_LINE_CHARS_MAX:
                raise self._refusal(f"more than {limits.CSV_LINE_CHARS_MAX} characters")
            text = piece.decode() if isinstance(piece, bytes) else piece
        except UnicodeDecodeError as failure:
            raise self._refusal(
                f"byte {failure.start} is not UTF-8 (Windows-1250 or -1252?); save the table as "
                "UTF-8"
            ) from None
        if self.line == 1:
            text = text.removeprefix(_MARK)
        if "\0" in text:
            raise self._refusal("holds a zero byte (UTF-16 without its mark?); save it as UTF-8")
        if _NOT_DECODED in text:
            raise self._refusal("holds a character that could not be read")
        return text.rstrip("\r\n")

    def _refusal(self, rule: str) -> ProfileMalformed:
        return ProfileMalformed(rule, line=self.line)


def _pieces(lines: Lines) -> Iterator[bytes | str]:
    """Yield lines; of one beyond the limit only a piece, so that no line fills the memory."""
    if not isinstance(lines, Readable):
        yield from lines
        return
    size = limits.CSV_LINE_CHARS_MAX + 1
    first = True
    while piece := lines.readline(size):
        if first and isinstance(piece, bytes) and piece.startswith(_UTF16_MARKS):
            yield from _utf16_lines(piece, lines)
            return
        first = False
        yield piece
        while len(piece) == size and piece[-1:] not in ("\n", b"\n"):
            piece = lines.readline(size)


def _utf16_lines(first: bytes, rest: Readable) -> Iterator[str]:
    """Yield the lines of UTF-16; the bytes of its line ends stand inside of other characters too,
    so that lines are found in the text and not in the bytes."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    size = limits.CSV_LINE_CHARS_MAX + 1
    text, overlong = "", False
    piece: bytes | str = first
    while isinstance(piece, bytes):
        text += decoder.decode(piece, final=not piece)
        *whole, text = text.split("\n")
        for line in whole:
            if not overlong:
                yield line
            overlong = False
        if len(text) >= size:
            if not overlong:
                yield text
            text, overlong = "", True
        if not piece:
            break
        piece = rest.readline(size)
    if text and not overlong:
        yield text
