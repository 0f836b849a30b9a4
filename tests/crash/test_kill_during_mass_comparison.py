"""A mass comparison is killed again and again, at any point; its results are those of one run."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from appliance.domain.mass_comparison import MassState
from appliance.domain.record import Act
from tests.crash import mass_worker
from tests.crash.mass_worker import NUMBER, PROFILES, Told
from tests.exchange.mass_world import MassWorld
from tests.exchange.world import DNA, details
from tests.following import Follow

KILLS = int(os.environ.get("MASS_KILLS", "60"))
SEED = 47
PAUSE_S_MAX = 0.03
STEPS_MAX = 8


def _life(folder: Path, after: int) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    # Forked from a server that has everything imported: a life costs milliseconds.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.mass_worker"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=mass_worker.work, args=(folder, after, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _received(pipe: Connection) -> Iterator[Told]:
    try:
        while True:
            assert pipe.poll(60), "the process does not get on"
            yield pipe.recv()
    except (EOFError, OSError):
        # The last message may be torn by the kill: what it told was then not received.
        pipe.close()


class Ledger:
    """What the Party has received, over all lives."""

    def __init__(self) -> None:
        self.matches: list[tuple[object, ...]] = []
        self.finished = False
        self.steps: list[str] = []

    def take(self, told: Told) -> None:
        """Keep one message; a match that comes twice or too early is a failure."""
        step, value = told
        self.steps.append(step)
        if step == "match":
            assert isinstance(value, tuple)
            assert value[0] == len(self.matches) + 1, "a match is missing or comes twice"
            self.matches.append(value)
        self.finished = self.finished or step == "finished"


def _killed_life(folder: Path, ledger: Ledger, draw: random.Random) -> bool:
    """Run one life and kill it at some moment; say whether it was killed before its end."""
    process, pipe = _life(folder, len(ledger.matches))
    received = _received(pipe)
    for _ in range(draw.randrange(1, STEPS_MAX)):
        told = next(received, None)
        if told is None:
            break
        ledger.take(told)
        if ledger.finished:
            break
    # The moment of the kill within what follows is left to chance.
    time.sleep(draw.uniform(0, PAUSE_S_MAX))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    for told in received:
        ledger.take(told)
    process.join()
    return process.exitcode == -signal.SIGKILL and not ledger.finished


def _undisturbed(folder: Path) -> Ledger:
    ledger = Ledger()
    process, pipe = _life(folder, 0)
    for told in _received(pipe):
        ledger.take(told)
    process.join()
    assert ledger.finished
    return ledger


@pytest.mark.crash
@pytest.mark.timeout(10 * KILLS)
@pytest.mark.requirement("A4.1")
def test_a_comparison_killed_many_times_gives_the_results_of_one_that_was_not(
    tmp_path: Path, follow: Follow
) -> None:
    draw = random.Random(SEED)
    whole, folder = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    folder.mkdir()
    expected = _undisturbed(whole)
    assert len(expected.matches) > PROFILES / 4

    ledger, kills, at = Ledger(), 0, set()
    for _ in follow(range(KILLS)):
        if ledger.finished:
            break
        before = len(ledger.steps)
        kills += _killed_life(folder, ledger, draw)
        at.add(ledger.steps[-1] if len(ledger.steps) > before else "start")
    while not ledger.finished:
        process, pipe = _life(folder, len(ledger.matches))
        for told in _received(pipe):
            ledger.take(told)
        process.join()

    assert kills >= min(50, KILLS)
    assert {"sent", "match"} <= at, "no kill while sending, or none while comparing"
    assert expected.matches == ledger.matches
    _check_record(folder)


def _check_record(folder: Path) -> None:
    """Every profile was answered once, in its order, and no supplied byte is left."""
    mass = MassWorld(folder)
    status = mass.desk.status(DNA, NUMBER)
    assert (status.state, status.compared) == (MassState.FINISHED, PROFILES)
    answered = [details(each) for each in mass.world.acts(Act.MASS_COMPARISON_ANSWERED)]
    names = [name for each in answered for name in each["probe_references"].split("\n")]
    assert [f"S-{number:05d}" for number in range(PROFILES)] == names
    candidates = [int(n) for each in answered for n in each["candidates"].split(",")]
    assert sum(candidates) == status.matches
    assert not any((folder / "batch.keys").read_bytes()[128:])
    assert mass.world.record.verify().intact
    mass.close()
