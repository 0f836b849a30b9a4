"""What the exchange needs of the rooms below it, as narrow as it needs it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Collection, SearchType
from appliance.domain.dna import DnaProfile, Reading
from appliance.domain.finger import FingerTemplate
from appliance.domain.search import Probe, SearchRequest
from appliance.matching.outcome import MatchOutcome


class Matcher(Protocol):
    """Searches the gallery; ``appliance.matching.matcher.Matcher`` is one."""

    def submit(
        self, request: SearchRequest, candidate_limit: int, pack: ProfilePack
    ) -> Future[MatchOutcome]:
        """Search with every probe under ``pack``; at most ``candidate_limit`` candidates each."""

    def check_quality(
        self, probe: Probe, pack: ProfilePack, search_type: SearchType | None = None
    ) -> int | None:
        """Return the quality of a print, 0..100, and None of a profile.

        Raises QualityInsufficient if the probe is unsuitable (IA Art. 11(1)); without a
        ``search_type`` if it is so for every one.
        """


class Packer(Protocol):
    """Packs reference data for the kernels; the module ``appliance.matching.encoder`` is one."""

    def encode_records(self, records: Sequence[Sequence[FingerTemplate]]) -> list[bytes]:
        """Return one packed print for each record of views."""

    def sequence_warnings(self, views: Sequence[FingerTemplate], packed: bytes) -> tuple[str, ...]:
        """Return a sentence on each pair of views that contradicts its finger positions."""

    def pack_dna(self, profile: DnaProfile) -> bytes:
        """Return the packed profile."""


class OfferedItem(Protocol):
    """An item of reference data as it is offered, not decoded yet."""

    @property
    def collection(self) -> Collection:
        """Where it belongs."""

    @property
    def reference_number(self) -> str:
        """Its number, the owner's own."""

    @property
    def finger_record(self) -> bytes | None:
        """A finger minutiae record, for the dactyloscopic collections."""

    @property
    def dna_values(self) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
        """Loci with their values, for the DNA collections."""

    @property
    def dna_reading(self) -> Reading:
        """How the source of a DNA profile writes what the Annex leaves open."""

    @property
    def expires_at(self) -> datetime | None:
        """When its maximum period is over, None where the owner set none (Art. 15(3)(b))."""
