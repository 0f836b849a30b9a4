"""Which rule profile a command compares DNA profiles by: a shipped one, or one of a pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appliance.config import profile_pack
from appliance.config.layout import Layout
from appliance.config.profile_pack import ProfilePack
from appliance.domain import dna_rule
from appliance.domain.dna_rule import DnaRuleProfile

RuleName = Annotated[
    str | None,
    typer.Option("--rule", help="Rule profile, such as PRUEM-2008; PCC-SEE by default."),
]
PackPath = Annotated[
    Path | None,
    typer.Option("--pack", help="Profile pack (JSON) with the rule; else one that is shipped."),
]


def chosen(name: str | None, pack_path: Path | None) -> DnaRuleProfile:
    """Return the rule profile called ``name`` of a pack, or of those that are shipped.

    Raises ValueError for a name that is not there, ConfigurationInvalid for a pack that is none.
    """
    pack = profile_pack.parse(profile_pack.read(pack_path)) if pack_path is not None else None
    return _named(name or dna_rule.PCC_SEE.name, pack)


def agreed(name: str | None, pack_path: Path | None, home: Path, party: str) -> DnaRuleProfile:
    """Return the rule profile of an exchange with ``party``.

    It is the one called ``name``; without a name the one that the pack agrees with the Party. The
    pack is that of ``pack_path``, else the signed one of the installation in ``home`` if there is
    one. Raises as ``chosen``, and ConfigurationInvalid for a pack that is not signed.
    """
    layout = Layout(home)
    if pack_path is not None:
        pack = profile_pack.parse(profile_pack.read(pack_path))
    elif layout.pack.is_file():
        pack = profile_pack.load(layout.pack, layout.pack_signature, layout.pack_key)
    else:
        pack = None
    if name is None and pack is not None and party in pack.parties:
        return pack.dna_rule_of(party)
    return _named(name or dna_rule.PCC_SEE.name, pack)


def _named(name: str, pack: ProfilePack | None) -> DnaRuleProfile:
    rules = pack.dna_rules if pack is not None else {each.name: each for each in dna_rule.SHIPPED}
    if name not in rules:
        raise ValueError(f"there is no rule profile {name!r}, only {', '.join(sorted(rules))}")
    return rules[name]
