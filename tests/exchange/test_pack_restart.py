"""What was activated survives a restart, and nothing else is used: keys, files, stored bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from appliance.config import profile_pack
from appliance.config.pack_keys import PackKeys
from appliance.domain.errors import (
    ConfigurationInvalid,
    PackOutdated,
    PackUnknown,
    StorageCorrupt,
)
from appliance.domain.record import Act
from appliance.exchange.pack_desk import LEAD_S
from tests.exchange.pack_office import FIRST, PUBLIC, Office, pack, signed
from tests.exchange.world import ADMINISTRATOR, World


@pytest.fixture
def office(make_world: Callable[..., World]) -> Office:
    return Office(make_world()).open()


@pytest.mark.requirement("A20.1")
def test_the_book_is_the_same_after_a_restart(office: Office) -> None:
    office.activate(pack(minutiae_min=14))
    office.world.clock.advance(hours=1)
    office.activate(pack(3, effective_from="2026-04-01T00:00:00Z"))
    office.desk.reactivate(ADMINISTRATOR, "V2", datetime(2026, 5, 1, tzinfo=UTC))
    again = Office(office.world).open()
    assert again.book.chapters() == office.book.chapters()
    assert again.versions() == office.versions()
    assert len(office.world.acts(Act.PACK_ACTIVATED)) == 4


def test_a_newer_pack_in_the_files_is_activated_by_a_start_and_an_older_one_is_not(
    office: Office,
) -> None:
    office.world.clock.advance(hours=1)
    again = Office(office.world).open(pack(minutiae_min=14))
    office.world.clock.advance(seconds=LEAD_S)
    assert again.book.in_force().minutiae_min == 14
    # The files may be left behind: what was activated since holds.
    assert Office(office.world).open().book.in_force().minutiae_min == 14
    with pytest.raises(PackOutdated):
        Office(office.world).open(pack(2, version="OTHER"))


def test_a_first_pack_of_the_future_is_not_kept(make_world: Callable[..., World]) -> None:
    world = make_world()
    with pytest.raises(ConfigurationInvalid, match="2040-01-01"):
        Office(world).open(pack(effective_from="2040-01-01T00:00:00Z"))
    assert Office(world).open().versions() == [("2008-616.1", "in_force")]


def test_packs_under_a_former_key_stay_readable_and_others_end_the_start(office: Office) -> None:
    private, public = profile_pack.generate_key()
    both = Office(office.world, keys=PUBLIC + public).open()
    content = pack()
    both.desk.activate(ADMINISTRATOR, content, profile_pack.sign(content, private))
    Office(office.world, keys=public + PUBLIC).open()
    with pytest.raises(ConfigurationInvalid, match="V2 is signed under no key"):
        Office(office.world).open()


@pytest.mark.parametrize("raw", [b"", b"x" * 31, b"x" * 63])
def test_what_is_no_key_is_refused(raw: bytes) -> None:
    with pytest.raises(ConfigurationInvalid, match="32 bytes"):
        PackKeys(raw)


def test_a_pack_that_was_changed_in_the_database_is_not_used(office: Office) -> None:
    def spoil(tx: Any) -> None:
        tx.execute("DROP TRIGGER pack_is_not_changed")
        tx.execute("UPDATE pack SET content = CAST(content || ' ' AS BLOB)")

    office.world.database.write(spoil).result()
    with pytest.raises(StorageCorrupt, match="2008-616"):
        Office(office.world).open()


def test_a_pack_is_given_back_as_it_was_signed(office: Office) -> None:
    content, signature = signed(pack())
    office.desk.activate(ADMINISTRATOR, content, signature)
    assert office.desk.content("V2") == (content, signature)
    assert office.desk.content("")[0] == FIRST
    with pytest.raises(PackUnknown):
        office.desk.content("V3")
