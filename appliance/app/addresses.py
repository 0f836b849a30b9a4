"""Where notices go, kept as a file beside the data: the sentinel reads it when the service is gone.

The service writes it from the profile pack in force; the sentinel never opens the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Category
from appliance.domain.errors import ConfigurationInvalid

Addresses = tuple[tuple[str, Category, str], ...]
"""Party, category and address of each contact point that has one."""


def of_pack(pack: ProfilePack, own_party: str) -> Addresses:
    """Return the addresses of all contact points but our own, in the order of their names."""
    return tuple(_of_pack(pack, own_party))


def _of_pack(pack: ProfilePack, own_party: str) -> Iterator[tuple[str, Category, str]]:
    for party, profile in sorted(pack.parties.items()):
        if party == own_party:
            continue
        for category, point in sorted(profile.contact_points.items()):
            for address in point.notices:
                yield party, category, address


def write(path: Path, addresses: Addresses) -> None:
    """Replace the file unless it says so already; an OSError if the disk refuses."""
    content = msgspec.json.format(msgspec.json.encode(addresses), indent=1) + b"\n"
    if path.exists() and path.read_bytes() == content:
        return
    half = path.with_suffix(".half")
    half.write_bytes(content)
    half.replace(path)


def read(path: Path) -> Addresses:
    """Return what ``write`` wrote; nobody if it was never written. Raises ConfigurationInvalid."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Addresses)
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigurationInvalid(f"{path.name}: {error}") from None
