"""Word to the service manager: ready, stopping, alive. Protocol: sd_notify(3) of systemd."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from threading import Event, Thread


def notify(state: str) -> bool:
    """Send ``state`` (such as ``READY=1``) to $NOTIFY_SOCKET; return whether there was one.

    A name that begins with ``@`` is an abstract socket. Raises OSError when the manager that
    asked to be told cannot be told.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.connect(address)
        channel.sendall(state.encode())
    return True


def watchdog_interval_s() -> float | None:
    """Return how often the manager wants a sign of life from this process; None: not at all."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    for_process = os.environ.get("WATCHDOG_PID", "") or str(os.getpid())
    if not microseconds.isdecimal() or int(microseconds) == 0 or for_process != str(os.getpid()):
        return None
    return int(microseconds) / 1_000_000


class Watchdog:
    """Tells the manager at half its interval that the process lives, as long as ``alive`` says so.

    When ``alive`` returns false or raises, the sign is left out and the manager restarts the
    service. Without a watchdog in the environment start() does nothing.
    """

    def __init__(self, alive: Callable[[], bool]) -> None:
        self._alive = alive
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to send signs of life from a thread of its own."""
        interval_s = watchdog_interval_s()
        if interval_s is not None and self._thread is None:
            self._thread = Thread(
                target=self._run, args=(interval_s / 2,), name="watchdog", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End the thread; the manager must have been told of the stop before."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, period_s: float) -> None:
        while True:
            if self._alive():
                notify("WATCHDOG=1")
            if self._stopped.wait(period_s):
                return
