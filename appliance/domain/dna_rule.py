"""Which DNA profiles match: the settings of one exchange under a name and a version.

The Agreement leaves these numbers to the User manuals (Implementing Agreement, Art. 7(3)), which
are not public, and Regulation (EU) 2024/982 to an implementing act. So they are data: the profiles
below are what is shipped, a signed profile pack may carry others, and each answer names the one it
was computed by.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from appliance.domain import loci
from appliance.domain.errors import ConfigurationInvalid

MISMATCH_MAX = 2
NAME_CHARS_MAX = 32

PRUEM, HIGH, MODERATE, LOW = STRINGENCIES = ("pruem", "high", "moderate", "low")
IGNORE, COMPARE = DOUBLE_WILDCARDS = ("ignore", "compare")

_COUNTED = tuple(locus.name for locus in loci.LOCI if locus.counted)

_CODIS_20 = (
    *("CSF1PO", "D3S1358", "D5S818", "D7S820", "D8S1179", "D13S317", "D16S539", "D18S51"),
    *("D21S11", "FGA", "TH01", "TPOX", "vWA"),
    *("D1S1656", "D2S441", "D2S1338", "D10S1248", "D12S391", "D19S433", "D22S1045"),
)

LOCUS_GROUPS: dict[str, tuple[str, ...]] = {
    "ISSOL": loci.ISSOL,
    "ESS_12": loci.ESS_12,
    "CODIS_20": _CODIS_20,
    "COUNTED": _COUNTED,
}
"""The sets of loci that an inclusion rule may name; COUNTED is every locus but amelogenin."""


@dataclass(frozen=True, slots=True)
class DnaRuleProfile:
    """The rule of the comparison and the inclusion rule for persons. Immutable.

    ``min_full_loci`` (1..31) loci must be fully designated on both sides and agree, and at most
    ``mismatch_max`` (0..2) alleles may differ over all compared loci. ``microvariant_tolerance``
    tells a micro-variant (quality 3) from any other difference (quality 4); either counts as one
    differing allele. ``wildcard_counts_as_full`` lets a locus that agrees by a wildcard count as
    full. ``double_wildcard`` says whether a locus of two wildcards is left out of the comparison
    ("ignore") or compared, agreeing with anything ("compare"). ``loci`` are the names of the loci
    compared, empty for every locus but amelogenin, which never counts.

    ``reference_min_of`` are pairs of a set of LOCUS_GROUPS and a number: a person's profile may be
    exchanged if it has that many fully designated loci of the set, for any one pair; empty where
    ``min_full_loci`` alone decides. ``stringency`` says when a locus agrees: "pruem" and "high" if
    no allele differs, "moderate" if all alleles of one side are among those of the other, "low" if
    the two share an allele; a wildcard stands for whatever allele makes it agree.

    Raises ConfigurationInvalid with the field and the reason.
    """

    name: str
    version: str
    min_full_loci: int = 6
    mismatch_max: int = 1
    microvariant_tolerance: bool = True
    wildcard_counts_as_full: bool = False
    double_wildcard: str = IGNORE
    loci: tuple[str, ...] = ()
    reference_min_of: tuple[tuple[str, int], ...] = ()
    stringency: str = PRUEM

    def __post_init__(self) -> None:
        for field, text in (("name", self.name), ("version", self.version)):
            if not 1 <= len(text) <= NAME_CHARS_MAX or "/" in text:
                self._refuse(field, f"{text!r} must have 1 to {NAME_CHARS_MAX} characters, no /")
        if not 1 <= self.min_full_loci <= len(_COUNTED):
            self._refuse("min_full_loci", f"{self.min_full_loci} is not 1..{len(_COUNTED)}")
        if not 0 <= self.mismatch_max <= MISMATCH_MAX:
            self._refuse("mismatch_max", f"{self.mismatch_max} is not 0..{MISMATCH_MAX}")
        if self.double_wildcard not in DOUBLE_WILDCARDS:
            self._refuse("double_wildcard", f"{self.double_wildcard!r} is not {DOUBLE_WILDCARDS}")
        if self.stringency not in STRINGENCIES:
            self._refuse("stringency", f"{self.stringency!r} is not one of {STRINGENCIES}")
        for locus in self.loci:
            if locus not in _COUNTED:
                self._refuse("loci", f"{locus!r} is no locus that counts")
        if self.loci and len(set(self.loci)) < self.min_full_loci:
            self._refuse("loci", f"fewer than min_full_loci ({self.min_full_loci})")
        for group, least in self.reference_min_of:
            if group not in LOCUS_GROUPS:
                self._refuse("reference_min_of", f"{group!r} is not one of {list(LOCUS_GROUPS)}")
            if not 1 <= least <= len(LOCUS_GROUPS[group]):
                self._refuse("reference_min_of", f"{group} has no {least} loci")

    @property
    def label(self) -> str:
        """Name and version as answers show them: ``PRUEM-2008/1``."""
        return f"{self.name}/{self.version}"

    def compared_loci(self) -> tuple[str, ...]:
        """Return the names of the loci that take part in the comparison."""
        return self.loci or _COUNTED

    def admits_person(self, full_loci: Collection[str]) -> bool:
        """Tell whether a person's profile, fully designated at these loci, may be exchanged."""
        full = set(full_loci)
        if not self.reference_min_of:
            return len(full.intersection(self.compared_loci())) >= self.min_full_loci
        return any(
            len(full.intersection(LOCUS_GROUPS[group])) >= least
            for group, least in self.reference_min_of
        )

    def _refuse(self, field: str, reason: str) -> None:
        raise ConfigurationInvalid(f"DNA rule profile {self.name}: {field}: {reason}")


PRUEM_2008 = DnaRuleProfile("PRUEM-2008", "1", reference_min_of=(("ISSOL", 6),))
"""Decision 2008/616/JHA, Annex, chapter 1: six full loci, one differing allele, persons with six of
the seven loci of the old European Standard Set. The text does not say how a locus of two wildcards
is treated; here it is left out, as it carries no information. A pack may change it."""

PCC_SEE = DnaRuleProfile("PCC-SEE", "1", reference_min_of=(("ESS_12", 6),))
"""The Agreement follows the Decision, but leaves the numbers to its User manuals (Implementing
Agreement, Art. 7(3)), which are not public. Here those of the Decision are taken, with the twelve
loci of the European Standard Set in force since 2009/C 296/01 for persons. A pack may change it."""

PRUEM_II = DnaRuleProfile("PRUEM-II", "1", reference_min_of=(("ESS_12", 6),))
"""Regulation (EU) 2024/982 leaves the least number of loci to an implementing act, and none is
known here. Until a pack carries its numbers, those of the Decision stand in their place."""

CODIS_HIGH = DnaRuleProfile(
    "CODIS-HIGH",
    "1",
    min_full_loci=8,
    mismatch_max=0,
    microvariant_tolerance=False,
    reference_min_of=(("CODIS_20", 20),),
    stringency=HIGH,
)
"""High stringency: all alleles equal at every compared locus. The least number of loci is that of
a forensic profile's admission to the national index (eight; twenty for a person), as no published
text fixes one for the comparison. A pack may change it."""

CODIS_MODERATE = DnaRuleProfile(
    "CODIS-MODERATE",
    "1",
    min_full_loci=8,
    mismatch_max=0,
    microvariant_tolerance=False,
    reference_min_of=(("CODIS_20", 20),),
    stringency=MODERATE,
)
"""Moderate stringency, that of routine searches: all alleles of one side are among those of the
other (13 against 13,14). Least numbers as for CODIS_HIGH."""

CODIS_LOW = DnaRuleProfile(
    "CODIS-LOW",
    "1",
    min_full_loci=8,
    mismatch_max=0,
    microvariant_tolerance=False,
    reference_min_of=(("CODIS_20", 20),),
    stringency=LOW,
)
"""Low stringency: at least one allele in common at every compared locus. Least numbers as for
CODIS_HIGH."""

SHIPPED: tuple[DnaRuleProfile, ...] = (
    PRUEM_2008,
    PCC_SEE,
    PRUEM_II,
    CODIS_HIGH,
    CODIS_MODERATE,
    CODIS_LOW,
)
