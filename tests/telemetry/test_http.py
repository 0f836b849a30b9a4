"""The telemetry pages: what a probe of a load balancer, systemd or Prometheus sees."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from appliance.telemetry.http import CONNECTIONS_MAX, Check, TelemetryServer
from appliance.telemetry.metrics import Metrics


@contextmanager
def _serving(
    live: Callable[[], bool] = lambda: True,
    ready: Callable[[], list[Check]] = lambda: [("gallery", True, "6 collections")],
) -> Iterator[int]:
    server = TelemetryServer("127.0.0.1", 0, Metrics(), live, ready)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def _get(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_the_metrics_page_is_served() -> None:
    with _serving() as port:
        status, page = _get(port, "/metrics")
    assert status == 200
    assert "# TYPE appliance_ready gauge" in page


def test_a_ready_appliance_lists_its_checks() -> None:
    with _serving() as port:
        assert _get(port, "/readyz") == (200, "ok gallery: 6 collections\n")


def test_one_failed_check_makes_the_appliance_not_ready_and_says_why() -> None:
    checks = [("gallery", True, "loaded"), ("record", False, "the disk is full")]
    with _serving(ready=lambda: checks) as port:
        status, page = _get(port, "/readyz")
    assert status == 503
    assert page == "ok gallery: loaded\nfailed record: the disk is full\n"


def test_no_check_at_all_is_not_ready() -> None:
    with _serving(ready=list) as port:
        assert _get(port, "/readyz")[0] == 503


def test_a_check_that_raises_is_a_failed_check_and_tells_no_secret() -> None:
    def broken() -> list[Check]:
        raise ValueError("case RS-2026-77")

    with _serving(ready=broken) as port:
        status, page = _get(port, "/readyz")
    assert status == 503
    assert "RS-2026-77" not in page


@pytest.mark.parametrize(("live", "status"), [(True, 200), (False, 503)])
def test_liveness_follows_the_process(live: bool, status: int) -> None:
    with _serving(live=lambda: live) as port:
        assert _get(port, "/livez")[0] == status


def test_other_paths_and_methods_are_refused() -> None:
    with _serving() as port:
        assert _get(port, "/")[0] == 404
        assert _get(port, "/metrics", "POST")[0] == 501


def test_connections_beyond_the_bound_are_closed_and_places_come_free_again() -> None:
    with _serving() as port:
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS_MAX)]
        with pytest.raises((http.client.HTTPException, OSError)):
            _get(port, "/livez")
        for connection in idle:
            connection.close()
        for _ in range(1000):
            try:
                status, _page = _get(port, "/livez")
            except (http.client.HTTPException, OSError):
                continue
            break
        assert status == 200


def test_a_stopped_server_frees_its_port() -> None:
    with _serving() as port:
        pass
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_server_that_never_started_stops_at_once() -> None:
    TelemetryServer("127.0.0.1", 0, Metrics(), lambda: True, list).stop()
