"""The documents name only commands and options that the command line knows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from appliance.cli.main import app
from tests.ops.files import OPS, REPOSITORY

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *OPS.rglob("*.md")])
_BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_IN_BLOCK = re.compile(r"^(?:.* -- /opt/appliance/bin/)?appliance ([a-z].*)$", re.MULTILINE)
_IN_LINE = re.compile(r"`appliance ([a-z][^`]*)`")
COMMANDS_MIN = 40


def _commands(path: Path) -> list[str]:
    """Return what follows ``appliance`` wherever a document writes a command."""
    text = path.read_text("utf-8")
    blocks = "\n".join(_BLOCK.findall(text)).replace("\\\n", " ")
    in_lines = _IN_LINE.findall(_BLOCK.sub("", text))
    found = [*_IN_BLOCK.findall(blocks), *in_lines]
    return [" ".join(each.split()).removesuffix("&").removesuffix("; do sleep 1") for each in found]


def _unknown(command: str) -> str:
    """Return the first word of a command that the command line does not know."""
    at = typer.main.get_command(app)
    words = shlex.split(command, comments=True)
    while words and (inner := getattr(at, "commands", None)) is not None:
        name = words.pop(0)
        if name not in inner:
            return name
        at = inner[name]
    known = {option for each in at.params for option in each.opts}
    return next((word for word in words if word.startswith("--") and word not in known), "")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_what_the_command_line_knows(path: Path) -> None:
    unknown = {each: word for each in _commands(path) if (word := _unknown(each))}
    assert unknown == {}


def test_commands_are_found_in_the_documents() -> None:
    assert sum(len(_commands(path)) for path in DOCUMENTS) >= COMMANDS_MIN


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("record verify --offline", ""),
        ("record forget", "forget"),
        ("record verify --of-course", "--of-course"),
        ("load finger prints/ --as RS-administrator   # a comment --of-no-option", ""),
    ],
)
def test_an_unknown_word_is_named(command: str, word: str) -> None:
    assert word == _unknown(command)
