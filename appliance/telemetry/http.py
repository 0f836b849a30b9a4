"""The pages for machines that watch: /metrics, /livez and /readyz, over plain HTTP.

They hold nothing secret, yet they say how busy the appliance is: by default the settings bind
them to the loopback interface.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import BoundedSemaphore, Thread
from typing import Any

from appliance.telemetry.logs import logger
from appliance.telemetry.metrics import Metrics

CONNECTIONS_MAX = 16
CONNECTION_IDLE_S = 10.0
STOP_POLL_S = 0.05

_TEXT = "text/plain; charset=utf-8"
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_log = logger("telemetry")

Check = tuple[str, bool, str]
"""A readiness check: its name, whether it holds, and why (not)."""


class TelemetryServer:
    """Serves the three pages from threads of its own, at most CONNECTIONS_MAX at once.

    ``live`` says whether the process is worth keeping; ``ready`` lists the checks that decide
    whether it answers searches. Either may be called from any thread, and a call that raises
    counts as a failed check. ``port`` 0 takes a free one. The constructor raises OSError when
    the address cannot be bound.
    """

    def __init__(
        self,
        host: str,
        port: int,
        metrics: Metrics,
        live: Callable[[], bool],
        ready: Callable[[], list[Check]],
    ) -> None:
        self._server = _Server((host, port), _handler(metrics, live, ready))
        self._thread = Thread(
            target=self._server.serve_forever, args=(STOP_POLL_S,), name="telemetry", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that is bound."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more and free the port; idle connections are left to their threads."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._places = BoundedSemaphore(CONNECTIONS_MAX)
        super().__init__(address, handler)

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(
        self, request: socket | tuple[bytes, socket], client_address: Any
    ) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        _log.info("a reader of the telemetry pages went away", exc_info=True)


def _handler(
    metrics: Metrics, live: Callable[[], bool], ready: Callable[[], list[Check]]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = CONNECTION_IDLE_S

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(HTTPStatus.OK, metrics.exposition(), _EXPOSITION)
            elif self.path == "/livez":
                self._answer(*_verdict(lambda: [("process", live(), "answers")]), _TEXT)
            elif self.path == "/readyz":
                self._answer(*_verdict(ready), _TEXT)
            else:
                self._answer(HTTPStatus.NOT_FOUND, b"not found\n", _TEXT)

        def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def version_string(self) -> str:
            return "appliance"

        def log_message(self, format: str, *args: object) -> None:
            """Scrapes come every few seconds and say nothing."""

    return Handler


def _verdict(checks: Callable[[], list[Check]]) -> tuple[HTTPStatus, bytes]:
    try:
        results = checks()
    except Exception:
        _log.error("a check could not be made", exc_info=True)
        results = []
    # No result is no proof, so an empty list fails too.
    results = results or [("checks", False, "no check could be made")]
    lines = [f"{'ok' if held else 'failed'} {name}: {why}\n" for name, held, why in results]
    passed = all(held for _, held, _ in results)
    status = HTTPStatus.OK if passed else HTTPStatus.SERVICE_UNAVAILABLE
    return status, "".join(lines).encode()
