"""One byte of the record is changed, at any place: it is found, and where it stands is named."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import apsw
import pytest

from tests.audit.bench import Bench, fill
from tests.following import Follow

CHANGES = int(os.environ.get("TAMPERED_BYTES", "40"))
ENTRIES = 12
HEAD_EVERY = 3
FILES = ("appliance.db", "heads.log")
# What is changed: a column that holds bytes, its table and the column that counts its rows.
LEAF = ("leaf_hash", "record", "sequence")
CONTENT = ("sealed", "record_payload", "sequence")
HEAD = ("line", "record_head", "number")


def _changed(value: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(value))
    return value[:place] + bytes([value[place] ^ draw.randrange(1, 128)]) + value[place + 1 :]


def _change_row(
    connection: apsw.Connection, row: int, where: tuple[str, str, str], draw: random.Random
) -> None:
    column, table, key = where
    ((held,),) = connection.execute(f"SELECT {column} FROM {table} WHERE {key} = ?", (row,))  # noqa: S608
    text = isinstance(held, str)
    other = _changed(held.encode() if text else held, draw)
    new = other.decode("latin-1") if text else other
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (new, row))  # noqa: S608


def _change_log(path: Path, head: int, draw: random.Random) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[head - 1] = _changed(lines[head - 1], draw)
    path.write_bytes(b"".join(lines))


def _one_change(bench: Bench, draw: random.Random) -> range:
    """Change one byte; return the entries, one of which has to be named."""
    place = draw.choice(["leaf", "content", "head", "log"])
    head = draw.randrange(1, ENTRIES // HEAD_EVERY + 1)
    under_head = range((head - 1) * HEAD_EVERY + 1, head * HEAD_EVERY + 1)
    if place == "log":
        _change_log(bench.folder / "heads.log", head, draw)
        return under_head
    connection = apsw.Connection(str(bench.folder / "appliance.db"))
    try:
        if place == "head":
            _change_row(connection, head, HEAD, draw)
            return under_head
        entry = draw.randrange(1, ENTRIES + 1)
        _change_row(connection, entry, LEAF if place == "leaf" else CONTENT, draw)
        return range(entry, entry + 1)
    finally:
        connection.close()


@pytest.fixture
def closed(bench: Bench) -> Bench:
    """A record whose files lie open to an intruder, beside a copy of them."""
    fill(bench, ENTRIES, head_every=HEAD_EVERY)
    bench.intruder().close()
    (bench.folder / "sound").mkdir()
    for name in FILES:
        shutil.copy(bench.folder / name, bench.folder / "sound" / name)
    return bench


@pytest.mark.requirement("A17.3")
@pytest.mark.timeout(120 + CHANGES)
def test_any_changed_byte_is_found_and_its_place_is_named(closed: Bench, follow: Follow) -> None:
    assert closed.verify().intact
    for seed in follow(range(CHANGES)):
        expected = _one_change(closed, random.Random(seed))
        report = closed.verify()
        assert not report.intact, f"seed {seed}"
        assert report.broken_at in expected, f"seed {seed}: {report.reason}"
        for name in FILES:
            shutil.copy(closed.folder / "sound" / name, closed.folder / name)
