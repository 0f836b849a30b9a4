"""The sentinel tells each contact point, once, that the service is lost and that it is back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from appliance.app import addresses
from appliance.app.sentinel import LOST_AFTER, Sentinel
from appliance.domain.codes import Category
from appliance.domain.notice import NoticeKind
from tests.fixed_clock import FixedClock

POINTS = (
    ("BA", Category.DNA, "ba"),
    ("MK", Category.DACTYLOSCOPIC, "mk"),
)


class Watched:
    """A service that fails when told to, under a sentinel that looks when told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reason = ""
        self.clock = FixedClock()
        addresses.write(folder / "points.json", POINTS)
        self.sentinel = self.started()

    def started(self) -> Sentinel:
        """Return a sentinel as it is after a start of its process."""
        return Sentinel(
            lambda: self.reason, self.folder / "spool", self.folder / "points.json", self.clock
        )

    def look(self, times: int, reason: str) -> None:
        """Let the sentinel look, 5 s apart, at a service in a state."""
        self.reason = reason
        for _ in range(times):
            self.sentinel.tick()
            self.clock.advance(seconds=5)

    def told(self) -> list[tuple[NoticeKind, str]]:
        """Return what waits to be delivered, and to whom."""
        due = self.sentinel.spool.due(self.clock.now(), 100)
        return [(notice.kind, notice.party) for notice in due]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


LOST = [(NoticeKind.SERVICE_LOST, "BA"), (NoticeKind.SERVICE_LOST, "MK")]
RESTORED = [(NoticeKind.SERVICE_RESTORED, "BA"), (NoticeKind.SERVICE_RESTORED, "MK")]


@pytest.mark.requirement("I5.1")
def test_a_loss_is_told_to_every_contact_point_once_within_a_minute(watched: Watched) -> None:
    begun = watched.clock.now()
    watched.look(LOST_AFTER - 1, "the record cannot be written")
    assert watched.told() == []
    watched.look(1, "the record cannot be written")
    assert watched.told() == LOST
    # Each look may take 5 s more to fail than the clock of this test says.
    assert (watched.clock.now() - begun).total_seconds() + 5 * LOST_AFTER < 60
    watched.look(20, "the record cannot be written")
    assert watched.told() == LOST


def test_the_notice_says_since_when_and_why(watched: Watched) -> None:
    since = watched.clock.now().isoformat(timespec="seconds")
    watched.look(LOST_AFTER, "no device answers")
    notice = watched.sentinel.spool.due(watched.clock.now(), 1)[0]
    assert {"since": since, "reason": "no device answers"} == dict(notice.facts)


def test_a_short_failure_is_not_told(watched: Watched) -> None:
    for _ in range(5):
        watched.look(LOST_AFTER - 1, "busy")
        watched.look(1, "")
    assert watched.told() == []


@pytest.mark.requirement("I5.1")
def test_the_return_of_the_service_is_told_once(watched: Watched) -> None:
    watched.look(LOST_AFTER, "gone")
    watched.look(3, "")
    assert watched.told() == LOST + RESTORED
    watched.look(LOST_AFTER, "gone again")
    assert watched.told() == LOST + RESTORED + LOST


def test_a_restarted_sentinel_knows_what_it_told(watched: Watched) -> None:
    watched.look(LOST_AFTER, "gone")
    watched.sentinel = watched.started()
    watched.look(LOST_AFTER, "gone")
    assert watched.told() == LOST
    watched.sentinel = watched.started()
    watched.look(1, "")
    assert watched.told() == LOST + RESTORED


def test_nobody_is_told_where_the_pack_names_no_address(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    (tmp_path / "points.json").unlink()
    watched.look(LOST_AFTER, "gone")
    assert watched.told() == []


def test_a_damaged_file_of_the_spool_stops_no_other_notice(watched: Watched) -> None:
    watched.look(LOST_AFTER, "gone")
    (watched.folder / "spool" / "1.json").write_bytes(b"{")
    assert LOST[1:] == watched.told()


def test_the_spool_keeps_what_became_of_its_notices(watched: Watched) -> None:
    watched.look(LOST_AFTER, "gone")
    spool, now = watched.sentinel.spool, watched.clock.now()
    spool.delivered(1, now)
    spool.failed(2, "refused", now)
    assert [(each.party, each.attempts, each.last_error) for each in spool.due(now, 10)] == [
        ("MK", 1, "refused")
    ]
    settled = msgspec.json.decode((watched.folder / "spool" / "settled" / "1.json").read_bytes())
    assert settled["notice"]["delivered_at"] is not None
    spool.give_up(2, "refused", now)
    assert spool.due(now, 10) == []
