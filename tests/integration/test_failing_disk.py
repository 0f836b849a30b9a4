"""The running service on a disk that is full, or that fails to sync: RECOVERING.md, 1 to 4."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.app import EXIT_STORAGE
from appliance.cli import generated_data
from appliance.client import ApplianceRefused, Client, LoadItem
from appliance.config.layout import Layout
from appliance.v1 import codes_pb2
from tests.integration.centre import FIRST, OWNER, SEED, Centre, terms

SOURCE = Path(__file__).with_name("faulty_disk.c")
GIVE_UP_S = 3.0
"""Shorter than the wait that a refusal asks for, so that a client does not try again by itself."""


class Disk:
    """A centre on a disk that does as it is told."""

    def __init__(self, centre: Centre, switches: Path) -> None:
        self.centre = centre
        self._switches = switches

    def fill(self) -> None:
        (self._switches / "full").touch()

    def make_room(self) -> None:
        (self._switches / "full").unlink()

    def fail_sync_of(self, suffix: str) -> None:
        (self._switches / "sync_fails").write_text(suffix)

    def mend(self) -> None:
        (self._switches / "sync_fails").unlink()

    def client(self, name: str) -> Client:
        return self.centre.appliance.client(name, GIVE_UP_S)


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that stands between the service and its disk."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, "a C compiler is part of what a machine needs"
    library = tmp_path_factory.mktemp("faults") / "faulty_disk.so"
    command = [compiler, "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, SOURCE]
    subprocess.run([*command, "-ldl"], check=True)
    return library


@pytest.fixture
def disk(faults: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A loaded centre whose process has the library before it."""
    home, switches = tmp_path / "home", tmp_path / "switches"
    switches.mkdir()
    with monkeypatch.context() as environment:
        environment.setenv("LD_PRELOAD", str(faults))
        environment.setenv("FAULTY_DISK_ROOT", str(home / "data"))
        environment.setenv("FAULTY_DISK_SWITCHES", str(switches))
        with Centre.start(home, fingers=20, profiles=20) as centre:
            yield Disk(centre, switches)


CONTACT_POINT = f"{FIRST}-contact-point-dactyloscopic"
ADMINISTRATOR = f"{OWNER}-administrator"


def refused(disk: Disk, number: str = "") -> str:
    """Search and be refused; return the reason."""
    asked = terms(FIRST, request_number=number) if number else terms(FIRST)
    with disk.client(CONTACT_POINT) as client, pytest.raises(ApplianceRefused) as told:
        client.search_finger(asked, {"latent": disk.centre.probes[1]})
    return told.value.reason


def answer_number(disk: Disk, number: str) -> str:
    """Search under a number and return that of the answer."""
    with disk.client(CONTACT_POINT) as client:
        asked = terms(FIRST, request_number=number)
        header = client.search_finger(asked, {"latent": disk.centre.probes[1]}).header
    assert header.state == codes_pb2.ANSWER_STATE_ANSWERED
    return header.answer_number


@pytest.mark.requirement("A17.3")
def test_a_full_disk_refuses_searches_and_loads_until_there_is_room(disk: Disk) -> None:
    first = answer_number(disk, "before")
    with disk.client(CONTACT_POINT) as client:
        used = client.use_today()
    disk.fill()
    assert [refused(disk) for _ in range(3)] == ["RECORD_UNAVAILABLE"] * 3
    assert refused(disk, "while-full") == "RECORD_UNAVAILABLE"
    new = next(generated_data.finger_records(1, 1, SEED + 1))[0]
    with disk.client(ADMINISTRATOR) as admin:
        held = admin.count()
        with pytest.raises(ApplianceRefused) as told:
            list(admin.load([LoadItem("TP", "NEW-1", new)]))
        assert told.value.reason == "RECORD_UNAVAILABLE"
        with pytest.raises(ApplianceRefused) as told:
            admin.duties.delete("TP", "F-1", "incorrect")
        assert told.value.reason == "RECORD_UNAVAILABLE"
        assert admin.count() == held
    with disk.client(CONTACT_POINT) as client:
        # What is held stays readable, and a refused search cost nothing.
        assert client.answer("before").header.answer_number == first
        assert client.use_today() == used
    disk.make_room()
    answer_number(disk, "while-full")
    with disk.client(ADMINISTRATOR) as admin:
        assert [each.accepted for each in admin.load([LoadItem("TP", "NEW-1", new)])] == [True]
    with disk.centre.auditor() as auditor:
        assert auditor.verify_record().intact
        acts = [entry.act for entry in auditor.record_entries()]
    assert (acts.count("search_received"), acts.count("search_answered")) == (2, 2)
    assert disk.centre.appliance.stop() == 0
    # The last head reached its log although an earlier one may have found the disk full.
    assert Layout(disk.centre.appliance.home).heads_log.read_bytes().endswith(b"\n")


def test_a_search_whose_sync_fails_ends_the_process_and_loses_nothing(disk: Disk) -> None:
    first = answer_number(disk, "before")
    for suffix in ("appliance.db-wal", "probe.keys"):
        disk.fail_sync_of(suffix)
        assert refused(disk, suffix) in ("RECORD_UNAVAILABLE", "UNAVAILABLE")
        assert disk.centre.appliance.wait() == EXIT_STORAGE
        disk.mend()
        disk.centre.appliance.start()
        # The same number again is the same search, whether or not the torn one reached the disk.
        answer_number(disk, suffix)
    with disk.client(CONTACT_POINT) as client:
        assert client.answer("before").header.answer_number == first
    with disk.centre.auditor() as auditor:
        assert auditor.verify_record().intact
        acts = [entry.act for entry in auditor.record_entries()]
    assert (acts.count("search_received"), acts.count("search_answered")) == (3, 3)


def test_a_load_or_a_head_whose_sync_fails_ends_the_process_and_loses_nothing(disk: Disk) -> None:
    appliance = disk.centre.appliance
    items = [LoadItem("TP", f"NEW-{n}", disk.centre.probes[n]) for n in range(5)]
    with disk.client(ADMINISTRATOR) as admin:
        held = admin.count()
        disk.fail_sync_of(".seg")
        with pytest.raises(ApplianceRefused) as told:
            list(admin.load(items))
    assert told.value.reason in ("RECORD_UNAVAILABLE", "UNAVAILABLE")
    assert appliance.wait() == EXIT_STORAGE
    disk.mend()
    settings = Layout(appliance.home).settings
    text = settings.read_text()
    settings.write_text(text.replace("head_interval_s = 10", "head_interval_s = 1"))
    appliance.start()
    with disk.client(ADMINISTRATOR) as admin:
        assert admin.count() == held
        assert all(each.accepted for each in admin.load(items))
    disk.fail_sync_of("heads.log")
    answer_number(disk, "one")
    assert appliance.wait() == EXIT_STORAGE
    disk.mend()
    appliance.start()
    with disk.client(CONTACT_POINT) as client:
        assert client.answer("one").header.state == codes_pb2.ANSWER_STATE_ANSWERED
    with disk.client(ADMINISTRATOR) as admin:
        assert admin.count()["TP"] == held["TP"] + 5
    with disk.centre.auditor() as auditor:
        assert auditor.verify_record().intact
