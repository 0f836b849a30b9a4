"""A match of a mass comparison holds what Article 7(2) lists, as the answer to a search does."""

from __future__ import annotations

import pytest

from appliance.v1 import mass_comparison_pb2
from tests.contract.test_closed_answer import LETTERS, leaves

# What a match of a job has in place of the result it stands in, and its running number.
OWN = {"cursor": "h", "reference_number": "e"}


@pytest.mark.requirement("I7.2")
def test_a_match_has_the_fields_of_an_answer_and_no_other() -> None:
    of_search = {
        name.replace("results.matches.", "match."): letter
        for name, letter in LETTERS.items()
        if not name.startswith("results.") or name.startswith("results.matches.")
    }
    assert leaves(mass_comparison_pb2.MassMatch.DESCRIPTOR) == of_search.keys() | OWN.keys()
