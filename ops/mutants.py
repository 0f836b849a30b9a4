"""Break the code, one row of the Agreement after the other, and see the row's test fail.

A mutant of mutants.toml names a row, a piece of text in a file, what to put in its place, and the
test that must notice. ``check`` holds mutants, code and marks together; ``run`` works on a copy of
the tree, asks each test once of the code as it is, then of each mutant. A mutant is seen when its
test passes on the sound copy and fails inside of the test on the broken one; a module that cannot
be imported, a name that is not there or a test that hangs proves nothing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

import requirements
from rich.console import Console
from rich.progress import Progress

ROOT = requirements.ROOT
MUTANTS = ROOT / "ops" / "mutants.toml"
TEST_TIMEOUT_S = 200
# These say that the broken text is no program, or that the test never came to its question.
NO_PROOF = ("NameError", "ImportError", "ModuleNotFoundError", "SyntaxError", "Failed: Timeout")


@dataclass(frozen=True, slots=True)
class Mutant:
    """``put`` in the place of ``find`` breaks what ``row`` asks, and ``test`` notices.

    Without a row it shows of a test that stands for none that it can fail.
    """

    file: str
    find: str
    put: str
    test: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test did: ``passed``, ``failed``, or the reason why it says nothing."""

    state: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the test saw the mutant, and the first line of what it said."""

    row: str
    file: str
    test: str
    seen: bool
    message: str


def mutants() -> list[Mutant]:
    """Return the mutants in their order."""
    return [Mutant(**each) for each in tomllib.loads(MUTANTS.read_text(encoding="utf-8"))["mutant"]]


def faults(rows: set[str]) -> list[str]:
    """Return what is wrong with the mutants of some rows, or of all (none named)."""
    shown = requirements.shown_by()
    known = [mutant for mutant in mutants() if not rows or mutant.row in rows]
    found = [fault for mutant in known for fault in _faults_of(mutant, shown)]
    bare = set() if rows else shown.keys() - {mutant.row for mutant in known}
    return found + [f"{row} has tests and no mutant that they notice" for row in sorted(bare)]


def _faults_of(mutant: Mutant, shown: dict[str, list[str]]) -> Iterator[str]:
    if mutant.row and _function(mutant.test) not in shown.get(mutant.row, []):
        yield f"{mutant.row}: {mutant.test} is not there or does not carry the row's mark"
    elif not _is_there(_function(mutant.test)):
        yield f"{mutant.test} is not there"
    path = ROOT / mutant.file
    if not path.is_file():
        yield f"{mutant.test}: {mutant.file} is not there"
        return
    text = path.read_text(encoding="utf-8")
    if (times := text.count(mutant.find)) != 1:
        yield f"{mutant.test}: {mutant.file} has {mutant.find!r} {times} times, not once"
    elif path.suffix == ".py":
        try:
            compile(text.replace(mutant.find, mutant.put), mutant.file, "exec")
        except SyntaxError as error:
            yield f"{mutant.test}: the mutant of {mutant.file} is no program: {error}"


def _function(test: str) -> str:
    """Return a test without the name of one of its parameter sets."""
    return test.partition("[")[0]


def _is_there(function: str) -> bool:
    path, _, name = function.partition("::")
    return (ROOT / path).is_file() and f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def copy_tree(folder: Path) -> None:
    """Copy the tree as it stands, without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        # A tracked file may have been removed and not committed yet.
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def _environment(folder: Path) -> dict[str, str]:
    # Python puts PYTHONPATH before an installation that points at the tree we were copied from.
    return {**os.environ, "PYTHONPATH": str(folder)}


def demand_own_modules(folder: Path) -> None:
    """Raise SystemExit when Python would not import the packages of the copy."""
    for package in ("appliance", "kernels"):
        told = subprocess.run(  # noqa: S603
            [sys.executable, "-c", f"import {package}; print({package}.__file__)"],
            cwd=folder,
            env=_environment(folder),
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        if folder.resolve() not in Path(told).resolve().parents:
            raise SystemExit(f"mutants: {package} is imported from {told}, not from the copy")


def ask(folder: Path, tests: list[str]) -> dict[str, Outcome]:
    """Run the tests in the copy; return the outcome of each, an absent one if none came."""
    report = folder / "mutant-report.xml"
    report.unlink(missing_ok=True)
    options = ["-q", "-p", "no:cacheprovider", f"--timeout={TEST_TIMEOUT_S}"]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", *options, f"--junitxml={report}", *tests],
        cwd=folder,
        env=_environment(folder),
        check=False,
        capture_output=True,
        text=True,
    )
    # A collection that fails, or a process that died, leaves no word about the tests themselves.
    cases = ElementTree.parse(report).iter("testcase") if report.exists() else ()  # noqa: S314
    told: dict[str, list[Outcome]] = {}
    for case in cases:
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        told.setdefault(name, []).append(_outcome(case))
        told.setdefault(_function(name), []).append(_outcome(case))
    absent = [Outcome("absent", _why(done.stdout + done.stderr))]
    return {test: _joined(told.get(test, absent)) for test in tests}


def _outcome(case: ElementTree.Element) -> Outcome:
    for kind in ("error", "failure", "skipped"):
        if (found := case.find(kind)) is not None:
            message = (found.get("message") or "").partition("\n")[0]
            no_proof = kind != "failure" or message.startswith(NO_PROOF)
            return Outcome(kind if no_proof else "failed", message)
    return Outcome("passed")


def _joined(outcomes: list[Outcome]) -> Outcome:
    """Return the outcome of a test of several parameter sets: one that failed is enough."""
    order = ("failed", "absent", "error", "failure", "skipped", "passed")
    return min(outcomes, key=lambda outcome: order.index(outcome.state))


def _why(text: str) -> str:
    """Return the line of pytest's words that best says why there is no outcome."""
    lines = [line for line in reversed(text.splitlines()) if line.strip()] or ["nothing was said"]
    return next((line for line in lines if line.startswith(("ERROR", "Fatal"))), lines[0])


def judge(folder: Path, mutant: Mutant, sound: Outcome) -> Verdict:
    """Break the copy, ask the test, mend the copy."""
    told = sound
    if sound.state == "passed":
        path = folder / mutant.file
        text = path.read_text(encoding="utf-8")
        try:
            _write(path, text.replace(mutant.find, mutant.put))
            told = ask(folder, [mutant.test])[mutant.test]
        finally:
            _write(path, text)
    seen = sound.state == "passed" and told.state == "failed"
    whose = "of the mutant" if sound.state == "passed" else "of the code as it is"
    message = told.message if seen else f"{whose} {told.state}: {told.message}"
    return Verdict(mutant.row, mutant.file, mutant.test, seen, message)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    if path.suffix == ".py":
        # Bytecode is known by second and length alone, and a mutant may share both.
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def run(chosen: list[Mutant], as_json: bool) -> int:
    """Judge the chosen mutants, tell what was seen; return 1 if any was not."""
    verdicts: list[Verdict] = []
    progress = Progress(console=Console(stderr=True))
    with tempfile.TemporaryDirectory(prefix="mutants-") as name, progress:
        folder = Path(name)
        bar = progress.add_task("the code as it is", total=len(chosen) + 1)
        copy_tree(folder)
        demand_own_modules(folder)
        sound = ask(folder, sorted({mutant.test for mutant in chosen}))
        for mutant in chosen:
            progress.update(bar, advance=1, description=f"{mutant.row} {mutant.file}")
            verdicts.append(judge(folder, mutant, sound[mutant.test]))
            if not as_json:
                _tell(progress.console, verdicts[-1])
        progress.update(bar, advance=1)
    blind = sum(not verdict.seen for verdict in verdicts)
    if as_json:
        print(json.dumps([asdict(verdict) for verdict in verdicts], indent=2))
    else:
        print(f"{len(verdicts) - blind} of {len(verdicts)} mutants seen")
    return 1 if blind else 0


def _tell(console: Console, verdict: Verdict) -> None:
    word = "seen" if verdict.seen else "NOT SEEN"
    line = f"{verdict.row or 'no row'}: {word} by {verdict.test}: {verdict.message}"
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def main(arguments: list[str]) -> int:
    """Run ``check`` or ``run``; return the exit status."""
    parser = argparse.ArgumentParser(prog="mutants.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="hold mutants, code and marks together")
    running = commands.add_parser("run", help="break the code and see each test fail")
    running.add_argument("--row", action="append", help="only mutants of this row; repeatable")
    running.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    asked = parser.parse_args(arguments)
    rows = asked.row if asked.command == "run" and asked.row else []
    if unknown := set(rows) - {mutant.row for mutant in mutants()}:
        parser.error(f"no mutant of {', '.join(sorted(unknown))}")
    found = faults(set(rows))
    for fault in found:
        print(f"mutants: {fault}", file=sys.stderr)
    if asked.command == "check" or found:
        return 1 if found else 0
    return run([each for each in mutants() if not rows or each.row in rows], asked.json)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
