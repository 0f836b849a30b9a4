"""Which DNA profiles may be searched with: the rule agreed with the Party that asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import pytest

from appliance.codecs.dna_canonical import canonical_profile
from appliance.config.profile_pack import ProfilePack
from appliance.domain import loci
from appliance.domain.codes import SearchType
from appliance.domain.errors import QualityInsufficient
from appliance.domain.record import Act
from appliance.domain.search import DnaProbe, SearchRequest
from tests.exchange.world import DNA, PACK, World, details, pack_with, request

OTHERS = ("TPOX", "CSF1PO", "D13S317", "D7S820", "D5S818", "D16S539", "SE33")
PERSON, TRACE = SearchType.DNA_REFERENCE, SearchType.DNA_UNIDENTIFIED


def under(rule: str) -> ProfilePack:
    """Return the pack with another rule agreed with MK."""
    mk = msgspec.structs.replace(PACK.parties["MK"], dna_rule=rule)
    return pack_with(parties={**PACK.parties, "MK": mk})


def asked(kind: SearchType, names: Sequence[str]) -> SearchRequest:
    values = [(name, ("X", "Y") if name == "AMELOGENIN" else ("12", "13")) for name in names]
    return request("Q-1", DnaProbe("D-1", canonical_profile(values)), search_type=kind)


@pytest.mark.parametrize(
    ("rule", "kind", "names", "lacking"),
    [
        ("PCC-SEE", PERSON, loci.ESS_12[3:9], ""),
        ("PCC-SEE", PERSON, (*loci.ESS_12[:5], *OTHERS), "6 of ESS_12"),
        ("PCC-SEE", TRACE, OTHERS[:6], ""),
        ("PCC-SEE", TRACE, (*OTHERS[:5], "AMELOGENIN"), "5 loci are fully designated"),
        ("PRUEM-2008", PERSON, loci.ISSOL[:6], ""),
        ("PRUEM-2008", PERSON, loci.ESS_12[2:], "6 of ISSOL"),
        ("CODIS-MODERATE", TRACE, loci.ESS_12[:7], "needs 8"),
        ("CODIS-MODERATE", PERSON, loci.ESS_12, "20 of CODIS_20"),
    ],
)
@pytest.mark.requirement("I11.1", "I7.3")
def test_a_probe_has_the_loci_that_the_rule_of_its_party_asks_of_its_kind(
    make_world: Callable[..., World],
    rule: str,
    kind: SearchType,
    names: Sequence[str],
    lacking: str,
) -> None:
    world = make_world(pack=under(rule))
    world.declare()
    if not lacking:
        assert world.desk.submit(DNA, asked(kind, names)).state.value == "queued"
        return
    with pytest.raises(QualityInsufficient, match=lacking) as refused:
        world.desk.submit(DNA, asked(kind, names))
    assert refused.value.message.startswith("D-1: ")
    assert refused.value.metadata["rule_profile"] == f"{rule}/1"
    (entry,) = world.acts(Act.SEARCH_REFUSED)
    assert details(entry)["reason"] == "QUALITY_INSUFFICIENT"
    assert (world.used(kind.bucket), world.matcher.searched) == (0, [])
