"""What has to hold of the Parties and files of any exchange, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from appliance.config.party_profile import Standing
from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Category, Collection
from appliance.domain.errors import FileNotDeclared, PartyNotEvaluated, PartySuspended


def require_parties(
    pack: ProfilePack, parties: Iterable[str], category: Category, at: datetime
) -> None:
    """Raise PartyNotEvaluated or PartySuspended unless all of them take part in a category."""
    for each in parties:
        profile = pack.parties.get(each)
        standing = profile.standing(category, at) if profile else Standing.NOT_EVALUATED
        if standing in (Standing.SUSPENDED, Standing.WITHDRAWN):
            raise PartySuspended(
                f"{each} does not exchange {category.value} data: {standing.value}"
            )
        if standing is not Standing.TAKES_PART:
            raise PartyNotEvaluated(f"{each} is not positively evaluated for {category.value}")


def require_files(pack: ProfilePack, collections: Iterable[Collection]) -> None:
    """Raise FileNotDeclared unless all files are declared (Art. 2(3), IA Art. 7(4))."""
    for collection in collections:
        if collection not in pack.files:
            raise FileNotDeclared(f"the file {collection.value} is not declared")
