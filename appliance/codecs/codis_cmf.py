"""CODIS import files (Common Message Format 3.2): the specimens of a laboratory, one by one.

Source: the public schema ``urn:CODISImportFile-schema`` of the CODIS interface. Of a specimen only
its number, its category, its loci and its alleles are taken. Comments, cases, laboratories, batches
and the names of those who read or submitted are never kept (Agreement, Art. 2(2), 5). A single
ALLELE at a locus is how CODIS writes a homozygote; for traces the reading of the source may say
that the other allele dropped out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from appliance.codecs.dna_canonical import profile_of_loci
from appliance.codecs.dna_record import encode_dna_record
from appliance.codecs.xml_reader import BinaryStream, Element, XmlBounds, XmlReader
from appliance.domain import limits, loci
from appliance.domain.codes import Collection
from appliance.domain.dna import USUAL_READING, DnaProfile, Reading, SingleAllele
from appliance.domain.errors import ProfileMalformed
from appliance.domain.loci import Locus

ROOT = "CODISImportFile"
NAMESPACE = "urn:CODISImportFile-schema"
VERSION = "3.2"

LOCI_MAX = 64  # 32 in the schema of 3.2, 64 in its edition of 2017
ALLELES_MAX = 8
BOUNDS = XmlBounds(
    file_bytes_max=16 * 1024**3,
    depth_max=5,
    children_max=limits.PROFILES_PER_FILE_MAX,
    descendants_max=3 + LOCI_MAX * (4 + 2 * ALLELES_MAX),
    text_chars_max=255,
)

_HEADER_TEXTS = {"HEADERVERSION": VERSION, "MESSAGETYPE": "Import"}
# The longest texts that the schema allows.
_HEADER_CHARS_MAX = {
    "HEADERVERSION": 4,
    "MESSAGETYPE": 6,
    "DESTINATIONORI": 10,
    "SOURCELAB": 10,
    "SUBMITBYUSERID": 20,
    "SUBMITDATETIME": 35,
    "BATCHID": 32,
    "KIT": 32,
}
_SPECIMEN_CHARS_MAX = {
    "SPECIMENID": 24,
    "SPECIMENCATEGORY": 32,
    "SPECIMENCOMMENT": 255,
    "LOCUSNAME": 10,
    "READINGBY": 20,
    "READINGDATETIME": 35,
    "ALLELEVALUE": 10,
}
_CHARS_MAX = {**_HEADER_CHARS_MAX, **_SPECIMEN_CHARS_MAX}

COLLECTIONS = {
    "Convicted Offender": Collection.DNA_REFERENCE,
    "Arrestee": Collection.DNA_REFERENCE,
    "Suspect, Known": Collection.DNA_REFERENCE,
    "Forensic, Unknown": Collection.DNA_UNIDENTIFIED,
}
"""The categories that take part in the exchange; every other is skipped."""

_NEVER = "never exchanged"
_OWN_FLOW = "missing and unidentified persons have a flow of their own"
SKIPPED = {
    "Forensic Mixture": "a mixed profile",
    "Victim, Known": _NEVER,
    "Deduced Victim Known": _NEVER,
    "Elimination, Known": _NEVER,
    "Staff": _NEVER,
    "Unidentified Person": _OWN_FLOW,
    "Missing Person": _OWN_FLOW,
    "Deduced Missing Person": _OWN_FLOW,
}
_NOT_MAPPED = "the category has no counterpart in the exchange"
_CATEGORIES_COUNTED_MAX = 64
_OTHER_CATEGORIES = "(others)"

# Y-chromosomal loci of the format: no part of the profiles that are exchanged.
_LINEAGE_PREFIXES = ("DYS", "DYF", "YGATA", "YINDEL")


@dataclass(frozen=True, slots=True)
class CmfSpecimen:
    """One specimen that takes part; ``line`` is that of its element, from 1."""

    line: int
    reference_number: str
    collection: Collection
    profile: DnaProfile
    raw_record: bytes


def is_cmf(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` (1 KiB is enough) looks like such a file."""
    return ROOT.encode() in head or ROOT.encode("utf-16-le") in head


class CmfFile(Iterator[CmfSpecimen]):
    """The specimens of one file, in its order; memory holds one of them and the numbers seen.

    Gives a CmfSpecimen or raises ProfileMalformed with line, locus and reason: a specimen that is
    refused does not end the file, while XML that is not well-formed does. ``skipped`` counts
    (category, reason) of the specimens that do not take part. For one thread.
    """

    def __init__(self, stream: BinaryStream, reading: Reading = USUAL_READING) -> None:
        self._xml = XmlReader(stream, BOUNDS)
        self._reading = reading
        self._seen: set[str] = set()
        self._header: set[str] = set()
        self.skipped: Counter[tuple[str, str]] = Counter()
        root = self._xml.root
        if root.name != ROOT or root.namespace not in ("", NAMESPACE):
            raise ProfileMalformed(f"the root element is not {ROOT}", line=root.line)

    @property
    def read_bytes(self) -> int:
        """Bytes of the file read so far."""
        return self._xml.read_bytes

    def __next__(self) -> CmfSpecimen:
        for element in self._xml:
            if element.name != "SPECIMEN":
                self._check_header(element)
            elif (specimen := self._specimen(element)) is not None:
                return specimen
        raise StopIteration

    def _check_header(self, element: Element) -> None:
        if element.name not in _HEADER_CHARS_MAX:
            raise _refusal(element, f"{element.name} is no element of a CODIS import file")
        text = _text(element)
        wanted = _HEADER_TEXTS.get(element.name, text)
        if text != wanted:
            raise _refusal(element, f"{element.name} is {text!r}, only {wanted} is read")
        self._header.add(element.name)

    def _specimen(self, element: Element) -> CmfSpecimen | None:
        """Return a specimen, None if its category does not take part."""
        missing = sorted(_HEADER_TEXTS.keys() - self._header)
        if missing:
            raise _refusal(element, f"a specimen comes before {missing[0]}")
        texts = {
            each.name: _text(each) for each in element.children if each.name.startswith("SPECIMEN")
        }
        category = texts.get("SPECIMENCATEGORY", "")
        if not category:
            raise _refusal(element, "SPECIMENCATEGORY is missing")
        collection = COLLECTIONS.get(category)
        if collection is None:
            self._skip(category)
            return None
        number = texts.get("SPECIMENID", "")
        if not number or not number.isprintable():
            raise _refusal(element, "SPECIMENID is missing or has a character that is not printed")
        if number in self._seen:
            raise _refusal(element, "the SPECIMENID comes twice")
        reading = self._reading
        if collection.identified:
            reading = replace(reading, single_allele=SingleAllele.HOMOZYGOTE)
        profile = _profile(element, reading)
        self._seen.add(number)
        return CmfSpecimen(element.line, number, collection, profile, encode_dna_record(profile))

    def _skip(self, category: str) -> None:
        key = (category, SKIPPED.get(category, _NOT_MAPPED))
        if key not in self.skipped and len(self.skipped) >= _CATEGORIES_COUNTED_MAX:
            key = (_OTHER_CATEGORIES, _NOT_MAPPED)
        self.skipped[key] += 1


def _profile(specimen: Element, reading: Reading) -> DnaProfile:
    values: list[tuple[Locus, str, tuple[str, ...]]] = []
    warnings: list[str] = []
    elements = [each for each in specimen.children if not each.name.startswith("SPECIMEN")]
    if len(elements) > LOCI_MAX:
        raise _refusal(specimen, f"more than {LOCI_MAX} loci")
    for element in elements:
        if element.name != "LOCUS":
            raise _refusal(element, f"{element.name} is no element of a specimen")
        name, alleles, required = _locus(element)
        locus = loci.by_name(name)
        if locus is not None:
            values.append((locus, name, alleles))
        elif name.upper().startswith(_LINEAGE_PREFIXES):
            warnings.append(f"{name}: a Y-chromosomal locus is no part of the exchange")
        else:
            raise ProfileMalformed("the locus is not known", locus=name, line=element.line)
        if required:
            warnings.append(f"{name}: a required allele is compared like any other")
    if not values:
        raise _refusal(specimen, "the profile is empty")
    profile = profile_of_loci(values, line=specimen.line, reading=reading)
    return replace(profile, warnings=(*profile.warnings, *warnings))


def _locus(element: Element) -> tuple[str, tuple[str, ...], bool]:
    """Return the name of a locus, its alleles, and whether one of them is marked as required."""
    name, alleles, required = "", [], False
    for child in element.children:
        if child.name == "ALLELE":
            if [each.name for each in child.children] != ["ALLELEVALUE"]:
                raise _refusal(child, "an ALLELE does not hold one ALLELEVALUE")
            alleles.append(_text(child.children[0]))
            required |= child.attributes.get("ALLELEREQUIRED", "false") in ("true", "1")
        elif child.name not in ("LOCUSNAME", "READINGBY", "READINGDATETIME"):
            raise _refusal(child, f"{child.name} is no element of a locus")
        else:
            text = _text(child)
            name = text if child.name == "LOCUSNAME" else name
    if not name:
        raise _refusal(element, "LOCUSNAME is missing")
    if not 1 <= len(alleles) <= ALLELES_MAX:
        rule = f"{len(alleles)} alleles, 1..{ALLELES_MAX} are allowed"
        raise ProfileMalformed(rule, locus=name, line=element.line)
    return name, tuple(alleles), required


def _text(element: Element) -> str:
    chars_max = _CHARS_MAX.get(element.name, 0)
    if element.children or len(element.text) > chars_max:
        raise _refusal(element, f"{element.name} has more than {chars_max} characters")
    return element.text


def _refusal(element: Element, rule: str) -> ProfileMalformed:
    return ProfileMalformed(rule, line=element.line)
