"""The entry points of daily work say what they do and can be run where they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ops.files import REPOSITORY

MAKEFILE = REPOSITORY / "Makefile"
TARGETS = {"setup", "demo", "test", "soak", "lint", "proto", "bench", "clean", "help"}
TARGETS |= {"gpu-test", "gpu-bench"}


def _make(
    *arguments: str, folder: Path = REPOSITORY, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    # A make above this one would hand its flags down.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    if path is not None:
        environment["PATH"] = path
    return subprocess.run(
        ["/usr/bin/env", "make", *arguments],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_help_names_every_target() -> None:
    done = _make("help")
    assert done.returncode == 0, done.stderr
    assert {line.split()[0] for line in done.stdout.splitlines()} == TARGETS


def test_the_test_target_runs_every_check_that_is_promised() -> None:
    planned = _make("--dry-run", "--always-make", "test").stdout
    checks = [f"ops/{each}.py check" for each in ("proto", "requirements", "mutants")]
    for tool in ("ruff check", "mypy", "lint-imports", "buf lint", *checks, "pytest"):
        assert tool in planned, tool
    assert "not crash" not in planned


def test_the_soak_makes_the_kills_races_and_changes_that_it_names_and_runs_the_mutants() -> None:
    planned = _make("--dry-run", "--always-make", "soak").stdout
    assert planned.rstrip().endswith("ops/mutants.py run")
    (line,) = [each for each in planned.splitlines() if "-m pytest" in each]
    words = line.split()
    files = [REPOSITORY / word for word in words if word.startswith("tests/")]
    tests = [test for path in files for test in ([path] if path.is_file() else path.glob("*.py"))]
    texts = [test.read_text() for test in tests]
    made = [re.fullmatch(r"([A-Z_]+)=(\d+)", word) for word in words]
    more = {found[1]: int(found[2]) for found in made if found is not None}
    usual = {
        name: int(number)
        for text in texts
        for name, number in re.findall(r'os\.environ\.get\("([A-Z_]+)", "(\d+)"\)', text)
    }
    assert more.keys() == usual.keys()
    assert all(more[name] > usual[name] for name in usual)


def test_continuous_integration_runs_what_a_developer_runs() -> None:
    script = REPOSITORY / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().rstrip().endswith("exec make test")


def test_without_a_fitting_python_setup_says_what_is_missing(tmp_path: Path) -> None:
    """Interpreters that exist but refuse to run, as a version manager's shims do."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("python3.12", "python3.11", "python3"):
        shim = tools / name
        shim.write_text("#!/bin/sh\nexit 127\n")
        shim.chmod(0o755)
    for name in ("make", "sh", "env"):
        (tools / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "Makefile").write_text(MAKEFILE.read_text())
    (tmp_path / "pyproject.toml").touch()
    done = _make("setup", folder=tmp_path, path=str(tools))
    assert done.returncode != 0
    assert "no Python 3.11 or 3.12" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_interpreters_that_fit_are_those_of_the_package() -> None:
    required = re.search(r'requires-python = "(.*)"', (REPOSITORY / "pyproject.toml").read_text())
    assert required is not None
    assert required[1] == ">=3.11,<3.13"
    assert "(3, 11) <= sys.version_info[:2] < (3, 13)" in MAKEFILE.read_text()


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_a_reader_finds(name: str) -> None:
    assert (REPOSITORY / name).stat().st_size > 200
