"""The code lists of the exchange: collections, search types, buckets, categories, roles.

Sources: Agreement Art. 1(3)(f)-(h), (j), Art. 8(1); Implementing Agreement Art. 10(1), (2).
"""

from __future__ import annotations

import re
from enum import StrEnum

from appliance.domain import countries
from appliance.domain.errors import FieldViolation, RequestInvalid

_PARTY = re.compile(r"[A-Z]{2}")


class Category(StrEnum):
    """A data category: Parties are evaluated for each apart (Art. 21, 23(2))."""

    DNA = "dna"
    DACTYLOSCOPIC = "dactyloscopic"


class Collection(StrEnum):
    """Where reference data lies."""

    TP = "TP"  # known ten-prints
    UL = "UL"  # unsolved finger latents
    PP = "PP"  # known palm prints
    ULP = "ULP"  # unsolved palm latents
    DNA_REFERENCE = "DNA_REFERENCE"  # profiles of identified persons, Art. 1(3)(g)
    DNA_UNIDENTIFIED = "DNA_UNIDENTIFIED"  # profiles from traces, Art. 1(3)(h)

    @property
    def category(self) -> Category:
        """The data category it belongs to."""
        return Category.DNA if self.name.startswith("DNA") else Category.DACTYLOSCOPIC

    @property
    def identified(self) -> bool:
        """Whether its data belongs to identified persons."""
        return self in (Collection.TP, Collection.PP, Collection.DNA_REFERENCE)


class Bucket(StrEnum):
    """The two capacities a Party declares (Implementing Agreement, Art. 10(1))."""

    IDENTIFIED = "identified"
    NOT_YET_IDENTIFIED = "not_yet_identified"


class SearchType(StrEnum):
    """Probe against collection; DNA searches both kinds of profiles at once."""

    TP_TP = "TP/TP"
    LT_TP = "LT/TP"
    LP_PP = "LP/PP"
    TP_UL = "TP/UL"
    LT_UL = "LT/UL"
    PP_ULP = "PP/ULP"
    LP_ULP = "LP/ULP"
    DNA_REFERENCE = "DNA/REFERENCE"  # the probe is a reference profile
    DNA_UNIDENTIFIED = "DNA/UNIDENTIFIED"  # the probe is an unidentified profile

    @property
    def category(self) -> Category:
        """The data category it belongs to."""
        return Category.DNA if self.startswith("DNA") else Category.DACTYLOSCOPIC

    @property
    def bucket(self) -> Bucket:
        """The declared capacity that a request of this type counts against."""
        known = self[:2] in ("TP", "PP") or self is SearchType.DNA_REFERENCE
        return Bucket.IDENTIFIED if known else Bucket.NOT_YET_IDENTIFIED

    @property
    def collections(self) -> tuple[Collection, ...]:
        """The collections it searches."""
        if self.category is Category.DNA:
            return (Collection.DNA_REFERENCE, Collection.DNA_UNIDENTIFIED)
        return (Collection(self.value.split("/")[1]),)


class Role(StrEnum):
    """What a certificate may do; contact points are named per category (Art. 8(1))."""

    CONTACT_POINT_DNA = "contact-point-dna"
    CONTACT_POINT_DACTYLOSCOPIC = "contact-point-dactyloscopic"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def category(self) -> Category | None:
        """The category of a contact point, None for the other roles."""
        found = (each for each in Category if self is Role.contact_point(each))
        return next(found, None)

    @classmethod
    def contact_point(cls, category: Category) -> Role:
        """The role that may search in a category."""
        return cls(f"contact-point-{category.value}")


def party_code(value: str, field: str = "party") -> str:
    """Return ``value`` if ISO 3166-1 alpha-2 assigns it or leaves it to users (IA 6(5), 9(5)).

    Whether the code belongs to a Party is the profile pack's matter. Raises RequestInvalid.
    """
    if not _PARTY.fullmatch(value):
        raise RequestInvalid([FieldViolation(field, f"{value!r} is not two capital letters")])
    if value not in countries.ASSIGNED | countries.USER_ASSIGNED:
        raise RequestInvalid([FieldViolation(field, f"{value} is no code of ISO 3166-1")])
    return value
