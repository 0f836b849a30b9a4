"""The profile pack: limits and code lists in force, versioned, dated and signed.

The User manuals that set these numbers (Agreement, Art. 20(2); IA Art. 3, 10(2)) are not public, so
none is hard-coded: the defaults follow Decision 2008/616/JHA and a Party signs what it agreed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from appliance.config import pack_defaults, pack_rules
from appliance.config.pack_keys import PackKeys
from appliance.config.pack_terms import (
    Consent,
    Excess,
    Instant,
    LegalProfile,
    Name,
    PartyCode,
    PriorityClass,
    Retention,
)
from appliance.config.party_profile import PartyProfile
from appliance.domain import limits
from appliance.domain.codes import Category, Collection, SearchType
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.errors import ConfigurationInvalid

Code = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_]{1,63}$")]
CandidateLimit = Annotated[int, Meta(ge=1, le=limits.DNA_MATCHES_PER_ANSWER_MAX)]


class ProfilePack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is in force from ``effective_from`` on. Immutable.

    ``serial`` counts the packs of an installation up; ``version`` is the name that answers and the
    record show. ``purposes`` are those of Art. 3(1) and 6(1); ``dactyloscopic_purposes`` those
    among them that Art. 6(1) alone names. ``candidate_limits`` for each probe (IA Art. 10(2));
    ``short_list`` is how many candidates are compared minutely; ``false_positives_per_search`` sets
    the score below which none is reported; ``quality_min`` is the least quality of a print that
    is searched, 0 asks for none; ``files`` are declared to the Depositary (Art. 2(3)).
    ``legal_profile`` is this installation's. A verification needs a second expert in the categories
    of ``second_expert``. ``user_assigned_codes`` are the codes of Parties without one of ISO 3166.
    """

    version: Annotated[str, Meta(min_length=1, max_length=64)]
    serial: Annotated[int, Meta(ge=1, le=2**31)]
    effective_from: Instant
    parties: Mapping[PartyCode, PartyProfile]
    user_assigned_codes: frozenset[PartyCode] = frozenset()
    legal_profile: Name
    legal_profiles: Mapping[Name, LegalProfile]
    purposes: frozenset[Code]
    dactyloscopic_purposes: frozenset[Code]
    priority_classes: Mapping[Annotated[str, Meta(pattern="^[a-z_]{1,32}$")], PriorityClass]
    files: frozenset[Collection]
    candidate_limits: Mapping[SearchType, CandidateLimit]
    capacity_excess: Excess
    minutiae_min: Annotated[int, Meta(ge=1, le=limits.MINUTIAE_MAX)]
    quality_min: Mapping[SearchType, Annotated[int, Meta(ge=0, le=limits.QUALITY_MAX)]]
    full_loci_min: Annotated[int, Meta(ge=1, le=31)]
    short_list: Mapping[SearchType, Annotated[int, Meta(ge=1, le=20_000)]]
    false_positives_per_search: Mapping[SearchType, Annotated[float, Meta(gt=0, le=1000)]]
    dna_rules: Mapping[Name, DnaRuleProfile]
    second_expert: frozenset[Category] = frozenset()
    consents: tuple[Consent, ...] = ()
    retention: Retention

    @property
    def record_retention_years(self) -> int:
        """How long this installation keeps the record (Art. 17(4))."""
        return self.legal_profiles[self.legal_profile].record_retention_years

    def purposes_of(self, category: Category) -> frozenset[str]:
        """The purposes that data of ``category`` may be searched for."""
        if category is Category.DNA:
            return self.purposes - self.dactyloscopic_purposes
        return self.purposes

    def legal_profile_of(self, party: str) -> LegalProfile:
        """The law of the exchange with a Party of the pack."""
        return self.legal_profiles[self.parties[party].legal_profile]

    def excess_of(self, party: str) -> Excess:
        """What happens to a Party's searches beyond its capacity, by its law or by this pack."""
        return self.legal_profile_of(party).capacity_excess or self.capacity_excess

    def dna_rule_of(self, party: str) -> DnaRuleProfile:
        """The rule by which DNA searches of a Party of the pack are compared."""
        return self.dna_rules[self.parties[party].dna_rule]

    def consent(self, party: str, at: datetime) -> Consent | None:
        """The consent to mass comparison with a Party at an instant (Art. 4(1))."""
        return next(
            (each for each in self.consents if each.party == party and each.holds(at)), None
        )


def parse(content: bytes) -> ProfilePack:
    """Return the pack in JSON ``content``. Raises ConfigurationInvalid with every fault."""
    pack, wrong = _read_pack(content)
    if pack is None or wrong:
        raise ConfigurationInvalid(f"profile pack: {'; '.join(wrong)}")
    return pack


def faults(content: bytes) -> list[str]:
    """Return all that is wrong with a pack in JSON, the place first; empty for a usable one."""
    return _read_pack(content)[1]


def load(path: Path, signature_path: Path, public_key_path: Path) -> ProfilePack:
    """Return the pack in ``path`` if it is signed under a key of the installation.

    Raises ConfigurationInvalid: a file is missing, the signature is not of these bytes, or the
    content is not a pack.
    """
    content = read(path)
    keys = PackKeys(read(public_key_path))
    if not keys.signed(content, read(signature_path)):
        raise ConfigurationInvalid(f"{path}: not signed under {public_key_path}")
    return parse(content)


def sign(pack_bytes: bytes, private_key: bytes) -> bytes:
    """Return the raw signature of a pack; ``private_key`` is raw Ed25519, 32 bytes.

    Only a pack that ``parse`` accepts is signed. Raises ConfigurationInvalid.
    """
    parse(pack_bytes)
    try:
        key = Ed25519PrivateKey.from_private_bytes(private_key)
    except ValueError:
        raise ConfigurationInvalid("the pack's private key is not raw Ed25519, 32 bytes") from None
    return key.sign(pack_bytes)


def generate_key() -> tuple[bytes, bytes]:
    """Return a new private and public key for signing packs, raw Ed25519, 32 bytes each."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def default_pack_json(
    parties: tuple[str, ...] | list[str] = (),
    since: datetime = pack_defaults.SIGNED_AT,
    pilot_until: datetime | None = None,
) -> bytes:
    """Return the default pack with ``parties`` taking part in both categories from ``since`` on.

    With ``pilot_until`` they are under evaluation up to that instant instead (Art. 21). Every Party
    of the Agreement is listed, so that its codes are known; which of them were evaluated
    positively is a fact of the day that no default may presume.
    """
    pack = pack_defaults.table()
    known = {code: PartyProfile() for code in pack_defaults.PARTIES}
    taking_part = (
        PartyProfile.evaluated(Category, since)
        if pilot_until is None
        else PartyProfile.under_evaluation(Category, since, pilot_until)
    )
    pack["parties"] = known | dict.fromkeys(parties, taking_part)
    content = msgspec.json.format(msgspec.json.encode(pack, order="sorted"), indent=2)
    parse(content)
    return content + b"\n"


def _unknown_terms(content: bytes) -> list[str]:
    """Name unknown terms of DNA rules: these are no structs, which refuse them by themselves."""
    known = {each.name for each in fields(DnaRuleProfile)}
    rules = msgspec.json.decode(content)["dna_rules"]
    return [
        f"dna_rules.{name}: {term} is unknown"
        for name, rule in rules.items()
        for term in sorted(set(rule) - known)
    ]


def _read_pack(content: bytes) -> tuple[ProfilePack | None, list[str]]:
    try:
        pack = msgspec.json.decode(content, type=ProfilePack)
    except (msgspec.DecodeError, UnicodeDecodeError, ConfigurationInvalid) as error:
        return None, [str(error)]
    return pack, [*_unknown_terms(content), *pack_rules.faults(pack)]


def read(path: Path) -> bytes:
    """Return the bytes of a file. Raises ConfigurationInvalid."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationInvalid(f"{path}: {error.strerror}") from None
