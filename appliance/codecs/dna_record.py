"""The text in which a DNA profile is kept: its values as received, ``LOCUS=a,b;LOCUS=a,b``.

The canonical form can be computed from it again, so a later, better rule needs no new data from
the owner. No value or name can hold one of the three separators. Where the source is read in
another way than the usual one, the text begins with it: ``READING=drop_out,absent;LOCUS=a,b``.
"""

from __future__ import annotations

from functools import lru_cache

from appliance.codecs.dna_canonical import canonical_profile
from appliance.domain import limits, loci
from appliance.domain.dna import (
    USUAL_READING,
    DnaProfile,
    DoubleWildcard,
    Reading,
    SingleAllele,
)
from appliance.domain.errors import ProfileMalformed

# Every slot with its longest name and as many of the longest values as a locus may have.
RECORD_BYTES_MAX = loci.SLOTS * 4 * (loci.NAME_CHARS_MAX + 9 * (limits.DNA_ALLELE_CHARS_MAX + 1))

_READING = "READING="

# Records of this length have their parts remembered: those of a whole population are some
# thousands, and no record of all loci with designated alleles is longer.
_REMEMBERED_BYTES_MAX = 1_024
_PARTS_KEPT = 32_768


def encode_dna_record(profile: DnaProfile) -> bytes:
    """Return the values of a profile as received, UTF-8. Thread-safe."""
    parts = [f"{values[0]}={','.join(values[1:])}" for values in profile.received]
    if profile.reading != USUAL_READING:
        reading = profile.reading
        parts.insert(0, f"{_READING}{reading.single_allele},{reading.double_wildcard}")
    return ";".join(parts).encode()


def split_dna_record(record: bytes) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], Reading]:
    """Return (locus name, values) pairs as they stand in a record, still unchecked, and how the
    record says that they are read.

    Raises ProfileMalformed for any bytes that are no such text. About 3 µs; thread-safe.
    """
    if len(record) > RECORD_BYTES_MAX:
        raise ProfileMalformed(f"a record has more than {RECORD_BYTES_MAX} bytes")
    try:
        text = record.decode()
    except UnicodeDecodeError as failure:
        raise ProfileMalformed(f"byte {failure.start} is not UTF-8") from None
    reading = USUAL_READING
    if text.startswith(_READING):
        stated, _, text = text.removeprefix(_READING).partition(";")
        reading = reading_of(*stated.split(","))
    if not text:
        return (), reading
    located = _remembered if len(record) <= _REMEMBERED_BYTES_MAX else _located
    return tuple(map(located, text.split(";"))), reading


def reading_of(single_allele: str, double_wildcard: str = "", *others: str) -> Reading:
    """Return the reading of those names; raises ProfileMalformed for names that are none."""
    try:
        reading = Reading(SingleAllele(single_allele), DoubleWildcard(double_wildcard or "absent"))
    except ValueError as failure:
        raise ProfileMalformed(f"the reading is not known: {failure}") from None
    if others:
        raise ProfileMalformed("the reading has more than two parts")
    return reading


def _located(part: str) -> tuple[str, tuple[str, ...]]:
    """Return the locus name and the values of one part of a record."""
    name, separator, alleles = part.partition("=")
    if not separator:
        raise ProfileMalformed("a locus has no values", locus=name[: loci.NAME_CHARS_MAX])
    return name, tuple(alleles.split(","))


_remembered = lru_cache(_PARTS_KEPT)(_located)


def decode_dna_record(record: bytes) -> DnaProfile:
    """Return the profile of a record; decoding what was encoded gives the same codes.

    Raises ProfileMalformed for any bytes that are no such record. Thread-safe.
    """
    values, reading = split_dna_record(record)
    return canonical_profile(values, reading=reading)
