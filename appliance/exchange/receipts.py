"""Requests received in one transaction: judged one after the other, written together.

What each needs to know is read for all of them at once and kept up to date in memory, so that the
next one finds what the one before it took. Whatever else works on these tables, as the release of
held requests does, comes after all of that is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.audit.appending import Told
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.domain import limits
from appliance.domain.errors import (
    ApplianceError,
    CapacityExhausted,
    PurposeChanged,
    QueueFull,
    RequestNumberReused,
    RequestSettled,
)
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.search import RequestState, SearchRequest
from appliance.exchange import failures, supplies
from appliance.exchange.case_purposes import CasePurposes
from appliance.exchange.holding import Holding
from appliance.exchange.ledger import Charge, Ledger, Reservation, refusal
from appliance.exchange.search_queue import Waiting
from appliance.store import held_table, requests_table
from appliance.store.database import Transaction
from appliance.store.requests_table import Name, NewRequest, RequestRow


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request on record: ``sequence`` is its place in the order of receipt.

    ``replayed`` says that the same request had been accepted before; it is charged once. ``state``
    is the one it is in now: HELD where the capacity of the day was used up.
    """

    request_number: str
    sequence: int
    received_at: datetime
    replayed: bool
    state: RequestState


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that admission let pass, and who asked when for how many candidates."""

    principal: Principal
    request: SearchRequest
    candidate_limit: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """An admitted request with its probe sealed, under a key that is not durable yet."""

    admitted: Admitted
    slot: int
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """What an acceptance brought about: ``released`` may be searched from now on."""

    accepted: Accepted
    released: tuple[Waiting, ...] = ()
    remaining_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms that receiving asks; each is thread-safe."""

    record: Record
    packs: PackBook
    purposes: CasePurposes
    ledger: Ledger
    holding: Holding
    own_party: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """A request that is kept; without a reservation it is held. ``place`` is that of its answer."""

    place: int
    sealed: Sealed
    reservation: Reservation | None


# What is said of one request; whatever else is raised undoes them all.
_REFUSALS = (CapacityExhausted, PurposeChanged, QueueFull, RequestNumberReused, RequestSettled)


class Receipts:
    """Some requests in one transaction; valid only inside it."""

    def __init__(self, tx: Transaction, rooms: Rooms, offered: Sequence[Sealed]) -> None:
        self._tx = tx
        self._rooms = rooms
        self._offered = offered
        requests = [each.admitted.request for each in offered]
        self._earlier = requests_table.find_each(tx, [_name(each) for each in requests])
        self._cases = rooms.purposes.searched(tx, requests)
        self._tally = rooms.ledger.tally(tx)
        self._kept: dict[Name, _Kept] = {}
        self._answers: dict[int, Received | ApplianceError] = {}

    def keep(self) -> list[Received | ApplianceError]:
        """Keep the requests in their order; return what came of each, or why it is refused."""
        for place, sealed in enumerate(self._offered):
            try:
                self._receive(place, sealed)
            except _REFUSALS as refused:
                self._answers[place] = refused
        self._write()
        return [self._answers[place] for place in range(len(self._offered))]

    def _receive(self, place: int, sealed: Sealed) -> None:
        request, at = sealed.admitted.request, sealed.admitted.at
        name = _name(request)
        if name in self._kept:
            self._write()
            self._earlier = requests_table.find_each(self._tx, [name]) | self._earlier
        earlier = self._earlier.get(name)
        if earlier is not None:
            replay = replayed(earlier, request)
            if replay is not None:
                self._answers[place] = Received(replay)
                return
        self._cases.require(request, at)
        charge = Charge(
            request.party, request.search_type, len(request.probes), request.accelerated
        )
        hold = self._is_to_hold(charge, at)
        reservation = None if hold else self._tally.reserve(charge, at)
        # From here on nothing refuses it.
        if earlier is not None:
            requests_table.forget_failed(self._tx, earlier.sequence)
        self._cases.add(request, at)
        self._kept[name] = _Kept(place, sealed, reservation)
        if hold:
            self._release(place, request.party, at)

    def _is_to_hold(self, charge: Charge, at: datetime) -> bool:
        """Say whether a request waits for the next day instead of being refused or searched.

        Where others of its Party are held it stands behind them, for nobody overtakes. Raises
        CapacityExhausted for what would not fit a whole day, QueueFull where too many are held.
        """
        if self._rooms.packs.at(at).excess_of(charge.party) != "hold":
            return False
        self._write()
        tx, ledger = self._tx, self._rooms.ledger
        held = held_table.count(tx, charge.party)
        short = ledger.shortage(tx, charge, at)
        if short is not None and not ledger.fits_a_day(tx, charge, at):
            raise refusal(short, at)
        if short is None and not held:
            return False
        if held >= limits.HELD_PER_PARTY_MAX:
            raise QueueFull(depth_max=limits.HELD_PER_PARTY_MAX)
        return True

    def _release(self, place: int, party: str, at: datetime) -> None:
        """Release what is held of a Party, perhaps the request just kept, whose answer it adds."""
        self._write()
        answer = self._answers[place]
        if isinstance(answer, Received):
            released = self._rooms.holding.release(self._tx, party, at)
            waits = any(each.sequence == answer.accepted.sequence for each in released)
            state = RequestState.QUEUED if waits else RequestState.HELD
            self._answers[place] = Received(replace(answer.accepted, state=state), tuple(released))

    def _write(self) -> None:
        """Write what is kept so far, and answer it."""
        if not self._kept:
            return
        kept = list(self._kept.values())
        self._kept.clear()
        self._cases.write()
        self._tally.write()
        sequences = requests_table.insert(self._tx, [_row(each) for each in kept])
        told = [self._told(each) for each in kept]
        self._rooms.record.append_each(self._tx, Act.SEARCH_RECEIVED, told)
        for each, sequence in zip(kept, sequences, strict=True):
            self._answers[each.place] = _received(each, sequence)

    def _told(self, kept: _Kept) -> Told:
        admitted = kept.sealed.admitted
        request = admitted.request
        details = supplies.received(request, admitted.principal, self._rooms.own_party, admitted.at)
        if kept.reservation is None:
            details["held"] = "yes"
        return request.party, details, ()


def _name(request: SearchRequest) -> Name:
    return request.party, request.request_number


def _row(kept: _Kept) -> NewRequest:
    admitted, reservation = kept.sealed.admitted, kept.reservation
    request = admitted.request
    return NewRequest(
        party=request.party,
        request_number=request.request_number,
        content_digest=request.content_digest,
        search_type=request.search_type,
        accelerated=request.accelerated,
        probes=len(request.probes),
        candidate_limit=admitted.candidate_limit,
        capacity_day=reservation.day if reservation else None,
        received_at=admitted.at,
        due_since=admitted.at if reservation else None,
        probe_slot=kept.sealed.slot,
        probe_sealed=kept.sealed.ciphertext,
    )


def _received(kept: _Kept, sequence: int) -> Received:
    admitted, reservation = kept.sealed.admitted, kept.reservation
    request, at = admitted.request, admitted.at
    if reservation is None:
        held = Accepted(request.request_number, sequence, at, False, RequestState.HELD)
        return Received(held)
    accepted = Accepted(request.request_number, sequence, at, False, RequestState.QUEUED)
    waiting = Waiting(sequence, request.accelerated, at)
    return Received(accepted, (waiting,), reservation.remaining_ratio)


def replayed(earlier: RequestRow, request: SearchRequest) -> Accepted | None:
    """Return how the same request stands, None if it failed in a way that may be tried anew.

    Raises RequestNumberReused for other content, RequestSettled for a request that was cancelled.
    """
    if earlier.content_digest != request.content_digest:
        raise RequestNumberReused(
            f"request number {request.request_number} was used for other content"
        )
    if earlier.state is RequestState.CANCELLED:
        raise RequestSettled("the request was cancelled; its number is used up")
    if earlier.state is RequestState.FAILED and failures.may_be_sent_again(earlier.failure_reason):
        return None
    return Accepted(
        earlier.request_number, earlier.sequence, earlier.received_at, True, earlier.state
    )
