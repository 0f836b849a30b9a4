"""Only officers on their Party's list search, in their category and while it is valid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.access.officers import OfficerList
from appliance.domain.codes import Category
from appliance.domain.errors import ConfigurationInvalid, OfficerNotAuthorised

_FROM = datetime(2026, 1, 1, tzinfo=UTC)
_UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
_ENTRY = """
[[officer]]
party = "MK"
id = "MK-0001"
categories = ["dactyloscopic"]
valid_from = 2026-01-01T00:00:00Z
valid_until = 2027-01-01T00:00:00Z
"""


def _list(folder: Path, text: str = _ENTRY) -> OfficerList:
    path = folder / "officers.toml"
    path.write_text(text)
    return OfficerList.load(path)


def test_an_authorisation_holds_from_its_first_to_its_last_instant(tmp_path: Path) -> None:
    officers = _list(tmp_path)
    for instant in (_FROM, _UNTIL - timedelta(microseconds=1)):
        officers.check("MK", "MK-0001", Category.DACTYLOSCOPIC, instant)
    for instant in (_FROM - timedelta(microseconds=1), _UNTIL):
        with pytest.raises(OfficerNotAuthorised, match="not valid"):
            officers.check("MK", "MK-0001", Category.DACTYLOSCOPIC, instant)


@pytest.mark.parametrize(
    ("party", "officer", "category"),
    [
        ("MK", "MK-0001", Category.DNA),
        ("MK", "MK-0002", Category.DACTYLOSCOPIC),
        ("RO", "MK-0001", Category.DACTYLOSCOPIC),
        ("MK", "", Category.DACTYLOSCOPIC),
    ],
)
@pytest.mark.requirement("A17.2")
def test_an_officer_off_the_list_is_refused(
    tmp_path: Path, party: str, officer: str, category: Category
) -> None:
    with pytest.raises(OfficerNotAuthorised):
        _list(tmp_path).check(party, officer, category, _FROM)


@pytest.mark.requirement("A17.2")
def test_a_removed_officer_is_refused_without_a_restart(tmp_path: Path) -> None:
    officers = _list(tmp_path)
    officers.check("MK", "MK-0001", Category.DACTYLOSCOPIC, _FROM)
    (tmp_path / "officers.toml").write_text("")
    with pytest.raises(OfficerNotAuthorised):
        officers.check("MK", "MK-0001", Category.DACTYLOSCOPIC, _FROM)


def test_the_list_is_given_out_in_order(tmp_path: Path) -> None:
    second = _ENTRY.replace("MK-0001", "MK-0000")
    listed = [entry.id for entry in _list(tmp_path, _ENTRY + second).entries()]
    assert listed == ["MK-0000", "MK-0001"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (_ENTRY + _ENTRY, "twice"),
        (_ENTRY.replace("2027", "2025"), "never valid"),
        (_ENTRY.replace("dactyloscopic", "vehicles"), "vehicles"),
        (_ENTRY.replace("00Z", "00"), "timezone"),
        (_ENTRY + 'name = "x"\n', "name"),
        (_ENTRY.replace("MK-0001", "x" * 65), "id"),
        ("[[officer", "officers"),
    ],
)
def test_an_unusable_list_is_refused(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refusal:
        _list(tmp_path, text)
    assert named in refusal.value.message
    assert "officers.toml" in refusal.value.message
