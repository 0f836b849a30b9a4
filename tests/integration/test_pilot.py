"""The evaluation before the exchange: Parties in their pilot search test data, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.cli import generated_data, installation
from appliance.cli.exit_codes import ExitCode
from appliance.cli.local_appliance import LocalAppliance
from appliance.client import ApplianceRefused, Capacity, LoadItem
from appliance.domain.clock import SystemClock
from tests.cli.command import appliance
from tests.integration.centre import SEED, terms


@pytest.mark.requirement("A21.1")
def test_no_real_data_is_within_reach_of_a_pilot(tmp_path: Path) -> None:
    home = tmp_path / "pilot"
    plan = installation.Plan("RS", ("MK",), port=0, telemetry_port=0, pilot=True)
    layout = installation.make(home, plan, SystemClock().now())
    first, second = generated_data.finger_records(2, 2, SEED)
    with LocalAppliance(home) as service:
        with service.client("RS-administrator") as client:
            items = [LoadItem("TP", "TEST-1", first[0]), LoadItem("TP", "F-2", second[0])]
            loaded = list(client.load(items))
            client.declare([Capacity("MK", "not_yet_identified", 10)])
        assert [each.accepted for each in loaded] == [True, False]
        assert "TEST-" in loaded[1].message
        with service.client("RS-administrator") as client:
            state = client.status()
        assert state.pilot
        standings = {each.party: (each.standing, each.served) for each in state.parties}
        assert standings["MK"] == ("pilot", True)
        assert standings["AT"] == ("not_evaluated", False)
        shown = appliance("status", "--home", home, "--as", "RS-administrator")
        assert "MK dactyloscopic" in shown.stdout
        assert "pilot until" in shown.stdout
        with service.client("MK-contact-point-dactyloscopic") as client:
            with pytest.raises(ApplianceRefused, match="TEST-"):
                client.search_finger(terms("MK"), {"P-1": first[1]})
            answer = client.search_finger(terms("MK"), {"TEST-P-1": first[1]})
        (result,) = answer.results
        assert [each.reference_number for each in result.candidates] == ["TEST-1"]
    # No change of the settings makes real data of it.
    text = layout.settings.read_text(encoding="utf-8")
    layout.settings.write_text(text.replace("pilot = true", "pilot = false"), encoding="utf-8")
    ended = appliance("serve", "--home", home)
    assert ended.returncode == ExitCode.UNUSABLE_INPUT
    assert "this database is pilot for good" in ended.stderr
