"""The header of a table of DNA profiles: which column is what, and which must not be there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appliance.domain import loci
from appliance.domain.errors import PersonalDataRefused, ProfileMalformed
from appliance.domain.loci import Locus

KNOWN_COLUMNS = frozenset(("population", "kit", "laboratory"))
"""Columns that are read past: they describe the sample and are never kept."""

HEADER_LINE = 1
TITLE_CHARS_MAX = 64

_LOCUS_COLUMN = re.compile(r"(.+)_([123])")
_WORD = re.compile(r"[^\W\d_]+")
_COMBINING = "Mn"


def _folded(text: str) -> str:
    """Return a text in small letters without marks: a title is found with and without them."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if unicodedata.category(c) != _COMBINING).replace("đ", "d")


# Words of a column title that announce a person's data, in English and the languages of the
# Parties: Albanian, Bosnian, Bulgarian, Croatian, German, Hungarian, Macedonian, Montenegrin,
# Romanian, Serbian and Slovenian.
_PERSONAL_WORDS = frozenset(
    map(
        _folded,
        (
            *("name", "names", "alias", "nickname", "dob", "ssn", "street", "mobile"),
            *("father", "mother", "age", "sex", "gender", "nationality", "citizenship"),
            *("ime", "име", "priimek", "emri", "emër", "nume", "numele", "prenume", "név", "neve"),
            *("pol", "пол", "spol", "gjinia", "sexul", "nem", "neme", "alter", "kor", "mosha"),
            *("jmbg", "јмбг", "embg", "ембг", "egn", "егн", "emšo", "cnp", "idnp", "oib", "taj"),
            *("svnr", "nid", "naslov", "cím", "lakcím", "tel", "otac", "отац", "majka", "мајка"),
        ),
    )
)
# Looked for anywhere in the letters of a title.
_PERSONAL_PARTS = tuple(
    map(
        _folded,
        (
            *("surname", "firstname", "lastname", "forename", "givenname", "fullname"),
            *("familyname", "maidenname", "middlename", "birth", "bornon", "passport", "address"),
            *("phone", "email", "socialsecurity", "nationalid", "personalid", "personalnumber"),
            *("identitycard", "idcard", "driverslicence", "driverslicense"),
            *("prezime", "презиме", "фамилия", "фамилно", "mbiemër", "mbiemri", "nadimak"),
            *("vorname", "nachname", "familienname", "geburt", "geschlecht", "anschrift"),
            *("wohnort", "staatsangehör", "sozialversicherung", "ausweis", "telefon", "телефон"),
            *("keresztnév", "vezetéknév", "családnév", "utónév", "születés", "személyi", "anyja"),
            *("adresa", "адреса", "адрес", "adresë", "lakóhely", "prebivališ", "пребивалиш"),
            *("domicil", "rođen", "rodjen", "rojen", "rojst", "рођ", "роден", "рожден"),
            *("раждане", "nașter", "născut", "datëlindj", "ditëlindj", "vendlindj", "гражданств"),
            *("pasoš", "пасош", "паспорт", "pasaport", "pașaport", "útlevél", "državljan"),
            *("matičnibroj", "матичнибро", "матиченбро", "личнакарта", "ličnakarta", "osobna"),
            *("раѓањ", "numripersonal", "codnumeric", "buletin", "cetățen"),
        ),
    )
)
# "Sample name" and the like are titles of a reference number, not of a person.
_SAMPLE_WORDS = frozenset(("sample", "specimen", "profile", "kit", "file", "laboratory"))


@dataclass(frozen=True, slots=True)
class LocusColumns:
    """The columns of one locus, in the order of its alleles; ``name`` as the header has it."""

    locus: Locus
    name: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a header says: cells of a row, the column of the reference number, the loci."""

    count: int
    reference_number: int
    loci: tuple[LocusColumns, ...]


def refuse_personal_data(titles: Iterable[str]) -> None:
    """Raise PersonalDataRefused if a title announces data that identifies a person."""
    for title in titles:
        folded = _folded(title)
        words = set(_WORD.findall(folded))
        joined = "".join(_WORD.findall(folded))
        personal = words & _PERSONAL_WORDS
        if personal == {"name"} and words & _SAMPLE_WORDS:
            personal = set()
        if personal or any(part in joined for part in _PERSONAL_PARTS):
            raise PersonalDataRefused(
                f"the column {title[:TITLE_CHARS_MAX]!r} would identify a person; nothing was read",
                metadata={"column": title[:TITLE_CHARS_MAX]},
            )


def read_columns(
    titles: Sequence[str], id_column: str | None, extra_columns: Iterable[str]
) -> Columns:
    """Return the meaning of a header's titles; ``id_column`` None takes the first column.

    Raises PersonalDataRefused before anything else, then ProfileMalformed for long or duplicate
    titles, a missing column of the reference number, a title that is neither LOCUS_1, LOCUS_2
    (LOCUS_3) nor allowed, an unknown locus, a locus twice or without its pair, and a header
    without loci.
    """
    refuse_personal_data(titles)
    folded = [title.casefold() for title in titles]
    if max(map(len, titles)) > TITLE_CHARS_MAX:
        raise _refusal(f"a title has more than {TITLE_CHARS_MAX} characters")
    seen: set[str] = set()
    for title in folded:
        if title in seen:
            raise _refusal(f"the column {title!r} comes twice")
        seen.add(title)
    reference_number = 0
    if id_column is not None:
        if id_column.strip().casefold() not in folded:
            raise _refusal(f"there is no column {id_column!r}")
        reference_number = folded.index(id_column.strip().casefold())
    allowed = KNOWN_COLUMNS | {name.strip().casefold() for name in extra_columns}
    found: dict[str, tuple[Locus, str, dict[int, int]]] = {}
    for index, title in enumerate(titles):
        if index == reference_number or folded[index] in allowed:
            continue
        locus, name, allele = _locus_column(title)
        _, first_name, columns = found.setdefault(locus.name, (locus, name, {}))
        if allele in columns or first_name.casefold() != name.casefold():
            raise _refusal("the locus has columns under two names", locus.name)
        columns[allele] = index
    if not found:
        raise _refusal("the header names no locus")
    return Columns(
        len(titles),
        reference_number,
        tuple(_pair(locus, name, columns) for locus, name, columns in found.values()),
    )


def _locus_column(title: str) -> tuple[Locus, str, int]:
    parts = _LOCUS_COLUMN.fullmatch(title)
    if parts is None:
        raise _refusal(f"the column {title!r} is neither LOCUS_1, LOCUS_2 nor allowed")
    locus = loci.by_name(parts[1])
    if locus is None:
        raise _refusal("the locus is not known", parts[1])
    return locus, parts[1], int(parts[2])


def _pair(locus: Locus, name: str, columns: dict[int, int]) -> LocusColumns:
    for allele in (1, 2):
        if allele not in columns:
            raise _refusal(f"the column {name}_{allele} is missing", locus.name)
    return LocusColumns(locus, name, tuple(columns[allele] for allele in sorted(columns)))


def _refusal(rule: str, locus: str = "") -> ProfileMalformed:
    return ProfileMalformed(rule, locus=locus, line=HEADER_LINE)
