"""The record: one entry per act, in a tree, found by what it is about."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.audit import leaf, reading
from appliance.audit.record import RecordFiles, RecordReport, verify_files
from appliance.domain.codes import Collection
from appliance.domain.errors import ConfigurationInvalid, InvariantBroken
from appliance.domain.record import Act
from appliance.store import record_day_table
from appliance.store.database import Transaction
from tests.audit.bench import Bench, fill

TP, UL = Collection.TP, Collection.UL


def test_an_entry_reads_back_as_it_was_written(bench: Bench) -> None:
    sequence = bench.record.write(Act.SEARCH_ANSWERED, "MK", {"b": 'Љубав, "quote"', "a": ""})
    (entry,) = bench.record.entries(0, 10)
    assert (sequence, entry.sequence) == (1, 1)
    assert entry.recorded_at == bench.clock.now()
    assert entry.details == (("a", ""), ("b", 'Љубав, "quote"'))
    assert (entry.act, entry.party) == (Act.SEARCH_ANSWERED, "MK")


def test_the_tree_can_be_recomputed_from_its_description(bench: Bench) -> None:
    """The rule of ``leaf`` and RFC 6962, 2.1, written out with the standard library alone."""
    fill(bench, 3)
    bench.record.write(Act.SEARCH_ANSWERED, "MK", {"b": "é", "a": ""}, [(TP, "2"), (TP, "1")])
    bench.record.sign_head()
    hashes = []
    for entry in bench.record.entries(0, 10):
        time = entry.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        details, subjects = [*map(list, entry.details)], [*map(list, entry.subjects)]
        said = [entry.sequence, time, entry.act.value, entry.party, details, subjects]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        hashes.append(hashlib.sha256(b"\0" + entry.salt + text.encode()).digest())
        assert hashes[-1] == entry.leaf_hash
    first, second = (hashlib.sha256(b"\1" + hashes[n] + hashes[n + 1]).digest() for n in (0, 2))
    head = bench.record.head()
    assert head is not None
    assert (4, hashlib.sha256(b"\1" + first + second).digest()) == (head.size, head.root)


@pytest.mark.requirement("A16.1", "A17.5")
def test_what_is_recorded_lies_readable_in_no_file(bench: Bench) -> None:
    bench.record.write(Act.SEARCH_ANSWERED, "MK", {"case": "SECRET-CASE"}, [(TP, "SECRET-REF")])
    bench.close()
    for path in bench.folder.iterdir():
        assert b"SECRET" not in path.read_bytes()


@pytest.mark.requirement("A15.1", "A18.1")
def test_the_entries_about_an_item_are_found_by_its_number(bench: Bench) -> None:
    for number in range(600):
        bench.record.write(Act.SEARCH_ANSWERED, "MK", {}, [(TP, f"RS-{number % 100}")])
        if number % 100 == 99:
            bench.clock.advance(days=1)
    bench.record.write(Act.SEARCH_ANSWERED, "RO", {}, [(UL, "RS-7"), (TP, "RS-8"), (TP, "RS-8")])
    about = bench.record.about(TP, "RS-7")
    assert [entry.sequence for entry in about] == [8, 108, 208, 308, 408, 508]
    assert {entry.subjects for entry in about} == {((TP, "RS-7"),)}
    assert [entry.party for entry in bench.record.about(UL, "RS-7")] == ["RO"]
    assert [entry.sequence for entry in bench.record.about(TP, "RS-8", after=509)] == [601]
    assert bench.record.about(TP, "RS-700") == []


@pytest.mark.requirement("A15.1", "A18.1")
def test_a_page_about_an_item_ends_where_none_is_left_and_not_where_one_has_expired(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ENTRIES_PER_PAGE_MAX", 4)
    monkeypatch.setattr(reading, "ENTRIES_PER_READ", 2)
    for hour in range(24):
        bench.clock.time = datetime(2026, 3, 2, hour, tzinfo=UTC)
        bench.record.write(Act.SEARCH_ANSWERED, "MK", {}, [(TP, f"RS-{hour % 2}")])
    # Half of the day is over, and none of it is deleted yet.
    bench.clock.time = datetime(2028, 3, 2, 11, tzinfo=UTC)
    about = bench.record.about(TP, "RS-1", 0, 1_000)
    assert [entry.sequence for entry in about] == [14, 16, 18, 20]
    assert [entry.sequence for entry in bench.record.about(TP, "RS-1", 20)] == [22, 24]
    assert bench.record.about(TP, "RS-1", 24) == []
    monkeypatch.setattr(reading, "PAGE_BYTES_MAX", 1)
    assert [entry.sequence for entry in bench.record.about(TP, "RS-1", 14, 3)] == [16, 18]


def test_pages_follow_each_other_and_are_bounded(bench: Bench) -> None:
    fill(bench, 7)
    pages = [[entry.sequence for entry in bench.record.entries(after, 3)] for after in (0, 3, 6, 7)]
    assert pages == [[1, 2, 3], [4, 5, 6], [7], []]
    assert len(bench.record.entries(0, 10 * reading.ENTRIES_PER_PAGE_MAX)) == 7
    assert bench.record.entries(0, -1) == []


def test_an_act_that_fails_leaves_no_entry(bench: Bench) -> None:
    def work(tx: Transaction) -> None:
        bench.record.append(tx, Act.REFERENCE_LOADED, "RS", {})
        raise InvariantBroken("the act failed")

    bench.record.write(Act.SERVICE_STARTED, "RS", {})
    with pytest.raises(InvariantBroken):
        bench.database.write(work).result()
    assert bench.record.write(Act.SERVICE_STARTED, "RS", {}) == 2
    assert bench.record.verify().intact


def test_entries_of_many_threads_form_one_chain(bench: Bench) -> None:
    def write(number: int) -> int:
        return bench.record.write(Act.SEARCH_REFUSED, "MK", {"n": str(number)})

    with ThreadPoolExecutor(16) as pool:
        sequences = list(pool.map(write, range(200)))
    assert list(range(1, 201)) == sorted(sequences)
    bench.record.sign_head()
    assert RecordReport(200, 1, 200, 200) == bench.record.verify()


def test_an_entry_too_large_is_refused(bench: Bench) -> None:
    bench.record.write(Act.SEARCH_REFUSED, "MK", {"n": "x" * leaf.DETAIL_CHARS_MAX})
    for details in ({"n": "x" * (leaf.DETAIL_CHARS_MAX + 1)}, {str(n): "" for n in range(33)}):
        with pytest.raises(InvariantBroken):
            bench.record.write(Act.SEARCH_REFUSED, "MK", details)
    assert bench.record.verify().entries == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET leaf_hash = zeroblob(32)",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record SELECT * FROM record WHERE sequence = 1",
        "INSERT INTO record SELECT 9, leaf_hash FROM record WHERE sequence = 1",
        "UPDATE record_node SET hash = zeroblob(32)",
        "DELETE FROM record_node",
        "INSERT OR REPLACE INTO record_node SELECT * FROM record_node",
        "UPDATE record_payload SET sealed = x'00'",
        "DELETE FROM record_payload WHERE sequence = 2",
        "INSERT OR REPLACE INTO record_payload SELECT * FROM record_payload WHERE sequence = 1",
        "UPDATE record_subject SET sequence = 3",
        "DELETE FROM record_subject",
        "UPDATE record_day SET day = '2020-01-01'",
        "UPDATE record_day SET key_slot = NULL, key_sealed = NULL",
        "UPDATE record_day SET expired_at = 1777777777000000",
        "DELETE FROM record_day",
        "INSERT OR REPLACE INTO record_day SELECT * FROM record_day",
        "UPDATE record_head SET line = ''",
        "DELETE FROM record_head",
        "INSERT OR REPLACE INTO record_head SELECT * FROM record_head",
    ],
)
def test_the_database_itself_refuses_changes_of_the_record(bench: Bench, statement: str) -> None:
    append = bench.record.append
    bench.database.write(
        lambda tx: [append(tx, Act.SEARCH_ANSWERED, "MK", {}, [(TP, "1")]) for _ in range(256)]
    ).result()
    with pytest.raises(InvariantBroken, match=r"record"):
        bench.database.write(lambda tx: tx.execute(statement)).result()
    assert bench.record.verify().intact


def test_an_untouched_record_verifies_offline_and_while_it_is_open(bench: Bench) -> None:
    fill(bench, 10)
    expected = RecordReport(entries=10, heads=3, opened=10, signed=9)
    assert expected == bench.record.verify()
    assert expected == bench.verify()
    bench.close()
    # Closing signed the tenth entry too.
    assert RecordReport(10, 4, 10, 10) == bench.verify()


def test_a_record_verifies_without_its_keys_but_for_its_contents(bench: Bench) -> None:
    fill(bench, 10)
    bench.close()
    files = RecordFiles(bench.folder / "appliance.db", bench.folder / "heads.log")
    report = verify_files(files, bench.signer.public_bytes)
    assert RecordReport(entries=10, heads=4, opened=0, signed=10) == report


def test_a_head_is_signed_at_every_256th_entry_whatever_the_interval(bench: Bench) -> None:
    bench.database.write(
        lambda tx: [bench.record.append(tx, Act.SEARCH_RECEIVED, "MK", {}) for _ in range(600)]
    ).result()
    sizes = [line["size"] for line in bench.stored_heads()]
    assert sizes == [256, 512]


def test_an_old_record_verifies_over_many_tiles_and_days(bench: Bench) -> None:
    for _ in range(7):
        bench.database.write(
            lambda tx: [bench.record.append(tx, Act.SEARCH_RECEIVED, "MK", {}) for _ in range(311)]
        ).result()
        bench.record.sign_head()
        bench.clock.advance(days=1)
    bench.close()
    assert RecordReport(2177, 15, 2177, 2177) == bench.verify()


def test_a_clock_set_back_uses_the_key_of_the_day_again(bench: Bench) -> None:
    for days in (0, 1, -1, 1, -1):
        bench.clock.advance(days=days)
        fill(bench, 2)
    runs = bench.database.read(record_day_table.everyone)
    assert [run.first_sequence for run in runs] == [1, 3, 5, 7, 9]
    assert len({run.slot for run in runs}) == 2
    assert [entry.sequence for entry in bench.record.entries(0, 20)] == [*range(1, 11)]
    assert bench.record.verify().intact


def test_a_key_whose_entry_was_not_committed_is_used_for_the_next_one(bench: Bench) -> None:
    def work(tx: Transaction) -> None:
        bench.record.append(tx, Act.REFERENCE_LOADED, "RS", {})
        raise InvariantBroken("the act failed")

    for _ in range(5):
        with pytest.raises(InvariantBroken):
            bench.database.write(work).result()
    bench.record.write(Act.SERVICE_STARTED, "RS", {})
    assert bench.vault_path.stat().st_size == 2 * 128
    assert bench.record.verify().intact


def test_no_second_head_is_signed_over_the_same_entry(bench: Bench) -> None:
    bench.record.sign_head()
    assert bench.record.verify().heads == 0
    fill(bench, 1, head_every=1)
    bench.record.sign_head()
    assert bench.record.verify().heads == 1


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="no such file"):
        verify_files(RecordFiles(tmp_path / "appliance.db", tmp_path / "heads.log"), b"")
