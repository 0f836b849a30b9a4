"""Outcomes: said by the requester's experts of what was supplied to them, seen by the owner."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import appliance
from appliance.domain import search
from appliance.domain.codes import Category, Collection, Role
from appliance.domain.errors import (
    InvariantBroken,
    OfficerNotAuthorised,
    RecordUnavailable,
    ReferenceUnknown,
    RequestInvalid,
    RequestUnknown,
    RoleDenied,
)
from appliance.domain.limits import STATEMENTS_PER_MATCH_MAX
from appliance.domain.record import Act
from appliance.domain.verification import Outcome, Verification
from appliance.v1 import answers_pb2, dactyloscopic_pb2, dna_pb2
from tests.exchange.verifications import HIT, SECOND, answered, desk
from tests.exchange.world import ADMINISTRATOR, DNA, FINGER, World, details, request

AUDITOR = replace(ADMINISTRATOR, role=Role.AUDITOR)
NO_HIT = replace(HIT, outcome=Outcome.NO_HIT)


def _supplied(world: World) -> list[tuple[str, int]]:
    """Return where each match stands, and how many statements there are in all."""
    return world.database.read(
        lambda tx: [
            (str(state), int(said))
            for state, said in tx.execute(
                "SELECT verification, (SELECT count(*) FROM statement) FROM supplied"
            )
        ]
    )


@pytest.mark.requirement("A1.6", "A6.1", "A19.1")
def test_the_requesters_expert_sets_a_hit_and_the_owner_sees_who_said_it_and_when(
    world: World,
) -> None:
    answered(world)
    world.clock.advance(hours=3)
    verified_at = world.clock.now() - timedelta(hours=1)
    made = desk(world).record(FINGER, replace(HIT, verified_at=verified_at))
    assert (made.verification, made.replayed) == (Verification.HIT, False)
    for owner in (ADMINISTRATOR, AUDITOR):
        (seen,) = desk(world).outcomes(owner, 0, 10)
        assert (seen.party, seen.request_number, seen.probe) == ("MK", "Q-1", "P-1")
        assert (seen.collection, seen.reference_number) == (Collection.TP, "RS-77")
        assert (seen.statement.outcome, seen.statement.officer) == (Outcome.HIT, "MK-0001")
        assert seen.verification is Verification.HIT
        assert (seen.statement.verified_at, seen.statement.recorded_at) == (
            verified_at,
            world.clock.now(),
        )
    (entry,) = world.acts(Act.OUTCOME_RECORDED)
    told = details(entry)
    assert (entry.party, told["officer"], told["outcome"]) == ("MK", "MK-0001", "hit")
    assert (told["reference_number"], told["certificate"]) == ("RS-77", FINGER.fingerprint)
    assert world.record.about(Collection.TP, "RS-77")[-1] == entry


@pytest.mark.requirement("A1.6")
def test_an_answer_says_match_and_has_no_field_for_a_hit() -> None:
    kinds = (search.Answer, search.ItemResult, search.FingerCandidate, search.DnaMatch)
    named = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    for file in (answers_pb2, dactyloscopic_pb2, dna_pb2):
        for message in file.DESCRIPTOR.message_types_by_name.values():
            named |= {field.name for field in message.fields}
    assert not [name for name in named if "hit" in name.split("_") or "verif" in name]


@pytest.mark.requirement("A1.6")
def test_one_function_writes_outcomes_and_one_desk_calls_it() -> None:
    root = Path(appliance.__file__).parent
    sources = {path: path.read_text("utf-8") for path in root.rglob("*.py")}
    table = root / "store" / "verification_table.py"
    writers = {path for path, text in sources.items() if "INTO statement" in text}
    assert {table} == writers | {p for p, text in sources.items() if "SET verification" in text}
    callers = {
        path
        for path, text in sources.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and node.attr == "say"
        and isinstance(node.value, ast.Name)
        and node.value.id == "verification_table"
    }
    assert {root / "exchange" / "verification.py"} == callers


@pytest.mark.requirement("A1.6")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE supplied SET verification = 'hit'",
        "UPDATE supplied SET verification = 'no_hit'",
        "INSERT INTO supplied (request, position, collection, reference_number, rank, verification)"
        " VALUES (1, 0, 'TP', 'RS-1', 2, 'hit')",
        "INSERT INTO statement (supplied, outcome, officer, reason, experts, verified_at,"
        " recorded_at) VALUES (1, 'hit', '', '', 1, 0, 0)",
    ],
)
def test_the_database_itself_refuses_a_hit_that_no_expert_stated(world: World, sql: str) -> None:
    answered(world)
    with pytest.raises(InvariantBroken):
        world.database.write(lambda tx: tx.execute(sql)).result()
    assert _supplied(world) == [("unverified", 0)]


def test_a_statement_once_made_is_never_changed(world: World) -> None:
    answered(world)
    desk(world).record(FINGER, HIT)
    with pytest.raises(InvariantBroken):
        world.database.write(
            lambda tx: tx.execute("UPDATE statement SET outcome = 'no_hit'")
        ).result()
    assert _supplied(world) == [("hit", 1)]


def test_an_outcome_can_be_set_after_the_answer_is_erased_and_after_a_restart(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    first = make_world()
    first.declare()
    answered(first)
    first.clock.advance(days=3)
    first.desk.sweep()
    with pytest.raises(RequestUnknown):
        first.desk.answer("MK", "Q-1")
    second = make_world(first.image(tmp_path / "later"), clock=first.clock)
    assert desk(second).record(FINGER, HIT).verification is Verification.HIT


def test_the_same_statement_again_changes_nothing(world: World) -> None:
    answered(world)
    office = desk(world)
    office.record(FINGER, HIT)
    again = office.record(FINGER, HIT)
    assert (again.verification, again.replayed) == (Verification.HIT, True)
    assert _supplied(world) == [("hit", 1)]
    assert len(world.acts(Act.OUTCOME_RECORDED)) == 1


@pytest.mark.parametrize("officer", ["MK-0001", SECOND])
def test_a_correction_needs_a_reason_and_leaves_the_history(world: World, officer: str) -> None:
    answered(world)
    office = desk(world)
    office.record(FINGER, HIT)
    with pytest.raises(RequestInvalid, match="reason: is missing"):
        office.record(FINGER, replace(NO_HIT, officer=officer))
    corrected = replace(NO_HIT, officer=officer, reason="wrong finger compared")
    assert office.record(FINGER, corrected).verification is Verification.NO_HIT
    former, latter = office.outcomes(ADMINISTRATOR, 0, 10)
    assert (former.statement.outcome, latter.statement.outcome) == (Outcome.HIT, Outcome.NO_HIT)
    assert latter.statement.reason == "wrong finger compared"
    assert former.verification is latter.verification is Verification.NO_HIT


def test_two_experts_confirm_each_other_or_leave_a_dispute_that_is_told(world: World) -> None:
    answered(world)
    answered(world, "Q-2")
    office = desk(world, Category.DACTYLOSCOPIC)
    assert office.record(FINGER, HIT).verification is Verification.UNCONFIRMED
    assert office.record(FINGER, HIT).verification is Verification.UNCONFIRMED
    second = replace(HIT, officer=SECOND)
    assert office.record(FINGER, second).verification is Verification.HIT
    office.record(FINGER, replace(HIT, request_number="Q-2"))
    disputed = replace(NO_HIT, request_number="Q-2", officer=SECOND)
    assert office.record(FINGER, disputed).verification is Verification.DISPUTED
    told = [each for each in office.outcomes(ADMINISTRATOR, 0, 9) if each.request_number == "Q-2"]
    assert [each.statement.outcome for each in told] == [Outcome.HIT, Outcome.NO_HIT]
    assert {Verification.DISPUTED} == {each.verification for each in told}


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"officer": "MK-9999"}, OfficerNotAuthorised, "not on the list"),
        ({"officer": ""}, RequestInvalid, "officer: is missing"),
        ({"reference_number": "RS-78"}, ReferenceUnknown, "RS-78 was not supplied"),
        ({"collection": Collection.UL}, ReferenceUnknown, "was not supplied"),
        ({"probe": "P-2"}, ReferenceUnknown, "was not supplied"),
        ({"request_number": "Q-2"}, RequestUnknown, "no request"),
        ({"request_number": "q" * 65}, RequestInvalid, "request_number: 65 characters"),
        ({"reason": "r" * 257}, RequestInvalid, "reason: 257 characters"),
        ({"reason": "line\nend"}, RequestInvalid, "reason: holds"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    world: World, changes: dict[str, object], error: type[Exception], said: str
) -> None:
    answered(world)
    with pytest.raises(error, match=said):
        desk(world).record(FINGER, replace(HIT, **changes))  # type: ignore[arg-type]
    assert _supplied(world) == [("unverified", 0)]
    assert world.acts(Act.OUTCOME_RECORDED) == []


@pytest.mark.parametrize(("hours", "said"), [(1, "in the future"), (-1, "before the answer")])
def test_a_verification_lies_between_the_answer_and_now(
    world: World, hours: int, said: str
) -> None:
    answered(world)
    with pytest.raises(RequestInvalid, match=said):
        desk(world).record(
            FINGER, replace(HIT, verified_at=world.clock.now() + timedelta(hours=hours))
        )
    assert _supplied(world) == [("unverified", 0)]


@pytest.mark.requirement("A1.6", "A8.1")
def test_only_the_contact_point_that_asked_says_anything(world: World) -> None:
    answered(world)
    office = desk(world)
    for stranger, error in (
        (ADMINISTRATOR, RoleDenied),
        (AUDITOR, RoleDenied),
        (DNA, RequestUnknown),  # the Party's other contact point asked nothing (Art. 8(1))
        (replace(FINGER, party="RO"), OfficerNotAuthorised),
    ):
        with pytest.raises(error):
            office.record(stranger, HIT)
    with pytest.raises(RequestUnknown):
        office.record(replace(FINGER, party="RO"), replace(HIT, officer="RO-0001"))
    assert _supplied(world) == [("unverified", 0)]


def test_an_officer_speaks_only_while_authorised(world: World) -> None:
    answered(world)
    world.clock.advance(days=365 * 5)
    with pytest.raises(OfficerNotAuthorised, match="not valid at this time"):
        desk(world).record(FINGER, HIT)


def test_a_request_that_waits_has_nothing_to_verify(make_world: Callable[..., World]) -> None:
    world = make_world()
    world.declare()
    world.matcher.hold = True
    asked = world.desk.submit(FINGER, request("Q-1"))
    with pytest.raises(RequestUnknown, match="answered"):
        desk(world).record(FINGER, replace(HIT, request_number=asked.request_number))


def test_the_statements_on_one_match_are_bounded(world: World) -> None:
    answered(world)
    office = desk(world)
    for at in range(STATEMENTS_PER_MATCH_MAX):
        turn = HIT if at % 2 else NO_HIT
        office.record(FINGER, replace(turn, reason=f"looked at again, {at}"))
    with pytest.raises(RequestInvalid, match="20 statements"):
        office.record(FINGER, replace(NO_HIT, reason="once more"))


def test_a_statement_that_cannot_be_recorded_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(world)
    office = desk(world)

    def full(*_: object, **__: object) -> int:
        raise RecordUnavailable("no space left")

    monkeypatch.setattr(world.record, "append", full)
    with pytest.raises(RecordUnavailable):
        office.record(FINGER, HIT)
    assert _supplied(world) == [("unverified", 0)]
