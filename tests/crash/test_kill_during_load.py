"""A process that loads reference data is killed again and again; nothing acknowledged is lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from appliance.domain.codes import Collection
from tests.crash import loader
from tests.following import Follow
from tests.gallery.workbench import item, opened, visible

KILLS = int(os.environ.get("LOAD_KILLS", "100"))
TOLD_MAX = 12
PAUSE_S_MAX = 0.01
TP = Collection.TP
Told = list[tuple[str, tuple[str, ...]]]


def _one_life(folder: Path, life: int, rng: random.Random) -> Told:
    """Start the process, kill it at some moment after its start, and return what it told."""
    # Forked from a server that has everything imported: a life costs milliseconds.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.loader"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=loader.work, args=(folder, life, theirs), daemon=True)
    process.start()
    theirs.close()
    told: Told = []
    for _ in range(rng.randrange(1, TOLD_MAX)):
        assert ours.poll(30), "the process does not get on"
        told.append(ours.recv())
    # The moment of the kill within the act that follows is left to chance.
    time.sleep(rng.uniform(0, PAUSE_S_MAX))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    return told + _rest(ours)


def _rest(pipe: Connection) -> Told:
    messages: Told = []
    try:
        while True:
            messages.append(pipe.recv())
    except (EOFError, OSError):
        # The last message may be torn by the kill: its act was then not acknowledged.
        pipe.close()
    return messages


def _follow(told: Told, held: set[str]) -> tuple[set[str], set[str]]:
    """Return what must be held, and what may be if the act under way was completed."""
    must, may = set(held), set(held)
    for act, references in told:
        if act == "load":
            may = must | set(references)
        elif act == "delete":
            may = must - set(references)
        elif act == "done":
            must = may
    return must, may


@pytest.mark.crash
@pytest.mark.timeout(3 * KILLS)
@pytest.mark.requirement("I5.1", "A16.1")
def test_nothing_acknowledged_is_lost_over_a_hundred_kills(tmp_path: Path, follow: Follow) -> None:
    rng = random.Random(11)
    held: set[str] = set()
    acknowledged = 0
    for life in follow(range(KILLS)):
        told = _one_life(tmp_path, life, rng)
        acknowledged += sum(act == "done" for act, _ in told)
        must, may = _follow(told, held)
        held = _after_restart(tmp_path)
        assert held in (must, may), f"life {life}: {held ^ must} beside what was acknowledged"
    assert acknowledged > 2 * KILLS


def _after_restart(folder: Path) -> set[str]:
    """Open the store as the next process does and check every item that it holds."""
    bench = opened(folder)
    try:
        epoch = bench.gallery.snapshot(TP)
        ordinals = [int(ordinal) for chunk in epoch.chunks for ordinal in chunk.ordinals]
        stored = bench.gallery.stored(ordinals)
        for each, packed in zip(stored, visible(epoch), strict=True):
            number = int(each.reference_number.removeprefix("REF-"))
            assert packed == item(number).packed
            assert each.record.startswith(f"record {number} ".encode())
        return {each.reference_number for each in stored}
    finally:
        bench.close()
