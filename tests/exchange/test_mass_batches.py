"""What a mass comparison takes in, in which order and how much of it; all else changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain import limits
from appliance.domain.errors import (
    QueueFull,
    RequestInvalid,
    RequestNumberReused,
)
from appliance.domain.mass_comparison import MassState
from tests.exchange.mass_world import (
    NUMBER,
    RO,
    MassWorld,
    held,
    offered,
    receive,
    terms,
)
from tests.exchange.world import DNA, until
from tests.matching.made_profiles import STAIN


@pytest.fixture
def mass(tmp_path: Path) -> Iterator[MassWorld]:
    made = MassWorld(tmp_path)
    yield made
    made.close()


@pytest.mark.requirement("A4.1")
def test_a_profile_that_may_not_be_compared_is_left_out_and_harms_no_other(
    mass: MassWorld,
) -> None:
    mixed = (("FGA", ("20", "21", "22", "23")), *STAIN.items())
    three = {**STAIN, "FGA": ("20", "21", "22"), "TH01": ("6", "7", "8")}
    batch = [
        offered(0),
        offered(1, person=True),
        offered(2, values=tuple(STAIN.items())[:5]),
        offered(3, values=mixed[:1]),
        offered(4, values=tuple(three.items())),
        offered(5, values=(*STAIN.items(), ("NONE", ("1", "2")))),
        offered(6, values=tuple({**STAIN, "TH01": ("9.7", "6")}.items())),
        offered(7, values=()),
        offered(8, reference_number=""),
        offered(9, reference_number="S-00000"),
        offered(10),
    ]
    mass.desk.open(DNA, terms())
    receipt = receive(mass, *batch)
    assert (receipt.accepted, receipt.received) == (2, 2)
    told = {each.position: each for each in receipt.refusals}
    assert list(range(1, 10)) == list(told)
    assert "only unidentified profiles" in told[1].message
    assert "5 loci are fully designated" in told[2].message
    assert (told[3].locus, told[4].locus, told[6].locus) == ("FGA", "FGA", "TH01")
    assert "mixed profile" in told[3].message
    assert "mixed profile" in told[4].message
    assert "the locus is not known" in told[5].message
    assert told[9].reason == "REFERENCE_EXISTS"
    assert {"REQUEST_INVALID"} == {each.reason for each in told.values() if each.position != 9}


def test_a_reference_number_stands_once_in_a_job_whatever_its_batch(mass: MassWorld) -> None:
    mass.desk.open(DNA, terms())
    receive(mass, offered(1), offered(2))
    second = receive(mass, offered(3), offered(2), number=2)
    assert (second.accepted, second.received) == (1, 3)
    assert [(e.position, e.reason) for e in second.refusals] == [(1, "REFERENCE_EXISTS")]
    # The same batch again is acknowledged as it was, and stored once.
    assert second == receive(mass, offered(3), offered(2), number=2)
    assert held(mass) == (2, 2)
    with pytest.raises(RequestNumberReused):
        receive(mass, offered(4), number=2)


def test_a_batch_out_of_order_or_beyond_the_bounds_leaves_nothing(
    mass: MassWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    mass.desk.open(DNA, terms())
    with pytest.raises(RequestInvalid, match="the next has the number 1"):
        receive(mass, offered(1), number=2)
    with pytest.raises(RequestInvalid, match="a batch has 1 to 1000"):
        receive(mass)
    with pytest.raises(RequestInvalid, match="a batch has 1 to 1000"):
        receive(mass, *[offered(1)] * 1001)
    monkeypatch.setattr(limits, "MASS_PROFILES_MAX", 3)
    receive(mass, offered(1), offered(2))
    with pytest.raises(RequestInvalid, match="at most 3 profiles"):
        receive(mass, offered(3), offered(4), number=2)
    monkeypatch.setattr(limits, "MASS_BATCHES_MAX", 1)
    with pytest.raises(RequestInvalid, match="at most 1 batches"):
        receive(mass, offered(3), number=2)
    assert held(mass) == (1, 1)
    assert mass.desk.status(DNA, NUMBER).received == 2


def test_a_stream_cut_in_the_middle_is_never_taken_for_the_whole(mass: MassWorld) -> None:
    mass.opened(profiles=10, batch=5)
    for batches in (0, 1, 3):
        with pytest.raises(RequestInvalid, match="but 2 batches are durable"):
            mass.desk.begin(DNA, NUMBER, batches)
    assert mass.desk.begin(DNA, NUMBER, 2).state is MassState.RUNNING
    mass.finished()
    with pytest.raises(RequestInvalid, match="takes no more profiles"):
        receive(mass, offered(99), number=3)


def test_a_job_without_profiles_is_not_started(mass: MassWorld) -> None:
    mass.desk.open(DNA, terms())
    with pytest.raises(RequestInvalid, match="no profile"):
        mass.desk.begin(DNA, NUMBER, 0)


def test_a_party_and_the_appliance_have_a_bound_of_jobs(
    mass: MassWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(limits.MASS_JOBS_PER_PARTY_MAX):
        mass.desk.open(DNA, terms(f"M-{number}"))
    with pytest.raises(QueueFull):
        mass.desk.open(DNA, terms("M-more"))
    mass.desk.cancel(DNA, "M-0")
    mass.desk.open(DNA, terms("M-more"))
    monkeypatch.setattr(limits, "MASS_JOBS_MAX", limits.MASS_JOBS_PER_PARTY_MAX)
    with pytest.raises(QueueFull):
        mass.desk.open(RO, terms("M-1", party="RO", officer="RO-0001"))


def test_a_job_whose_matches_nobody_takes_waits_for_its_party(
    mass: MassWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MASS_MATCHES_HELD_MAX", 5)
    mass.opened(profiles=100, batch=10)
    mass.desk.begin(DNA, NUMBER, 10)
    seen = 0
    while not mass.desk.status(DNA, NUMBER).state.ended:
        until(lambda seen=seen: mass.desk.status(DNA, NUMBER).matches >= min(seen + 5, 1))
        status = mass.desk.status(DNA, NUMBER)
        # One block may go over the bound, never two.
        assert status.matches - status.acknowledged < 5 + 2 * 10
        seen = status.matches
        mass.desk.acknowledge(DNA, NUMBER, seen)
    assert mass.finished().compared == 100


def test_cursors_outside_the_matches_are_refused(mass: MassWorld) -> None:
    mass.opened(profiles=10)
    mass.desk.begin(DNA, NUMBER, 2)
    matches = mass.finished().matches
    for cursor in (-1, matches + 1, 2**63):
        with pytest.raises(RequestInvalid, match="matches so far"):
            mass.desk.acknowledge(DNA, NUMBER, cursor)
        with pytest.raises(RequestInvalid, match="matches so far"):
            mass.desk.watch(DNA, NUMBER, cursor)
    assert len(mass.matches()) == matches


def test_a_party_has_a_bound_of_watches(mass: MassWorld) -> None:
    mass.opened(profiles=10)
    watches = [mass.desk.watch(DNA, NUMBER, 0) for _ in range(limits.WATCHERS_PER_PARTY_MAX)]
    with pytest.raises(QueueFull):
        mass.desk.watch(DNA, NUMBER, 0)
    watches[0].close()
    watches[0].close()
    mass.desk.watch(DNA, NUMBER, 0)
