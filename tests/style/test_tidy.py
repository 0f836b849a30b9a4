"""The house rules that a machine can check, over every tracked file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LINES_MAX = 300
FUNCTION_LINES_MAX = 60
COLUMNS_MAX = 100
BYTES_MAX = 1_000_000

SOURCE = {".py", ".cu", ".cuh", ".h", ".cpp", ".proto", ".sql"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
# Written in parts, so that this file passes its own tests.
UNFINISHED = re.compile(
    "|".join([r"\bTO" + r"DO\b(?!\(#\d+\))", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b"])
)
NOT_MADE = re.compile("NotImplemented" + "Error")
MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(" + "|".join(("work", "farm", "home", "root", "tmp")) + r")/[a-z]"
)
REGISTRY_HOSTS = re.compile(
    "|".join(
        ("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.org", "debian" + r"\.org")
    )
)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


@cache
def _tracked() -> tuple[Path, ...]:
    if not (REPOSITORY / ".git").exists():
        pytest.skip("this copy of the sources is not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    ).stdout
    paths = (REPOSITORY / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def _written() -> list[Path]:
    """Return the files that people wrote in a language, not those that a generator made."""
    return [p for p in _tracked() if p.suffix in SOURCE and "_pb2" not in p.name]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:8192]


def _places(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(REPOSITORY)}:{number}"
        for path in paths
        if _is_text(path)
        for number, line in enumerate(_text(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_a_file_is_short_enough_to_be_one_noun() -> None:
    long = {
        str(path.relative_to(REPOSITORY)): lines
        for path in _written()
        if (lines := _text(path).count("\n")) > LINES_MAX
    }
    assert long == {}


def test_a_function_fits_on_a_page() -> None:
    long = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}"
        for path in _written()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == []


def test_a_line_is_at_most_a_hundred_columns_wide() -> None:
    # The formatter of the contract keeps an rpc on one line, and a word to a checker has its place.
    wide = re.compile(rf"^(?!\s*rpc )(?!.{{0,{COLUMNS_MAX}}}(  # (type: |noqa).*)?$)")
    assert _places(wide, _written()) == []


def test_no_line_ends_in_a_blank_and_every_file_in_a_newline() -> None:
    texts = [p for p in _tracked() if _is_text(p) and "_pb2" not in p.name]
    assert _places(re.compile(r"[ \t]+$"), texts) == []
    assert [p.name for p in texts if _text(p) and not _text(p).endswith("\n")] == []


def test_a_file_is_named_for_what_it_is() -> None:
    assert [path.name for path in _written() if path.stem.lower() in VAGUE_NAMES] == []


def test_units_and_bounds_stand_last_in_names() -> None:
    backwards = re.compile(r"^_?max_|_timeout$")
    wrong = []
    for path in _written():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(_text(path))):
            if isinstance(node, ast.arg):
                name = node.arg
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                name = node.id
            else:
                continue
            if backwards.search(name):
                wrong.append(f"{path.relative_to(REPOSITORY)}:{node.lineno} {name}")
    assert wrong == []


def test_nothing_is_left_unfinished() -> None:
    assert _places(UNFINISHED, list(_tracked())) == []
    assert _places(NOT_MADE, _written()) == []


def test_no_path_of_one_machine_is_written_down() -> None:
    assert _places(MACHINE_PATHS, list(_tracked())) == []


def test_no_package_registry_is_named() -> None:
    assert _places(REGISTRY_HOSTS, list(_tracked())) == []


def test_no_large_blob_is_tracked() -> None:
    assert [p.name for p in _tracked() if p.stat().st_size > BYTES_MAX] == []


def test_a_file_is_executable_exactly_when_it_says_how_to_run_it() -> None:
    wrong = [
        str(path.relative_to(REPOSITORY))
        for path in _tracked()
        if os.access(path, os.X_OK) != path.read_bytes().startswith(b"#!")
    ]
    assert wrong == []


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{path.relative_to(REPOSITORY)}: {target}"
        for path in _tracked()
        if path.suffix == ".md"
        for target in LINK.findall(_text(path))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {p.parent for p in _tracked() if p.name.startswith("test_") and p.suffix == ".py"}
    missing = [str(f.relative_to(REPOSITORY)) for f in folders if not (f / "__init__.py").exists()]
    assert missing == []
