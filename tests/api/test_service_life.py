"""Before it is ready, while it serves, and while it stops: what health and calls say."""

from __future__ import annotations

import threading
import time
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from appliance.api.server import SERVICES
from appliance.client import ApplianceRefused
from appliance.v1 import codes_pb2
from tests.api.searches import record, terms
from tests.edge import Edge
from tests.exchange.world import until

NAMES = ("", *(f"appliance.v1.{name}" for name in SERVICES))


def _health(edge: Edge) -> set[str]:
    with edge.channel() as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        answers = [stub.Check(health_pb2.HealthCheckRequest(service=name)) for name in NAMES]
    return {health_pb2.HealthCheckResponse.ServingStatus.Name(found.status) for found in answers}


def _becomes(edge: Edge, expected: set[str]) -> bool:
    for _ in range(100):
        if _health(edge) == expected:
            return True
        time.sleep(0.02)
    return False


def test_health_follows_readiness_for_every_service(edge: Edge) -> None:
    assert _becomes(edge, {"SERVING"})
    edge.server.set_ready(False)
    assert _becomes(edge, {"NOT_SERVING"})
    edge.server.set_ready(True)
    assert _becomes(edge, {"SERVING"})


def test_nothing_but_status_and_record_is_served_before_it_is_ready(edge: Edge) -> None:
    edge.server.set_ready(False)
    with (
        edge.client("administrator", "RS", timeout_s=1) as administrator,
        edge.client("auditor", "RS") as auditor,
        edge.client(timeout_s=1) as contact_point,
    ):
        assert administrator.status().backend == "cpu"
        assert auditor.verify_record().intact
        for call in (
            administrator.count,
            administrator.declarations,
            lambda: contact_point.search_finger(terms(), {"p": record()}),
        ):
            with pytest.raises(ApplianceRefused) as caught:
                call()
            assert caught.value.reason == "ENGINE_LOADING"
            assert caught.value.retry_after_s == 5
    assert edge.desk.refusals == []


def test_a_stop_lets_a_waiting_search_finish_and_refuses_new_work(edge: Edge) -> None:
    edge.desk.answering = False
    answers: list[Any] = []
    with edge.client() as client, edge.client("administrator", "RS", timeout_s=1) as late:
        late.count()
        waiting = threading.Thread(
            target=lambda: answers.append(client.search_finger(terms(), {"p": record()}))
        )
        waiting.start()
        while ("ME", "2026-1") not in edge.desk.handed_in:
            time.sleep(0.01)
        stopping = threading.Thread(target=lambda: edge.run(edge.server.stop(5)))
        stopping.start()
        time.sleep(0.2)
        with pytest.raises(ApplianceRefused) as caught:
            late.count()
        edge.desk.answer_now("ME", "2026-1")
        waiting.join(5)
        stopping.join(5)

    assert caught.value.code == "UNAVAILABLE"
    assert answers[0].header.state == codes_pb2.ANSWER_STATE_ANSWERED


def test_a_call_that_arrives_while_draining_is_refused_by_name(edge: Edge) -> None:
    edge.server._gate.draining = True
    with edge.client("administrator", "RS", timeout_s=1) as client:
        with pytest.raises(ApplianceRefused) as caught:
            client.count()
        assert client.status().ready

    assert (caught.value.reason, caught.value.retry_after_s) == ("DRAINING", 5)


def test_watchers_end_without_an_error_when_the_service_stops(edge: Edge) -> None:
    with edge.client() as client:
        answers = client.watch()
        until(lambda: len(edge.desk.watches) == 1)
        threading.Thread(target=lambda: edge.run(edge.server.stop(3))).start()

        assert list(answers) == []


def test_a_watcher_of_health_hears_of_the_stop_and_does_not_hold_it_up(edge: Edge) -> None:
    with edge.channel() as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        states = stub.Watch(health_pb2.HealthCheckRequest())
        heard = [next(states).status]
        begun_s = time.monotonic()
        stopping = threading.Thread(target=lambda: edge.run(edge.server.stop(8), 20))
        stopping.start()
        heard += [state.status for state in states]
        stopping.join(20)

    assert time.monotonic() - begun_s < 6
    serving = health_pb2.HealthCheckResponse
    assert (heard[0], heard[-1]) == (serving.SERVING, serving.NOT_SERVING)


def test_an_unknown_method_is_unimplemented(edge: Edge) -> None:
    with edge.channel() as channel, pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary("/appliance.v1.AdminService/Reboot")(b"")

    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED  # type: ignore[attr-defined]


def test_the_answer_names_the_call_so_that_it_can_be_found_in_the_log(edge: Edge) -> None:
    with edge.channel("administrator", "RS") as channel:
        count = channel.unary_unary("/appliance.v1.ReferenceDataService/Count")
        _, call = count.with_call(b"")

    names = dict(call.initial_metadata())
    assert len(names["x-request-id"]) == 32
