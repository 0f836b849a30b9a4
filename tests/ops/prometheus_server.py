"""A real Prometheus and promtool for the tests: those on PATH, or Debian's, unpacked and cached.

Nothing is installed and no privilege is needed. Where neither can be had, the tests skip and say
why; the reason is remembered for a while, so that a machine without a network loses time once.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FETCH_LIMIT_S = 40
REASON_KEPT_S = 600
START_LIMIT_S = 20


def binary(name: str) -> Path:
    """Return the path of ``prometheus`` or ``promtool``, or skip the calling test."""
    found = shutil.which(name)
    if found:
        return Path(found)
    folder = _cache_folder()
    wanted = folder / "unpacked" / "usr" / "bin" / name
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            _fetch(folder)
    return wanted


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path(tempfile.gettempdir(), f"cache-{os.getuid()}")
    folder = Path(base) / "pruem-appliance" / "prometheus"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fetch(folder: Path) -> None:
    failed = folder / "failed"
    if failed.exists() and time.time() - failed.stat().st_mtime < REASON_KEPT_S:
        pytest.skip(failed.read_text())
    try:
        _download(folder)
        (package,) = folder.glob("prometheus_*.deb")
        subprocess.run(
            ["dpkg", "-x", package, folder / "unpacked"], check=True, capture_output=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        reason = f"no Prometheus here, and Debian's cannot be fetched ({type(error).__name__})"
        failed.write_text(reason)
        pytest.skip(reason)


def _download(folder: Path) -> None:
    """Fetch with the machine's package lists, else with fresh ones in a folder of our own."""
    own_lists = ["-o", f"Dir::State={folder}/state", "-o", f"Dir::Cache={folder}/cache"]
    for command in (
        ["apt-get", "download", "prometheus"],
        ["apt-get", *own_lists, "update"],
        ["apt-get", *own_lists, "download", "prometheus"],
    ):
        for part in ("state/lists/partial", "cache/archives/partial"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            command, check=False, cwd=folder, timeout=FETCH_LIMIT_S, capture_output=True
        )
        if done.returncode == 0 and "download" in command:
            return
    done.check_returncode()


class Prometheus:
    """Asks a running server over its HTTP interface."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"

    def ready(self) -> bool:
        """Whether it answers yet."""
        try:
            with urllib.request.urlopen(f"{self._base}/-/ready", timeout=2):  # noqa: S310
                return True
        except (urllib.error.URLError, OSError):
            return False

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Return the series that ``expression`` yields now."""
        found: list[dict[str, Any]] = self._get("query", query=expression)["result"]
        return found

    def rules(self) -> list[dict[str, Any]]:
        """Return every rule as the server loaded it, with its health."""
        return [rule for group in self._get("rules")["groups"] for rule in group["rules"]]

    def _get(self, path: str, **parameters: str) -> dict[str, Any]:
        url = f"{self._base}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310
            data: dict[str, Any] = json.load(response)["data"]
        return data


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(config: Path, storage: Path) -> Iterator[Prometheus]:
    """Run a Prometheus with ``config`` for the time of the block."""
    port = free_port()
    log = storage.with_suffix(".log")
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                binary("prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={storage}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=output,
            stderr=output,
        )
    server = Prometheus(port)
    try:
        give_up = time.monotonic() + START_LIMIT_S
        while not server.ready():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=10)
