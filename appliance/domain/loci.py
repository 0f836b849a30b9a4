"""The loci of a DNA profile: their slots, their units and the byte code of each allele.

An allele n.v of a locus whose repeat unit has u bases is the byte u × n + v. Two designated
alleles are then micro-variants of one another exactly where their codes differ by one, and two
whole repeats never are. 0 is an absent locus, 255 a wildcard.

Sources: Council Decision 2008/616/JHA, Annex, chapter 1 (the 24 loci in their order, here
with amelogenin last, and the wildcard); Council Resolution of 30 November 2009, 2009/C 296/01
(five new loci of the European Standard Set). Observed ranges: the frequency tables of STRidER 2025,
NIST 1036, UK DNA-17 and FBI 2015.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from appliance.domain.errors import InvariantBroken, ProfileMalformed

SLOTS = 32
ABSENT = 0
WILDCARD = 255
CODE_MAX = 254
WILDCARD_TEXT = "*"
NAME_CHARS_MAX = 32

# The letters of amelogenin are no repeats: two codes further apart than a micro-variant.
SEX_CODES = {"X": 1, "Y": 3}
_SEX_LETTERS = {code: letter for letter, code in SEX_CODES.items()}

_ALLELE = re.compile(r"([1-9][0-9]{0,2})(?:\.([1-4]))?")


@dataclass(frozen=True, slots=True)
class Locus:
    """One locus.

    ``slot`` is its place in a packed profile and in LOCI; ``unit`` the bases of a repeat (3, 4 or
    5); ``counted`` whether it counts towards a match (amelogenin does not); ``groups`` the sets it
    belongs to (ISSOL, ESS_12, ANNEX_2008); ``observed`` the smallest and largest allele seen in
    published populations, empty where none is published.
    """

    name: str
    slot: int
    unit: int
    counted: bool
    groups: tuple[str, ...]
    observed: tuple[str, str] | tuple[()] = ()


_OLD_ESS = ("ISSOL", "ESS_12", "ANNEX_2008")
_ANNEX = ("ANNEX_2008",)
_NEW_ESS = ("ESS_12",)

# Name, unit, groups, smallest and largest allele seen; the order is the order of the slots.
_TABLE: tuple[tuple[str, int, tuple[str, ...], tuple[str, str] | tuple[()]], ...] = (
    ("vWA", 4, _OLD_ESS, ("10", "23")),
    ("TH01", 4, _OLD_ESS, ("4", "13.3")),
    ("D21S11", 4, _OLD_ESS, ("23.3", "39")),
    ("FGA", 4, _OLD_ESS, ("13", "49.2")),
    ("D8S1179", 4, _OLD_ESS, ("6", "19")),
    ("D3S1358", 4, _OLD_ESS, ("9", "20")),
    ("D18S51", 4, _OLD_ESS, ("7", "28")),
    ("TPOX", 4, _ANNEX, ("5", "15")),
    ("CSF1PO", 4, _ANNEX, ("5", "16")),
    ("D13S317", 4, _ANNEX, ("6", "16")),
    ("D7S820", 4, _ANNEX, ("6", "15")),
    ("D5S818", 4, _ANNEX, ("7", "17")),
    ("D16S539", 4, _ANNEX, ("5", "16")),
    ("D2S1338", 4, _ANNEX, ("12", "29")),
    ("D19S433", 4, _ANNEX, ("4", "19.2")),
    ("Penta D", 5, _ANNEX, ("2.2", "19")),
    ("Penta E", 5, _ANNEX, ("1", "26")),
    ("FES", 4, _ANNEX, ("5", "14")),
    ("F13A1", 4, _ANNEX, ("3.2", "17")),
    ("F13B", 4, _ANNEX, ("6", "11")),
    ("SE33", 4, _ANNEX, ("1", "38")),
    ("CD4", 5, _ANNEX, ()),
    ("GABA", 4, _ANNEX, ()),
    ("D1S1656", 4, _NEW_ESS, ("8", "20.3")),
    ("D2S441", 4, _NEW_ESS, ("8", "17")),
    ("D10S1248", 4, _NEW_ESS, ("7", "19")),
    ("D12S391", 4, _NEW_ESS, ("13", "29")),
    ("D22S1045", 3, _NEW_ESS, ("8", "22")),
    ("D6S1043", 4, (), ("8", "26")),
    ("LPL", 4, (), ("7", "15")),
    ("Penta C", 5, (), ("5", "16")),
    ("AMELOGENIN", 4, _ANNEX, ()),
)

LOCI: tuple[Locus, ...] = tuple(
    Locus(name, slot, unit, name != "AMELOGENIN", groups, observed)
    for slot, (name, unit, groups, observed) in enumerate(_TABLE)
)
ISSOL: tuple[str, ...] = tuple(locus.name for locus in LOCI if "ISSOL" in locus.groups)
ESS_12: tuple[str, ...] = tuple(locus.name for locus in LOCI if "ESS_12" in locus.groups)

# A chromosome number alone names a locus where laboratories use it so and it is unambiguous;
# D2 is not (D2S441, D2S1338).
_ALIASES = {
    "vwa31": "vWA",
    "vwf": "vWA",
    "humvwa": "vWA",
    "humth01": "TH01",
    "tc11": "TH01",
    # Both stand in the schema of CODIS import files, with a letter and a digit exchanged.
    "tho1": "TH01",
    "tp0x": "TPOX",
    "humfga": "FGA",
    "fibra": "FGA",
    "humtpox": "TPOX",
    "humcsf1po": "CSF1PO",
    "csf": "CSF1PO",
    "fesfps": "FES",
    "f13a01": "F13A1",
    "actbp2": "SE33",
    "humcd4": "CD4",
    "amel": "AMELOGENIN",
    "am": "AMELOGENIN",
    "d1": "D1S1656",
    "d3": "D3S1358",
    "d5": "D5S818",
    "d6": "D6S1043",
    "d7": "D7S820",
    "d8": "D8S1179",
    "d10": "D10S1248",
    "d12": "D12S391",
    "d13": "D13S317",
    "d16": "D16S539",
    "d18": "D18S51",
    "d19": "D19S433",
    "d21": "D21S11",
    "d22": "D22S1045",
}


def _key(name: str) -> str:
    return name.replace(" ", "").replace("_", "").replace("-", "").replace("/", "").lower()


_BY_KEY: dict[str, Locus] = {_key(locus.name): locus for locus in LOCI}
_BY_KEY |= {alias: _BY_KEY[_key(name)] for alias, name in _ALIASES.items()}


def by_name(name: str) -> Locus | None:
    """Return the locus of a name or a common alias, or None.

    Case, spaces, underscores, hyphens and slashes do not matter. Thread-safe.
    """
    if len(name) > NAME_CHARS_MAX:
        return None
    return _BY_KEY.get(_key(name))


def code_of(locus: Locus, text: str) -> int:
    """Return the code 1..255 of a value in canonical form: ``9.3``, ``12``, ``*``, ``X``, ``Y``.

    Raises ProfileMalformed for any other text, for a variant that the locus's unit cannot have
    (.4 of a tetranucleotide) and for an allele beyond code 254. Thread-safe.
    """
    if text == WILDCARD_TEXT:
        return WILDCARD
    if not locus.counted:
        if text not in SEX_CODES:
            raise ProfileMalformed(f"{text!r} is neither X nor Y", locus=locus.name)
        return SEX_CODES[text]
    parts = _ALLELE.fullmatch(text)
    if parts is None:
        raise ProfileMalformed(f"{text!r} is not an allele", locus=locus.name)
    variant = int(parts[2] or 0)
    if variant >= locus.unit:
        raise ProfileMalformed(
            f"{text!r} is impossible: a repeat has {locus.unit} bases", locus=locus.name
        )
    code = locus.unit * int(parts[1]) + variant
    if code > CODE_MAX:
        raise ProfileMalformed(f"{text!r} is larger than any known allele", locus=locus.name)
    return code


def value_of(locus: Locus, code: int) -> str:
    """Return the canonical text of a code 0..255; absent is the empty text.

    Raises InvariantBroken for a code that ``code_of`` never gives. Thread-safe.
    """
    if code == ABSENT:
        return ""
    if code == WILDCARD:
        return WILDCARD_TEXT
    if not locus.counted:
        if code not in _SEX_LETTERS:
            raise InvariantBroken(f"{code} is no code of {locus.name}")
        return _SEX_LETTERS[code]
    whole, variant = divmod(code, locus.unit)
    if whole < 1 or code > CODE_MAX:
        raise InvariantBroken(f"{code} is no code of {locus.name}")
    return f"{whole}.{variant}" if variant else str(whole)


def observed_codes(locus: Locus) -> tuple[int, int]:
    """Return the codes of the smallest and largest allele seen; all codes where none is known."""
    if not locus.observed:
        return locus.unit, CODE_MAX
    low, high = locus.observed
    return code_of(locus, low), code_of(locus, high)
