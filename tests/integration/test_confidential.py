"""A busy service tells nothing of persons or cases to logs, metrics and plain files."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from appliance.client import ApplianceRefused, LoadItem
from appliance.config.layout import Layout
from tests.integration.centre import FIRST, SECOND, Centre, terms

# One word for each field, so that a finding names the field that leaked.
CASE, ORDERED, NUMBER = "Kcasemark-7", "Oordermark-7", "Nnumbermark-7"
PROBE, STAIN, PURPOSE = "Pprobemark-7", "Sstainmark-7", "Upurposemark-7"
OFFICER, BASIS, UNKNOWN = "Fofficermark-7", "Lbasismark-7", "Rrequestmark-7"
LOADED = "Gloadedmark-7"
OF_THE_RECORD = (CASE, ORDERED, NUMBER, PROBE, STAIN, OFFICER)
ALL = (*OF_THE_RECORD, PURPOSE, BASIS, UNKNOWN, LOADED)


def holding(path: Path, marks: tuple[str, ...]) -> set[str]:
    """The marks that stand in a file in plain text."""
    content = path.read_bytes()
    return {mark for mark in marks if mark.encode() in content}


def keep_busy(centre: Centre) -> None:
    """Search, be refused, load and be refused, with a mark in every field."""
    record = centre.probes[1]
    ours = {"case_reference": CASE, "ordering_officer": ORDERED}
    with centre.administrator() as admin:
        # Through the record of a finger and through the values of a profile.
        list(admin.load([LoadItem("UL", LOADED, record), LoadItem("UL", LOADED, b"FMR\0" * 9)]))
        list(admin.load([LoadItem("DNA_UNIDENTIFIED", LOADED, [("TH01", ("6", LOADED))])]))
        with pytest.raises(ApplianceRefused):
            admin.get("TP", UNKNOWN)
    with centre.fingers_of(FIRST) as client:
        client.search_finger(terms(FIRST, request_number=NUMBER, **ours), {PROBE: record})
        for changes in (
            {"purpose": PURPOSE},
            {"officer": OFFICER},
            {"accelerated": True, "legal_basis": BASIS * 20},
            {"request_number": NUMBER, "candidates_max": 3},
            {"candidates_max": 5_000},
        ):
            with pytest.raises(ApplianceRefused):
                client.search_finger(terms(FIRST, **{**ours, **changes}), {PROBE: record})
        with pytest.raises(ApplianceRefused):
            client.search_finger(terms(FIRST, **ours), {PROBE: b"FMR\0 20\0" + PROBE.encode()})
        with pytest.raises(ApplianceRefused):
            client.answer(UNKNOWN)
    with centre.dna_of(SECOND) as client:
        asked = terms(SECOND, "DNA/UNIDENTIFIED", **ours)
        client.search_dna(asked, {STAIN: centre.profiles[3]})
        with pytest.raises(ApplianceRefused):
            client.search_dna(terms(SECOND, **ours), {STAIN: [(STAIN, ("1", "2"))]})


@pytest.mark.requirement("A16.1")
def test_nothing_of_a_case_stands_in_logs_metrics_or_plain_files(own_centre: Centre) -> None:
    keep_busy(own_centre)
    address = own_centre.appliance.address
    assert address is not None
    pages = b""
    for page in ("metrics", "readyz", "livez"):
        with urllib.request.urlopen(f"http://{address.telemetry}/{page}", timeout=10) as answer:
            pages += answer.read()
    assert b"appliance_search_rejected_total" in pages
    assert [mark for mark in ALL if mark.encode() in pages] == []
    with own_centre.auditor() as auditor:
        record = "".join(str(entry) for entry in auditor.record_entries())
    assert [mark for mark in OF_THE_RECORD if mark not in record] == []
    assert own_centre.appliance.stop() == 0

    home = own_centre.appliance.home
    log = home / "serve.log"
    assert log.read_text().count("a call was refused") >= 8
    assert holding(log, (*ALL, "MK-OFFICER-1", "F-1", "D-3")) == set()
    layout = Layout(home)
    database = {layout.database, *layout.data.glob("appliance.db-*")}
    others = [path for path in home.rglob("*") if path.is_file() and path not in database]
    assert any(path.suffix == ".seg" for path in others)
    found = {path.name: holding(path, ALL) for path in others}
    assert {name: marks for name, marks in found.items() if marks} == {}
    # The record says who searched for which case; the catalogue knows its own reference numbers.
    # Neither holds a byte of a template, nor what was refused as none of its fields.
    kept: set[str] = set().union(*(holding(path, ALL) for path in database if path.exists()))
    assert kept <= {*OF_THE_RECORD, LOADED}
    minutiae = own_centre.probes[1][28:]
    assert all(minutiae not in path.read_bytes() for path in (*database, *others) if path.exists())
