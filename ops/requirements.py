"""ops/REQUIREMENTS.md: each row of the Agreement beside the tests that show it.

Rows stand in requirements.toml, the tests carry ``@pytest.mark.requirement("A13.3")`` or a module's
``pytestmark``. ``generate`` writes the page; ``check`` refuses a page that is not the one generated
now, a row without a test that does not say why it is outside, and a mark that names no row.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "ops" / "requirements.toml"
PAGE = ROOT / "ops" / "REQUIREMENTS.md"
TESTS = ROOT / "tests"

_HEAD = """\
# What the Agreement asks, and the tests that show it

Made by `python ops/requirements.py generate`; `make lint` holds it to the tests. A is the Agreement
between the Parties to the Police Cooperation Convention for Southeast Europe on the automated
exchange of DNA, dactyloscopic and vehicle registration data, I its Implementing Agreement.

| id | article | what is asked | shown by |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One obligation; ``outside`` says why software cannot meet it."""

    id: str
    article: str
    asks: str
    outside: str = ""


def rows() -> list[Row]:
    """Return the rows in their order."""
    return [Row(**row) for row in tomllib.loads(ROWS.read_text(encoding="utf-8"))["row"]]


def shown_by(tests: Path = TESTS) -> dict[str, list[str]]:
    """Return the marked tests of each id as ``path::name``, sorted."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        of_module = [name for node in tree.body for name in _of_module(node)]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_test(node):
                own = [name for each in node.decorator_list for name in _ids(each)]
                for name in {*own, *of_module}:
                    found[name].append(f"{path.relative_to(ROOT)}::{node.name}")
    return {name: sorted(tests) for name, tests in found.items()}


def _is_test(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return node.name.startswith("test_")


def _of_module(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
    ):
        yield from _ids(node.value)


def _ids(node: ast.expr) -> Iterator[str]:
    """Yield the ids of every ``pytest.mark.requirement(...)`` within an expression."""
    for each in ast.walk(node):
        if (
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and each.func.attr == "requirement"
        ):
            for argument in each.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def page() -> str:
    """Return the page in Markdown."""
    shown = shown_by()
    lines = []
    for row in rows():
        tests = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in shown.get(row.id, ()))
        proof = f"outside software: {row.outside}" if row.outside else tests
        lines.append(f"| {row.id} | {row.article} | {row.asks} | {proof} |\n")
    return _HEAD + "".join(lines)


def faults() -> list[str]:
    """Return what is wrong with rows, marks and page, one sentence each."""
    shown, known = shown_by(), {row.id: row for row in rows()}
    found = [f"{id_}: {shown[id_][0]} names no row" for id_ in sorted(shown.keys() - known.keys())]
    for row in known.values():
        if row.outside and row.id in shown:
            found.append(f"{row.id} is said to be outside software, yet tests show it")
        if not row.outside and row.id not in shown:
            found.append(f"{row.id} ({row.article}) is shown by no test")
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        found.append(f"{PAGE.name} is not the page generated now: run it with 'generate'")
    return found


def main(arguments: list[str]) -> int:
    """Run ``generate`` or ``check``; return the exit status."""
    if arguments == ["generate"]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if arguments == ["check"]:
        found = faults()
        for fault in found:
            print(f"requirements: {fault}", file=sys.stderr)
        return 1 if found else 0
    print("usage: requirements.py generate | check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
