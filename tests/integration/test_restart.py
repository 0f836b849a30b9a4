"""What outlives the process: reference data, answers, capacities and the record."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from appliance.cli.exit_codes import ExitCode
from appliance.config.layout import Layout
from tests.integration.centre import FIRST, Centre, terms


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on an installation."""
    return subprocess.run(
        [sys.executable, "-m", "appliance.cli.main", *arguments, f"--home={home}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("end", ["stop", "kill"])
@pytest.mark.requirement("I5.1")
def test_a_restart_goes_on_where_the_service_ended(own_centre: Centre, end: str) -> None:
    asked = terms(FIRST)
    with own_centre.fingers_of(FIRST) as client:
        answer = client.search_finger(asked, {"latent": own_centre.probes[2]})
        used = client.use_today()
    with own_centre.administrator() as admin:
        held = admin.count()
    getattr(own_centre.appliance, end)()
    own_centre.appliance.start()
    with own_centre.administrator() as admin:
        assert admin.count() == held
    with own_centre.fingers_of(FIRST) as client:
        assert client.answer(asked.request_number) == answer
        assert client.use_today() == used
        again = client.search_finger(terms(FIRST), {"latent": own_centre.probes[2]})
    assert again.results == answer.results
    with own_centre.auditor() as auditor:
        assert auditor.verify_record().intact


@pytest.mark.requirement("A13.3")
def test_a_probe_leaves_no_key_and_no_bytes_behind(own_centre: Centre) -> None:
    record = own_centre.probes[6]
    with own_centre.fingers_of(FIRST) as client:
        client.search_finger(terms(FIRST), {"latent": record})
    own_centre.appliance.stop()
    minutiae = record[28:]
    for path in own_centre.appliance.home.rglob("*"):
        if path.is_file():
            assert minutiae not in path.read_bytes(), path


@pytest.mark.requirement("A17.3")
def test_the_record_is_checked_from_its_files_alone(own_centre: Centre) -> None:
    home = own_centre.appliance.home
    with own_centre.fingers_of(FIRST) as client:
        client.search_finger(terms(FIRST), {"latent": own_centre.probes[1]})
    own_centre.appliance.stop()
    told = command(home, "record", "verify", "--offline", "--json")
    assert json.loads(told.stdout)["intact"] is True
    assert told.returncode == ExitCode.DONE
    database = apsw.Connection(str(Layout(home).database))
    tables = [name for (name,) in database.execute("select name from sqlite_master")]
    assert "record" in tables
    for trigger in [
        name
        for name, kind in database.execute("select name, type from sqlite_master")
        if kind == "trigger"
    ]:
        database.execute(f"drop trigger {trigger}")
    database.execute("delete from record where sequence = 3")
    database.close()
    told = command(home, "record", "verify", "--offline", "--json")
    assert json.loads(told.stdout)["intact"] is False
    assert told.returncode == ExitCode.DAMAGED


@pytest.mark.requirement("A10.3", "A16.1")
def test_a_changed_byte_of_reference_data_is_never_answered_from(own_centre: Centre) -> None:
    own_centre.appliance.stop()
    segments = sorted(Layout(own_centre.appliance.home).segments.glob("*"))
    largest = max((path for path in segments if path.is_file()), key=lambda p: p.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    told = command(own_centre.appliance.home, "serve", "--json")
    assert told.returncode == ExitCode.DAMAGED
    assert "STORAGE_CORRUPT" in told.stderr
