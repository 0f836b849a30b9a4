"""Country codes are those of ISO 3166-1 alpha-2, and nobody's invention."""

from __future__ import annotations

from importlib import resources

import pytest

from appliance.config.pack_defaults import PARTIES
from appliance.domain import countries
from appliance.domain.codes import party_code
from appliance.domain.errors import RequestInvalid


def test_the_assigned_codes_are_those_of_the_standard() -> None:
    """The time zone database keeps the list of the standard too."""
    tzdata = pytest.importorskip("tzdata")
    table = resources.files(tzdata).joinpath("zoneinfo/iso3166.tab").read_text("utf-8")
    assigned = {line[:2] for line in table.splitlines() if line and not line.startswith("#")}
    assert assigned == countries.ASSIGNED


def test_no_code_is_both_assigned_and_left_to_users() -> None:
    assert frozenset() == countries.ASSIGNED & countries.USER_ASSIGNED
    assert len(countries.USER_ASSIGNED) == 40


@pytest.mark.requirement("I6.2")
@pytest.mark.parametrize("code", [*PARTIES, "XK"])
def test_codes_of_parties_and_user_assigned_ones_are_codes(code: str) -> None:
    assert code == party_code(code)


@pytest.mark.requirement("I6.2")
@pytest.mark.parametrize("code", ["UK", "XX", "ZZ", "EU", "YU", "SP", "rs", "SRB", "", "R\n"])
def test_other_letters_are_refused(code: str) -> None:
    with pytest.raises(RequestInvalid) as refusal:
        party_code(code, "--peer")
    assert refusal.value.violations[0].field == "--peer"
