"""Searches with one, several or all other Parties at once (Agreement, Art. 1(3)(a), (b))::

circle = Circle(own, {"MK": macedonia, "RO": romania})
asked = circle.search_finger(terms, {"latent-1": record}, national_search_done=True)
for party, outcome in asked.items():
    print(party, outcome.answer or outcome.refusal)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from appliance.client.async_client import AsyncClient
from appliance.client.refusal import ApplianceRefused
from appliance.client.sync_client import Client
from appliance.client.values import USUAL_READING, Profile, Reading, SearchTerms
from appliance.v1 import dactyloscopic_pb2, dna_pb2

Answer = TypeVar("Answer")
Told_co = TypeVar("Told_co", covariant=True)
DactyloscopicAnswer = dactyloscopic_pb2.DactyloscopicAnswer

PARTIES_AT_ONCE_MAX = 32
_DOUBTFUL = frozenset({"CANCELLED", "DEADLINE_EXCEEDED", "INTERNAL", "UNAVAILABLE", "UNKNOWN"})
"""Codes after which nobody knows whether the other Party has accepted the request."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[Told_co]):
    """What became of a search with one Party: its answer, or why there is none."""

    party: str
    answer: Told_co | None = None
    refusal: ApplianceRefused | None = None


class Circle:
    """The own appliance and those of other Parties, by their codes. Safe to share.

    With ``own``, the quality of prints is checked at home before anything is sent (IA Art. 9(2)),
    and each request is counted there against what the other Party has declared (IA Art. 10(1));
    one that it then refuses is given back. Closing the clients is their owner's business.
    """

    def __init__(self, own: Client | None, others: Mapping[str, Client]) -> None:
        self._own = own
        self._others = dict(others)

    def search_finger(
        self,
        terms: SearchTerms,
        probes: Mapping[str, bytes],
        *,
        national_search_done: bool,
        parties: Iterable[str] | None = None,
    ) -> dict[str, Asked[DactyloscopicAnswer]]:
        """Search with finger minutiae records by reference number, at all Parties or some.

        Returns an outcome for each Party asked. Raises ValueError unless the national search is
        done (IA Art. 8) and every Party is in the circle; ApplianceRefused where the own appliance
        finds a probe unsuitable: nothing is sent then.
        """
        asked = _parties(self._others, parties, national_search_done)
        if self._own is not None:
            for record in probes.values():
                self._own.check_quality(record, terms.search_type)
        return self._ask(asked, terms, len(probes), lambda it: it.search_finger(terms, probes))

    def search_dna(
        self,
        terms: SearchTerms,
        probes: Mapping[str, Profile],
        reading: Reading = USUAL_READING,
        *,
        national_search_done: bool,
        parties: Iterable[str] | None = None,
    ) -> dict[str, Asked[dna_pb2.DnaAnswer]]:
        """Search with DNA profiles by reference number; as ``search_finger`` otherwise."""
        asked = _parties(self._others, parties, national_search_done)
        return self._ask(
            asked, terms, len(probes), lambda it: it.search_dna(terms, probes, reading)
        )

    def _ask(
        self,
        parties: list[str],
        terms: SearchTerms,
        searches: int,
        search: Callable[[Client], Answer],
    ) -> dict[str, Asked[Answer]]:
        def one(party: str) -> Asked[Answer]:
            try:
                if self._own is not None:
                    counted = (party, terms.request_number, terms.search_type, searches)
                    self._own.outgoing.reserve(*counted)
            except ApplianceRefused as refusal:
                return Asked(party, refusal=refusal)
            try:
                return Asked(party, answer=search(self._others[party]))
            except ApplianceRefused as refusal:
                if self._own is not None and refusal.code not in _DOUBTFUL:
                    self._own.outgoing.release(party, terms.request_number)
                return Asked(party, refusal=refusal)

        with ThreadPoolExecutor(PARTIES_AT_ONCE_MAX, "circle") as threads:
            return {each.party: each for each in threads.map(one, parties)}


class AsyncCircle:
    """``Circle`` for asynchronous clients, of one event loop."""

    def __init__(self, own: AsyncClient | None, others: Mapping[str, AsyncClient]) -> None:
        self._own = own
        self._others = dict(others)

    async def search_finger(
        self,
        terms: SearchTerms,
        probes: Mapping[str, bytes],
        *,
        national_search_done: bool,
        parties: Iterable[str] | None = None,
    ) -> dict[str, Asked[DactyloscopicAnswer]]:
        """Search with finger minutiae records; as ``Circle.search_finger``."""
        asked = _parties(self._others, parties, national_search_done)
        if self._own is not None:
            for record in probes.values():
                await self._own.check_quality(record, terms.search_type)
        return await self._ask(
            asked, terms, len(probes), lambda it: it.search_finger(terms, probes)
        )

    async def search_dna(
        self,
        terms: SearchTerms,
        probes: Mapping[str, Profile],
        reading: Reading = USUAL_READING,
        *,
        national_search_done: bool,
        parties: Iterable[str] | None = None,
    ) -> dict[str, Asked[dna_pb2.DnaAnswer]]:
        """Search with DNA profiles; as ``Circle.search_dna``."""
        asked = _parties(self._others, parties, national_search_done)
        return await self._ask(
            asked, terms, len(probes), lambda it: it.search_dna(terms, probes, reading)
        )

    async def _ask(
        self,
        parties: list[str],
        terms: SearchTerms,
        searches: int,
        search: Callable[[AsyncClient], Awaitable[Answer]],
    ) -> dict[str, Asked[Answer]]:
        async def one(party: str) -> Asked[Answer]:
            try:
                if self._own is not None:
                    counted = (party, terms.request_number, terms.search_type, searches)
                    await self._own.outgoing.reserve(*counted)
            except ApplianceRefused as refusal:
                return Asked(party, refusal=refusal)
            try:
                return Asked(party, answer=await search(self._others[party]))
            except ApplianceRefused as refusal:
                if self._own is not None and refusal.code not in _DOUBTFUL:
                    await self._own.outgoing.release(party, terms.request_number)
                return Asked(party, refusal=refusal)

        return {each.party: each for each in await asyncio.gather(*map(one, parties))}


def _parties(
    others: Mapping[str, object], wanted: Iterable[str] | None, national_search_done: bool
) -> list[str]:
    """Return whom to ask. Raises ValueError if nobody may be asked, or one is not there."""
    if not national_search_done:
        raise ValueError(
            "the national database is searched first: Implementing Agreement, Art. 8(1)"
        )
    parties = sorted(others if wanted is None else set(wanted))
    unknown = [each for each in parties if each not in others]
    if unknown or not parties:
        raise ValueError(f"not in the circle: {', '.join(unknown) or 'nobody'}")
    return parties
