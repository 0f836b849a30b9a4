"""What the client sends again: only what is safe, only what may pass, never sooner than asked."""

from __future__ import annotations

import time

import pytest

from appliance.client import ApplianceRefused, limits
from appliance.client.retry import Attempts
from appliance.domain.errors import CapacityExhausted, Draining, QueueFull, RecordUnavailable
from tests.api.searches import record, terms
from tests.edge import Edge


class Clock:
    """Stands still until told otherwise."""

    now_s = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


def _attempts(timeout_s: float = 60.0, *, safe: bool = True) -> tuple[Attempts, Clock]:
    clock = Clock()
    return Attempts(timeout_s, safe=safe, monotonic_s=clock, jitter=lambda: 1.0), clock


def _unavailable(retry_after_s: float | None = None) -> ApplianceRefused:
    return ApplianceRefused("DRAINING", "UNAVAILABLE", "", retry_after_s=retry_after_s)


def test_waits_grow_until_the_attempts_are_used_up() -> None:
    attempts, _ = _attempts()

    waits = [attempts.wait_s(_unavailable()) for _ in range(limits.ATTEMPTS_MAX)]
    assert waits == [0.2, 0.4, 0.8, 1.6, None]


def test_a_wait_that_is_asked_for_is_kept() -> None:
    attempts, _ = _attempts()

    assert attempts.wait_s(_unavailable(7.0)) == 7.0


def test_a_wait_beyond_the_time_left_gives_up_at_once() -> None:
    attempts, clock = _attempts(10.0)
    clock.now_s = 4.0

    assert attempts.remaining_s() == 6.0
    assert attempts.wait_s(_unavailable(6.0)) is None


def test_an_unsafe_call_is_never_sent_again() -> None:
    attempts, _ = _attempts(safe=False)

    assert attempts.wait_s(_unavailable()) is None


@pytest.mark.parametrize("code", ["INVALID_ARGUMENT", "INTERNAL", "DATA_LOSS", "CANCELLED"])
def test_a_lasting_refusal_is_not_sent_again(code: str) -> None:
    attempts, _ = _attempts()

    assert attempts.wait_s(ApplianceRefused("ANY", code, "")) is None


def test_a_full_queue_is_tried_again_and_a_used_up_capacity_is_not() -> None:
    attempts, _ = _attempts()
    full = ApplianceRefused("QUEUE_FULL", "RESOURCE_EXHAUSTED", "", retry_after_s=5.0)
    used = ApplianceRefused("CAPACITY_EXHAUSTED", "RESOURCE_EXHAUSTED", "", retry_after_s=1.0)

    assert attempts.wait_s(full) == 5.0
    assert attempts.wait_s(used) is None


def test_a_search_survives_a_passing_refusal_and_counts_once(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[Exception | None] = [
        QueueFull(depth_max=1, retry_after_s=0),
        Draining("stopping"),
        None,
    ]
    monkeypatch.setattr("appliance.client.sync_client.time.sleep", lambda _: _next(edge, errors))
    _next(edge, errors)
    with edge.client() as client:
        answer = client.search_finger(terms(), {"p": record()})

    assert answer.results
    assert len(edge.desk.handed_in) == 1


def _next(edge: Edge, errors: list[Exception | None]) -> None:
    edge.desk.error = errors.pop(0)


def test_a_used_up_capacity_is_told_at_once(edge: Edge) -> None:
    edge.desk.error = CapacityExhausted("ME identified", capacity=1, retry_after_s=1)
    begun_s = time.monotonic()
    with edge.client() as client, pytest.raises(ApplianceRefused):
        client.search_finger(terms(), {"p": record()})

    assert time.monotonic() - begun_s < 0.9


def test_a_deletion_is_not_sent_twice(edge: Edge) -> None:
    calls: list[int] = []

    def fail(*_: object) -> None:
        calls.append(1)
        raise RecordUnavailable("no space left")

    edge.reference.delete = fail  # type: ignore[method-assign]
    with edge.client("administrator", "RS") as client, pytest.raises(ApplianceRefused):
        client.duties.delete("TP", "a", "incorrect")

    assert calls == [1]


def test_a_server_that_is_not_there_is_unavailable(edge: Edge) -> None:
    edge.port = 1
    with edge.client(timeout_s=0.5) as client, pytest.raises(ApplianceRefused) as caught:
        client.check_quality(record())

    assert (caught.value.reason, caught.value.code) == ("UNAVAILABLE", "UNAVAILABLE")
