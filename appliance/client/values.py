"""What callers hand to the client, as plain frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Profile = Sequence[tuple[str, Sequence[str]]]
"""A DNA profile as (locus, values) pairs: ``[("D3S1358", ("15", "17")), ("TH01", ("9.3",))]``."""


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What is asked beside the probes (IA Art. 7(1), 10, 11; Agreement Art. 17(2)).

    ``request_number`` is the caller's own, unique for its Party; the same request may be sent again
    under it and counts once. ``search_type`` is a name of the Agreement such as "LT/TP", or
    "DNA/REFERENCE" or "DNA/UNIDENTIFIED". ``candidates_max`` 0 asks for as many candidates as the
    table allows. ``accelerated`` needs a ``legal_basis``.
    """

    request_number: str
    search_type: str
    case_reference: str
    purpose: str
    officer: str
    ordering_officer: str
    candidates_max: int = 0
    accelerated: bool = False
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source's DNA values are read where the rules leave room.

    ``single_allele`` is "homozygote" or "drop_out" (a wildcard stands for the other allele),
    ``double_wildcard`` "absent" or "kept".
    """

    single_allele: str = "homozygote"
    double_wildcard: str = "absent"


USUAL_READING = Reading()


@dataclass(frozen=True, slots=True)
class LoadItem:
    """One item to load: a finger minutiae record (bytes) or a DNA profile, by ``collection``.

    ``collection`` is one of "TP", "UL", "PP", "ULP", "DNA_REFERENCE", "DNA_UNIDENTIFIED";
    ``reading`` is for DNA profiles alone; ``expires_at`` (aware) is when the maximum period of the
    item is over, None for no end.
    """

    collection: str
    reference_number: str
    content: bytes | Profile
    reading: Reading = USUAL_READING
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The fate of one item; ``reason`` and ``message`` are empty when it was accepted.

    ``offset`` is the byte of the record at which a rule is broken, None for other reasons.
    ``warnings`` say which views of an accepted record contradict their finger positions.
    """

    collection: str
    reference_number: str
    accepted: bool
    reason: str = ""
    message: str = ""
    offset: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capacity:
    """A declaration of searches a day (IA Art. 10(1)).

    ``scope`` is "identified", "not_yet_identified", a search type such as "LT/TP", or "total".
    ``effective_from`` None means from the moment the appliance receives it. ``outgoing``: what the
    own Party may ask of ``party``, whose days are those of ``time_zone`` (IANA).
    """

    party: str
    scope: str
    searches_per_day: int
    effective_from: datetime | None = None
    outgoing: bool = False
    time_zone: str = ""
