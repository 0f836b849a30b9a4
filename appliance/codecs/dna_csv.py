"""Tables of DNA profiles: a row a profile, two columns a locus (LOCUS_1, LOCUS_2).

Lines as ``table_lines`` reads them, ending in LF or CRLF, cells parted by commas or semicolons and
quoted as in RFC 4180, but never over several lines. The first row is the header. A cell that a
spreadsheet would take for a formula is refused, as tables get opened in spreadsheets.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.codecs.dna_canonical import profile_of_loci
from appliance.codecs.dna_columns import HEADER_LINE, Columns, read_columns
from appliance.codecs.dna_record import encode_dna_record
from appliance.codecs.table_lines import Lines, TableLines
from appliance.domain import limits
from appliance.domain.dna import USUAL_READING, DnaProfile, Reading
from appliance.domain.errors import ProfileMalformed

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One profile: ``line`` counts from 1 with the header, ``raw_record`` is its stored text."""

    line: int
    reference_number: str
    profile: DnaProfile
    raw_record: bytes


def read(
    lines: Lines,
    id_column: str | None = None,
    *,
    extra_columns: Iterable[str] = (),
    reading: Reading = USUAL_READING,
    profiles_max: int = limits.PROFILES_PER_FILE_MAX,
) -> DnaCsv:
    """Check the header of a table and return an iterator over its rows, one line at a time.

    ``lines`` is an open file (binary is best) or any iterable of lines; ``id_column`` the title of
    the reference numbers, by default the first column; ``extra_columns`` further titles whose cells
    are read past (a title that announces personal data is refused all the same); ``reading`` how
    the source writes what the Annex leaves open; behind ``profiles_max`` profiles one refusal ends
    the table. Raises PersonalDataRefused or ProfileMalformed for
    the header, before any row is given.
    """
    source = TableLines(lines)
    text = source.next_line()
    if text is None:
        raise ProfileMalformed("the table has no header", line=HEADER_LINE)
    delimiter = ";" if text.count(";") > text.count(",") else ","
    titles = _cells(text, delimiter, HEADER_LINE)
    columns = read_columns(titles, id_column, extra_columns)
    return DnaCsv(source, delimiter, columns, reading, profiles_max)


class DnaCsv(Iterator[CsvRow]):
    """The rows of one table; ``read`` makes it.

    Gives a CsvRow or raises ProfileMalformed with the line. A refused row does not end the table:
    the next call goes on behind it. About 50 µs for 29 loci; for one thread; keeps the reference
    numbers it has seen, at most ``profiles_max``.
    """

    def __init__(
        self,
        source: TableLines,
        delimiter: str,
        columns: Columns,
        reading: Reading,
        profiles_max: int,
    ) -> None:
        self._source = source
        self._delimiter = delimiter
        self._columns = columns
        self._reading = reading
        self._profiles_max = profiles_max
        self._seen: set[str] = set()
        self._ended = False

    def __next__(self) -> CsvRow:
        text = None if self._ended else self._source.next_line()
        while text is not None and not text.strip():
            text = self._source.next_line()
        if text is None:
            raise StopIteration
        line = self._source.line
        if len(self._seen) >= self._profiles_max:
            self._ended = True
            raise ProfileMalformed(
                f"more than {self._profiles_max} profiles: split the table", line=line
            )
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
        if not values:
            raise ProfileMalformed("the profile is empty", line=line)
        profile = profile_of_loci(values, line=line, reading=self._reading)
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


def _cells(text: str, delimiter: str, line: int) -> list[str]:
    """Return the cells of a line; blanks around a cell are no part of it."""
    if '"' not in text:
        cells = text.split(delimiter)
    else:
        try:
            cells = next(csv.reader([text], delimiter=delimiter, strict=True))
        except csv.Error as failure:
            raise ProfileMalformed(f"the quoting is broken: {failure}", line=line) from None
    for number, cell in enumerate(cells, 1):
        # A lone minus is how some laboratories write "not typed", and computes nothing.
        if cell.lstrip(" ").startswith(_FORMULA_SIGNS) and cell.strip(" ") != "-":
            raise ProfileMalformed(
                f"cell {number} begins with {cell.lstrip(' ')[0]!r}, which a spreadsheet takes for "
                "a formula",
                line=line,
            )
    return [cell.strip() for cell in cells]
