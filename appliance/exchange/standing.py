"""What has to hold of the Parties and files of any exchange, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from appliance.config.party_profile import Standing
from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Category, Collection
from appliance.domain.errors import FileNotDeclared, PartyNotEvaluated, PartySuspended


def require_parties(
    pack: ProfilePack,
    parties: Iterable[str],
    category: Category,
    at: datetime,
    *,
    pilot: bool = False,
) -> None:
    """Raise PartyNotEvaluated or PartySuspended unless all of them take part in a category.

    An operational installation serves Parties positively evaluated. A ``pilot`` one holds test data
    only, and serves those under evaluation too (Art. 21).
    """
    for party in parties:
        profile = pack.parties.get(party)
        standing = profile.standing(category, at) if profile else Standing.NOT_EVALUATED
        if standing is Standing.TAKES_PART or (pilot and standing is Standing.PILOT):
            continue
        if standing is Standing.SUSPENDED:
            raise PartySuspended(f"{party} has suspended the exchange of {category.value} data")
        if standing is Standing.WITHDRAWN:
            raise PartySuspended(
                f"{party} has withdrawn from the exchange of {category.value} data"
            )
        if standing is Standing.PILOT:
            raise PartyNotEvaluated(
                f"{party} is under evaluation for {category.value}: "
                "it may search a pilot installation"
            )
        raise PartyNotEvaluated(f"{party} is not positively evaluated for {category.value}")


def require_files(pack: ProfilePack, collections: Iterable[Collection]) -> None:
    """Raise FileNotDeclared unless all files are declared (Art. 2(3), IA Art. 7(4))."""
    for collection in collections:
        if collection not in pack.files:
            raise FileNotDeclared(f"the file {collection.value} is not declared")
