"""The README's Python example does what it says, run word for word against a real appliance."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from appliance.cli import generated_data, installation
from appliance.cli.local_appliance import LocalAppliance
from appliance.client import Capacity, LoadItem
from appliance.domain.clock import SystemClock

README = Path(__file__).resolve().parents[2] / "README.md"
TARGET = "localhost:50051"
LINES_MAX = 15
FINGERS = 30
MATE = 11


def example() -> str:
    """Return the one Python block of the README."""
    (block,) = re.findall(r"^```python\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.M)
    return str(block)


def test_the_example_is_short() -> None:
    assert len([line for line in example().splitlines() if line.strip()]) <= LINES_MAX


def test_the_example_finds_the_finger_of_the_latent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = installation.Plan("RS", ("MK", "BA"), port=0, telemetry_port=0)
    installation.make(tmp_path / "centre", plan, SystemClock().now())
    prints = list(generated_data.finger_records(FINGERS, 2, 77))
    (tmp_path / "latent.iso").write_bytes(prints[MATE][1])
    with LocalAppliance(tmp_path / "centre") as appliance:
        with appliance.client("RS-administrator") as client:
            items = [LoadItem("TP", f"F-{at}", first) for at, (first, _) in enumerate(prints)]
            assert all(each.accepted for each in client.load(items))
            client.declare([Capacity("MK", "not_yet_identified", 5)])
        assert appliance.address is not None
        port = appliance.address.grpc.rpartition(":")[2]
        assert TARGET in example()
        told = io.StringIO()
        monkeypatch.chdir(tmp_path)
        with contextlib.redirect_stdout(told):
            exec(example().replace(TARGET, f"localhost:{port}"), {})  # noqa: S102
    rank, number, score, pairs = told.getvalue().splitlines()[0].split()
    assert (rank, number) == ("1", f"F-{MATE}")
    assert float(score) > 20
    assert int(pairs) >= 8
