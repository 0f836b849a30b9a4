"""Word to the service manager, received on a real socket."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.telemetry.sd_notify import Watchdog, notify, watchdog_interval_s

ABSTRACT = f"pruem-appliance-test-{os.getpid()}"


@pytest.fixture(params=["path", "abstract"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    path = str(tmp_path / "notify")
    bind_to, told = (path, path) if request.param == "path" else ("\0" + ABSTRACT, "@" + ABSTRACT)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(bind_to)
        receiver.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", told)
        yield receiver


def _next_sign(receiver: socket.socket) -> bytes:
    try:
        return receiver.recv(64)
    except TimeoutError:
        return b""


def test_the_manager_hears_the_state(manager: socket.socket) -> None:
    assert notify("READY=1\nSTATUS=answers searches")
    assert manager.recv(256) == b"READY=1\nSTATUS=answers searches"


def test_without_a_manager_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify("READY=1")


def test_a_manager_that_cannot_be_told_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    with pytest.raises(OSError):
        notify("READY=1")


@pytest.mark.parametrize(
    ("microseconds", "process", "expected"),
    [
        ("30000000", "", 30.0),
        ("30000000", "own", 30.0),
        ("30000000", "1", None),
        ("0", "", None),
        ("", "", None),
        ("soon", "", None),
    ],
)
def test_the_interval_counts_for_this_process_only(
    monkeypatch: pytest.MonkeyPatch, microseconds: str, process: str, expected: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", microseconds)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if process == "own" else process)
    assert watchdog_interval_s() == expected


def test_signs_of_life_stop_when_the_process_is_stuck(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    alive = threading.Event()
    alive.set()
    watchdog = Watchdog(alive.is_set)
    watchdog.start()
    assert manager.recv(64) == b"WATCHDOG=1"
    assert manager.recv(64) == b"WATCHDOG=1"
    alive.clear()
    manager.settimeout(0.2)
    heard = list(iter(lambda: _next_sign(manager), b""))
    watchdog.stop()
    assert len(heard) <= 1


def test_without_a_watchdog_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    watchdog = Watchdog(lambda: True)
    watchdog.start()
    watchdog.stop()
