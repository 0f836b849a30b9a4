"""One self-contained HTML page: pictures of candidates, locus tables, refusals, the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

STYLE = """
:root { --ink: #1d2733; --soft: #5b6875; --line: #d8dee5; --paper: #fff; --good: #14763f;
        --warn: #a15c00; --bad: #a8232f; --accent: #1f5fae; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6ebf0; --soft: #9aa7b4; --line: #36424e; --paper: #151b21; --good: #58c08a;
          --warn: #e0a752; --bad: #ef7a84; --accent: #7db3f2; }
}
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
       max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.4rem; }
h3 { font-size: 1rem; margin-bottom: .3rem; }
p.note { color: var(--soft); max-width: 70ch; }
table { border-collapse: collapse; margin: .6rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .22rem .7rem; border-bottom: 1px solid var(--line); text-align: left; }
th { color: var(--soft); font-weight: 600; }
td.number { text-align: right; }
.scroll { overflow-x: auto; }
svg { width: 100%; max-width: 940px; height: auto; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.frame { fill: none; stroke: var(--line); }
.minutia circle, .minutia rect { fill: none; stroke-width: 1.4; }
.minutia line { stroke-width: 1.4; }
.single * { stroke: var(--soft); } .paired * { stroke: var(--accent); }
.pair { stroke: var(--accent); stroke-width: .8; opacity: .45; }
.pair:hover { opacity: 1; stroke-width: 2; }
.equal { color: var(--good); } .wildcard, .micro_variant { color: var(--warn); }
.mismatch { color: var(--bad); } .only_probe, .only_candidate { color: var(--soft); }
mark { color: var(--bad); background: none; font-weight: 700; text-decoration: underline; }
p.worth { max-width: 70ch; margin: .2rem 0; }
p.warning { max-width: 70ch; margin: .2rem 0; color: var(--bad); font-weight: 600; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0; }
.bar0 { fill: var(--good); } .bar1 { fill: var(--accent); } .bar2 { fill: var(--soft); }
.bar3 { fill: var(--warn); }
.refused { color: var(--bad); font-weight: 600; } .intact { color: var(--good); font-weight: 600; }
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: text, and the class that colours it."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """One table cell of several values, and which of them are marked."""

    values: tuple[str, ...]
    marked: tuple[bool, ...]


def table(heads: Sequence[str], rows: Iterable[Sequence[str | Cell | Values]]) -> str:
    """Return an HTML table; every text is escaped."""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join("<tr>" + "".join(_cell(each) for each in row) + "</tr>" for row in rows)
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(cell: str | Cell | Values) -> str:
    if isinstance(cell, str):
        return f"<td>{escape(cell)}</td>"
    if isinstance(cell, Values):
        told = (
            f"<mark>{escape(value)}</mark>" if marked else escape(value)
            for value, marked in zip(cell.values, cell.marked, strict=True)
        )
        return f"<td>{', '.join(told)}</td>"
    return f'<td class="{escape(cell.style)}">{escape(cell.text)}</td>'


def heading(text: str) -> str:
    """Return the heading of a part of a section."""
    return f"<h3>{escape(text)}</h3>"


def command(text: str) -> str:
    """Return a command line, to be copied."""
    return f"<pre><code>{escape(text)}</code></pre>"


def note(text: str, style: str = "note") -> str:
    """Return a paragraph."""
    return f'<p class="{escape(style)}">{escape(text)}</p>'


@dataclass(slots=True)
class ReportPage:
    """Collects sections and renders them. Not thread-safe."""

    title: str
    introduction: str
    _parts: list[str] = field(default_factory=list)

    def section(self, title: str, introduction: str = "") -> None:
        """Begin a section."""
        self._parts.append(f"<h2>{escape(title)}</h2>")
        if introduction:
            self._parts.append(note(introduction))

    def add(self, markup: str) -> None:
        """Add markup of this module or a drawing: its texts are escaped already."""
        self._parts.append(markup)

    def render(self) -> str:
        """Return the whole document."""
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(self.title)}</title><style>{STYLE}</style></head><body>"
            f"<h1>{escape(self.title)}</h1>"
            f"{note(self.introduction)}"
            f"{''.join(self._parts)}</body></html>\n"
        )
