"""What has come to its end is deleted, and certified when no byte is left (Art. 15)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.domain.data_duties import ErasureCause
from appliance.domain.dna_rule import PCC_SEE
from appliance.domain.errors import ReferenceUnknown, RequestInvalid, StorageCorrupt
from appliance.domain.record import Act
from appliance.exchange import erasures as erasures_module
from appliance.exchange import signed_document
from appliance.exchange.erasures import ERASURE_WAIT_S, KIND
from appliance.exchange.preparation import Preparation
from appliance.gallery.limits import ERASURE_GRACE_S
from tests.exchange.office import SIGNER, TP, Office
from tests.exchange.reference_bench import TuplePacker, finger, finger_bytes
from tests.exchange.world import ADMINISTRATOR, World, details


@pytest.mark.requirement("A15.3")
def test_data_is_deleted_when_its_maximum_period_is_over(office: Office) -> None:
    ends = office.world.clock.now() + timedelta(days=10)
    office.load(replace(finger("RS-77"), expires_at=ends), finger("RS-78"))
    office.supplied_to("MK", "Q-1")
    office.world.clock.advance(days=10, microseconds=-1)
    assert (office.erasures.delete_expired(), office.searched()) == (0, 2)
    office.world.clock.advance(microseconds=1)
    assert (office.erasures.delete_expired(), office.searched()) == (1, 1)
    assert [party for _, party, _ in office.told()] == ["MK"]
    (entry,) = office.world.acts(Act.REFERENCE_DELETED)
    assert details(entry)["cause"] == "term_over"
    assert details(entry)["certificate"] == erasures_module.APPLIANCE


@pytest.mark.requirement("A15.3", "A27.2")
def test_the_end_of_held_data_can_be_set_and_taken_back(office: Office) -> None:
    office.load(finger("RS-1"), finger("RS-2"))
    now = office.world.clock.now()
    office.desk.set_end(ADMINISTRATOR, TP, "RS-1", now)
    office.desk.set_end(ADMINISTRATOR, TP, "RS-2", now)
    office.desk.set_end(ADMINISTRATOR, TP, "RS-2", None)
    assert office.erasures.delete_expired() == 1
    with pytest.raises(ReferenceUnknown):
        office.gallery.get(TP, "RS-1")
    assert len(office.world.acts(Act.REFERENCE_END_SET)) == 3


@pytest.mark.requirement("A15.3", "A16.1")
def test_a_certificate_is_signed_only_when_no_byte_is_left(office: Office) -> None:
    office.load(finger("RS-1"), finger("RS-2"))
    number = office.desk.delete(ADMINISTRATOR, TP, "RS-1", "incorrect").erasure
    office.erasures.sweep()
    (waiting,) = office.desk.erasures(ADMINISTRATOR, 0, 10)
    assert (waiting.number, waiting.erased_at, waiting.certificate) == (number, None, "")
    assert waiting.cause is ErasureCause.INCORRECT
    office.world.clock.advance(seconds=ERASURE_WAIT_S)
    office.erasures.sweep()
    (erased,) = office.desk.erasures(ADMINISTRATOR, 0, 10)
    said = signed_document.verify(KIND, erased.certificate.encode(), SIGNER.public_bytes)
    assert said["record_digest"] == hashlib.sha256(finger_bytes(3)).hexdigest()
    assert (said["reference_number"], said["cause"]) == ("RS-1", "incorrect")
    assert said["ordered_by"] == ADMINISTRATOR.fingerprint
    until = office.world.clock.now() + timedelta(days=30)
    assert said["backups_hold_it_until"] == until.isoformat(timespec="seconds")
    assert [each.act for each in office.world.acts(Act.ERASURE_CERTIFIED)]
    assert office.gallery.get(TP, "RS-2").record == finger_bytes(3)


def test_no_certificate_is_signed_while_a_copy_is_left(office: Office) -> None:
    office.load(finger("RS-1"), finger("RS-2"))
    office.desk.delete(ADMINISTRATOR, TP, "RS-1", "incorrect")
    office.world.clock.advance(seconds=ERASURE_GRACE_S + 1)
    office.gallery.erase_deleted = lambda *_: 0  # type: ignore[method-assign,assignment]
    assert office.erasures.erase() == 0
    (waiting,) = office.desk.erasures(ADMINISTRATOR, 0, 10)
    assert waiting.certificate == ""


def test_a_changed_certificate_is_no_certificate(office: Office) -> None:
    office.load(finger("RS-1"))
    office.desk.delete(ADMINISTRATOR, TP, "RS-1", "incorrect")
    office.world.clock.advance(seconds=ERASURE_GRACE_S + 1)
    assert office.erasures.erase() == 1
    (erased,) = office.desk.erasures(ADMINISTRATOR, 0, 10)
    changed = erased.certificate.replace("RS-1", "RS-9").encode()
    with pytest.raises(StorageCorrupt):
        signed_document.verify(KIND, changed, SIGNER.public_bytes)
    with pytest.raises(StorageCorrupt):
        signed_document.verify("notice", erased.certificate.encode(), SIGNER.public_bytes)


def test_the_former_data_of_a_correction_is_erased_with_a_certificate(office: Office) -> None:
    office.load(finger("RS-1"))
    office.desk.correct(ADMINISTRATOR, finger("RS-1", minutiae=9), "wrong hand")
    office.world.clock.advance(seconds=ERASURE_GRACE_S + 1)
    assert office.erasures.erase() == 1
    (erased,) = office.desk.erasures(ADMINISTRATOR, 0, 10)
    assert erased.cause is ErasureCause.CORRECTED
    assert office.gallery.get(TP, "RS-1").record == finger_bytes(9)


@pytest.mark.requirement("A15.3")
def test_an_item_is_held_no_longer_than_national_law_allows(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    most = world.clock.now() + timedelta(days=365)
    preparation = Preparation(TuplePacker(), lambda: PCC_SEE, lambda _collection: most)
    assert preparation.one(finger("RS-1")).expires_at == most
    early = most - timedelta(days=1)
    assert preparation.one(replace(finger("RS-1"), expires_at=early)).expires_at == early
    late = replace(finger("RS-1"), expires_at=most + timedelta(seconds=1))
    with pytest.raises(RequestInvalid, match="maximum period"):
        preparation.one(late)
