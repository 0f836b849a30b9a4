"""An administrator changes the profile pack and signs it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.cli import installation
from appliance.cli.exit_codes import ExitCode
from appliance.config import profile_pack, settings
from appliance.config.layout import Layout
from tests.cli.command import appliance


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A new installation of RS that MK may search."""
    plan = installation.Plan("RS", ("MK",), port=0, telemetry_port=0)
    return installation.make(tmp_path / "centre", plan, datetime(2026, 3, 4, tzinfo=UTC))


def _change(layout: Layout, **changes: object) -> None:
    table = json.loads(layout.pack.read_bytes()) | changes
    layout.pack.write_text(json.dumps(table), encoding="utf-8")


def test_a_changed_pack_is_in_force_once_it_is_signed(layout: Layout) -> None:
    _change(layout, version="2026.7", minutiae_min=14)
    unsigned = appliance("pack", "show", "--home", layout.directory)
    assert unsigned.returncode == ExitCode.UNUSABLE_INPUT
    assert "not signed" in unsigned.stderr

    signed = appliance("pack", "sign", layout.pack, "--key", layout.keys / "pack.key")
    assert signed.returncode == ExitCode.DONE, signed.stderr
    assert "2026.7" in signed.stdout
    shown = appliance("pack", "show", "--home", layout.directory)
    assert shown.returncode == ExitCode.DONE, shown.stderr
    assert "2026.7" in shown.stdout
    pack = profile_pack.load(layout.pack, layout.pack_signature, layout.pack_key)
    assert pack.minutiae_min == 14


def test_a_pack_that_cannot_be_used_is_not_signed(layout: Layout) -> None:
    former = layout.pack_signature.read_bytes()
    _change(layout, minutiae_min=0)
    refused = appliance("pack", "sign", layout.pack, "--key", layout.keys / "pack.key")
    assert refused.returncode == ExitCode.UNUSABLE_INPUT
    assert "minutiae_min" in refused.stderr
    assert former == layout.pack_signature.read_bytes()


def test_a_pack_is_not_signed_with_what_is_no_key(layout: Layout) -> None:
    refused = appliance("pack", "sign", layout.pack, "--key", layout.settings)
    assert refused.returncode == ExitCode.UNUSABLE_INPUT
    assert "raw Ed25519" in refused.stderr


def test_a_pack_of_the_future_says_that_it_is_not_in_force(layout: Layout) -> None:
    _change(layout, effective_from="2999-01-01T00:00:00Z")
    appliance("pack", "sign", layout.pack, "--key", layout.keys / "pack.key")
    shown = appliance("pack", "show", "--home", layout.directory)
    assert "Not in force yet" in shown.stdout


def test_the_pack_is_told_to_software_as_it_is_written(layout: Layout) -> None:
    told = appliance("pack", "show", "--home", layout.directory, "--json")
    assert json.loads(told.stdout) == json.loads(layout.pack.read_bytes())


@pytest.mark.requirement("A11.1")
def test_lint_tells_every_fault_and_where(layout: Layout) -> None:
    good = appliance("pack", "lint", layout.pack)
    assert (good.returncode, "without a fault" in good.stdout) == (ExitCode.DONE, True)
    _change(layout, legal_profile="UN", parties={"UK": {}})
    bad = appliance("pack", "lint", layout.pack, "--json")
    assert bad.returncode == ExitCode.UNUSABLE_INPUT
    assert json.loads(bad.stdout)["faults"] == [
        "legal_profiles lacks UN",
        "parties: UK is not assigned by ISO 3166-1, nor named in user_assigned_codes",
    ]


def test_diff_tells_each_term_that_differs(layout: Layout) -> None:
    old = layout.directory / "old.json"
    old.write_bytes(layout.pack.read_bytes())
    assert "say the same" in appliance("pack", "diff", old, layout.pack).stdout
    _change(layout, minutiae_min=14, second_expert=["dna"])
    told = appliance("pack", "diff", old, layout.pack, "--json")
    assert json.loads(told.stdout) == [
        {"path": "minutiae_min", "before": "6", "after": "14"},
        {"path": "second_expert", "before": "[]", "after": '["dna"]'},
    ]
    assert "minutiae_min" in appliance("pack", "diff", old, layout.pack).stdout


@pytest.mark.requirement("A21.1")
def test_a_pilot_installation_says_so_in_settings_and_pack(tmp_path: Path) -> None:
    home = tmp_path / "pilot"
    made = appliance("init", home, "--party", "RS", "--peer", "MK", "--pilot")
    assert made.returncode == ExitCode.DONE, made.stderr
    assert settings.load(home).instance.pilot
    shown = appliance("pack", "show", "--home", home)
    assert "dna pilot" in shown.stdout
