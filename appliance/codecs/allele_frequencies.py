"""Tables of allele frequencies: a row an allele of a locus in a population of a source.

UTF-8 with or without a byte order mark, commas, cells quoted as in RFC 4180. The header names
source, population, n_individuals, locus, allele and frequency, in any order. A file holds many
populations; one is chosen. Its loci that no profile can have (Y markers, loci outside the slots)
are read past. ``n_individuals`` may be empty where the publication does not say.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from appliance.domain import limits, loci
from appliance.domain.errors import FrequencyTableInvalid, ProfileMalformed
from appliance.domain.loci import Locus
from appliance.domain.population import LocusFrequencies, PopulationTable

COLUMNS = ("source", "population", "n_individuals", "locus", "allele", "frequency")
HEADER_LINE = 1
SUM_TOLERANCE = 0.01
"""How far the shares of a locus may be from one: published tables are rounded."""

NAMES_TOLD_MAX = 20

_SHARE = re.compile(r"[0-9]*\.?[0-9]+([eE]-?[0-9]{1,2})?")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: dict[str, str]

    def refuse(self, rule: str) -> FrequencyTableInvalid:
        return FrequencyTableInvalid(rule, line=self.line, locus=self.cells["locus"])


@dataclass(slots=True)
class _Gathered:
    """The rows of one locus as they come."""

    individuals: int | None
    line: int
    shares: dict[int, float] = field(default_factory=dict)


def load(path: Path, population: str, source: str = "") -> PopulationTable:
    """Read the file at ``path``; see ``read``. FrequencyTableInvalid if it cannot be read."""
    try:
        with path.open("rb") as stream:
            content = stream.read(limits.FREQUENCY_FILE_BYTES_MAX + 1)
    except OSError as error:
        raise FrequencyTableInvalid(f"{path}: {error.strerror}") from None
    return read(content, population, source)


def read(content: bytes, population: str, source: str = "") -> PopulationTable:
    """Return the table of one population; ``source`` is needed where two have it.

    Names are compared without regard to case. Raises FrequencyTableInvalid with line, locus and
    rule: a file too large or not UTF-8, a wrong header, a row of another length, a long cell, a
    frequency outside 0..1, a count of people that is none or changes within a locus, a value that
    is no allele of its locus, an allele twice, shares that do not sum to one within
    SUM_TOLERANCE, a population that is missing, ambiguous or without a known locus. 60 ms a
    megabyte. Pure.
    """
    if len(content) > limits.FREQUENCY_FILE_BYTES_MAX:
        raise FrequencyTableInvalid(f"more than {limits.FREQUENCY_FILE_BYTES_MAX} bytes")
    wanted = (source.strip().casefold(), population.strip().casefold())
    seen: dict[tuple[str, str], None] = {}
    gathered: dict[str, dict[Locus, _Gathered]] = {}
    for row in _rows(content):
        place = (row.cells["source"], row.cells["population"])
        seen[place] = None
        if place[1].casefold() == wanted[1] and wanted[0] in ("", place[0].casefold()):
            _gather(gathered.setdefault(place[0], {}), row)
            population = place[1]
    if not gathered:
        raise FrequencyTableInvalid(f"no population {population!r}{_told(seen)}")
    if len(gathered) > 1:
        raise FrequencyTableInvalid(
            f"population {population!r} is in several sources, name one: {', '.join(gathered)}"
        )
    ((found, by_locus),) = gathered.items()
    if not by_locus:
        raise FrequencyTableInvalid(f"population {population!r} has no known locus")
    ordered = sorted(by_locus.items(), key=lambda each: each[0].slot)
    return PopulationTable(
        source=found,
        population=population,
        version=hashlib.sha256(content).hexdigest(),
        loci=tuple(_locus(locus, rows) for locus, rows in ordered),
    )


def _told(seen: dict[tuple[str, str], None]) -> str:
    names = [f"{source}: {population}" for source, population in seen][: NAMES_TOLD_MAX + 1]
    if len(names) > NAMES_TOLD_MAX:
        names[-1] = "..."
    return f"; there are {', '.join(names)}" if names else "; the file has no rows"


def _rows(content: bytes) -> Iterator[_Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        raise FrequencyTableInvalid("the text is not UTF-8", line=line) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        titles = [title.strip().casefold() for title in next(reader, [])]
        if sorted(titles) != sorted(COLUMNS):
            raise FrequencyTableInvalid(
                f"the header must name {', '.join(COLUMNS)} and nothing else", line=HEADER_LINE
            )
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(titles):
                raise FrequencyTableInvalid(
                    f"{len(cells)} cells, the header has {len(titles)}", line=reader.line_num
                )
            if max(map(len, cells)) > limits.POPULATION_NAME_CHARS_MAX:
                raise FrequencyTableInvalid(
                    f"a cell has more than {limits.POPULATION_NAME_CHARS_MAX} characters",
                    line=reader.line_num,
                )
            stripped = (cell.strip() for cell in cells)
            yield _Row(reader.line_num, dict(zip(titles, stripped, strict=True)))
    except csv.Error as failure:
        raise FrequencyTableInvalid(
            f"the quoting is broken: {failure}", line=reader.line_num
        ) from None


def _gather(by_locus: dict[Locus, _Gathered], row: _Row) -> None:
    """Check one row of the chosen population and add it; pass over a locus that is not known."""
    cells = row.cells
    locus = loci.by_name(cells["locus"])
    if locus is None or not locus.counted:
        return
    individuals = None
    if cells["n_individuals"]:
        if not _COUNT.fullmatch(cells["n_individuals"]):
            raise row.refuse(f"{cells['n_individuals']!r} is no number of people")
        individuals = int(cells["n_individuals"])
    try:
        code = loci.code_of(locus, cells["allele"])
    except ProfileMalformed as refusal:
        raise row.refuse(refusal.rule) from None
    if code == loci.WILDCARD:
        raise row.refuse("a wildcard has no frequency")
    if not _SHARE.fullmatch(cells["frequency"]) or float(cells["frequency"]) > 1:
        raise row.refuse(f"{cells['frequency']!r} is no frequency between 0 and 1")
    here = by_locus.setdefault(locus, _Gathered(individuals, row.line))
    if here.individuals != individuals:
        raise row.refuse("the number of people changes within the locus")
    if code in here.shares:
        raise row.refuse(f"the allele {cells['allele']} comes twice")
    here.shares[code] = float(cells["frequency"])
    here.line = row.line


def _locus(locus: Locus, rows: _Gathered) -> LocusFrequencies:
    total = sum(rows.shares.values())
    if abs(total - 1) > SUM_TOLERANCE:
        raise FrequencyTableInvalid(
            f"the frequencies sum to {total:.4f}, not to 1", line=rows.line, locus=locus.name
        )
    return LocusFrequencies(locus.name, rows.individuals, tuple(sorted(rows.shares.items())))
