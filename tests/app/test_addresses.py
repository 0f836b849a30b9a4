"""The addresses that notices go to: those of every other contact point, at any time."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from appliance.app import addresses
from appliance.config import profile_pack
from appliance.config.party_profile import ContactPoint
from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Category
from appliance.domain.errors import ConfigurationInvalid


def _pack(**notices: dict[Category, tuple[str, ...]]) -> ProfilePack:
    pack = profile_pack.parse(profile_pack.default_pack_json(sorted(notices)))
    parties = {
        code: msgspec.structs.replace(
            pack.parties[code],
            contact_points={each: ContactPoint(notices=said) for each, said in points.items()},
        )
        for code, points in notices.items()
    }
    return msgspec.structs.replace(pack, parties=parties)


@pytest.mark.requirement("I14/15")
def test_every_contact_point_but_our_own_is_known_with_all_its_addresses(tmp_path: Path) -> None:
    pack = _pack(
        RS={Category.DNA: ("https://rs.test/notices",)},
        MK={
            Category.DNA: ("https://mk.test/dna", "mk-drop"),
            Category.DACTYLOSCOPIC: ("https://mk.test/prints",),
        },
        BA={Category.DACTYLOSCOPIC: ("ba-drop",)},
    )
    addresses.write(tmp_path / "points.json", addresses.of_pack(pack, "RS"))
    assert addresses.read(tmp_path / "points.json") == (
        ("BA", Category.DACTYLOSCOPIC, "ba-drop"),
        ("MK", Category.DACTYLOSCOPIC, "https://mk.test/prints"),
        ("MK", Category.DNA, "https://mk.test/dna"),
        ("MK", Category.DNA, "mk-drop"),
    )


def test_nobody_is_known_before_the_first_pack_and_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "points.json"
    assert addresses.read(path) == ()
    for damage in (b"", b"{", json.dumps([["MK", "vehicles", "x"]]).encode()):
        path.write_bytes(damage)
        with pytest.raises(ConfigurationInvalid, match=r"points\.json"):
            addresses.read(path)
