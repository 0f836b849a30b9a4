"""A profile pack as a table that an administrator reads through before it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.table import Table

from appliance.config.party_profile import PartyProfile, Standing
from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Category


def of(pack: ProfilePack, now: datetime) -> Table:
    """Return the table; Parties stand as they do at ``now``."""
    table = Table("", "", show_header=False)
    for name, text in _rows(pack, now):
        table.add_row(name, text)
    return table


def _rows(pack: ProfilePack, now: datetime) -> Iterator[tuple[str, str]]:
    yield "version", f"{pack.version} (serial {pack.serial})"
    yield "effective from", pack.effective_from.isoformat()
    for code, party in sorted(pack.parties.items()):
        yield code, _party(party, now)
    for code in sorted(pack.purposes):
        only = " (fingerprints and palm prints)" if code in pack.dactyloscopic_purposes else ""
        yield "purpose", code + only
    yield "files", ", ".join(sorted(pack.files))
    limits = (f"{kind} {limit}" for kind, limit in sorted(pack.candidate_limits.items()))
    yield "candidates", ", ".join(limits)
    yield "quality", f"{pack.minutiae_min} minutiae, {pack.full_loci_min} full loci"
    least = (f"{kind} {quality}" for kind, quality in sorted(pack.quality_min.items()))
    yield "quality of prints", ", ".join(least)
    yield "beyond the capacity", pack.capacity_excess
    for consent in pack.consents:
        span = f"{consent.valid_from.isoformat()} to {consent.valid_until.isoformat()}"
        yield f"mass comparison with {consent.party}", span
    yield "second expert", ", ".join(sorted(pack.second_expert)) or "not needed"
    yield "DNA rules", ", ".join(each.label for _, each in sorted(pack.dna_rules.items()))
    yield "law", f"{pack.legal_profile}: the record is kept {pack.record_retention_years} years"
    kept = pack.retention
    yield "answers kept", f"{kept.answer_h} h"
    for collection, years in sorted(kept.reference_years_max.items()):
        yield f"{collection} kept at most", f"{years} years"


def _party(party: PartyProfile, now: datetime) -> str:
    standings = {each: party.standing(each, now) for each in Category}
    if set(standings.values()) == {Standing.NOT_EVALUATED}:
        return "not evaluated"
    said = [f"{each} {standing.replace('_', ' ')}" for each, standing in standings.items()]
    return ", ".join([*said, party.dna_rule, party.legal_profile])
