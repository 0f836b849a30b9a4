"""What a work may do inside a transaction of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import apsw

from appliance.store import limits


class Transaction:
    """What a work may do; valid only inside it and only on its thread.

    The works of one group share it. ``memory`` keeps, under names, what tables hold, so that the
    next work of the group need not ask again: whoever changes such a row changes it there too. It
    is empty at the start of a group, and again as soon as a work is undone.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.memory: dict[str, Any] = {}
        self.conditions: dict[Callable[[], None], None] = {}

    def before_commit(self, condition: Callable[[], None]) -> None:
        """Call ``condition`` once before the group commits, however many works ask for it.

        Where it raises RecordUnavailable, as a disk that refuses, the whole group is undone.
        """
        self.conditions[condition] = None

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return self._connection.execute(sql, params).fetchall()

    def iterate(self, sql: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Run one query and hand out its rows as they come, for results too large for a list."""
        return iter(self._connection.execute(sql, params))

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""
        self._connection.executemany(sql, rows)

    def execute_rows(
        self, head: str, rows: Sequence[Sequence[Any]], tail: str = ""
    ) -> list[tuple[Any, ...]]:
        """Run ``head VALUES (?, ...), (?, ...) tail`` over all rows and return what it returns.

        Each statement takes as many rows as a power of two allows, so that few are planned: whoever
        runs one for each row gives the interpreter away, and waits for it, as often.
        """
        found: list[tuple[Any, ...]] = []
        begin = 0
        while begin < len(rows):
            count = min(limits.STATEMENT_ROWS_MAX, 1 << (len(rows) - begin).bit_length() - 1)
            some = rows[begin : begin + count]
            sql = f"{head} VALUES {_marks(len(some[0]), count)} {tail}"
            found += self.execute(sql, list(chain.from_iterable(some)))
            begin += count
        return found

    @property
    def last_rowid(self) -> int:
        """The row id of the last insertion."""
        return self._connection.last_insert_rowid()

    @property
    def changes(self) -> int:
        """Rows that the last statement changed."""
        return self._connection.changes()


@lru_cache(maxsize=64)
def _marks(columns: int, rows: int) -> str:
    """Return question marks for some rows of parameters."""
    row = f"({', '.join('?' * columns)})"
    return ", ".join([row] * rows)
