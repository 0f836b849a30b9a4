"""The unit is as tight as a service that needs a GPU can be."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.cli import erasing_memory
from tests.ops.files import OPS

UNIT = OPS / "systemd" / "appliance.service"
SENTINEL = OPS / "systemd" / "appliance-sentinel.service"
EXPOSURE_MAX = 2.0


@pytest.mark.parametrize("unit", [UNIT, SENTINEL], ids=lambda unit: unit.stem)
def test_a_unit_is_scored_as_well_protected(unit: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
        check=False,
        capture_output=True,
        text=True,
    )
    if "nrecognized option" in done.stderr:
        pytest.skip("systemd-analyze of this machine cannot score a file")
    scored = re.search(r"exposure level for \S+ ([0-9.]+)", done.stdout)
    assert scored is not None, done.stderr
    assert float(scored[1]) <= EXPOSURE_MAX


@pytest.mark.parametrize(
    "line",
    [
        "Type=notify",
        "WatchdogSec=30s",
        "Restart=always",
        "LimitCORE=0",
        "MemorySwapMax=0",
        "UMask=0077",
        "StateDirectoryMode=0700",
        "NoNewPrivileges=yes",
        "DevicePolicy=closed",
        "User=appliance",
    ],
)
def test_the_unit_states(line: str) -> None:
    assert line in UNIT.read_text().splitlines()


@pytest.mark.requirement("A13.3")
@pytest.mark.parametrize("unit", [UNIT, SENTINEL], ids=lambda unit: unit.stem)
def test_no_image_of_memory_reaches_a_disk(unit: Path) -> None:
    stated = unit.read_text().splitlines()
    assert {"LimitCORE=0", "MemorySwapMax=0"} <= set(stated)


def test_the_unit_overwrites_memory_that_is_given_back() -> None:
    stated = UNIT.read_text().splitlines()
    assert f"Environment=GLIBC_TUNABLES={erasing_memory.TUNABLES}" in stated
    assert f"Environment=PYTHONMALLOC={erasing_memory.ALLOCATOR}" in stated


def test_the_stop_takes_longer_than_the_drain() -> None:
    """A search that runs at SIGTERM is finished; systemd must not kill the process before."""
    stop = re.search(r"^TimeoutStopSec=(\d+)s$", UNIT.read_text(), re.MULTILINE)
    assert stop is not None
    assert int(stop[1]) >= 30
