"""The DNA answer holds what Article 7(2) of the Implementing Agreement lists, and nothing else."""

from __future__ import annotations

import pytest
from google.protobuf.descriptor import Descriptor

from appliance.v1 import dna_pb2

# Each field of an answer, and the letter of Art. 7(2) that it answers to.
LETTERS = {
    "results.matched": "a",
    "header.request_number": "b",
    "header.received_at": "b",
    "header.answer_number": "c",
    "header.answered_at": "c",
    "header.requesting_party": "d",
    "header.requested_party": "d",
    "results.reference_number": "e",
    "results.matches.reference_number": "e",
    "header.search_type": "f",
    "results.matches.collection": "f",
    "results.matches.loci.locus": "g",
    "results.matches.loci.probe": "g",
    "results.matches.loci.candidate": "g",
    # Control of the systems and of quality: how the match came about and how much it weighs.
    "header.state": "h",
    "header.sequence": "h",
    "header.candidate_limit": "h",
    "results.matches.rank": "h",
    "results.matches.quality": "h",
    "results.matches.compared_loci": "h",
    "results.matches.full_loci": "h",
    "results.matches.matching_loci": "h",
    "results.matches.mismatching_alleles": "h",
    "results.matches.flagged": "h",
    "results.matches.loci.relation": "h",
    "results.matches.warnings": "h",
    "results.matches.worth.random_match_probability": "h",
    "results.matches.worth.likelihood_ratio": "h",
    "results.matches.worth.expected_adventitious": "h",
    "results.matches.worth.searched_profiles": "h",
    "results.matches.worth.loci_used": "h",
    "results.matches.worth.population": "h",
    "results.matches.worth.table_version": "h",
    "results.matches.worth.theta": "h",
    "results.matches.worth.sibling_likelihood_ratio": "h",
    "results.matches.worth.parent_child_likelihood_ratio": "h",
    "provenance.backend": "h",
    "provenance.kernel_digest": "h",
    "provenance.gallery_epoch": "h",
    "provenance.gallery_size": "h",
    "provenance.pack_version": "h",
    "provenance.model_version": "h",
    "provenance.rule_profile": "h",
    "provenance.kernel_build": "h",
}


def leaves(message: Descriptor, prefix: str = "") -> set[str]:
    """Return the path of each field of a message that holds no further message."""
    found: set[str] = set()
    for field in message.fields:
        inner = field.message_type
        if inner is None or inner.full_name == "google.protobuf.Timestamp":
            found.add(prefix + field.name)
        else:
            found |= leaves(inner, f"{prefix}{field.name}.")
    return found


@pytest.mark.requirement("I7.2", "A7.1")
def test_every_field_of_a_dna_answer_has_its_letter_and_every_letter_a_field() -> None:
    assert leaves(dna_pb2.DnaAnswer.DESCRIPTOR) == LETTERS.keys()
    assert "".join(sorted(set(LETTERS.values()))) == "abcdefgh"
