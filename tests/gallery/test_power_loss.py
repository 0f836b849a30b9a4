"""The durability contract under power loss, with the negative controls that show it has teeth."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.domain.codes import Collection
from appliance.domain.errors import ApplianceError
from appliance.domain.reference_data import LoadItem
from appliance.gallery import limits
from appliance.gallery.gallery import Gallery
from appliance.store import connection, setting_table
from appliance.store.database import Database, Transaction
from appliance.store.segments import SegmentStore
from tests.following import Follow
from tests.gallery.workbench import (
    MASTER,
    SteppedClock,
    assemblers,
    item,
    nothing,
    opened,
    visible,
)
from tests.store.simulated_disk import SimulatedDisk, SimulatedFileSystem, SimulatedVfs

SEEDS = int(os.environ.get("POWER_CUTS", "100"))
CONTROL_SEEDS = 40
ACTS_MAX = 60
COLLECTIONS = (Collection.TP, Collection.UL, Collection.DNA_REFERENCE)
State = dict[tuple[Collection, str], bytes]


@dataclass
class History:
    """What was acknowledged, and what the act under way at the end would have made of it."""

    acknowledged: State = field(default_factory=dict)
    perhaps: State = field(default_factory=dict)
    loaded: int = 0


class Machine:
    """An appliance's store on a simulated disk, worked on until the power fails."""

    def __init__(self, folder: Path, disk: SimulatedDisk) -> None:
        self._disk = disk
        self._vfs = SimulatedVfs(disk)
        self._clock = SteppedClock()
        (folder / "segments").mkdir(parents=True)
        self._database = Database(
            folder / "appliance.db", on_fatal=lambda _error: None, vfs=self._vfs.name
        )
        self._segments = SegmentStore(
            folder / "segments",
            MASTER,
            self._database.read(setting_table.store_id),
            on_fatal=lambda _error: None,
            filesystem=SimulatedFileSystem(disk),
        )
        self._gallery = Gallery(
            self._database,
            self._segments,
            assemblers(),
            self._clock,
            memory_budget_bytes=1 << 30,
            merge=False,
        )
        self._gallery.open()

    def work(self, rng: random.Random, changes: int) -> History:
        """Load, delete and erase at random; every act acknowledged is in the history."""
        history = History()
        self._disk.lose_power_after(changes)
        for _ in range(ACTS_MAX):
            act = self._erase if rng.random() < 0.1 else self._load
            if history.acknowledged and rng.random() < 0.3:
                act = self._delete
            history.perhaps = dict(history.acknowledged)
            try:
                act(rng, history)
            except (ApplianceError, OSError):
                if not self._disk.dead:
                    raise
                break
            history.acknowledged = history.perhaps
        return history

    def close(self) -> None:
        """Let go of the files; nothing of this reaches the simulated disk."""
        self._disk.dead = True
        self._gallery.close()
        self._database.close()
        self._vfs.unregister()

    def _load(self, rng: random.Random, history: History) -> None:
        items: list[LoadItem] = []
        for _ in range(rng.randrange(1, 6)):
            history.loaded += 1
            items.append(item(history.loaded, rng.choice(COLLECTIONS), rng.randrange(2_000)))
        history.perhaps.update({(i.collection, i.reference_number): i.record for i in items})

        def also(tx: Transaction, _taken: Sequence[LoadItem]) -> None:
            setting_table.put(tx, "live", str(len(history.perhaps)))

        assert self._gallery.load(items, also) == [None] * len(items)

    def _delete(self, rng: random.Random, history: History) -> None:
        collection, reference = rng.choice(sorted(history.acknowledged))
        del history.perhaps[collection, reference]

        def also(tx: Transaction) -> None:
            setting_table.put(tx, "live", str(len(history.perhaps)))

        self._gallery.delete(collection, reference, also)

    def _erase(self, _rng: random.Random, _history: History) -> None:
        self._clock.passed_s += 2 * limits.ERASURE_GRACE_S
        self._gallery.erase_deleted()


def _held(folder: Path) -> State:
    """Return what a restart finds, read from memory and from disk alike."""
    bench = opened(folder)
    try:
        state: State = {}
        for collection in Collection:
            epoch = bench.gallery.snapshot(collection)
            ordinals = [
                int(ordinal)
                for chunk in epoch.chunks
                for ordinal, removed in zip(chunk.ordinals, chunk.removed, strict=True)
                if not removed
            ]
            stored = bench.gallery.stored(ordinals)
            for held, packed in zip(stored, visible(epoch), strict=True):
                assert packed == held.reference_number.replace("REF-", "packed ").encode()
                state[held.collection, held.reference_number] = held.record
        told = bench.database.read(lambda tx: setting_table.get(tx, "live"))
        assert int(told or 0) == len(state), "the record and the catalogue disagree"
        assert bench.load(item(999_999)) == [True]
        bench.gallery.delete(Collection.TP, "REF-999999", nothing)
        return state
    finally:
        bench.close()


def _survives(folder: Path, seed: int, disk: SimulatedDisk) -> bool:
    """Run one life and one power failure; say whether all that was promised is there."""
    rng = random.Random(seed)
    machine = Machine(folder / "before", disk)
    try:
        history = machine.work(rng, rng.randrange(1, 120))
    finally:
        machine.close()
    (folder / "after" / "segments").mkdir(parents=True)
    disk.after_power_loss(folder / "before", folder / "after", rng)
    try:
        held = _held(folder / "after")
    except (ApplianceError, AssertionError):
        return False
    return held in (history.acknowledged, history.perhaps)


def _losses(
    folder: Path, seeds: Iterable[int], make_disk: Callable[[], SimulatedDisk]
) -> list[int]:
    lost: list[int] = []
    for seed in seeds:
        if not _survives(folder / str(seed), seed, make_disk()):
            lost.append(seed)
        shutil.rmtree(folder / str(seed))
    return lost


@pytest.mark.timeout(300 + 2 * SEEDS)
def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(
    tmp_path: Path, follow: Follow
) -> None:
    assert _losses(tmp_path, follow(range(SEEDS)), SimulatedDisk) == []


def test_control_a_disk_that_lies_about_every_sync_is_caught(tmp_path: Path) -> None:
    losses = _losses(
        tmp_path, range(CONTROL_SEEDS), lambda: SimulatedDisk(lies_about=lambda _path: True)
    )
    assert len(losses) > CONTROL_SEEDS // 2


def test_control_commits_without_sync_are_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SYNCHRONOUS", "NORMAL")
    assert _losses(tmp_path, range(CONTROL_SEEDS), SimulatedDisk) != []


@pytest.mark.parametrize("suffix", [".seg", "segments"])
def test_control_segments_without_sync_of_file_or_folder_are_caught(
    tmp_path: Path, suffix: str
) -> None:
    losses = _losses(
        tmp_path,
        range(CONTROL_SEEDS),
        lambda: SimulatedDisk(lies_about=lambda path: path.name.endswith(suffix)),
    )
    assert losses != []
