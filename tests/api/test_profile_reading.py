"""How a source writes its profiles travels with each profile, and an unknown way is refused."""

from __future__ import annotations

import pytest

from appliance.api.converters_reference import raw_item
from appliance.api.converters_search import profile_reading
from appliance.client import LoadItem, Reading, messages
from appliance.domain.dna import USUAL_READING, DoubleWildcard, SingleAllele
from appliance.domain.dna import Reading as DomainReading
from appliance.domain.errors import ProfileMalformed
from appliance.v1 import dna_profile_pb2

PROFILE = [("TH01", ("6",))]
STRUCTURED = [("TH01", ("6,7",))]  # a separator in a value: sent locus by locus
DROP_OUT = DomainReading(SingleAllele.DROP_OUT, DoubleWildcard.KEPT)


@pytest.mark.parametrize("profile", [PROFILE, STRUCTURED])
def test_the_reading_arrives_in_either_form_of_a_profile(
    profile: list[tuple[str, tuple[str, ...]]],
) -> None:
    for sent, expected in ((Reading(), USUAL_READING), (Reading("drop_out", "kept"), DROP_OUT)):
        (batch,) = messages.batches([LoadItem("DNA_UNIDENTIFIED", "R-1", profile, sent)])
        assert expected == raw_item(batch.message.items[0]).dna_reading


def test_a_reading_that_is_not_known_is_refused_on_both_sides() -> None:
    with pytest.raises(ValueError, match="'guess' is none of homozygote, drop_out"):
        list(messages.batches([LoadItem("DNA_UNIDENTIFIED", "R-1", PROFILE, Reading("guess"))]))
    unknown = dna_profile_pb2.DnaProfile()
    unknown.single_allele = 77  # type: ignore[assignment]
    with pytest.raises(ProfileMalformed, match="not known"):
        profile_reading(unknown)
