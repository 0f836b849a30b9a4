"""What survives a crash and a failing disk, and that nothing is searched or told off the record."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from appliance.domain.codes import Category
from appliance.domain.errors import ApplianceError, RecordUnavailable, StorageCorrupt
from appliance.domain.record import Act
from appliance.exchange import conductor
from appliance.keys.probe_vault import ProbeVault
from tests.exchange.world import FINGER, FakeMatcher, World, details, finger_probe, request, until
from tests.following import Follow
from tests.store.simulated_disk import SimulatedDisk, SimulatedFileSystem, SimulatedVfs

_WAIT_S = 20
_TAKEN_MAX = 8
_SEEDS = int(os.environ.get("POWER_CUTS", "40"))


def _numbers(world: World) -> list[str]:
    return [each.request_number for each in world.matcher.searched]


def test_what_was_accepted_is_answered_after_a_crash_and_charged_once(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    before = make_world(matcher=FakeMatcher(hold=True))
    before.declare()
    asked = request("Q-1", finger_probe("P-1"), finger_probe("P-2"))
    accepted = before.desk.submit(FINGER, asked)
    until(lambda: bool(before.matcher.held))
    after = make_world(before.image(tmp_path / "image"))
    answer = after.desk.wait("MK", "Q-1").result(_WAIT_S)
    assert (accepted.sequence, accepted.received_at) == (answer.sequence, answer.received_at)
    assert after.matcher.searched == [asked]
    assert after.used() == 2
    assert after.desk.submit(FINGER, asked).replayed
    assert len(after.acts(Act.SEARCH_RECEIVED)) == len(after.acts(Act.SEARCH_ANSWERED)) == 1
    assert after.record.verify().intact


@pytest.mark.requirement("I11.2")
def test_the_order_of_receipt_survives_a_crash(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    before = make_world(matcher=FakeMatcher(hold=True))
    before.declare()
    received = [f"Q-{number}" for number in random.Random(5).sample(range(30), 20)]
    for number in received:
        urgent = number in received[3:6]
        basis = "Police Act" if urgent else ""
        asked = request(number, accelerated=urgent, legal_basis=basis)
        before.desk.submit(FINGER, asked)
    after = make_world(before.image(tmp_path / "image"))
    assert after.desk.drain(_WAIT_S)
    expected = received[3:6] + received[:3] + received[6:]
    # The queue is filled before the first search begins, so the order is exact.
    assert expected == _numbers(after)


def test_an_answer_given_before_a_crash_is_the_same_after_it(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    before = make_world()
    before.declare()
    before.desk.submit(FINGER, request())
    answer = before.desk.wait("MK", "Q-1").result(_WAIT_S)
    after = make_world(before.image(tmp_path / "image"))
    assert answer == after.desk.answer("MK", "Q-1")
    assert after.matcher.searched == []


def test_keys_of_probes_that_nobody_needs_are_erased_at_the_start(
    make_world: Callable[..., World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ended between a key and its request, and between an answer and its erasure."""
    before = make_world(matcher=FakeMatcher(hold=True))
    before.declare()
    monkeypatch.setattr(ProbeVault, "destroy", lambda _vault, _slot: None)
    before.vault.seal(b"never accepted", b"MK/Q-0")
    before.desk.submit(FINGER, request("Q-1"))
    until(lambda: bool(before.matcher.held))
    before.matcher.release()
    before.desk.wait("MK", "Q-1").result(_WAIT_S)
    before.matcher.hold = True
    before.desk.submit(FINGER, request("Q-2"))
    image = before.image(tmp_path / "image")
    monkeypatch.undo()
    assert sum(_slots(image)) == 3
    after = make_world(image, matcher=FakeMatcher(hold=True))
    assert sum(_slots(image)) == 1
    after.matcher.release()
    after.desk.wait("MK", "Q-2").result(_WAIT_S)


def _slots(folder: Path) -> list[bool]:
    """Say, for each slot of the key file, whether it holds a key."""
    content = (folder / "probe.keys").read_bytes()[128:]
    return [any(content[at : at + 128]) for at in range(0, len(content), 128)]


def test_a_probe_damaged_on_disk_fails_by_its_name_and_stops_nobody_else(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    before = make_world(matcher=FakeMatcher(hold=True))
    before.declare()
    for number in ("Q-1", "Q-2"):
        before.desk.submit(FINGER, request(number))
    damage = "UPDATE request SET probe_sealed = substr(probe_sealed, 1, 40) WHERE sequence = 1"
    before.database.write(lambda tx: tx.execute(damage)).result()
    after = make_world(before.image(tmp_path / "image"))
    assert after.desk.wait("MK", "Q-2").result(_WAIT_S).request_number == "Q-2"
    until(lambda: bool(after.acts(Act.SEARCH_FAILED)))
    with pytest.raises(StorageCorrupt):
        after.desk.answer("MK", "Q-1")
    (failed,) = after.acts(Act.SEARCH_FAILED)
    assert details(failed)["reason"] == "STORAGE_CORRUPT"
    assert after.used() == 1


@contextmanager
def _failing(make_world: Callable[..., World]) -> Iterator[tuple[World, SimulatedDisk]]:
    """Give an appliance whose database lies on a disk that can fail."""
    disk = SimulatedDisk()
    vfs = SimulatedVfs(disk)
    world = make_world(vfs=vfs.name)
    world.declare()
    try:
        yield world, disk
    finally:
        disk.full = disk.sync_fails = False
        world.close()
        vfs.unregister()


@pytest.mark.requirement("A17.3")
def test_nothing_is_searched_while_the_record_cannot_be_written(
    make_world: Callable[..., World],
) -> None:
    with _failing(make_world) as (world, disk):
        disk.full = True
        for _ in range(3):
            with pytest.raises(RecordUnavailable):
                world.desk.submit(FINGER, request())
        # A refusal that cannot be recorded is no refusal either.
        with pytest.raises(RecordUnavailable):
            world.desk.submit(FINGER, request("Q-2", purpose=""))
        assert world.matcher.searched == []
        disk.full = False
        assert world.used() == 0
        assert not world.desk.submit(FINGER, request()).replayed
        assert world.desk.drain(_WAIT_S)
        assert (world.used(), len(world.matcher.searched)) == (1, 1)
        # The keys of the three refused attempts went with the next commit.
        assert world.vault._used == set()


def test_a_failed_sync_refuses_and_leaves_the_verdict_to_the_restart(
    make_world: Callable[..., World],
) -> None:
    with _failing(make_world) as (world, disk):
        disk.sync_fails = True
        with pytest.raises(RecordUnavailable):
            world.desk.submit(FINGER, request())
        assert world.matcher.searched == []
        # Should the request be on the disk after all, its probe must still open there.
        assert len(world.vault._used) == 1


@pytest.mark.requirement("A17.3")
def test_no_answer_leaves_before_it_is_on_record(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor, "RECORD_RETRY_S", 0.02)
    with _failing(make_world) as (world, disk):
        world.matcher.hold = True
        watch = world.desk.watch("MK", Category.DACTYLOSCOPIC)
        world.desk.submit(FINGER, request())
        future = world.desk.wait("MK", "Q-1")
        until(lambda: bool(world.matcher.held))
        disk.full = True
        world.matcher.release()
        until(lambda: len(world.matcher.searched) > 2)
        assert not future.done()
        assert watch.get(0.01) is None
        assert world.desk.answer("MK", "Q-1") is None
        disk.full = False
        assert future.result(_WAIT_S).answer_number == "RS-2026-00000001"
        assert len(world.acts(Act.SEARCH_ANSWERED)) == 1
        assert world.used() == 1


def _run_until_the_power_fails(folder: Path, disk: SimulatedDisk, rng: random.Random) -> list[str]:
    """Submit and fetch until the power fails; return all that was acknowledged, in words."""
    vfs = SimulatedVfs(disk)
    world = World(folder, vfs=vfs.name, filesystem=SimulatedFileSystem(disk))
    world.declare()
    told: list[str] = []
    disk.lose_power_after(rng.randrange(5, 300))
    with suppress(ApplianceError, TimeoutError):
        for number in range(12):
            world.desk.submit(FINGER, request(f"Q-{number}"))
            told.append(f"Q-{number}")
            if rng.random() < 0.5:
                answer = world.desk.wait("MK", f"Q-{number}").result(0.3)
                told.append(f"Q-{number} {answer.answer_number}")
            if rng.random() < 0.3:
                world.record.sign_head()
    disk.dead = True
    world.desk.close()
    world.record.close()
    world.database.close()
    vfs.unregister()
    return told


def _held_after(folder: Path) -> tuple[set[str], bool]:
    """Start on what the disk holds; return all that is held, in words, and whether it agrees."""
    world = World(folder)
    try:
        idle = world.desk.drain(_WAIT_S)
        received = [details(each) for each in world.acts(Act.SEARCH_RECEIVED)]
        numbers = [each["request_number"] for each in received]
        answers = [world.desk.answer("MK", number) for number in numbers]
        held = {each.request_number for each in answers if each}
        held |= {f"{each.request_number} {each.answer_number}" for each in answers if each}
        counts = {len(numbers), len(set(numbers)), len(world.acts(Act.SEARCH_ANSWERED))}
        agrees = idle and counts == {world.used()} and world.record.verify().intact
        return held, agrees
    finally:
        world.close()


def _lost_and_disagreeing(folder: Path, seeds: Iterable[int], liar: str) -> tuple[int, int]:
    """Return how many power cuts lost something acknowledged, and left a disagreement."""
    lost = disagreeing = 0
    for seed in seeds:
        rng = random.Random(seed)
        before, after = folder / f"before-{seed}", folder / f"after-{seed}"
        before.mkdir()
        after.mkdir()
        disk = SimulatedDisk(lies_about=lambda path: bool(liar) and path.name.endswith(liar))
        told = _run_until_the_power_fails(before, disk, rng)
        disk.after_power_loss(before, after, rng)
        for name in ("master.key", "head.key", "officers.toml"):
            shutil.copy(before / name, after / name)
        try:
            held, agrees = _held_after(after)
        except ApplianceError:
            held, agrees = set(), False
        lost += not set(told) <= held
        disagreeing += not agrees
        shutil.rmtree(before)
        shutil.rmtree(after)
    return lost, disagreeing


@pytest.mark.timeout(300 + 5 * _SEEDS)
def test_a_power_cut_at_any_write_loses_nothing_acknowledged(
    tmp_path: Path, follow: Follow
) -> None:
    """Requests, capacities, record and answers agree after each of them."""
    assert _lost_and_disagreeing(tmp_path, follow(range(_SEEDS)), liar="") == (0, 0)


@pytest.mark.parametrize("liar", ["-wal", "probe.keys"])
def test_a_disk_that_lies_is_found_out_by_the_same_test(tmp_path: Path, liar: str) -> None:
    """Were one sync of ours left out, the test above would fail."""
    lost, disagreeing = _lost_and_disagreeing(tmp_path, range(100, 110), liar)
    assert lost + disagreeing > 0
