"""What an auditor finds, exports for an authority and tells of an item; each reading on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.audit import export
from appliance.domain.codes import Collection
from appliance.domain.errors import RequestInvalid, RoleDenied
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.supervision import (
    AuthorityRequest,
    AuthorityRequestState,
    RecordFilter,
)
from appliance.exchange import record_reader
from appliance.store import setting_table
from tests.exchange.supervised import AUDITOR, Supervised
from tests.exchange.world import ADMINISTRATOR, FINGER, World, details, finger_probe, request
from tests.oracles import record_oracle

_WAIT_S = 20
UNREAD = datetime.min.replace(tzinfo=UTC)
ASKED = AuthorityRequest(
    number=0,
    authority="Data protection authority",
    reference="DPA-7/26",
    requested_on=date(2026, 3, 2),
    due_at=UNREAD,
    terms=RecordFilter(party="MK"),
    opened_at=UNREAD,
    delivered_at=None,
)


@pytest.fixture
def supervised(world: World) -> Supervised:
    """A world in which MK and RO have searched on two days."""
    world.declare(100, "RO")
    made = Supervised(world)
    world.desk.submit(FINGER, request("Q-1", finger_probe("a"), finger_probe("b")))
    world.desk.wait("MK", "Q-1").result(_WAIT_S)
    world.clock.advance(days=1)
    romanian = replace(FINGER, party="RO", fingerprint="b0" * 32)
    world.desk.submit(romanian, request("Q-1", party="RO", officer="RO-0001"))
    world.desk.wait("RO", "Q-1").result(_WAIT_S)
    return made


def found(supervised: Supervised, terms: RecordFilter, limit: int = 1_000) -> list[int]:
    """Return the numbers of all present entries that fit, page by page."""
    numbers: list[int] = []
    size = supervised.record.size()
    after, more = 0, True
    # Each page is an entry itself: asked for one at a time, they would never come to an end.
    while more and after < size:
        page = supervised.desk.query(AUDITOR, terms, after, limit)
        assert len(page.entries) <= limit
        numbers += [entry.sequence for entry in page.entries]
        after, more = page.after, page.more
    return numbers


@pytest.mark.requirement("A17.5")
@pytest.mark.parametrize(
    "terms",
    [
        RecordFilter(),
        RecordFilter(since=date(2026, 3, 3)),
        RecordFilter(until=date(2026, 3, 2)),
        RecordFilter(since=date(2026, 3, 2), until=date(2026, 3, 2)),
        RecordFilter(since=date(2027, 1, 1)),
        RecordFilter(until=date(2025, 1, 1)),
        RecordFilter(act="search_answered"),
        RecordFilter(party="RO"),
        RecordFilter(party="MK", request_number="Q-1"),
        RecordFilter(subject=(Collection.TP, "RS-77")),
        RecordFilter(subject=(Collection.TP, "RS-77"), party="RO"),
        RecordFilter(officer="MK-0900"),
        RecordFilter(officer="RO-0001", since=date(2026, 3, 3)),
    ],
)
def test_entries_are_found_by_all_that_describes_them(
    supervised: Supervised, terms: RecordFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_reader, "ENTRIES_SEARCHED_MAX", 3)
    before = supervised.record.entries(0, 1_000)
    expected = [
        entry.sequence
        for entry in before
        if terms.fits(entry)
        and (terms.since is None or entry.recorded_at.date() >= terms.since)
        and (terms.until is None or entry.recorded_at.date() <= terms.until)
    ]
    for limit in (1_000, 1, 2):
        numbers = found(supervised, terms, limit)
        assert expected == [each for each in numbers if each <= before[-1].sequence]


@pytest.mark.requirement("A17.5")
def test_a_query_is_on_record_before_it_is_answered(supervised: Supervised) -> None:
    supervised.desk.query(AUDITOR, RecordFilter(party="MK", request_number="Q-1"), 0, 10)
    entry = supervised.record.entries(supervised.record.size() - 1, 1)[0]
    assert (entry.act, entry.party) == (Act.RECORD_READ, "RS")
    assert details(entry) == {
        "certificate": AUDITOR.fingerprint,
        "asked": "query",
        "after": "0",
        "of_party": "MK",
        "of_request": "Q-1",
    }


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (RecordFilter(act="search"), "act"),
        (RecordFilter(request_number="Q-1"), "party"),
        (RecordFilter(party="MKD"), "party"),
        (RecordFilter(since=date(2026, 3, 3), until=date(2026, 3, 2)), "until"),
        (RecordFilter(subject=(Collection.TP, " ")), "reference_number"),
        (RecordFilter(officer="x" * 65), "officer"),
    ],
)
def test_terms_that_nothing_fits_are_refused_by_field(
    supervised: Supervised, terms: RecordFilter, field: str
) -> None:
    size = supervised.record.size()
    with pytest.raises(RequestInvalid) as refused:
        supervised.desk.query(AUDITOR, terms, 0, 10)
    assert [violation.field for violation in refused.value.violations] == [field]
    assert supervised.record.size() == size


@pytest.mark.requirement("A17.5")
@pytest.mark.parametrize(
    "ask",
    [
        lambda it, who: it.desk.query(who, RecordFilter(), 0, 10),
        lambda it, who: it.desk.subject(who, Collection.TP, "RS-77", 0, 10),
        lambda it, who: it.authorities.open(who, ASKED),
        lambda it, who: it.authorities.page(who, 0, 10),
        lambda it, who: it.authorities.leaves(who, 1, 0, 10),
        lambda it, who: it.authorities.deliver(who, 1),
        lambda it, who: it.samples.draw(who, "seed", 3, (None, None)),
        lambda it, who: it.samples.get(who, 1),
        lambda it, who: it.samples.page(who, 0, 10),
        lambda it, who: it.samples.record_result(who, 1, 1, True, ""),
    ],
)
def test_nobody_but_the_auditor_may(
    supervised: Supervised, ask: Callable[[Supervised, Principal], Any]
) -> None:
    size = supervised.record.size()
    for principal in (ADMINISTRATOR, FINGER):
        with pytest.raises(RoleDenied):
            ask(supervised, principal)
    assert supervised.record.size() == size


@pytest.mark.requirement("A18.1", "A15.1")
def test_all_that_happened_to_an_item_is_told(supervised: Supervised) -> None:
    report = supervised.desk.subject(AUDITOR, Collection.TP, "RS-77", 0, 10)
    told = [(each.party, each.request_number, each.purpose) for each in report.supplies]
    purpose = "CRIMINAL_OFFENCE_INVESTIGATION"
    assert told == [("MK", "Q-1", purpose), ("RO", "Q-1", purpose)]
    assert [each.supplied_at.date().day for each in report.supplies] == [2, 3]
    assert [each.case_reference for each in report.supplies] == ["K-17/26", "K-17/26"]
    # The gallery of this world is empty: what is told comes from the record alone.
    assert (report.origin, report.held) == ("RS", False)
    assert supervised.record.entries(supervised.record.size() - 1, 1)[0].act is Act.RECORD_READ


@pytest.mark.requirement("A18.1")
def test_a_long_past_of_an_item_is_told_page_by_page(supervised: Supervised) -> None:
    whole = supervised.desk.subject(AUDITOR, Collection.TP, "RS-77", 0, 10)
    pages = [supervised.desk.subject(AUDITOR, Collection.TP, "RS-77", 0, 1)]
    while pages[-1].more:
        after = pages[-1].after
        pages.append(supervised.desk.subject(AUDITOR, Collection.TP, "RS-77", after, 1))
    assert [len(page.entries) for page in pages] == [1] * len(whole.entries)
    assert len(pages) > 1
    assert tuple(entry for page in pages for entry in page.entries) == whole.entries
    assert tuple(supply for page in pages for supply in page.supplies) == whole.supplies
    assert (whole.more, whole.after) == (False, whole.entries[-1].sequence)
    unknown = supervised.desk.subject(AUDITOR, Collection.TP, "RS-78", 0, 10)
    assert (unknown.entries, unknown.after, unknown.more) == ((), 0, False)


@pytest.mark.requirement("A17.5")
def test_a_request_of_an_authority_is_due_at_the_end_of_four_weeks(supervised: Supervised) -> None:
    kept = supervised.authorities.open(AUDITOR, ASKED)
    # Midnight in Belgrade, in summer time by then, after 30 March.
    assert kept.due_at == datetime(2026, 3, 30, 22, 0, tzinfo=UTC)
    warned_at = kept.due_at - timedelta(days=7)
    states = []
    for instant in (warned_at, kept.due_at):
        for step in (-timedelta(seconds=1), timedelta(0)):
            supervised.clock.time = instant + step
            (listed,) = supervised.authorities.page(AUDITOR, 0, 10)
            states.append(listed.state(supervised.clock.now()))
    state = AuthorityRequestState
    assert states == [state.OPEN, state.DUE_SOON, state.DUE_SOON, state.OVERDUE]
    supervised.past.sweep()
    gauge = "appliance_authority_request_due_timestamp_seconds"
    assert supervised.metrics.registry.get_sample_value(gauge) == kept.due_at.timestamp()
    delivered = supervised.authorities.deliver(AUDITOR, kept.number)
    assert delivered.state(supervised.clock.now()) is state.DELIVERED
    assert supervised.authorities.deliver(AUDITOR, kept.number) == delivered
    supervised.past.sweep()
    assert supervised.metrics.registry.get_sample_value(gauge) == 0
    assert len(supervised.world.acts(Act.AUTHORITY_SUPPLIED)) == 1


@pytest.mark.requirement("A17.5")
def test_an_auditor_who_asks_twice_has_one_request(supervised: Supervised) -> None:
    first = supervised.authorities.open(AUDITOR, ASKED)
    supervised.clock.advance(hours=1)
    assert supervised.authorities.open(AUDITOR, ASKED) == first
    assert len(supervised.world.acts(Act.AUTHORITY_REQUESTED)) == 1
    with pytest.raises(RequestInvalid, match="of other content"):
        supervised.authorities.open(AUDITOR, replace(ASKED, terms=RecordFilter(party="RO")))
    tomorrow = replace(ASKED, reference="2", requested_on=date(2026, 3, 4))
    with pytest.raises(RequestInvalid, match="requested_on"):
        supervised.authorities.open(AUDITOR, tomorrow)


def exported(supervised: Supervised, number: int, folder: Path) -> tuple[Path, Path, int]:
    """Write an export of a request as the command line does; return it, heads and leaves."""
    supervised.record.sign_head()
    head = supervised.record.head()
    assert head is not None
    store = supervised.database.read(setting_table.store_id)
    lines = [export.header(store)]
    after = 0
    while after < head.size:
        page = supervised.authorities.leaves(AUDITOR, number, after, min(3, head.size - after))
        lines += [export.line(each.leaf, withheld=each.withheld) for each in page.leaves]
        after = page.leaves[-1].leaf.sequence
    folder.mkdir()
    (folder / "record").write_bytes(b"".join(lines))
    (folder / "heads").write_text(head.line() + "\n")
    return folder / "record", folder / "heads", head.size


@pytest.mark.requirement("A17.5", "A17.3")
def test_an_export_holds_what_was_asked_for_and_can_be_verified(
    supervised: Supervised, tmp_path: Path
) -> None:
    number = supervised.authorities.open(AUDITOR, ASKED).number
    before = supervised.record.size()
    record, heads, size = exported(supervised, number, tmp_path / "one")
    public = supervised.record._public_bytes
    report = export.verify_export(record, heads, public)
    contents = [line for line in record.read_text().splitlines() if '"leaf":' in line]
    of_mk = [each for each in supervised.record.entries(0, size) if each.party == "MK"]
    assert (report.intact, report.entries, report.opened) == (True, size, len(of_mk))
    assert len(contents) == len(of_mk)
    assert "RO-0001" not in record.read_text()
    assert record_oracle.first_in_doubt(record.read_bytes(), heads.read_bytes(), public) == 0
    # Again, it is the same export: one request, and both readings are on record.
    again, _, _ = exported(supervised, number, tmp_path / "two")
    assert again.read_text().splitlines()[: size + 1][1:] == record.read_text().splitlines()[1:]
    readings = [
        entry
        for entry in supervised.record.entries(before, 1_000)
        if details(entry).get("asked") == "export"
    ]
    assert {details(entry)["authority_request"] for entry in readings} == {str(number)}
    assert sum(details(entry)["after"] == "0" for entry in readings) == 2


def test_a_page_of_an_export_ends_before_its_own_reading(supervised: Supervised) -> None:
    number = supervised.authorities.open(AUDITOR, ASKED).number
    size = supervised.record.size()
    page = supervised.authorities.leaves(AUDITOR, number, 0, 1_000)
    assert ([each.leaf.sequence for each in page.leaves][-1], page.more) == (size, False)
    assert not supervised.authorities.leaves(AUDITOR, number, size + 9, 10).leaves
