"""The book says which pack is in force now, and which one was at any instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from appliance.config import profile_pack
from appliance.config.pack_book import PackBook
from appliance.config.profile_pack import ProfilePack
from appliance.domain.errors import ConfigurationInvalid
from tests.fixed_clock import FixedClock

_PACK = profile_pack.parse(profile_pack.default_pack_json(["RS"]))
_TICK = timedelta(microseconds=1)


def _pack(version: str, month: int) -> ProfilePack:
    start = datetime(2026, month, 1, tzinfo=UTC)
    return msgspec.structs.replace(_PACK, version=version, effective_from=start)


@pytest.mark.requirement("A20.1")
def test_a_pack_of_the_future_takes_effect_at_its_instant() -> None:
    clock = FixedClock(datetime(2026, 4, 30, 23, 59, 59, 999_999, tzinfo=UTC))
    book = PackBook([_pack("B", 5), _pack("A", 1)], clock)
    assert book.in_force().version == "A"
    clock.time += _TICK
    assert book.in_force().version == "B"
    assert book.at(clock.time - _TICK).version == "A"


def test_the_word_given_last_holds_for_its_instant_and_all_later_ones() -> None:
    first, second, third = _pack("A", 1), _pack("B", 5), _pack("C", 3)
    book = PackBook([first, second], FixedClock())
    book.add(third)
    assert [each.pack.version for each in book.chapters()] == ["A", "C"]
    book.add(first, second.effective_from)
    assert [(each.pack.version, each.effective_from.month) for each in book.chapters()] == [
        ("A", 1),
        ("C", 3),
        ("A", 5),
    ]


@pytest.mark.requirement("A20.1")
def test_before_the_first_pack_nothing_is_in_force() -> None:
    clock = FixedClock(datetime(2029, 12, 31, 22, 59, 59, tzinfo=UTC))
    start = datetime.fromisoformat("2030-01-01T00:00:00+01:00")
    book = PackBook([msgspec.structs.replace(_PACK, effective_from=start)], clock)
    with pytest.raises(ConfigurationInvalid, match="2030-01-01"):
        book.in_force()
    clock.advance(seconds=1)
    assert _PACK.version == book.in_force().version


def test_an_empty_book_says_so() -> None:
    with pytest.raises(ConfigurationInvalid, match="no profile pack"):
        PackBook([], FixedClock()).in_force()


@pytest.mark.requirement("A4.1")
def test_consent_holds_between_its_dates_with_its_party() -> None:
    consent = profile_pack.Consent(
        party="RS",
        valid_from=datetime(2026, 3, 1, tzinfo=UTC),
        valid_until=datetime(2026, 4, 1, tzinfo=UTC),
    )
    pack = msgspec.structs.replace(_PACK, consents=(consent,))
    assert pack.consent("RS", consent.valid_from - _TICK) is None
    assert consent == pack.consent("RS", consent.valid_from)
    assert consent == pack.consent("RS", consent.valid_until - _TICK)
    assert pack.consent("RS", consent.valid_until) is None
    assert pack.consent("MK", consent.valid_from) is None
