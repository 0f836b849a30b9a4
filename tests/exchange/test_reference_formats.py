"""Reference data in the formats of fingerprint systems: what is held of them, what never is."""

from __future__ import annotations

import pytest

from appliance.codecs import finger_record
from appliance.domain.codes import Collection
from appliance.domain.dna_rule import PCC_SEE
from appliance.domain.errors import PersonalDataRefused
from appliance.domain.reference_data import LoadItem
from appliance.exchange.preparation import Preparation, RawItem
from tests.codecs.nist_files import INCITS, STANDARD, nist_file, text_record, type9
from tests.codecs.records import incits, incits_2009, iso, iso_2011
from tests.exchange.reference_bench import TuplePacker


def _prepared(record: bytes) -> LoadItem:
    preparation = Preparation(TuplePacker(), lambda: PCC_SEE)
    return preparation.one(RawItem(Collection.PP, "RS-1", record, None))


@pytest.mark.parametrize("record", [iso(), incits(), incits_2009(), iso_2011()])
def test_a_binary_record_is_held_as_it_came(record: bytes) -> None:
    assert _prepared(record).record == record


@pytest.mark.requirement("A1.2")
@pytest.mark.parametrize("fields", [STANDARD, INCITS], ids=["standard", "INCITS 378"])
def test_a_file_is_held_as_its_minutiae_and_decodes_to_the_same_template(
    fields: dict[int, str],
) -> None:
    image = (13, text_record(13, {2: "00", 4: "SECRET"}))
    file = nist_file(type9(fields, f5="SECRET", f353="SECRET"), image)
    held = _prepared(file).record
    assert b"SECRET" not in held
    assert finger_record.decode(held) == finger_record.decode(file)


@pytest.mark.requirement("A1.2")
def test_a_file_that_describes_a_person_is_not_held() -> None:
    named = (2, text_record(2, {2: "00", 18: "SECRET"}))
    with pytest.raises(PersonalDataRefused) as refusal:
        _prepared(nist_file(named, type9(STANDARD)))
    assert "SECRET" not in refusal.value.message
