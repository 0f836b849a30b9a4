"""Samples are drawn by their seed, results end after 18 months, officers are told as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.domain.errors import RequestInvalid
from appliance.domain.record import Act
from appliance.domain.supervision import Sample
from tests.exchange.supervised import AUDITOR, Supervised
from tests.exchange.world import FINGER, World, details, finger_probe, request

_WAIT_S = 20


@pytest.fixture
def supervised(world: World) -> Supervised:
    """A world in which MK and RO have searched on two days."""
    world.declare(100, "RO")
    made = Supervised(world)
    world.desk.submit(FINGER, request("Q-1", finger_probe("a"), finger_probe("b")))
    world.desk.wait("MK", "Q-1").result(_WAIT_S)
    world.clock.advance(days=1)
    romanian = replace(FINGER, party="RO", fingerprint="b0" * 32)
    world.desk.submit(romanian, request("Q-1", party="RO", officer="RO-0001"))
    world.desk.wait("RO", "Q-1").result(_WAIT_S)
    return made


@pytest.fixture
def sample(supervised: Supervised) -> Sample:
    """Three entries drawn at random."""
    return supervised.samples.draw(AUDITOR, "dice", 3, (None, None))


@pytest.mark.requirement("A17.7")
def test_a_sample_is_drawn_again_from_its_seed(supervised: Supervised, sample: Sample) -> None:
    for _ in range(5):
        supervised.record.write(Act.STATISTICS_READ, "RS", {})
    again = supervised.samples.draw(AUDITOR, "dice", 3, (None, None), tree_size=sample.last)
    assert (again.sequences, again.first, again.last) == (sample.sequences, 1, sample.last)
    other = supervised.samples.draw(AUDITOR, "other dice", 3, (None, None), sample.last)
    assert other.sequences != sample.sequences
    of_a_day = supervised.samples.draw(AUDITOR, "dice", 100, (None, date(2026, 3, 2)))
    days = {
        supervised.record.entries(each - 1, 1)[0].recorded_at.date() for each in of_a_day.sequences
    }
    assert days == {date(2026, 3, 2)}
    assert len(supervised.world.acts(Act.SAMPLE_DRAWN)) == 4
    with pytest.raises(RequestInvalid, match="no entry"):
        supervised.samples.draw(AUDITOR, "dice", 3, (date(2027, 1, 1), None))


@pytest.mark.requirement("A17.7")
def test_results_are_kept_eighteen_months_to_the_second(
    supervised: Supervised, sample: Sample
) -> None:
    sequence = sample.sequences[1]
    supervised.samples.record_result(AUDITOR, sample.number, sequence, False, "no case is named")
    supervised.clock.advance(hours=1)
    supervised.samples.record_result(AUDITOR, sample.number, sample.sequences[0], True, "")
    supervised.clock.time = datetime(2027, 9, 3, 11, 59, 59, tzinfo=UTC)
    supervised.past.sweep()
    kept = supervised.samples.get(AUDITOR, sample.number)
    assert {(each.sequence, each.admissible, each.remark) for each in kept.results} == {
        (sequence, False, "no case is named"),
        (sample.sequences[0], True, ""),
    }
    supervised.clock.time = datetime(2027, 9, 3, 12, 0, 1, tzinfo=UTC)
    # Before anybody has deleted it, it is not shown any more.
    shown = supervised.samples.get(AUDITOR, sample.number).results
    assert [each.sequence for each in shown] == [sample.sequences[0]]
    supervised.past.sweep()
    rows = supervised.database.read(lambda tx: tx.execute("SELECT sequence FROM sample_result"))
    assert rows == [(sample.sequences[0],)]
    supervised.clock.advance(hours=2)
    supervised.past.sweep()
    left = supervised.database.read(lambda tx: tx.execute("SELECT number FROM record_sample"))
    assert left == []
    with pytest.raises(RequestInvalid, match="no such sample"):
        supervised.samples.get(AUDITOR, sample.number)


@pytest.mark.parametrize(
    ("entry", "admissible", "remark"),
    [(10_000, True, ""), (None, False, ""), (None, True, "x" * 257)],
)
def test_a_result_is_of_the_sample_and_says_why(
    supervised: Supervised, sample: Sample, entry: int | None, admissible: bool, remark: str
) -> None:
    sequence = sample.sequences[0] if entry is None else entry
    with pytest.raises(RequestInvalid):
        supervised.samples.record_result(AUDITOR, sample.number, sequence, admissible, remark)
    assert supervised.samples.get(AUDITOR, sample.number).results == ()


@pytest.mark.requirement("A17.2")
def test_the_list_of_officers_is_told_as_it_is_and_as_it_was(supervised: Supervised) -> None:
    now = supervised.clock.now()
    supervised.rewrite_officers("")
    assert supervised.desk.officers(AUDITOR).officers == ()
    was = supervised.desk.officers(AUDITOR, now)
    assert [each.id for each in was.officers] == ["AT-0001", "MK-0001", "RO-0001", "RS-0001"]
    assert was.officers[0].categories == ("dactyloscopic", "dna")
    with pytest.raises(RequestInvalid, match="no list of that time"):
        supervised.desk.officers(AUDITOR, now - timedelta(days=9))
    readings = [details(entry)["asked"] for entry in supervised.world.acts(Act.RECORD_READ)]
    assert readings == ["officers"] * 3
