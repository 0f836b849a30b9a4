"""The process that is killed: it loads, deletes and erases through the gallery until its end."""

from __future__ import annotations

import itertools
import random
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.domain.codes import Collection
from appliance.gallery import limits
from tests.gallery.workbench import item, nothing, opened

TP = Collection.TP


def work(folder: Path, life: int, told: Connection) -> None:
    """Tell each act before it begins and again once it is acknowledged, for ever."""
    rng = random.Random(life)
    bench = opened(folder, merge=True)
    told.send(("open", ()))
    mine: list[str] = []
    for number in itertools.count():
        if len(mine) > 12 or (mine and rng.random() < 0.3):
            reference = mine.pop(rng.randrange(len(mine)))
            told.send(("delete", (reference,)))
            bench.gallery.delete(TP, reference, nothing)
        elif rng.random() < 0.1:
            bench.clock.passed_s += 2 * limits.ERASURE_GRACE_S
            told.send(("erase", ()))
            bench.gallery.erase_deleted()
        else:
            first = life * 1_000_000 + number * 10
            items = [item(first + n, TP, rng.randrange(5_000)) for n in range(rng.randrange(1, 6))]
            references = tuple(each.reference_number for each in items)
            told.send(("load", references))
            bench.gallery.load(items, nothing)
            mine.extend(references)
        told.send(("done", ()))
