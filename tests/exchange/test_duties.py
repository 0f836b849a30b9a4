"""Data is corrected, deleted, flagged, restricted, ended, and whoever had it is told (Art. 15)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.domain.codes import Category, Collection, Role
from appliance.domain.data_duties import ErasureCause
from appliance.domain.dna_rule import PCC_SEE
from appliance.domain.errors import ReferenceUnknown, RequestInvalid, RoleDenied, StorageCorrupt
from appliance.domain.notice import NoticeKind
from appliance.domain.record import Act
from appliance.exchange import erasures as erasures_module
from appliance.exchange import signed_document
from appliance.exchange.duties_desk import DutiesDesk
from appliance.exchange.erasures import ERASURE_WAIT_S, KIND, Erasures
from appliance.exchange.notices import NoticeBoard
from appliance.exchange.preparation import Preparation, RawItem
from appliance.exchange.reference_desk import ReferenceDesk
from appliance.gallery.gallery import Gallery
from appliance.gallery.limits import ERASURE_GRACE_S
from appliance.keys.head_signer import HeadSigner
from appliance.store import setting_table
from appliance.store.segments import SegmentStore
from tests.exchange.reference_bench import TupleAssembler, TuplePacker, finger, finger_bytes
from tests.exchange.world import ADMINISTRATOR, FINGER, World, details, finger_probe, request

TP = Collection.TP
SIGNER = HeadSigner(bytes(range(32)))


class Office:
    """The desks of reference data over one gallery; MK and RO have searched it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        store_id = world.database.read(setting_table.store_id)
        segments = SegmentStore(folder / "segments", world.master, store_id, on_fatal=print)
        self.gallery = Gallery(
            world.database,
            segments,
            dict.fromkeys(Category, TupleAssembler()),
            world.clock,
            memory_budget_bytes=1 << 20,
            merge=False,
        )
        self.gallery.open()
        preparation = Preparation(TuplePacker(), lambda: PCC_SEE)
        self.reference = ReferenceDesk(self.gallery, world.record, preparation, world.clock)
        self.board = NoticeBoard(world.database, lambda party, _category: (party,), world.clock)
        self.desk = DutiesDesk(
            world.database, self.gallery, world.record, self.board, preparation, world.clock
        )
        self.erasures = Erasures(
            world.database,
            self.gallery,
            world.record,
            self.desk,
            SIGNER,
            world.clock,
            own_party="RS",
            backup_retention_d=30,
        )

    def load(self, *items: RawItem) -> None:
        """Load items that are all accepted."""
        assert self.reference.load(ADMINISTRATOR, items) == [None] * len(items)

    def searched(self) -> int:
        """Return how many items a search of TP sees."""
        return self.gallery.snapshot(TP).size

    def supplied_to(self, party: str, number: str) -> None:
        """Record that RS-77, the candidate of the exchange's fake matcher, went to a Party."""
        asked = request(number, finger_probe(), party=party, officer=f"{party}-0001")
        self.world.desk.submit(replace(FINGER, party=party), asked)
        self.world.desk.wait(party, number).result(10)

    def told(self) -> list[tuple[NoticeKind, str, dict[str, str]]]:
        """Return every notice posted so far."""
        return [(each.kind, each.party, dict(each.facts)) for each in self.board.page(0, 100)]


@pytest.fixture
def office(make_world: Callable[..., World], tmp_path: Path) -> Iterator[Office]:
    world = make_world()
    for party in ("MK", "RO"):
        world.declare(100, party)
    made = Office(world, tmp_path)
    yield made
    made.gallery.close()


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
    assert office.reference.load(ADMINISTRATOR, [finger("RS-77")]) == [None]


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
