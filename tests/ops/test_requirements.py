"""The table of what the Agreement asks, and its mutants, are held to the tests and to the code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ops.files import OPS

ROWS = """
[[row]]
id = "A1.1"
article = "Art. 1"
asks = "Twice is double"

[[row]]
id = "A2.1"
article = "Art. 2"
asks = "Nothing"
outside = "It asks nothing."
"""
TEST = """
import pytest
from appliance.double import twice


@pytest.mark.requirement("A1.1")
def test_twice_is_double():
    assert twice(3) == 6


@pytest.mark.parametrize("number", [0, 1])
def test_nothing_is_noticed(number):
    assert twice(0) == 0
"""
MUTANT = """
[[mutant]]
row = "A1.1"
file = "appliance/double.py"
find = "2 * number"
put = "3 * number"
test = "tests/test_double.py::test_twice_is_double"
"""


@dataclass
class Tree:
    """A small project with the two programs."""

    root: Path

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands once in a file."""
        text = (self.root / name).read_text()
        assert text.count(old) == 1
        (self.root / name).write_text(text.replace(old, new))

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the programs."""
        return subprocess.run(
            [sys.executable, self.root / "ops" / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
        )

    def faults(self, program: str) -> list[str]:
        """Return what a check says; its exit status says the same."""
        done = self.run(program, "check")
        told = done.stderr.splitlines()
        assert done.returncode == bool(told), done.stderr
        return [line.partition(": ")[2] for line in told]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    for folder in ("ops", "tests", "appliance", "kernels"):
        (tmp_path / folder).mkdir()
    for program in ("requirements.py", "mutants.py"):
        shutil.copy(OPS / program, tmp_path / "ops" / program)
    files = {
        "ops/requirements.toml": ROWS,
        "ops/mutants.toml": MUTANT,
        "tests/test_double.py": TEST,
        "appliance/__init__.py": "",
        "appliance/double.py": "def twice(number):\n    return 2 * number\n",
        "kernels/__init__.py": "",
        "pytest.ini": "[pytest]\nmarkers = requirement(*ids): rows\n",
        ".gitignore": "__pycache__/\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    made = Tree(tmp_path)
    assert made.run("requirements.py", "generate").returncode == 0
    return made


def test_a_whole_tree_is_without_a_fault_and_its_page_names_the_tests(tree: Tree) -> None:
    assert tree.faults("requirements.py") == []
    assert tree.faults("mutants.py") == []
    page = (tree.root / "ops" / "REQUIREMENTS.md").read_text().splitlines()
    assert page[-2:] == [
        "| A1.1 | Art. 1 | Twice is double | `test_double.py::test_twice_is_double` |",
        "| A2.1 | Art. 2 | Nothing | outside software: It asks nothing. |",
    ]


def test_a_row_without_a_test_is_named(tree: Tree) -> None:
    tree.change("tests/test_double.py", '@pytest.mark.requirement("A1.1")\n', "")
    told = tree.faults("requirements.py")
    assert told[0] == "A1.1 (Art. 1) is shown by no test"


def test_a_mark_that_names_no_row_is_named(tree: Tree) -> None:
    tree.change("tests/test_double.py", '"A1.1"', '"A1.1", "A9.9"')
    told = tree.faults("requirements.py")
    assert told[0] == "A9.9: tests/test_double.py::test_twice_is_double names no row"


def test_a_row_that_is_outside_software_has_no_test(tree: Tree) -> None:
    tree.change("tests/test_double.py", '"A1.1"', '"A1.1", "A2.1"')
    told = tree.faults("requirements.py")
    assert told[0] == "A2.1 is said to be outside software, yet tests show it"


@pytest.mark.parametrize("old", ["Twice is double", "It asks nothing."])
def test_a_page_that_is_not_the_one_generated_now_is_named(tree: Tree, old: str) -> None:
    tree.change("ops/requirements.toml", old, "Something else")
    (told,) = tree.faults("requirements.py")
    assert told.startswith("REQUIREMENTS.md is not the page generated now")


MUTANTS = "ops/mutants.toml"
FAULTS = {
    "its text is gone": (
        ("appliance/double.py", "2 * number", "number + number"),
        "appliance/double.py has '2 * number' 0 times, not once",
    ),
    "its text stands twice": (
        (MUTANTS, 'find = "2 * number"', 'find = "number"'),
        "appliance/double.py has 'number' 2 times, not once",
    ),
    "its file is gone": (
        (MUTANTS, "appliance/double.py", "appliance/triple.py"),
        "appliance/triple.py is not there",
    ),
    "it is no program": (
        (MUTANTS, 'put = "3 * number"', 'put = "3 *"'),
        "the mutant of appliance/double.py is no program",
    ),
    "its test is gone": (
        (MUTANTS, "test_twice_is_double", "test_twice"),
        "test_twice is not there or does not carry the row's mark",
    ),
    "its test has no mark of the row": (
        (MUTANTS, "test_twice_is_double", "test_nothing_is_noticed"),
        "test_nothing_is_noticed is not there or does not carry the row's mark",
    ),
    "its test without a row is gone": (
        (MUTANTS, MUTANT, MUTANT.replace('row = "A1.1"\n', "").replace("is_double", "is_half")),
        "test_twice_is_half is not there",
    ),
    "its row has none": (
        (MUTANTS, MUTANT, "mutant = []\n"),
        "A1.1 has tests and no mutant that they notice",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mutant_that_proves_nothing_is_named(tree: Tree, fault: str) -> None:
    change, says = FAULTS[fault]
    tree.change(*change)
    assert says in tree.faults("mutants.py")[0]
    # Nor is anything run that cannot tell.
    assert tree.run("mutants.py", "run").returncode == 1


def _verdict(tree: Tree) -> tuple[int, bool, str]:
    done = tree.run("mutants.py", "run", "--row", "A1.1", "--json")
    (told,) = json.loads(done.stdout)
    return done.returncode, told["seen"], told["message"]


def test_a_mutant_that_its_test_notices_is_seen_and_the_tree_stays_as_it_is(tree: Tree) -> None:
    # What is not committed counts too, and is not touched.
    held = (tree.root / "appliance" / "double.py").read_bytes()
    status, seen, message = _verdict(tree)
    assert (status, seen) == (0, True)
    assert message.startswith("assert 9 == 6")
    assert held == (tree.root / "appliance" / "double.py").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('put = "3 * number"', 'put = "number * 2"', "of the mutant passed"),
        ('put = "3 * number"', 'put = "2 * numbr"', "NameError"),
        (
            'find = "2 * number"\nput = "3 * number"',
            'find = "twice"\nput = "trice"',
            "of the mutant",
        ),
    ],
    ids=["the same", "no such name", "not imported"],
)
def test_a_test_that_does_not_notice_or_never_came_to_it_is_told(
    tree: Tree, old: str, new: str, says: str
) -> None:
    tree.change(MUTANTS, old, new)
    status, seen, message = _verdict(tree)
    assert (status, seen) == (1, False)
    assert says in message


def test_a_test_that_fails_anyway_sees_nothing(tree: Tree) -> None:
    tree.change("appliance/double.py", "number\n", "number + 1\n")
    status, seen, message = _verdict(tree)
    assert (status, seen) == (1, False)
    assert message.startswith("of the code as it is failed")
