"""Profile packs in their life: verified, activated at an instant, rolled back, all on record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from appliance.config import profile_pack
from appliance.domain.errors import (
    ApplianceError,
    PackDatesConflict,
    PackOutdated,
    PackSignatureInvalid,
    PackUnknown,
    RequestInvalid,
    RoleDenied,
)
from appliance.domain.limits import PACK_BYTES_MAX
from appliance.domain.record import Act
from appliance.exchange.pack_desk import LEAD_S
from tests.exchange.pack_office import FIRST, NOON, PRIVATE, Office, pack, signed
from tests.exchange.world import ADMINISTRATOR, FINGER, World, details


@pytest.fixture
def office(make_world: Callable[..., World]) -> Office:
    return Office(make_world()).open()


@pytest.mark.requirement("A11.1", "A20.1")
def test_a_new_pack_of_the_past_is_in_force_after_its_commit(office: Office) -> None:
    made, changes = office.desk.activate(ADMINISTRATOR, *signed(pack(minutiae_min=14)))
    assert made.effective_from == NOON + timedelta(seconds=LEAD_S)
    assert office.book.in_force().minutiae_min == 6
    office.world.clock.advance(seconds=LEAD_S)
    assert office.book.in_force().minutiae_min == 14
    assert [(each.path, each.before, each.after) for each in changes] == [
        ("effective_from", '"2018-09-13T00:00:00Z"', '"2026-03-01T00:00:00Z"'),
        ("minutiae_min", "6", "14"),
        ("serial", "1", "2"),
        ("version", '"2008-616.1"', '"V2"'),
    ]


@pytest.mark.requirement("A11.1", "A20.1")
def test_an_activation_is_on_record_with_its_difference(office: Office) -> None:
    content = pack(minutiae_min=14)
    office.activate(content)
    first, second = office.world.acts(Act.PACK_ACTIVATED)
    assert details(first)["certificate"] == "installation"
    assert details(first)["difference"] == ""
    told = details(second)
    assert told.pop("difference").splitlines()[1] == "minutiae_min: 6 -> 14"
    assert told == {
        "version": "V2",
        "serial": "2",
        "digest": hashlib.sha256(content).hexdigest(),
        "effective_from": "2026-03-02T12:00:02+00:00",
        "certificate": ADMINISTRATOR.fingerprint,
        "replaces": "2008-616.1",
    }
    assert second.party == "RS"


def test_a_long_difference_is_cut_short_in_the_record_and_whole_in_the_answer(
    office: Office,
) -> None:
    purposes = [f"PURPOSE_{number:03d}_{'X' * 40}" for number in range(200)]
    dna_rules = json.loads(FIRST)["dna_rules"]
    many = {f"R{number}": {**dna_rules["PCC-SEE"], "name": f"R{number}"} for number in range(99)}
    _, changes = office.desk.activate(
        ADMINISTRATOR,
        *signed(pack(purposes=purposes, dactyloscopic_purposes=[], dna_rules=dna_rules | many)),
    )
    lines = details(office.world.acts(Act.PACK_ACTIVATED)[1])["difference"].splitlines()
    assert lines[-1] == f"and {len(changes) - len(lines) + 1} more, see the packs"
    assert sum(len(line) + 1 for line in lines) <= 4_096


def _with(content: bytes, **changes: Any) -> bytes:
    return json.dumps(json.loads(content) | changes).encode()


_REFUSED: dict[str, tuple[bytes, type[ApplianceError], str]] = {
    "older serial": (pack(1, version="V0"), PackOutdated, "serial 1 is not above 5"),
    "the same serial as one scheduled": (pack(5, version="V9"), PackOutdated, "above 5"),
    "a version given before": (pack(6, version="V5"), PackOutdated, "another pack"),
    "the very same pack": (
        pack(5, effective_from="2026-06-01T00:00:00Z"),
        PackOutdated,
        "not above 5",
    ),
    "before the one in force": (
        pack(6, effective_from="2018-09-12T00:00:00Z"),
        PackDatesConflict,
        "V5 does on",
    ),
    "before the one scheduled": (
        pack(6, effective_from="2026-05-31T23:59:59Z"),
        PackDatesConflict,
        "V5 does on 2026-06-01",
    ),
    "on the day of the one scheduled": (
        pack(6, effective_from="2026-06-01T00:00:00Z"),
        PackDatesConflict,
        "V5 does",
    ),
    "a fault": (b'{"version": 3}', RequestInvalid, "content"),
    "not even JSON": (b"\xff\x00", RequestInvalid, "content"),
    "too large": (b" " * (PACK_BYTES_MAX + 1), RequestInvalid, "at most"),
    "without ourselves": (
        _with(pack(6), parties={"MK": {}}),
        RequestInvalid,
        "RS, whose installation this is",
    ),
    "without a Party that was there": (
        _with(pack(6, effective_from="2026-07-01T00:00:00Z"), parties={"RS": {}}),
        RequestInvalid,
        "a Party leaves by a withdrawal",
    ),
}


@pytest.mark.requirement("A11.1", "A20.1")
@pytest.mark.parametrize("fault", _REFUSED)
def test_a_pack_that_cannot_follow_is_refused_by_name_and_changes_nothing(
    office: Office, fault: str
) -> None:
    office.activate(pack(5, effective_from="2026-06-01T00:00:00Z"))
    content, refusal, named = _REFUSED[fault]
    key = profile_pack.Ed25519PrivateKey.from_private_bytes(PRIVATE)
    before = (office.versions(), office.book.chapters(), office.world.acts(Act.PACK_ACTIVATED))
    with pytest.raises(refusal, match=named):
        office.desk.activate(ADMINISTRATOR, content, key.sign(content))
    after = (office.versions(), office.book.chapters(), office.world.acts(Act.PACK_ACTIVATED))
    assert before == after


@pytest.mark.requirement("A20.1")
@pytest.mark.parametrize("spoilt", ["content", "signature", "other key", "short", "empty"])
def test_a_bad_signature_is_refused_by_name_and_changes_nothing(
    office: Office, spoilt: str
) -> None:
    content, signature = signed(pack())
    other = profile_pack.sign(content, profile_pack.generate_key()[0])
    cases = {
        "content": (content.replace(b"V2", b"V3"), signature),
        "signature": (content, bytes([signature[0] ^ 1]) + signature[1:]),
        "other key": (content, other),
        "short": (content, signature[:-1]),
        "empty": (content, b""),
    }
    before = office.versions()
    with pytest.raises(PackSignatureInvalid):
        office.desk.activate(ADMINISTRATOR, *cases[spoilt])
    assert before == office.versions()


def test_only_the_administrator_activates(office: Office) -> None:
    with pytest.raises(RoleDenied):
        office.desk.activate(FINGER, *signed(pack()))
    with pytest.raises(RoleDenied):
        office.desk.reactivate(FINGER, "2008-616.1", None)


@pytest.mark.requirement("A11.1", "A20.1")
def test_a_rollback_is_a_new_activation_of_the_former_pack(office: Office) -> None:
    office.activate(pack(minutiae_min=14))
    office.world.clock.advance(hours=1)
    made, changes = office.desk.reactivate(ADMINISTRATOR, "2008-616.1", None)
    assert ("minutiae_min", "14", "6") in [(e.path, e.before, e.after) for e in changes]
    office.world.clock.advance(seconds=LEAD_S)
    assert office.book.in_force().version == "2008-616.1"
    assert office.book.at(NOON + timedelta(minutes=30)).version == "V2"
    assert office.versions() == [
        ("2008-616.1", "past"),
        ("V2", "past"),
        ("2008-616.1", "in_force"),
    ]
    assert made.number == 3
    told = details(office.world.acts(Act.PACK_ACTIVATED)[-1])
    assert (told["version"], told["replaces"]) == ("2008-616.1", "V2")
    assert "minutiae_min: 14 -> 6" in told["difference"]


@pytest.mark.requirement("A20.1")
def test_a_rollback_cancels_what_was_to_come_and_makes_room_for_another(office: Office) -> None:
    office.activate(pack(5, effective_from="2099-01-01T00:00:00Z"))
    assert office.versions()[-1] == ("V5", "scheduled")
    office.desk.reactivate(ADMINISTRATOR, "2008-616.1", None)
    office.world.clock.advance(seconds=LEAD_S)
    office.activate(pack(6, effective_from="2026-06-01T00:00:00Z"))
    assert office.versions() == [
        ("2008-616.1", "past"),
        ("V5", "cancelled"),
        ("2008-616.1", "in_force"),
        ("V6", "scheduled"),
    ]
    assert office.book.at(datetime(2099, 6, 1, tzinfo=UTC)).version == "V6"


def test_a_rollback_that_cannot_be_is_refused_by_name(office: Office) -> None:
    office.activate(pack(parties=json.loads(FIRST)["parties"] | {"DE": {}}))
    office.world.clock.advance(hours=1)
    now = office.world.clock.now()
    cases: list[tuple[str, datetime | None, type[ApplianceError]]] = [
        ("V9", None, PackUnknown),
        ("", None, RequestInvalid),
        ("x" * 65, None, RequestInvalid),
        ("V2", None, PackDatesConflict),
        ("2008-616.1", now - timedelta(microseconds=1), PackDatesConflict),
        ("2008-616.1", now, RequestInvalid),
    ]
    before = office.versions()
    for version, at, refusal in cases:
        with pytest.raises(refusal):
            office.desk.reactivate(ADMINISTRATOR, version, at)
    assert before == office.versions()
