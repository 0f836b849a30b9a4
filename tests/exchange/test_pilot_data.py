"""A pilot installation holds test data only, and every other one none (Art. 21)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from appliance.domain.codes import Collection
from appliance.domain.dna import DnaProfile
from appliance.domain.dna_rule import PCC_SEE
from appliance.domain.errors import RequestInvalid
from appliance.domain.finger import FingerTemplate
from appliance.domain.mass_comparison import OfferedProfile
from appliance.exchange.mass_intake import judged
from appliance.exchange.preparation import Preparation, RawItem

_LOCI = ("TH01", "FGA", "vWA", "D3S1358", "D8S1179", "D18S51", "D21S11")


class _Packer:
    def encode_records(self, records: Sequence[Sequence[FingerTemplate]]) -> list[bytes]:
        return [b"packed"] * len(records)

    def sequence_warnings(self, views: Sequence[FingerTemplate], packed: bytes) -> tuple[str, ...]:
        return tuple(f"view {n} is empty" for n, v in enumerate(views) if not v.minutiae)

    def pack_dna(self, profile: DnaProfile) -> bytes:
        return profile.codes


def _item(number: str) -> RawItem:
    values = tuple((locus, ("12", "13")) for locus in _LOCI)
    return RawItem(Collection.DNA_REFERENCE, number, None, values)


@pytest.mark.requirement("A21.1")
@pytest.mark.parametrize("pilot", [True, False])
@pytest.mark.parametrize(
    ("number", "test_data"),
    [("TEST-1", True), ("TEST-", True), ("RS-1", False), ("test-1", False), ("RS-TEST-1", False)],
)
def test_data_is_taken_where_its_kind_belongs(number: str, test_data: bool, pilot: bool) -> None:
    preparation = Preparation(_Packer(), lambda: PCC_SEE, pilot=pilot)
    (outcome,) = preparation.all([_item(number)])
    if test_data == pilot:
        assert not isinstance(outcome, Exception)
    else:
        assert isinstance(outcome, RequestInvalid)
        (violation,) = outcome.violations
        assert violation.field == "reference_number"
        assert "with TEST- in" in violation.description


@pytest.mark.requirement("A4.1", "A21.1")
@pytest.mark.parametrize("pilot", [True, False])
def test_a_profile_of_a_mass_comparison_shows_its_kind_too(pilot: bool) -> None:
    values = tuple((locus, ("12", "13")) for locus in _LOCI)
    offered = [OfferedProfile(number, values, person=False) for number in ("TEST-1", "S-1")]
    batch = judged(offered, PCC_SEE, _Packer(), pilot=pilot)
    assert [each.reference_number for each in batch.accepted] == ["TEST-1" if pilot else "S-1"]
    (refused,) = batch.refusals
    assert (refused.position, refused.reason) == (int(pilot), "REQUEST_INVALID")
    assert "with TEST- in" in refused.message
