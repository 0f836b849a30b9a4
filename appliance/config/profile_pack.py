"""The profile pack: limits and code lists in force, versioned, dated and signed.

The User manuals that set these numbers (Agreement, Art. 20(2); IA Art. 3, 10(2)) are not public, so
none is hard-coded: the defaults follow Decision 2008/616/JHA and a Party signs what it agreed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from appliance.config import pack_defaults
from appliance.domain import limits
from appliance.domain.codes import Category, Collection, SearchType
from appliance.domain.errors import ConfigurationInvalid

Code = Annotated[str, Meta(pattern="^[A-Z][A-Z0-9_]{1,63}$")]
PartyCode = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
CandidateLimit = Annotated[int, Meta(ge=1, le=limits.DNA_MATCHES_PER_ANSWER_MAX)]


class PartyProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Party: ``categories`` positively evaluated (Art. 23(2)), ``suspended`` ones (Art. 27)."""

    categories: frozenset[Category] = frozenset()
    suspended: frozenset[Category] = frozenset()


class ProfilePack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is in force from ``effective_from`` on. Immutable.

    ``purposes`` are those of Art. 3(1) and 6(1); ``dactyloscopic_purposes`` those among them that
    Art. 6(1) alone names. ``candidate_limits`` for each probe (IA Art. 10(2)); ``short_list`` is
    how many candidates are compared minutely; ``false_positives_per_search`` sets the score below
    which none is reported; ``files`` are declared to the Depositary (Art. 2(3)).
    """

    version: Annotated[str, Meta(min_length=1, max_length=64)]
    effective_from: Annotated[datetime, Meta(tz=True)]
    parties: Mapping[PartyCode, PartyProfile]
    purposes: frozenset[Code]
    dactyloscopic_purposes: frozenset[Code]
    candidate_limits: Mapping[SearchType, CandidateLimit]
    minutiae_min: Annotated[int, Meta(ge=1, le=limits.MINUTIAE_MAX)]
    full_loci_min: Annotated[int, Meta(ge=1, le=31)]
    short_list: Mapping[SearchType, Annotated[int, Meta(ge=1, le=20_000)]]
    false_positives_per_search: Mapping[SearchType, Annotated[float, Meta(gt=0, le=1000)]]
    dna_min_full_loci: Annotated[int, Meta(ge=1, le=31)]
    dna_mismatch_max: Annotated[int, Meta(ge=0, le=2)]
    dna_microvariant_tolerance: bool
    files: frozenset[Collection]

    def purposes_of(self, category: Category) -> frozenset[str]:
        """The purposes that data of ``category`` may be searched for."""
        if category is Category.DNA:
            return self.purposes - self.dactyloscopic_purposes
        return self.purposes

    def require_in_force(self, at: datetime) -> None:
        """Raise ConfigurationInvalid if the pack takes effect only after ``at``."""
        if at < self.effective_from:
            raise ConfigurationInvalid(
                f"profile pack {self.version} takes effect on {self.effective_from.isoformat()}"
            )


def parse(content: bytes) -> ProfilePack:
    """Return the pack in JSON ``content``. Raises ConfigurationInvalid with field and reason."""
    try:
        pack = msgspec.json.decode(content, type=ProfilePack)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"profile pack: {error}") from None
    dactyloscopic = {each for each in SearchType if each.category is Category.DACTYLOSCOPIC}
    for name, table, needed in (
        ("candidate_limits", pack.candidate_limits, set(SearchType)),
        ("short_list", pack.short_list, dactyloscopic),
        ("false_positives_per_search", pack.false_positives_per_search, dactyloscopic),
    ):
        missing = sorted(needed - set(table))
        if missing:
            raise ConfigurationInvalid(f"profile pack: {name} lacks {', '.join(missing)}")
    return pack


def load(path: Path, signature_path: Path, public_key_path: Path) -> ProfilePack:
    """Return the pack in ``path`` if it is signed (raw Ed25519) under the key of the installation.

    Raises ConfigurationInvalid: a file is missing, the signature is not of these bytes, or the
    content is not a pack.
    """
    content = _read(path)
    signature = _read(signature_path)
    key = _read(public_key_path)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except ValueError:
        raise ConfigurationInvalid(f"{public_key_path}: not a raw Ed25519 public key") from None
    except InvalidSignature:
        raise ConfigurationInvalid(f"{path}: not signed under {public_key_path}") from None
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


def default_pack_json(parties: tuple[str, ...] | list[str] = ()) -> bytes:
    """Return the default pack with ``parties`` evaluated in both categories, the rest in none.

    Every Party of the Agreement is listed, so that its codes are known; which of them were
    evaluated positively is a fact of the day that no default may presume.
    """
    pack = pack_defaults.table()
    known = {code: PartyProfile() for code in pack_defaults.PARTIES}
    evaluated = {code: PartyProfile(frozenset(Category)) for code in parties}
    pack["parties"] = known | evaluated
    content = msgspec.json.format(msgspec.json.encode(pack, order="sorted"), indent=2)
    parse(content)
    return content + b"\n"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationInvalid(f"{path}: {error.strerror}") from None
