"""The report is one well-formed page without scripts, whatever names it is given."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.cli import report_page
from appliance.cli.report_page import Cell, ReportPage

VOID = {"meta"}
HOSTILE = "\"><script>alert(1)</script></td></table><img src=x onerror=alert(1)>&amp;'"


class Reader(HTMLParser):
    """Reads a page, requires that every element is closed in its turn, and keeps the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.classes: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.classes += [value or "" for name, value in attributes if name == "class"]
        self.references += [value or "" for name, value in attributes if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data


def read(markup: str) -> Reader:
    """Return what a browser would see of well-formed markup."""
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    return reader


def test_a_page_holds_its_sections_tables_and_drawings_in_order() -> None:
    page = ReportPage("A title", "An introduction.")
    page.section("First", "Said of it.")
    page.add(report_page.table(("No.", "What"), [("1", Cell("equal", "equal")), ("2", "other")]))
    page.section("Second")
    page.add(report_page.heading("A part"))
    page.add('<svg viewBox="0 0 1 1"><title>two prints</title></svg>')
    reader = read(page.render())
    assert reader.texts["h1"] == ["A title"]
    assert reader.texts["h2"] == ["First", "Second"]
    assert reader.texts["h3"] == ["A part"]
    assert reader.texts["p"] == ["An introduction.", "Said of it."]
    assert reader.texts["th"] == ["No.", "What"]
    assert reader.texts["td"] == ["1", "equal", "2", "other"]
    assert "equal" in reader.classes
    assert reader.seen.index("table") < reader.seen.index("svg")


def test_a_page_stands_alone() -> None:
    reader = read(ReportPage("A title", "").render())
    assert reader.references == []
    assert "script" not in reader.seen
    assert "url(" not in report_page.STYLE


def test_hostile_texts_stay_texts_everywhere() -> None:
    page = ReportPage(HOSTILE, HOSTILE)
    page.section(HOSTILE, HOSTILE)
    page.add(report_page.table((HOSTILE,), [(HOSTILE,), (Cell(HOSTILE, HOSTILE),)]))
    page.add(report_page.heading(HOSTILE))
    page.add(report_page.note(HOSTILE, HOSTILE))
    reader = read(page.render())
    for tag in ("title", "h1", "h2", "h3", "p", "th", "td"):
        assert set(reader.texts[tag]) == {HOSTILE}, tag
    assert {"script", "img"}.isdisjoint(reader.seen)
    assert HOSTILE in reader.classes


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30))
def test_any_printable_text_of_a_cell_is_kept(text: str) -> None:
    assert read(report_page.table(("A",), [(text,)])).texts["td"] == [text]


def test_a_table_without_rows_is_still_a_table() -> None:
    reader = read(report_page.table(("A", "B"), []))
    assert reader.texts["th"] == ["A", "B"]
    assert "td" not in reader.texts
