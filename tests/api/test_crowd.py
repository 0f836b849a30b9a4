"""More calls at once than the service takes: the others are told so by name, and health goes on."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from appliance.api import server
from appliance.client import ApplianceRefused
from tests.api.searches import record, terms
from tests.edge import Edge, serving

CALLS_MAX = 2


def _search(edge: Edge, number: str) -> None:
    with edge.client() as client:
        client.search_finger(terms(number), {"p": record()})


def test_a_call_beyond_the_limit_is_refused_by_name_and_health_and_status_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONCURRENT_CALLS_MAX", CALLS_MAX)
    with serving(tmp_path) as edge:
        edge.desk.answering = False
        numbers = [f"n-{each}" for each in range(CALLS_MAX)]
        waiting = [threading.Thread(target=_search, args=(edge, each)) for each in numbers]
        for thread in waiting:
            thread.start()
        while len(edge.desk.handed_in) < CALLS_MAX:
            time.sleep(0.01)
        with edge.client(timeout_s=2) as client, pytest.raises(ApplianceRefused) as refused:
            client.search_finger(terms("n-9"), {"p": record()})
        with edge.client("administrator", "RS") as administrator:
            assert administrator.status().ready
        with edge.channel() as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            health = stub.Check(health_pb2.HealthCheckRequest(), timeout=2).status
        for each in numbers:
            edge.desk.answer_now("ME", each)
        for thread in waiting:
            thread.join(5)
        _search_after(edge)

    assert (refused.value.reason, refused.value.code) == ("QUEUE_FULL", "RESOURCE_EXHAUSTED")
    assert refused.value.retry_after_s == 5
    assert health == health_pb2.HealthCheckResponse.SERVING
    assert ("ME", "n-9") not in edge.desk.handed_in
    assert edge.desk.refusals == []


def _search_after(edge: Edge) -> None:
    """What ended gives its place free."""
    edge.desk.answering = True
    _search(edge, "n-10")
