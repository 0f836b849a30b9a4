"""What answers by message have in common, whether to a search or to a mass comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.cli.exit_codes import ExitCode, of_reason
from appliance.client import ApplianceRefused
from appliance.codecs import pruem_mapping
from appliance.domain.codes import Collection
from appliance.domain.search import DnaMatch, LocusView
from appliance.v1 import codes_pb2, dna_pb2


@dataclass(frozen=True, slots=True)
class Terms:
    """What a search needs beside the message; ``legal_basis`` is for mass comparisons alone."""

    case_reference: str
    purpose: str
    officer: str
    ordering_officer: str
    legal_basis: str = ""


@dataclass(slots=True)
class Numbers:
    """The number, time and Party of the answer; those of the last search that was answered.

    ``left_out`` counts the loci of matches that the message has no place for.
    """

    answer_number: str
    answered_at: datetime
    requested_party: str
    left_out: Counter[str]

    def matched(self, match: dna_pb2.DnaMatch) -> DnaMatch:
        """Return a match as the domain knows it; what the message cannot hold of it is counted."""
        found = domain_match(match)
        self.left_out.update(
            pruem_mapping.left_out(view.locus for view in found.loci if view.candidate)
        )
        return found


def refused_for_good(refusal: ApplianceRefused) -> bool:
    """Tell whether the same call can be expected to be refused again."""
    passing = (ExitCode.UNAVAILABLE, ExitCode.DEFECT, ExitCode.DAMAGED)
    return of_reason(refusal.reason) not in passing


def domain_match(match: dna_pb2.DnaMatch) -> DnaMatch:
    """Return a match of an answer as the domain knows it."""
    name = codes_pb2.Collection.Name(match.collection).removeprefix("COLLECTION_")
    return DnaMatch(
        reference_number=match.reference_number,
        collection=Collection(name),
        rank=match.rank,
        quality=match.quality,
        compared_loci=match.compared_loci,
        full_loci=match.full_loci,
        matching_loci=match.matching_loci,
        mismatching_alleles=match.mismatching_alleles,
        flagged=match.flagged,
        loci=tuple(
            LocusView(
                view.locus,
                _pair(view.probe),
                _pair(view.candidate),
                dna_pb2.LocusRelation.Name(view.relation).removeprefix("LOCUS_RELATION_").lower(),
            )
            for view in match.loci
        ),
        warnings=tuple(match.warnings),
    )


def _pair(values: Sequence[str]) -> tuple[str, str] | tuple[()]:
    return (values[0], values[1]) if len(values) == 2 else ()
