"""The process that is killed: it sends a mass comparison, compares it and tells its matches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.codecs.dna_canonical import canonical_profile
from appliance.domain import dna_rule
from appliance.domain.codes import Collection
from appliance.domain.mass_comparison import MassMatch, MassState
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import DnaMatch, Provenance
from appliance.exchange import mass_pace
from appliance.matching.dna_comparison import DnaComparison
from tests.exchange.mass_world import NUMBER, MassWorld, offered, terms
from tests.exchange.world import DNA
from tests.matching import shelf

PROFILES = 600
BATCH = 25
BLOCK_SLEEP_S = 0.001
# Small blocks, so that lives of milliseconds get on.
BLOCK_S = 0.01

Told = tuple[str, object]


def held(collection: Collection, first: int, count: int) -> list[LoadItem]:
    """Return items whose profiles are those of some of the stains sent."""
    return [
        LoadItem(
            collection,
            f"{collection.value[4]}-{number}",
            b"",
            canonical_profile(offered(number).values).codes,
        )
        for number in range(first, first + count)
    ]


class ShelfComparer:
    """The real comparison with a small gallery that never changes."""

    def __init__(self) -> None:
        persons = held(Collection.DNA_REFERENCE, 0, 12)
        traces = held(Collection.DNA_UNIDENTIFIED, 8, 12)
        self._comparison = DnaComparison(shelf.store([*persons, *traces]))
        self._epochs = [shelf.epoch(persons), shelf.epoch(traces, first=1 + len(persons))]
        self.provenance = Provenance("cpu", "ab" * 32, 1, 24, "pack", "model", "PCC-SEE/1")

    def begin(self, party: str) -> ShelfComparer:
        """Return itself: one state for ever."""
        return self

    def compare(
        self, profiles: Sequence[bytes], limit: int, give_way: Callable[[], None]
    ) -> Iterator[tuple[DnaMatch, ...]]:
        """Compare, a little more slowly than the machine could."""
        time.sleep(BLOCK_SLEEP_S)
        return self._comparison.compare(profiles, self._epochs, dna_rule.PCC_SEE, limit, give_way)


def work(folder: Path, after: int, told: Connection) -> None:
    """Do what is left of the job; tell each step once it is done, each match once it is there."""
    mass_pace.BLOCK_S = BLOCK_S
    mass = MassWorld(folder, comparer=ShelfComparer())
    status = mass.desk.open(DNA, terms())
    told.send(("opened", status.batches))
    batches = PROFILES // BATCH
    if status.state is MassState.OPEN:
        for number in range(status.batches, batches):
            mass.send(NUMBER, number + 1, range(number * BATCH, (number + 1) * BATCH))
            told.send(("sent", number + 1))
    mass.desk.begin(DNA, NUMBER, batches)
    told.send(("running", mass.desk.status(DNA, NUMBER).compared))
    if after:
        mass.desk.acknowledge(DNA, NUMBER, after)
    watch = mass.desk.watch(DNA, NUMBER, after)
    while (found := watch.get(1.0)) is not None:
        for each in found:
            told.send(("match", seen(each)))
    told.send(("finished", mass.desk.status(DNA, NUMBER).matches))
    mass.close()
    told.close()


def seen(match: MassMatch) -> tuple[object, ...]:
    """Return all of a match."""
    return (match.cursor, match.answer_number, match.reference_number, match.match)
