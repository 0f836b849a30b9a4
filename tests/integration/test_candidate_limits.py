"""Exactly as many candidates as the table allows, from fifty true mates, for every search type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.cli import generated_data
from appliance.client import ApplianceRefused, LoadItem
from tests.integration.centre import FIRST, Centre, terms

_MATES = 50
_LIMITS = {
    "TP/TP": 1,
    "LT/TP": 10,
    "LP/PP": 5,
    "TP/UL": 5,
    "LT/UL": 5,
    "PP/ULP": 5,
    "LP/ULP": 5,
}


@pytest.fixture(scope="module")
def mates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Centre, bytes]]:
    """Give an appliance that holds one finger fifty times in each collection, and a probe of it.

    The fifty are one impression under fifty numbers, loaded from the last to the first: all their
    scores tie. The very print of the probe lies beside them, and another impression.
    """
    ((probe, mate, other),) = generated_data.finger_records(1, 3, 55)
    folder = tmp_path_factory.mktemp("mates") / "home"
    with Centre.start(folder, fingers=20, profiles=1) as centre:
        items = [
            LoadItem(collection, f"M-{_MATES - at:02d}", mate)
            for collection in ("TP", "UL", "PP", "ULP")
            for at in range(_MATES)
        ]
        items += [LoadItem(collection, "A-1", other) for collection in ("TP", "UL", "PP", "ULP")]
        items += [LoadItem(collection, "Z-1", probe) for collection in ("TP", "UL", "PP", "ULP")]
        with centre.administrator() as admin:
            assert all(each.accepted for each in admin.load(items))
        yield centre, probe


@pytest.mark.requirement("I10.2")
@pytest.mark.parametrize(("search_type", "limit"), _LIMITS.items())
def test_of_fifty_mates_exactly_the_limit_is_returned_best_first(
    mates: tuple[Centre, bytes], search_type: str, limit: int
) -> None:
    centre, probe = mates
    with centre.fingers_of(FIRST) as client:
        answer = client.search_finger(terms(FIRST, search_type), {"p": probe})
        found = answer.results[0].candidates
        assert (limit, limit) == (len(found), answer.header.candidate_limit)
        assert list(range(1, limit + 1)) == [each.rank for each in found]
        numbers = [each.reference_number for each in found]
        assert numbers[0] == "Z-1"
        tied = [number for number in numbers if number.startswith("M-")]
        assert [f"M-{at:02d}" for at in range(1, len(tied) + 1)] == tied
        assert limit - 2 <= len(tied)
        again = client.search_finger(terms(FIRST, search_type), {"p": probe})
        assert list(found) == list(again.results[0].candidates)
        fewer = client.search_finger(terms(FIRST, search_type, candidates_max=1), {"p": probe})
        assert list(found[:1]) == list(fewer.results[0].candidates)


@pytest.mark.requirement("I10.2")
@pytest.mark.parametrize("asked", [11, 2**31, 2**32 - 1])
def test_more_candidates_than_the_table_allows_are_refused(
    mates: tuple[Centre, bytes], asked: int
) -> None:
    centre, probe = mates
    with centre.fingers_of(FIRST) as client:
        used = [each.used for each in client.use_today()]
        with pytest.raises(ApplianceRefused) as refused:
            client.search_finger(terms(FIRST, candidates_max=asked), {"p": probe})
        assert used == [each.used for each in client.use_today()]
    assert [each.field for each in refused.value.violations] == ["candidates_max"]


@pytest.mark.parametrize("asked", [-1, 2**32])
def test_a_number_of_candidates_that_is_none_does_not_leave_the_client(
    mates: tuple[Centre, bytes], asked: int
) -> None:
    centre, probe = mates
    with centre.fingers_of(FIRST) as client, pytest.raises(ValueError, match="range"):
        client.search_finger(terms(FIRST, candidates_max=asked), {"p": probe})
