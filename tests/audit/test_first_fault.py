"""Of several faults the first is named, in whichever order the check comes upon them."""

from __future__ import annotations

import pytest

from appliance.audit import leaf, merkle
from appliance.domain.record import Act
from tests.audit.bench import Bench, fill

pytestmark = pytest.mark.requirement("A17.3")


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        (["DELETE FROM record_payload WHERE sequence = 9"], 9),
        (["DELETE FROM record_payload WHERE sequence > 10"], 11),
        (["DELETE FROM record_day WHERE first_sequence = 5"], 5),
        (["DELETE FROM record WHERE sequence = 9", "DELETE FROM record_payload WHERE sequence = 6"],
         6),
        (["UPDATE record_payload SET sealed = zeroblob(99) WHERE sequence IN (8, 11)"], 8),
        (["UPDATE record SET leaf_hash = zeroblob(32) WHERE sequence IN (2, 6)",
          "DELETE FROM record_payload WHERE sequence = 9"], 2),
        (["UPDATE record SET leaf_hash = zeroblob(32) WHERE sequence = 7",
          "UPDATE record_payload SET sealed = zeroblob(99) WHERE sequence = 10"], 7),
    ],
)  # fmt: skip
def test_the_first_of_faults_in_several_days_of_one_tile_is_named(
    bench: Bench, statements: list[str], broken_at: int
) -> None:
    for _ in range(3):
        fill(bench, 4)
        bench.clock.advance(days=1)
    intruder = bench.intruder()
    for statement in statements:
        intruder.execute(statement)
    intruder.close()
    report = bench.verify()
    assert (False, broken_at) == (report.intact, report.broken_at)


def test_an_entry_that_an_intruder_with_all_keys_recorded_as_another_is_found(bench: Bench) -> None:
    """No head stands over it yet, content and hash fit each other; it names another place."""
    fill(bench, 3)
    bench.record.write(Act.SEARCH_RECEIVED, "MK", {})
    (entry,) = bench.record.entries(3, 1)
    forged = leaf.encode(2, entry.recorded_at, entry.act, entry.party, {}, [])
    _, key = bench.day_of(4)
    intruder = bench.intruder()
    sealed = key.seal(forged, leaf.context(4))
    intruder.execute("UPDATE record_payload SET sealed = ? WHERE sequence = 4", (sealed,))
    hashed = merkle.leaf_hash(forged)
    intruder.execute("UPDATE record SET leaf_hash = ? WHERE sequence = 4", (hashed,))
    intruder.execute("DELETE FROM record_head WHERE size > 3")
    intruder.close()
    log = bench.folder / "heads.log"
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])
    report = bench.verify()
    assert (report.intact, report.broken_at, report.signed) == (False, 4, 0)
    assert "elsewhere" in report.reason
