"""A real appliance as a process of its own, for the demonstration, the bench and the tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO

from appliance.cli import connection
from appliance.cli.connection import Address
from appliance.client import Client
from appliance.domain.errors import BackendUnavailable

START_S = 300
STOP_S = 60


class LocalAppliance:
    """``appliance serve`` over ``home``, its log in ``home``/serve.log. Not thread-safe.

    ``module`` is what Python runs: the command line, or something that stands in for it.
    """

    def __init__(self, home: Path, module: str = "appliance.cli.main") -> None:
        self.home = home
        self._module = module
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None
        self.address: Address | None = None

    def __enter__(self) -> LocalAppliance:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process and wait until it takes searches; BackendUnavailable if it does not."""
        self._log = (self.home / "serve.log").open("a", encoding="utf-8")
        self._process = subprocess.Popen(  # noqa: S603
            [
                sys.executable,
                "-m",
                self._module,
                "serve",
                "--home",
                str(self.home),
                "--json",
            ],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        timer = threading.Timer(START_S, self._process.kill)
        timer.start()
        try:
            self.address = self._await_ready(self._process)
        finally:
            timer.cancel()

    def _await_ready(self, process: subprocess.Popen[str]) -> Address:
        address = None
        for line in process.stdout or ():
            event = json.loads(line)
            if event["event"] == "listening":
                address = Address(event["grpc"], event["telemetry"])
            if event["event"] == "ready" and address is not None:
                return address
        self.stop()
        raise BackendUnavailable(f"the appliance did not start; see {self.home / 'serve.log'}")

    @property
    def pid(self) -> int:
        """The process number of the running service."""
        return self._process.pid if self._process else 0

    def kill(self) -> None:
        """End the process as a power failure would: SIGKILL, nothing is finished."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
        self._reap()

    def stop(self) -> int:
        """Ask the process to finish, wait for it and return its exit status."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
        return self._reap()

    def wait(self) -> int:
        """Wait until the process ends by itself and return its exit status."""
        return self._reap()

    def _reap(self) -> int:
        status = 0
        if self._process is not None:
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            status = self._process.returncode
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None
        return status

    def client(self, name: str, timeout_s: float = 30) -> Client:
        """Return a client holding the certificate called ``name``."""
        target = self.address.grpc if self.address else None
        return connection.connect(self.home, name, target, timeout_s)
