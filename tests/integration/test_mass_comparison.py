"""Mass comparison through the whole service and from the command line (Art. 4)."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from appliance.cli import development_consent, generated_data, installation
from appliance.cli.local_appliance import LocalAppliance
from appliance.cli.search_commands import INVESTIGATION
from appliance.client import ApplianceRefused, LoadItem, MassItem, MassTerms
from appliance.domain.clock import SystemClock
from appliance.v1 import mass_comparison_pb2 as pb
from tests.cli.command import appliance as command
from tests.integration.centre import FIRST, OWNER, SECOND

SEED = 71
SENT = 1_500
STEP = 25
"""Every 25th of the profiles sent is held."""
KILLS = 2
STOP_S_MAX = 20.0  # what the service promises for a stop, the comparison under way or not
POINT = f"{FIRST}-contact-point-dna"
Profile = list[tuple[str, tuple[str, str]]]


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    return [
        generated_data.dna_profile(codes.tobytes())
        for codes in generated_data.dna_codes(SENT, SEED)
    ]


@contextmanager
def serving(home: Path, profiles: list[Profile]) -> Iterator[LocalAppliance]:
    """An appliance that consented with MK and holds some of the profiles, half of them traces."""
    now = SystemClock().now()
    plan = installation.Plan(OWNER, (FIRST, SECOND), port=0, telemetry_port=0)
    installation.make(home, plan, now)
    development_consent.add(home, FIRST, now)
    with LocalAppliance(home) as started:
        with started.client(f"{OWNER}-administrator") as admin:
            kinds = ("DNA_REFERENCE", "DNA_UNIDENTIFIED")
            held = [
                LoadItem(kinds[number % 2], f"D-{number}", profiles[number])
                for number in range(0, SENT, STEP)
            ]
            assert all(result.accepted for result in admin.load(held))
        yield started


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, profiles: list[Profile]
) -> Iterator[LocalAppliance]:
    """One appliance for the tests that only use job numbers of their own."""
    with serving(tmp_path_factory.mktemp("mass") / "home", profiles) as started:
        yield started


def expected(sent: int) -> list[tuple[str, str]]:
    """Return the (own, matching) reference numbers of the first profiles."""
    return [(f"S-{number}", f"D-{number}") for number in range(0, sent, STEP)]


def pairs(matches: Sequence[pb.MassMatch]) -> list[tuple[str, str]]:
    return [(each.reference_number, each.match.reference_number) for each in matches]


def mass_terms(party: str = FIRST, number: str = "M-1") -> MassTerms:
    officer = installation.officer_id(party)
    return MassTerms(number, INVESTIGATION, officer, officer, "DNA Act 12; consent 2026/3")


def items(profiles: Sequence[Profile]) -> list[MassItem]:
    return [MassItem(f"S-{number}", profile) for number, profile in enumerate(profiles)]


def write_csv(path: Path, profiles: Sequence[Profile], extra: Sequence[str] = ()) -> None:
    loci = [locus for locus, _ in profiles[0]]
    titles = ["id", *(f"{locus}_{place}" for locus in loci for place in (1, 2))]
    rows = [",".join(titles)]
    for number, profile in enumerate(profiles):
        values = dict(profile)
        cells = (value for locus in loci for value in values.get(locus, ("", "")))
        rows.append(",".join([f"S-{number}", *cells]))
    path.write_text("\n".join([*rows, *extra]) + "\n")


def start_arguments(running: LocalAppliance, path: Path, *more: object) -> list[object]:
    officer = installation.officer_id(FIRST)
    return [
        *("compare", "start", path, "--as", POINT, "--home", running.home),
        *("--officer", officer, "--ordered-by", officer, "--legal-basis", "DNA Act 12"),
        *more,
    ]


@pytest.mark.requirement("A4.1", "A4.2")
def test_a_file_is_compared_and_its_matches_come_as_a_file(
    running: LocalAppliance, profiles: list[Profile], tmp_path: Path
) -> None:
    path, out = tmp_path / "traces.csv", tmp_path / "matches.csv"
    cells = len(profiles[0]) * 2
    few = ",".join(["few", "6", "9.3", *[""] * (cells - 2)])
    write_csv(path, profiles[:100], ["S-5" + ",12" * cells, few])
    done = command(*start_arguments(running, path, "--job-number", "C-1", "--out", out))
    assert done.returncode == 4, done.stderr
    assert "line 102" in done.stderr
    assert "the reference number comes twice" in done.stderr
    assert "line 103 few: REQUEST_INVALID" in done.stderr
    assert "finished: 100 profiles compared, 4 matches" in done.stderr

    with out.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert expected(100) == [
        (row["reference_number"], row["matching_reference_number"]) for row in rows
    ]
    assert [row["cursor"] for row in rows] == ["1", "2", "3", "4"]
    assert all(row["quality"] == "1" for row in rows)

    told = command("compare", "status", "C-1", "--as", POINT, "--home", running.home, "--json")
    job = json.loads(told.stdout)
    assert (job["state"], job["acknowledged"]) == ("MASS_JOB_STATE_FINISHED", "4")
    again = command("compare", "resume", "C-1", "--as", POINT, "--home", running.home, "--out", out)
    assert again.returncode == 0, again.stderr
    assert len(out.read_text().splitlines()) == 5
    gone = command("compare", "resume", "C-1", "--as", POINT, "--home", running.home)
    assert gone.returncode == 3
    assert "REFERENCE_UNKNOWN" in gone.stderr


@pytest.mark.requirement("A4.1", "I7.1")
def test_a_pruem_request_is_compared_like_any_other_file(
    running: LocalAppliance, profiles: list[Profile], tmp_path: Path
) -> None:
    table, path, out = tmp_path / "traces.csv", tmp_path / "request.xml", tmp_path / "found.csv"
    write_csv(table, profiles[:30])
    made = command(
        *("dna", "request", table, "--out", path, "--from", FIRST, "--to", OWNER),
        *("--article", "4", "--kind", "S"),
    )
    assert made.returncode == 0, made.stderr
    done = command(*start_arguments(running, path, "--job-number", "X-1", "--out", out))
    assert done.returncode == 0, done.stderr
    assert "finished: 30 profiles compared, 2 matches" in done.stderr
    with out.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert expected(30) == [
        (row["reference_number"], row["matching_reference_number"]) for row in rows
    ]
    refused = command(
        *("load", "dna", path, "--as", f"{OWNER}-administrator", "--home", running.home)
    )
    assert refused.returncode == 2
    assert "compare start" in refused.stderr


@pytest.mark.requirement("A4.1")
def test_a_comparison_without_consent_is_refused(
    running: LocalAppliance, profiles: list[Profile]
) -> None:
    with (
        running.client(f"{SECOND}-contact-point-dna") as client,
        pytest.raises(ApplianceRefused) as refused,
    ):
        client.mass_comparison.open(mass_terms(SECOND, "B-1"))
    assert refused.value.reason == "CONSENT_MISSING"
    with running.client(f"{OWNER}-auditor") as auditor:
        acts = [(entry.act, entry.party) for entry in auditor.record_entries()]
    assert ("mass_comparison_refused", SECOND) in acts


def test_a_stream_cut_in_the_middle_goes_on_where_it_was_cut(
    running: LocalAppliance, profiles: list[Profile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.client.limits.LOAD_BATCH_ITEMS", 30)
    with running.client(POINT) as client:
        mass = client.mass_comparison
        mass.open(mass_terms(FIRST, "M-2"))
        sending = mass.send("M-2", items(profiles[:120]))
        assert next(sending).accepted == 30
        sending.close()
        with pytest.raises(ApplianceRefused) as early:
            mass.start("M-2", 4)
        assert early.value.reason == "REQUEST_INVALID"
        durable = mass.job("M-2").batches
        assert 1 <= durable < 4
        rest = list(mass.send("M-2", items(profiles[:120]), durable))
        assert [each.batch_number for each in rest] == list(range(durable + 1, 5))
        assert mass.start("M-2", 4).profiles_received == 120
        assert expected(120) == pairs(list(mass.matches("M-2")))


@pytest.mark.crash
@pytest.mark.requirement("A4.1")
def test_the_service_is_killed_and_stopped_and_every_match_comes_once(
    tmp_path: Path, profiles: list[Profile]
) -> None:
    draw = random.Random(SEED)
    found: list[pb.MassMatch] = []
    done = threading.Event()

    def follow() -> None:
        while not done.is_set():
            with suppress(ApplianceRefused), own.client(POINT, 5) as client:
                for match in client.mass_comparison.matches("M-1", len(found)):
                    found.append(match)
                done.set()
            time.sleep(0.05)

    with serving(tmp_path / "home", profiles) as own:
        with own.client(POINT, 30) as client:
            client.mass_comparison.open(mass_terms())
            (batch, *others) = client.mass_comparison.send("M-1", items(profiles))
            assert batch.refused == ()
            client.mass_comparison.start("M-1", 1 + len(others))
        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        for _ in range(KILLS):
            time.sleep(draw.uniform(0.01, 0.15))
            own.kill()
            own.start()
        begun_s = time.monotonic()
        assert own.stop() == 0
        assert time.monotonic() - begun_s < STOP_S_MAX
        own.start()
        assert done.wait(60)
        follower.join()
        with own.client(POINT, 30) as client:
            job = client.mass_comparison.job("M-1")
        with own.client(f"{OWNER}-auditor") as auditor:
            assert auditor.verify_record().intact
    assert (job.state, job.profiles_compared) == (pb.MASS_JOB_STATE_FINISHED, SENT)
    assert list(range(1, len(found) + 1)) == [each.cursor for each in found]
    assert expected(SENT) == pairs(found)


def test_the_command_prints_json_lines(
    running: LocalAppliance, profiles: list[Profile], tmp_path: Path
) -> None:
    path = tmp_path / "traces.csv"
    write_csv(path, profiles[:30])
    done = subprocess.run(
        [sys.executable, "-m", "appliance.cli.main"]
        + [str(each) for each in start_arguments(running, path, "--json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["match"]["reference_number"] for each in lines] == ["D-0", "D-25"]
