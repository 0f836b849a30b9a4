"""Tables of DNA profiles: a row a profile, two columns a locus (LOCUS_1, LOCUS_2).

UTF-8 with or without a byte order mark, lines ending in LF or CRLF, cells parted by commas or
semicolons and quoted as in RFC 4180, but never over several lines. The first row is the header.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from appliance.codecs.dna_canonical import profile_of_loci
from appliance.codecs.dna_columns import HEADER_LINE, Columns, read_columns
from appliance.codecs.dna_record import encode_dna_record
from appliance.domain import limits
from appliance.domain.dna import DnaProfile
from appliance.domain.errors import ProfileMalformed

_MARK = "\ufeff"


@runtime_checkable
class _Readable(Protocol):
    """An open file, binary or text: its lines can be read in pieces of bounded length."""

    def readline(self, size: int = -1, /) -> bytes | str: ...


Lines = _Readable | Iterable[bytes] | Iterable[str]


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One profile: ``line`` counts from 1 with the header, ``raw_record`` is its stored text."""

    line: int
    reference_number: str
    profile: DnaProfile
    raw_record: bytes


def read(
    lines: Lines, id_column: str | None = None, *, extra_columns: Iterable[str] = ()
) -> DnaCsv:
    """Check the header of a table and return an iterator over its rows, one line at a time.

    ``lines`` is an open file (binary is best) or any iterable of lines; ``id_column`` the title of
    the reference numbers, by default the first column; ``extra_columns`` further titles whose cells
    are read past (a title that announces personal data is refused all the same). Raises
    PersonalDataRefused or ProfileMalformed for the header, before any row is given.
    """
    source = _Source(lines)
    text = source.next_line()
    if text is None:
        raise ProfileMalformed("the table has no header", line=HEADER_LINE)
    text = text.removeprefix(_MARK)
    delimiter = ";" if text.count(";") > text.count(",") else ","
    titles = _cells(text, delimiter, HEADER_LINE)
    return DnaCsv(source, delimiter, read_columns(titles, id_column, extra_columns))


class DnaCsv(Iterator[CsvRow]):
    """The rows of one table; ``read`` makes it.

    Gives a CsvRow or raises ProfileMalformed with the line. A refused row does not end the table:
    the next call goes on behind it. About 50 µs for 29 loci; for one thread; keeps the reference
    numbers it has seen.
    """

    def __init__(self, source: _Source, delimiter: str, columns: Columns) -> None:
        self._source = source
        self._delimiter = delimiter
        self._columns = columns
        self._seen: set[str] = set()

    def __next__(self) -> CsvRow:
        text = self._source.next_line()
        while text is not None and not text.strip():
            text = self._source.next_line()
        if text is None:
            raise StopIteration
        line = self._source.line
        cells = _cells(text, self._delimiter, line)
        if len(cells) != self._columns.count:
            raise ProfileMalformed(
                f"{len(cells)} cells, the header has {self._columns.count}", line=line
            )
        reference_number = self._reference_number(cells[self._columns.reference_number], line)
        values = []
        for group in self._columns.loci:
            texts = [cells[column] for column in group.columns]
            if any(texts):
                values.append((group.locus, group.name, texts))
        profile = profile_of_loci(values, line=line)
        self._seen.add(reference_number)
        return CsvRow(line, reference_number, profile, encode_dna_record(profile))

    def _reference_number(self, text: str, line: int) -> str:
        if not text:
            raise ProfileMalformed("the reference number is missing", line=line)
        if len(text) > limits.REFERENCE_NUMBER_CHARS_MAX or not text.isprintable():
            raise ProfileMalformed(
                "the reference number has a character that cannot be printed or more than "
                f"{limits.REFERENCE_NUMBER_CHARS_MAX}",
                line=line,
            )
        if text in self._seen:
            raise ProfileMalformed("the reference number comes twice", line=line)
        return text


class _Source:
    """Lines of bounded length as text without their ends; ``line`` is the number of the last."""

    def __init__(self, lines: Lines) -> None:
        self._pieces = _pieces(lines)
        self.line = 0

    def next_line(self) -> str | None:
        """Return the next line, None at the end; ProfileMalformed if it is no usable text."""
        self.line += 1
        try:
            piece = next(self._pieces, None)
            if piece is not None and len(piece) > limits.CSV_LINE_CHARS_MAX:
                raise ProfileMalformed(
                    f"more than {limits.CSV_LINE_CHARS_MAX} characters", line=self.line
                )
            text = piece.decode() if isinstance(piece, bytes) else piece
        except UnicodeDecodeError as failure:
            raise ProfileMalformed(f"byte {failure.start} is not UTF-8", line=self.line) from None
        return text if text is None else text.rstrip("\r\n")


def _pieces(lines: Lines) -> Iterator[bytes | str]:
    """Yield lines; of one beyond the limit only a piece, so that no line fills the memory."""
    if not isinstance(lines, _Readable):
        yield from lines
        return
    size = limits.CSV_LINE_CHARS_MAX + 1
    while piece := lines.readline(size):
        yield piece
        while len(piece) == size and piece[-1:] not in ("\n", b"\n"):
            piece = lines.readline(size)


def _cells(text: str, delimiter: str, line: int) -> list[str]:
    """Return the cells of a line; blanks around a cell are no part of it."""
    if '"' not in text:
        return [cell.strip() for cell in text.split(delimiter)]
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter, strict=True))]
    except csv.Error as failure:
        raise ProfileMalformed(f"the quoting is broken: {failure}", line=line) from None
