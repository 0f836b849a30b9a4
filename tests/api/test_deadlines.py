"""Deadlines: too short ones are refused, missing ones imposed, passed ones told by the service."""

from __future__ import annotations

import contextlib
import threading
import time

import grpc
import pytest

from appliance.api import stages
from appliance.client import ApplianceRefused
from appliance.client.refusal import from_rpc_error
from appliance.client.rpcs import CHECK_QUALITY, COUNT, Request, Response, Rpc
from appliance.domain.errors import QueueFull
from tests.api.searches import record
from tests.edge import FINGER, Edge


def _refused(
    edge: Edge, rpc: Rpc[Request, Response], request: Request, timeout_s: float | None
) -> ApplianceRefused:
    role = FINGER if rpc is CHECK_QUALITY else "administrator"
    with edge.channel(role, "ME" if role == FINGER else "RS") as channel:
        grpc.channel_ready_future(channel).result(5)
        with pytest.raises(grpc.RpcError) as caught:
            rpc.on(channel, "unary_unary")(request, timeout=timeout_s)
    return from_rpc_error(caught.value)


def test_a_deadline_without_time_for_work_is_refused(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No client can be relied on to deliver a call within 20 ms, so the bound is raised instead.
    monkeypatch.setattr(stages, "DEADLINE_MIN_MS", 5_000)
    refused = _refused(edge, COUNT, COUNT.request(), 4)

    assert (refused.reason, refused.code) == ("DEADLINE_TOO_SHORT", "DEADLINE_EXCEEDED")
    assert refused.message == "a deadline must leave at least 5000 ms"


def test_the_service_says_that_a_deadline_has_passed_before_the_transport_does(edge: Edge) -> None:
    edge.reference.count = lambda: time.sleep(1) or {}  # type: ignore[method-assign]
    begun_s = time.monotonic()
    refused = _refused(edge, COUNT, COUNT.request(), 0.3)

    assert (refused.reason, refused.code) == ("DEADLINE_TOO_SHORT", "DEADLINE_EXCEEDED")
    assert refused.message == "the deadline passed before the work was done"
    assert time.monotonic() - begun_s < 0.9


def test_a_default_is_imposed_on_a_call_without_a_deadline(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "DEADLINE_DEFAULT_S", 0.2)
    edge.reference.count = lambda: time.sleep(1) or {}  # type: ignore[method-assign]
    refused = _refused(edge, COUNT, COUNT.request(), None)

    assert refused.reason == "DEADLINE_TOO_SHORT"


def test_a_stream_without_a_deadline_is_not_cut_off(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "DEADLINE_DEFAULT_S", 0.1)
    with edge.client() as client:
        answers = client.watch()
        ended = threading.Event()

        def read_to_the_end() -> None:
            with contextlib.suppress(ApplianceRefused):
                list(answers)
            ended.set()

        threading.Thread(target=read_to_the_end, daemon=True).start()

        assert not ended.wait(0.4)


def test_work_that_times_out_for_its_own_reasons_is_not_taken_for_a_deadline(edge: Edge) -> None:
    edge.desk.error = TimeoutError("a disk")
    refused = _refused(edge, CHECK_QUALITY, CHECK_QUALITY.request(record=record()), 5)

    assert refused.reason == "INTERNAL"


def test_other_refusals_are_told_within_the_deadline(edge: Edge) -> None:
    edge.desk.error = QueueFull(depth_max=3)
    refused = _refused(edge, CHECK_QUALITY, CHECK_QUALITY.request(record=record()), 5)

    assert refused.reason == "QUEUE_FULL"
