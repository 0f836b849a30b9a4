"""What a DNA match is worth: figures for the expert who verifies it, never a decision."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatchWorth:
    """How likely chance or a relative is behind a match (IA Art. 7(2)(h)).

    ``random_match_probability`` (0..1) is that of an unrelated person of the population whose
    profile differs in no more alleles than this one, at ``loci_used`` loci: those compared for
    which the table has frequencies. ``likelihood_ratio`` is its inverse. ``expected_adventitious``
    is how many such people a file of ``searched_profiles`` holds by chance. ``theta`` corrects for
    common ancestry; ``table_version`` is the SHA-256 of the table of ``population``.

    ``sibling_likelihood_ratio`` and ``parent_child_likelihood_ratio`` say how many times likelier
    the two profiles are if their donors are full siblings, or parent and child, than if they are
    unrelated. Mutations are left out, so that one locus without a shared allele makes the latter 0.
    """

    random_match_probability: float
    likelihood_ratio: float
    expected_adventitious: float
    searched_profiles: int
    loci_used: int
    population: str
    table_version: str
    theta: float
    sibling_likelihood_ratio: float
    parent_child_likelihood_ratio: float
