"""From a request to its answer: what is recorded, charged, replayed and erased on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.domain import limits
from appliance.domain.codes import Bucket, SearchType
from appliance.domain.errors import (
    Draining,
    EngineLoading,
    RequestInvalid,
    RequestNumberReused,
    RequestUnknown,
)
from appliance.domain.record import Act
from appliance.exchange import sealed
from appliance.keys.probe_vault import KeyDestroyed
from tests.exchange.world import (
    DNA,
    FINGER,
    FakeMatcher,
    World,
    details,
    dna_probe,
    finger_probe,
    outcome,
    request,
    until,
)

_WAIT_S = 20


@pytest.mark.requirement("A1.1")
def test_a_finger_search_is_answered_with_all_the_matcher_found(world: World) -> None:
    asked = request("Q-1", finger_probe("P-1"), finger_probe("P-2"))
    accepted = world.desk.submit(FINGER, asked)
    answer = world.desk.wait("MK", "Q-1").result(_WAIT_S)
    assert outcome(asked).items == answer.items
    assert outcome(asked).provenance == answer.provenance
    assert answer == world.desk.answer("MK", "Q-1")
    assert ("RS-2026-00000001", "MK", "RS", accepted.sequence, 10) == (
        answer.answer_number,
        answer.requesting_party,
        answer.requested_party,
        answer.sequence,
        answer.candidate_limit,
    )
    assert asked == world.matcher.searched[0]


def test_a_dna_search_is_answered_locus_by_locus(world: World) -> None:
    asked = request("Q-1", dna_probe(), search_type=SearchType.DNA_UNIDENTIFIED)
    world.desk.submit(DNA, asked)
    answer = world.desk.wait("MK", "Q-1").result(_WAIT_S)
    assert outcome(asked).items == answer.items
    assert asked == world.matcher.searched[0]


@pytest.mark.requirement("A17.3", "A17.4")
def test_receipt_and_answer_are_recorded_with_the_fields_of_article_17(world: World) -> None:
    asked = request("Q-1", finger_probe("P-1"), finger_probe("P-2"))
    world.desk.submit(FINGER, asked)
    world.desk.wait("MK", "Q-1").result(_WAIT_S)
    received, answered = world.acts(Act.SEARCH_RECEIVED, Act.SEARCH_ANSWERED)
    assert details(received) == {
        "request_number": "Q-1",
        "received_at": "2026-03-02T12:00:00.000000+00:00",
        "requested_party": "RS",
        "search_type": "LT/TP",
        "case_reference": "K-17/26",
        "purpose": "CRIMINAL_OFFENCE_INVESTIGATION",
        "officer": "MK-0001",
        "ordering_officer": "MK-0900",
        "candidates_max": "0",
        "probes": "2",
        "probe_references": "P-1\nP-2",
        "certificate": FINGER.fingerprint,
        "content_digest": asked.content_digest.hex(),
    }
    supplied = hashlib.sha256(sealed.outcome_bytes(outcome(asked))).hexdigest()
    expected = {
        "request_number": "Q-1",
        "answer_number": "RS-2026-00000001",
        "matched": "yes,yes",
        "candidates": "1,1",
        "answer_digest": supplied,
    }
    assert expected == {name: details(answered)[name] for name in expected}
    assert (received.party, answered.party) == ("MK", "MK")
    assert world.clock.now() == received.recorded_at


def test_answer_numbers_count_on_within_a_year(world: World) -> None:
    numbers = []
    for number in range(3):
        if number == 2:
            world.clock.advance(days=320)
            assert world.clock.now().year == 2027
        world.desk.submit(FINGER, request(f"Q-{number}"))
        answer = world.desk.wait("MK", f"Q-{number}").result(_WAIT_S)
        numbers.append(answer.answer_number)
    assert numbers == ["RS-2026-00000001", "RS-2026-00000002", "RS-2027-00000001"]


@pytest.mark.requirement("A17.3")
def test_nothing_is_searched_before_its_receipt_is_durable(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    inner = world.matcher.submit

    def look(*arguments: object) -> object:
        seen.append(len(world.acts(Act.SEARCH_RECEIVED)))
        return inner(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(world.matcher, "submit", look)
    world.desk.submit(FINGER, request())
    world.desk.wait("MK", "Q-1").result(_WAIT_S)
    assert seen == [1]


def test_the_same_request_again_is_answered_and_charged_once(world: World) -> None:
    first = world.desk.submit(FINGER, request())
    answer = world.desk.wait("MK", "Q-1").result(_WAIT_S)
    again = world.desk.submit(FINGER, request())
    assert (first.sequence, first.received_at, False) == (
        again.sequence,
        again.received_at,
        first.replayed,
    )
    assert again.replayed
    assert answer == world.desk.wait("MK", "Q-1").result(_WAIT_S)
    assert world.used() == 1
    assert len(world.acts(Act.SEARCH_RECEIVED)) == len(world.matcher.searched) == 1


def test_the_same_request_from_many_threads_at_once_is_accepted_once(world: World) -> None:
    with ThreadPoolExecutor(16) as pool:
        accepted = list(pool.map(lambda _: world.desk.submit(FINGER, request()), range(48)))
    assert {accepted[0].sequence} == {each.sequence for each in accepted}
    assert sum(not each.replayed for each in accepted) == 1
    assert world.desk.drain(_WAIT_S)
    assert (world.used(), len(world.matcher.searched)) == (1, 1)
    assert world.vault._used == set()


def test_a_number_used_for_other_content_is_refused_and_recorded(world: World) -> None:
    world.desk.submit(FINGER, request())
    answer = world.desk.wait("MK", "Q-1").result(_WAIT_S)
    with pytest.raises(RequestNumberReused):
        world.desk.submit(FINGER, request(case_reference="K-18/26"))
    (refused,) = world.acts(Act.SEARCH_REFUSED)
    assert details(refused)["reason"] == "REQUEST_NUMBER_REUSED"
    assert answer == world.desk.answer("MK", "Q-1")


def test_numbers_of_different_parties_do_not_meet(world: World) -> None:
    world.declare(party="RO")
    world.desk.submit(FINGER, request())
    other = request(party="RO", officer="RO-0001")
    assert not world.desk.submit(type(FINGER)("RO", FINGER.role, "00"), other).replayed
    world.desk.wait("RO", "Q-1").result(_WAIT_S)
    world.desk.wait("MK", "Q-1").result(_WAIT_S)


def test_each_probe_counts_one_search_of_its_bucket(world: World) -> None:
    world.desk.submit(FINGER, request("Q-1", *(finger_probe(f"P-{n}") for n in range(5))))
    world.desk.submit(FINGER, request("Q-2", search_type=SearchType.TP_UL))
    world.desk.submit(DNA, request("Q-3", dna_probe(), search_type=SearchType.DNA_REFERENCE))
    assert (world.used(), world.used(Bucket.IDENTIFIED)) == (5, 2)


def test_a_request_holds_fifty_probes_and_no_more(world: World) -> None:
    probes = [finger_probe(f"P-{n}") for n in range(limits.PROBES_PER_REQUEST_MAX + 1)]
    with pytest.raises(RequestInvalid, match="51 probes"):
        world.desk.submit(FINGER, request("Q-1", *probes))
    world.desk.submit(FINGER, request("Q-1", *probes[:-1]))
    answer = world.desk.wait("MK", "Q-1").result(_WAIT_S)
    assert len(answer.items) == limits.PROBES_PER_REQUEST_MAX
    assert world.used() == limits.PROBES_PER_REQUEST_MAX


def test_the_longest_request_fits_the_record(world: World) -> None:
    probes = [finger_probe(f"{n:02}" + "Ж" * 62) for n in range(limits.PROBES_PER_REQUEST_MAX)]
    world.desk.submit(FINGER, request("Q" * 64, *probes, case_reference="Ж" * 64))
    world.desk.wait("MK", "Q" * 64).result(_WAIT_S)
    assert world.record.verify().intact


@pytest.mark.requirement("A13.3")
def test_after_the_answer_nobody_can_open_the_probe(make_world: Callable[..., World]) -> None:
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare()
    world.desk.submit(FINGER, request())
    ((slot, ciphertext),) = world.database.read(
        lambda tx: tx.execute("SELECT probe_slot, probe_sealed FROM request")
    )
    keys = world.folder / "probe.keys"
    kept = keys.read_bytes()[(slot + 1) * 128 :][:69]
    assert sealed.request_from(world.vault.open(slot, ciphertext, b"MK/Q-1")) == request()
    future = world.desk.wait("MK", "Q-1")
    world.matcher.release()
    future.result(_WAIT_S)
    with pytest.raises(KeyDestroyed):
        world.vault.open(slot, ciphertext, b"MK/Q-1")
    assert kept not in keys.read_bytes()
    assert not any(keys.read_bytes()[128:])


@pytest.mark.requirement("A13.3", "A16.1")
def test_no_probe_lies_readable_in_any_file(make_world: Callable[..., World]) -> None:
    world = make_world(matcher=FakeMatcher(hold=True))
    world.declare()
    asked = request("Q-1", dna_probe("SECRET-REF"), search_type=SearchType.DNA_REFERENCE)
    world.desk.submit(DNA, asked)
    files = [path.read_bytes() for path in world.folder.iterdir()]
    # The record names the reference, and is sealed as the probe is.
    assert "SECRET-REF" in details(world.acts(Act.SEARCH_RECEIVED)[0])["probe_references"]
    assert not any(b"SECRET-REF" in content for content in files)
    assert not any(bytes(range(1, 64)) in content for content in files)


def test_an_answer_is_erased_after_its_time(world: World) -> None:
    world.desk.submit(FINGER, request())
    world.desk.wait("MK", "Q-1").result(_WAIT_S)
    world.clock.advance(hours=24)
    world.desk.sweep()
    assert world.desk.answer("MK", "Q-1") is not None
    world.clock.advance(seconds=1)
    world.desk.sweep()
    with pytest.raises(RequestUnknown, match="erased"):
        world.desk.answer("MK", "Q-1")
    # Its number stays used, and asking again is not charged again.
    assert world.desk.submit(FINGER, request()).replayed
    assert world.used() == 0
    assert len(world.matcher.searched) == 1


def test_an_answer_does_not_open_under_another_name(world: World) -> None:
    for number in ("Q-1", "Q-2"):
        world.desk.submit(FINGER, request(number))
        world.desk.wait("MK", number).result(_WAIT_S)
    swap = (
        "UPDATE request SET outcome_sealed ="
        " (SELECT outcome_sealed FROM request WHERE request_number = 'Q-2')"
        " WHERE request_number = 'Q-1'"
    )
    world.database.write(lambda tx: tx.execute(swap)).result()
    with pytest.raises(Exception, match="does not open"):
        world.desk.answer("MK", "Q-1")


def test_a_request_never_sent_is_unknown(world: World) -> None:
    for ask in (world.desk.answer, world.desk.wait):
        with pytest.raises(RequestUnknown):
            ask("MK", "Q-9")
    world.desk.submit(FINGER, request())
    with pytest.raises(RequestUnknown):
        world.desk.answer("RO", "Q-1")


def test_a_desk_not_started_or_stopping_takes_nothing(make_world: Callable[..., World]) -> None:
    world = make_world(start=False)
    world.declare()
    with pytest.raises(EngineLoading):
        world.desk.submit(FINGER, request())
    world.desk.start()
    world.desk.submit(FINGER, request())
    assert world.desk.drain(_WAIT_S)
    assert world.desk.answer("MK", "Q-1") is not None
    with pytest.raises(Draining):
        world.desk.submit(FINGER, request("Q-2"))
    assert world.acts(Act.SEARCH_REFUSED) == []


def test_who_waits_when_the_service_stops_is_told(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    world = make_world(tmp_path / "world", matcher=FakeMatcher(hold=True))
    world.declare()
    world.desk.submit(FINGER, request())
    future = world.desk.wait("MK", "Q-1")
    until(lambda: bool(world.matcher.held))
    assert not world.desk.drain(0.01)
    world.close()
    with pytest.raises(Draining):
        future.result(_WAIT_S)
    # The engine need not finish what could not be kept any more; the next start does.
    assert world.matcher.held[0][1].cancelled()
    again = make_world(tmp_path / "world")
    assert again.desk.wait("MK", "Q-1").result(_WAIT_S).request_number == "Q-1"
