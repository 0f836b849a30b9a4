"""Data serves the purpose it was asked for; another one needs the owner's word (Art. 13(1))."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from appliance.domain.errors import PurposeChanged
from appliance.domain.record import Act
from appliance.domain.supervision import Authorisation, AuthorisationKind
from tests.exchange.supervised import Supervised
from tests.exchange.world import ADMINISTRATOR, FINGER, World, details, request

OTHER = "CRIMINAL_OFFENCE_PREVENTION"


@pytest.fixture
def supervised(world: World) -> Supervised:
    """A world under supervision, with one case searched."""
    world.declare(100, "RO")
    world.desk.submit(FINGER, request("Q-1"))
    return Supervised(world)


def authorised(supervised: Supervised, **changes: object) -> int:
    given = Authorisation(
        number=0,
        kind=AuthorisationKind.OTHER_PURPOSE,
        party="MK",
        request_number="Q-1",
        purpose=OTHER,
        reference="RS-AUTH-1",
        given_by="the body administering the file",
        given_on=date(2026, 3, 1),
        recorded_at=datetime.min.replace(tzinfo=UTC),
    )
    return supervised.register.authorise(ADMINISTRATOR, replace(given, **changes))  # type: ignore[arg-type]


@pytest.mark.requirement("A13.1")
def test_a_case_is_not_searched_for_another_purpose_without_authorisation(
    supervised: Supervised,
) -> None:
    world = supervised.world
    used = world.used()
    with pytest.raises(PurposeChanged) as refused:
        world.desk.submit(FINGER, request("Q-2", purpose=OTHER))
    assert refused.value.metadata == {
        "purpose": "CRIMINAL_OFFENCE_INVESTIGATION",
        "request_number": "Q-1",
    }
    (entry,) = world.acts(Act.SEARCH_REFUSED)
    assert details(entry)["reason"] == "PURPOSE_CHANGED"
    assert world.used() == used
    # Neither a repeated search for the same purpose nor another case is touched.
    world.desk.submit(FINGER, request("Q-3"))
    world.desk.submit(FINGER, request("Q-4", purpose=OTHER, case_reference="K-18/26"))


@pytest.mark.requirement("A13.1")
def test_an_authorised_purpose_is_served_from_then_on(supervised: Supervised) -> None:
    assert authorised(supervised) == authorised(supervised)
    supervised.world.desk.submit(FINGER, request("Q-2", purpose=OTHER))
    supervised.world.desk.submit(FINGER, request("Q-3", purpose=OTHER))
    (entry,) = supervised.world.acts(Act.PURPOSE_AUTHORISED)
    assert (entry.party, details(entry)["reference"]) == ("MK", "RS-AUTH-1")


@pytest.mark.requirement("A13.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"request_number": "Q-7"},
        {"party": "RO"},
        {"purpose": "MISSING_PERSON"},
        {"kind": AuthorisationKind.ONWARD_SUPPLY, "purpose": ""},
    ],
)
def test_an_authorisation_for_something_else_does_not_help(
    supervised: Supervised, changes: dict[str, object]
) -> None:
    authorised(supervised, **changes)
    with pytest.raises(PurposeChanged):
        supervised.world.desk.submit(FINGER, request("Q-2", purpose=OTHER))


@pytest.mark.requirement("A13.1")
def test_the_same_case_reference_of_another_party_is_another_case(supervised: Supervised) -> None:
    romanian = replace(FINGER, party="RO", fingerprint="b0" * 32)
    asked = request("Q-2", party="RO", officer="RO-0001", purpose=OTHER)
    supervised.world.desk.submit(romanian, asked)


@pytest.mark.requirement("A13.1", "A13.3")
def test_the_case_is_kept_as_a_keyed_hash_and_forgotten_with_the_record(
    supervised: Supervised,
) -> None:
    reference = "K-99/26 of a kind"
    supervised.world.desk.submit(FINGER, request("Q-8", case_reference=reference))
    rows = supervised.database.read(lambda tx: tx.execute("SELECT * FROM case_purpose"))
    assert len(rows) == 2
    assert reference.encode() not in repr(rows).encode()
    changed = request("Q-9", case_reference=reference, purpose=OTHER)
    supervised.clock.time = datetime(2028, 3, 2, 11, 59, 59, tzinfo=UTC)
    supervised.past.sweep()
    with pytest.raises(PurposeChanged):
        supervised.world.desk.submit(FINGER, changed)
    supervised.clock.time = datetime(2028, 3, 2, 12, 0, 1, tzinfo=UTC)
    supervised.past.sweep()
    supervised.world.desk.submit(FINGER, changed)


@pytest.mark.requirement("A13.1")
def test_of_two_purposes_at_once_one_is_refused(world: World) -> None:
    refusals: list[str] = []
    ready = threading.Barrier(8)

    def ask(number: int) -> None:
        purpose = OTHER if number % 2 else "CRIMINAL_OFFENCE_INVESTIGATION"
        asked = request(f"Q-{number}", purpose=purpose)
        ready.wait()
        try:
            world.desk.submit(FINGER, asked)
        except PurposeChanged:
            refusals.append(purpose)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 4
    assert len(set(refusals)) == 1
