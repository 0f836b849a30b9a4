"""Whatever is changed, removed, moved, cut off or rolled back, the verification says where."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

import pytest

from appliance.audit import heads, leaf, merkle, tree
from appliance.audit.heads import Head
from appliance.audit.record import RecordReport, verify_files
from appliance.domain.errors import StorageCorrupt
from appliance.domain.record import Act
from appliance.keys.head_signer import HeadSigner
from tests.audit.bench import Bench, fill, open_bench

pytestmark = pytest.mark.requirement("A17.3")


def _tamper(bench: Bench, *statements: str) -> RecordReport:
    connection = bench.intruder()
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return bench.verify()


def _moved(table: str, *moves: tuple[int, int]) -> tuple[str, ...]:
    return tuple(f"UPDATE {table} SET sequence = {b} WHERE sequence = {a}" for a, b in moves)  # noqa: S608


_SWAP = ((4, 100), (5, 4), (100, 5))
_DOWN = tuple((n, n + 1) for n in range(10, 4, -1))


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        (["UPDATE record SET leaf_hash = zeroblob(32) WHERE sequence = 5"], 5),
        (["UPDATE record_payload SET sealed = zeroblob(300) WHERE sequence = 5"], 5),
        (["UPDATE record_payload SET sealed = x'00' WHERE sequence = 5"], 5),
        (["DELETE FROM record_payload WHERE sequence = 5"], 5),
        (["DELETE FROM record WHERE sequence = 5"], 5),
        (["DELETE FROM record WHERE sequence = 1"], 1),
        (["DELETE FROM record WHERE sequence > 8", "DELETE FROM record_head WHERE size > 8"], 7),
        (["DELETE FROM record WHERE sequence > 8"], 9),
        (["DELETE FROM record"], 1),
        ([*_moved("record", *_SWAP)], 4),
        ([*_moved("record", *_SWAP), *_moved("record_payload", *_SWAP)], 4),
        ([*_moved("record", *_DOWN), "INSERT INTO record SELECT 5, leaf_hash FROM record"
          " WHERE sequence = 1"], 5),
        (["DELETE FROM record_day"], 1),
        (["UPDATE record_day SET first_sequence = 3"], 1),
        (["UPDATE record_day SET key_sealed = zeroblob(68)"], 1),
        (["UPDATE record_day SET expired_at = 1, key_slot = NULL, key_sealed = NULL"], 4),
    ],
)  # fmt: skip
def test_every_change_is_found_where_it_begins(
    bench: Bench, statements: list[str], broken_at: int
) -> None:
    fill(bench, 10)
    report = _tamper(bench, *statements)
    assert (False, broken_at) == (report.intact, report.broken_at)


def test_what_an_intruder_with_all_keys_recomputes_only_a_head_can_tell(bench: Bench) -> None:
    """Content, hash and nodes fit each other again; the heads over them were signed before."""
    fill(bench, 10, head_every=4)
    (entry,) = bench.record.entries(5, 1)
    forged = leaf.encode(6, entry.recorded_at, entry.act, "XX", {}, [])
    run, key = bench.day_of(6)
    connection = bench.intruder()
    sealed = key.seal(forged, leaf.context(6))
    connection.execute("UPDATE record_payload SET sealed = ? WHERE sequence = 6", (sealed,))
    hashed = merkle.leaf_hash(forged)
    connection.execute("UPDATE record SET leaf_hash = ? WHERE sequence = 6", (hashed,))
    connection.close()
    report = bench.verify()
    assert (report.intact, report.broken_at) == (False, 5)
    assert "entries 5-8" in report.reason
    assert run.first_sequence == 1


def test_a_changed_node_is_found_although_every_leaf_is_sound(bench: Bench) -> None:
    for _ in range(3):
        bench.database.write(
            lambda tx: [bench.record.append(tx, Act.SEARCH_RECEIVED, "MK", {}) for _ in range(256)]
        ).result()
    report = _tamper(bench, "UPDATE record_node SET hash = zeroblob(32) WHERE number = 1")
    assert (report.intact, report.broken_at) == (False, 257)


def test_a_long_record_is_checked_by_several_processes_which_find_the_first_fault(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.audit.stored.LEAVES_PER_RANGE", tree.TILE)
    for _ in range(6):
        bench.database.write(
            lambda tx: [bench.record.append(tx, Act.SEARCH_RECEIVED, "MK", {}) for _ in range(300)]
        ).result()
    bench.close()
    assert RecordReport(1800, 8, 1800, 1800) == bench.verify()
    report = _tamper(
        bench,
        "UPDATE record_payload SET sealed = zeroblob(99) WHERE sequence IN (700, 1300)",
        "UPDATE record SET leaf_hash = zeroblob(32) WHERE sequence = 1200",
    )
    assert (report.entries, report.intact, report.broken_at) == (512, False, 700)


def test_a_cut_tail_is_found_by_the_log_alone(bench: Bench) -> None:
    fill(bench, 10)
    report = _tamper(
        bench,
        "DELETE FROM record_head WHERE size > 7",
        "DELETE FROM record_payload WHERE sequence > 7",
        "DELETE FROM record WHERE sequence > 7",
    )
    assert (report.intact, report.broken_at) == (False, 7)
    assert "rolled back" in report.reason


def test_a_cut_tail_is_found_by_the_database_alone(bench: Bench) -> None:
    fill(bench, 10)
    bench.close()
    (bench.folder / "heads.log").write_bytes(b"")
    report = _tamper(bench, "DELETE FROM record WHERE sequence > 9")
    assert (report.intact, report.broken_at) == (False, 10)


def test_a_database_rolled_back_is_found_and_not_written_on(bench: Bench) -> None:
    fill(bench, 6)
    bench.close()
    shutil.copy(bench.folder / "appliance.db", bench.folder / "old.db")
    again = open_bench(bench.folder, bench.signer, bench.clock)
    fill(again, 6)
    again.close()
    shutil.copy(bench.folder / "old.db", bench.folder / "appliance.db")
    report = bench.verify()
    assert (report.intact, report.broken_at) == (False, 7)
    with pytest.raises(StorageCorrupt, match="rolled back"):
        open_bench(bench.folder, bench.signer, bench.clock)


def _change_line(change: Callable[[dict[str, object]], None]) -> Callable[[bytes], bytes]:
    def changed(log: bytes) -> bytes:
        first, rest = log.split(b"\n", 1)
        fields = json.loads(first)
        change(fields)
        return json.dumps(fields, separators=(",", ":")).encode() + b"\n" + rest

    return changed


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda log: b"".join(line + b"\n" for line in change(log.splitlines()))


_DAMAGES: list[tuple[Callable[[bytes], bytes], int]] = [
    (_change_line(lambda fields: fields.update(signature="00" * 64)), 1),
    (_change_line(lambda fields: fields.update(root="00" * 32)), 1),
    (_change_line(lambda fields: fields.update(size=4)), 1),
    (_change_line(lambda fields: fields.update(number=2)), 1),
    (_change_line(lambda fields: fields.update(store="00" * 16)), 1),
    (_change_line(lambda fields: fields.update(signed_at="2026-03-02T11:00:00.000000+00:00")), 1),
    (lambda log: b"nonsense\n" + log, 1),
    (lambda log: b"x" * 5000 + log, 1),
    (_lines(lambda lines: lines[::-1]), 1),
    (_lines(lambda lines: [*lines[:1], *lines[2:]]), 4),
    (_lines(lambda lines: [*lines[:2], lines[0], *lines[2:]]), 7),
    (_lines(lambda lines: lines[:1]), 6),
    (lambda _log: b"", 3),
]


@pytest.mark.parametrize(("damage", "broken_at"), _DAMAGES)
def test_a_changed_log_of_heads_is_found(
    bench: Bench, damage: Callable[[bytes], bytes], broken_at: int
) -> None:
    """Altered, inserted, reordered, dropped and truncated, each where it begins."""
    fill(bench, 9)
    bench.clock.advance(minutes=2)
    fill(bench, 1)
    bench.close()
    log = bench.folder / "heads.log"
    log.write_bytes(damage(log.read_bytes()))
    report = bench.verify()
    assert (False, broken_at) == (report.intact, report.broken_at)


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        (["DELETE FROM record_head WHERE number = 2"], 4),
        (["UPDATE record_head SET line = replace(line, '\"size\":6', '\"size\":7')"], 4),
        (["DELETE FROM record_head"], 1),
    ],
)
def test_changed_heads_of_the_database_are_found(
    bench: Bench, statements: list[str], broken_at: int
) -> None:
    fill(bench, 10)
    report = _tamper(bench, *statements)
    assert (False, broken_at) == (report.intact, report.broken_at)


def test_a_head_dropped_from_both_leaves_a_gap(bench: Bench) -> None:
    fill(bench, 10)
    bench.close()
    log = bench.folder / "heads.log"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:1], *lines[2:]]))
    report = _tamper(bench, "DELETE FROM record_head WHERE number = 2")
    assert (report.intact, report.broken_at) == (False, 4)


def test_heads_that_a_crash_kept_from_the_log_are_no_fault_and_follow_at_the_start(
    bench: Bench,
) -> None:
    fill(bench, 10)
    bench.close()
    log = bench.folder / "heads.log"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-1]))
    assert bench.verify().intact
    again = open_bench(bench.folder, bench.signer, bench.clock)
    again.close()
    assert lines == log.read_bytes().splitlines(keepends=True)


def test_a_head_that_our_key_signed_for_another_appliance_is_not_ours(bench: Bench) -> None:
    fill(bench, 4)
    connection = bench.intruder()
    (*_, last) = bench.heads_of(connection)
    foreign = Head(bytes(16), last.number, last.size, last.root, last.signed_at)
    line = foreign.signed_by(bench.signer).line()
    connection.execute("UPDATE record_head SET line = ? WHERE number = ?", (line, last.number))
    connection.close()
    log = bench.folder / "heads.log"
    log.write_text("".join(each + "\n" for each in [*log.read_text().splitlines()[:-1], line]))
    report = bench.verify()
    assert (report.intact, report.broken_at) == (False, 4)
    assert "another appliance" in report.reason


def test_heads_of_another_key_are_not_ours(bench: Bench) -> None:
    fill(bench, 3)
    other = HeadSigner.create(bench.folder / "other.key").public_bytes
    report = verify_files(bench.files, other)
    assert (report.intact, report.broken_at) == (False, 3)


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"store":1}', "[" * 100_000, '{"store":"0g"}'])
def test_a_line_that_is_no_head_is_refused(line: str) -> None:
    with pytest.raises(StorageCorrupt):
        heads.parse(line)
