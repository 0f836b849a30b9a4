"""Rules change under a running service, are rolled back, survive a restart, and are on record."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import installation
from appliance.cli.exit_codes import ExitCode
from appliance.cli.local_appliance import LocalAppliance
from appliance.domain.clock import SystemClock
from tests.cli.command import appliance

ADMINISTRATOR = "RS-administrator"


class Office:
    """The administrator's desk beside a running service."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def pack(self, name: str, **changes: object) -> Path:
        """Write and sign a pack that follows the installed one."""
        path = self.home / f"{name}.json"
        table = json.loads((self.home / "profile_pack.json").read_bytes())
        path.write_text(json.dumps(table | {"version": name} | changes))
        self.run("sign", path, "--key", self.home / "keys" / "pack.key")
        return path

    def run(self, command: str, *arguments: object, status: int = ExitCode.DONE) -> str:
        done = appliance("pack", command, *arguments)
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def serving(self, command: str, *arguments: object, status: int = ExitCode.DONE) -> str:
        return self.run(
            command, *arguments, "--home", self.home, "--as", ADMINISTRATOR, status=status
        )

    def listed(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = json.loads(self.serving("list", "--json"))
        return told

    def in_force(self) -> str:
        (version,) = [each["version"] for each in self.listed() if each["state"] == "in force"]
        return str(version)


@pytest.mark.requirement("A11.1", "A20.1")
def test_rules_change_without_a_restart_and_survive_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    plan = installation.Plan("RS", ("MK", "BA"), port=0, telemetry_port=0)
    installation.make(home, plan, SystemClock().now())
    office = Office(home)
    strict = office.pack("strict", serial=2, minutiae_min=20, effective_from="2019-01-01T00:00:00Z")
    future = office.pack("future", serial=3, effective_from="2999-01-01T00:00:00Z")
    with LocalAppliance(home) as service:
        assert "minutiae_min" in office.serving("activate", strict)
        office.serving("activate", future)
        assert "not above 3" in office.serving("activate", strict, status=ExitCode.REFUSED)
        strict.with_suffix(".sig").write_bytes(bytes(64))
        refused = office.serving("activate", strict, status=ExitCode.UNUSABLE_INPUT)
        assert "PACK_SIGNATURE_INVALID" in refused
        time.sleep(3)  # an activation precedes its effect, see pack_desk
        assert office.in_force() == "strict"
        with service.client(ADMINISTRATOR) as client:
            assert client.status().pack_version == "strict"
        service.stop()
        service.start()
        assert office.in_force() == "strict"
        office.serving("reactivate", "2008-616.1")
        shown = office.serving("show", "--version", "strict", "--json")
        assert json.loads(shown)["minutiae_min"] == 20
        states = [(each["version"], each["state"]) for each in office.listed()]
        assert ("future", "cancelled") in states
        with service.client("RS-auditor") as auditor:
            acts = [each.act for each in auditor.record_entries()]
    assert acts.count("pack_activated") == 4
