"""Data is corrected, deleted, flagged, restricted, ended, and whoever had it is told (Art. 15)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from appliance.domain.codes import Role
from appliance.domain.errors import ReferenceUnknown, RequestInvalid, RoleDenied
from appliance.domain.notice import NoticeKind
from appliance.domain.record import Act
from tests.exchange.office import TP, Office
from tests.exchange.reference_bench import finger, finger_bytes
from tests.exchange.world import ADMINISTRATOR, FINGER, details


@pytest.mark.requirement("A15.1")
def test_who_received_wrong_data_is_told_when_it_is_corrected(office: Office) -> None:
    office.load(finger("RS-77"))
    office.supplied_to("MK", "Q-1")
    office.supplied_to("RO", "Q-2")
    office.supplied_to("MK", "Q-3")
    done = office.desk.correct(ADMINISTRATOR, finger("RS-77", minutiae=5), "a swapped finger")
    assert done.told == 2
    assert [(kind, party) for kind, party, _ in office.told()] == [
        (NoticeKind.DATA_CORRECTED, "MK"),
        (NoticeKind.DATA_CORRECTED, "RO"),
    ]
    facts = office.told()[0][2]
    assert facts["reference_number"] == "RS-77"
    assert facts["request_numbers"].split() == ["Q-3", "Q-1"]
    assert office.gallery.get(TP, "RS-77").record == finger_bytes(5)
    (entry,) = office.world.acts(Act.REFERENCE_CORRECTED)
    assert details(entry)["parties_told"] == "MK,RO"
    assert details(entry)["record_digest"] == hashlib.sha256(finger_bytes(3)).hexdigest()


@pytest.mark.requirement("A15.1")
def test_who_received_data_is_told_when_it_is_deleted(office: Office) -> None:
    office.load(finger("RS-77"), finger("RS-78"))
    office.supplied_to("MK", "Q-1")
    assert office.desk.delete(ADMINISTRATOR, TP, "RS-77", "incorrect").told == 1
    assert office.desk.delete(ADMINISTRATOR, TP, "RS-78", "no_longer_necessary").told == 0
    assert [(kind, party) for kind, party, _ in office.told()] == [(NoticeKind.DATA_DELETED, "MK")]
    assert office.searched() == 0
    assert office.reference.load(ADMINISTRATOR, [finger("RS-77")]) == [()]


def test_an_answer_that_came_in_the_last_moment_is_told_of_too(office: Office) -> None:
    office.load(finger("RS-77"))
    take = office.gallery.amendments.delete

    def supply_first(*arguments: object) -> int:
        office.supplied_to("RO", "Q-9")
        return take(*arguments)  # type: ignore[arg-type]

    office.gallery.amendments.delete = supply_first  # type: ignore[method-assign,assignment]
    assert office.desk.delete(ADMINISTRATOR, TP, "RS-77", "incorrect").told == 1
    assert [party for _, party, _ in office.told()] == ["RO"]


@pytest.mark.parametrize("cause", ["", "because", "corrected", "term_over"])
def test_a_deletion_needs_a_cause_that_the_agreement_knows(office: Office, cause: str) -> None:
    office.load(finger("RS-1"))
    with pytest.raises(RequestInvalid, match="cause"):
        office.desk.delete(ADMINISTRATOR, TP, "RS-1", cause)
    assert office.searched() == 1


@pytest.mark.requirement("A15.2")
@pytest.mark.parametrize(
    ("basis", "decision", "field"),
    [
        ("", "K 1/26", "basis"),
        ("somebody", "K 1/26", "basis"),
        ("court", "", "decision"),
        ("consent", "x" * 300, "decision"),
    ],
)
def test_a_flag_stays_without_a_legal_basis(
    office: Office, basis: str, decision: str, field: str
) -> None:
    office.load(finger("RS-1"))
    office.desk.flag(ADMINISTRATOR, TP, "RS-1", flagged=True)
    with pytest.raises(RequestInvalid, match=field):
        office.desk.flag(ADMINISTRATOR, TP, "RS-1", flagged=False, basis=basis, decision=decision)
    assert office.gallery.get(TP, "RS-1").flagged


@pytest.mark.requirement("A15.2")
@pytest.mark.parametrize("basis", ["consent", "court", "authority"])
def test_a_flag_goes_on_a_legal_basis_that_is_recorded(office: Office, basis: str) -> None:
    office.load(finger("RS-1"))
    office.desk.flag(ADMINISTRATOR, TP, "RS-1", flagged=True)
    office.desk.flag(ADMINISTRATOR, TP, "RS-1", flagged=False, basis=basis, decision="K 12/26")
    assert not office.gallery.get(TP, "RS-1").flagged
    first, second = office.world.acts(Act.REFERENCE_FLAGGED)
    assert (details(first)["flagged"], details(second)["flagged"]) == ("yes", "no")
    assert (details(second)["basis"], details(second)["decision"]) == (basis, "K 12/26")


@pytest.mark.requirement("A15.3")
def test_restricted_data_is_kept_searched_no_more_and_released_with_a_reason(
    office: Office,
) -> None:
    office.load(finger("RS-1"))
    office.desk.restrict(ADMINISTRATOR, TP, "RS-1", restricted=True, reason="a pending claim")
    assert office.searched() == 0
    assert office.reference.get(ADMINISTRATOR, TP, "RS-1").record == finger_bytes(3)
    office.desk.restrict(ADMINISTRATOR, TP, "RS-1", restricted=False, reason="claim settled")
    assert office.searched() == 1
    acts = (Act.REFERENCE_RESTRICTED, Act.REFERENCE_RELEASED)
    said = [(entry.act, details(entry)["reason"]) for entry in office.world.acts(*acts)]
    assert said == [(acts[0], "a pending claim"), (acts[1], "claim settled")]


def test_nothing_is_restricted_without_a_reason_or_released_that_is_not_restricted(
    office: Office,
) -> None:
    office.load(finger("RS-1"))
    with pytest.raises(RequestInvalid, match="reason"):
        office.desk.restrict(ADMINISTRATOR, TP, "RS-1", restricted=True, reason="")
    with pytest.raises(RequestInvalid, match="not restricted"):
        office.desk.restrict(ADMINISTRATOR, TP, "RS-1", restricted=False, reason="why not")
    assert office.searched() == 1


def test_a_correction_that_cannot_be_used_changes_nothing(office: Office) -> None:
    office.load(finger("RS-1"))
    with pytest.raises(RequestInvalid, match="reason"):
        office.desk.correct(ADMINISTRATOR, finger("RS-1", minutiae=5), "")
    with pytest.raises(ReferenceUnknown):
        office.desk.correct(ADMINISTRATOR, finger("RS-9", minutiae=5), "wrong")
    assert office.gallery.get(TP, "RS-1").record == finger_bytes(3)
    assert office.desk.erasures(ADMINISTRATOR, 0, 10) == []


def test_only_the_administrator_decides_over_data(office: Office) -> None:
    office.load(finger("RS-1"))
    auditor = replace(ADMINISTRATOR, role=Role.AUDITOR)
    for stranger in (FINGER, auditor):
        for act in (
            lambda who: office.desk.correct(who, finger("RS-1"), "why"),
            lambda who: office.desk.delete(who, TP, "RS-1", "incorrect"),
            lambda who: office.desk.flag(who, TP, "RS-1", flagged=True),
            lambda who: office.desk.restrict(who, TP, "RS-1", restricted=True, reason="why"),
            lambda who: office.desk.set_end(who, TP, "RS-1", None),
        ):
            with pytest.raises(RoleDenied):
                act(stranger)
    with pytest.raises(RoleDenied):
        office.desk.erasures(FINGER, 0, 10)
    assert office.desk.erasures(auditor, 0, 10) == []
    assert office.searched() == 1
