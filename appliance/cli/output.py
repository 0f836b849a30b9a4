"""What commands print: tables for people, JSON for software, progress on the error stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

# Other people's texts are printed as they are: a reference number is never markup.
console = Console(highlight=False, markup=False, emoji=False)
progress_console = Console(stderr=True, highlight=False)


def print_json(value: object) -> None:
    """Print one JSON document on standard output, keys in the order given."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_json(path: Path, value: object) -> None:
    """Write one JSON document to a file."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


class Bar:
    """One line of progress. Not thread-safe."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, steps: int = 1) -> None:
        """Move on by ``steps``."""
        self._progress.advance(self._task, steps)

    def set(self, done: int, total: int | None = None) -> None:
        """Stand at ``done`` of ``total``."""
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def progress_bar(title: str, total: int | None) -> Iterator[Bar]:
    """Show a bar on the error stream while the block runs; its end alone where no one watches."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=progress_console) as progress:
        yield Bar(progress, progress.add_task(title, total=total))
