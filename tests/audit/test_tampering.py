"""Whatever is changed, removed, moved or cut off, the verification says where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from appliance.audit import chain
from appliance.audit.heads import Head
from appliance.audit.record import verify_files
from appliance.keys.head_signer import HeadSigner
from tests.audit.bench import Bench, fill

_TRIGGERS = (
    "record_grows_at_its_end",
    "record_is_not_changed",
    "record_is_not_deleted",
    "record_head_is_not_changed",
    "record_head_is_not_deleted",
)


def _tamper(bench: Bench, *statements: str) -> None:
    bench.close()
    connection = apsw.Connection(str(bench.folder / "appliance.db"))
    for trigger in _TRIGGERS:
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def _rechain(folder: Path) -> None:
    """Do what an intruder would: compute every digest anew after a change."""
    connection = apsw.Connection(str(folder / "appliance.db"))
    previous = chain.GENESIS
    for sequence, leaf in connection.execute("SELECT sequence, leaf FROM record").fetchall():
        previous = chain.digest(previous, str(leaf))
        connection.execute("UPDATE record SET digest = ? WHERE sequence = ?", (previous, sequence))
    connection.close()


_SWAP = (
    "UPDATE record SET sequence = 100 WHERE sequence = 4",
    "UPDATE record SET sequence = 4 WHERE sequence = 5",
    "UPDATE record SET sequence = 5 WHERE sequence = 100",
)
_INSERTED = (
    *(f"UPDATE record SET sequence = {n + 1} WHERE sequence = {n}" for n in range(10, 4, -1)),  # noqa: S608
    "INSERT INTO record SELECT 5, leaf, digest FROM record WHERE sequence = 1",
)


@pytest.mark.parametrize("covering", [False, True])
@pytest.mark.parametrize(
    ("statements", "broken_at", "broken_at_covered"),
    [
        (("UPDATE record SET leaf = replace(leaf, '\"5\"', '\"6\"') WHERE sequence = 5",), 5, 6),
        (("UPDATE record SET digest = zeroblob(32) WHERE sequence = 5",), 5, None),
        (("DELETE FROM record WHERE sequence = 5",), 5, 5),
        (("DELETE FROM record WHERE sequence = 1",), 1, 1),
        (("DELETE FROM record WHERE sequence > 8",), 9, 9),
        (("DELETE FROM record",), 1, 1),
        (_SWAP, 4, 4),
        (_INSERTED, 5, 5),
    ],
)
def test_every_change_is_found_where_it_begins(
    bench: Bench,
    statements: tuple[str, ...],
    broken_at: int,
    broken_at_covered: int | None,
    covering: bool,
) -> None:
    """``covering``: the intruder recomputed all digests, so that only signed heads can tell."""
    fill(bench, 10)
    _tamper(bench, *statements)
    if covering:
        _rechain(bench.folder)
    report = bench.verify()
    expected = broken_at_covered if covering else broken_at
    assert (expected is None, expected or 0) == (report.intact, report.broken_at)


def test_a_cut_tail_is_found_by_the_log_alone(bench: Bench) -> None:
    fill(bench, 10)
    _tamper(bench, "DELETE FROM record_head", "DELETE FROM record WHERE sequence > 7")
    report = bench.verify()
    assert (report.entries, report.intact, report.broken_at) == (7, False, 8)
    assert "9 entries" in report.reason


def test_a_cut_tail_is_found_by_the_database_alone(bench: Bench) -> None:
    fill(bench, 10)
    _tamper(bench, "DELETE FROM record WHERE sequence > 9")
    (bench.folder / "heads.log").write_bytes(b"")
    report = bench.verify()
    assert (report.intact, report.broken_at) == (False, 10)


def _change_line(change: Callable[[dict[str, object]], None]) -> Callable[[bytes], bytes]:
    def changed(log: bytes) -> bytes:
        first, rest = log.split(b"\n", 1)
        fields = json.loads(first)
        change(fields)
        return json.dumps(fields, separators=(",", ":")).encode() + b"\n" + rest

    return changed


@pytest.mark.parametrize(
    "damage",
    [
        _change_line(lambda fields: fields.update(signature="00" * 64)),
        _change_line(lambda fields: fields.update(digest="00" * 32)),
        _change_line(lambda fields: fields.update(sequence=4)),
        _change_line(lambda fields: fields.update(store="00" * 16)),
        _change_line(lambda fields: fields.update(signed_at="2026-03-02T11:00:00.000000+00:00")),
        lambda log: b"nonsense\n" + log,
        lambda log: b"x" * 5000 + log,
    ],
)
def test_a_changed_head_is_found(bench: Bench, damage: Callable[[bytes], bytes]) -> None:
    fill(bench, 10)
    bench.close()
    log = bench.folder / "heads.log"
    log.write_bytes(damage(log.read_bytes()))
    assert not bench.verify().intact


def test_heads_out_of_order_are_named(bench: Bench) -> None:
    fill(bench, 10)
    bench.close()
    log = bench.folder / "heads.log"
    log.write_bytes(b"\n".join(reversed(log.read_bytes().splitlines())) + b"\n")
    assert "not in order" in bench.verify().reason


def test_a_head_that_our_key_signed_for_another_appliance_is_not_ours(bench: Bench) -> None:
    fill(bench, 3)
    (*_, last) = bench.record.entries(0, 10)
    foreign = Head(bytes(16), last.sequence, last.digest, bench.clock.now())
    bench.close()
    with (bench.folder / "heads.log").open("a") as log:
        log.write(foreign.signed_by(bench.signer).line() + "\n")
    assert "another appliance" in bench.verify().reason


def test_heads_of_another_key_are_not_ours(bench: Bench, tmp_path: Path) -> None:
    fill(bench, 3)
    other = HeadSigner.create(tmp_path / "other.key").public_bytes
    report = verify_files(bench.folder / "appliance.db", bench.folder / "heads.log", other)
    assert (report.intact, report.broken_at) == (False, 3)
