"""Requests as they are kept: sealed probes going in, answers and failures coming out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from appliance.audit.record import Record
from appliance.config.settings import Settings
from appliance.domain import limits
from appliance.domain.capacity import Direction
from appliance.domain.clock import Clock
from appliance.domain.codes import Category
from appliance.domain.errors import (
    ApplianceError,
    InvariantBroken,
    RecordUnavailable,
    RequestSettled,
    RequestUnknown,
)
from appliance.domain.record import Act
from appliance.domain.search import Answer, RequestState, SearchRequest
from appliance.exchange import failures, sealed, supplied_matches, supplies
from appliance.exchange.ledger import Charge, Ledger
from appliance.keys.master_key import MasterKey
from appliance.keys.probe_vault import ProbeVault
from appliance.matching.outcome import MatchOutcome
from appliance.store import answers_table, outage_table, requests_table
from appliance.store.answers_table import Settlement
from appliance.store.database import Database, Transaction
from appliance.store.requests_table import RequestRow


class Archive:
    """The requests in the database, and what seals their parts. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        vault: ProbeVault,
        master: MasterKey,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._record = record
        self._vault = vault
        self._master = master
        self._settings = settings
        self._ledger = Ledger(Direction.INCOMING, settings.zone)
        self._clock = clock

    def find(self, party: str, request_number: str) -> RequestRow | None:
        """Return a Party's request, None if it sent none under this number."""
        return self._database.read(lambda tx: requests_table.find(tx, party, request_number))

    def queued(self) -> list[RequestRow]:
        """Return what waits for a search, in order of receipt, and erase all orphaned probes.

        A key whose request is settled belongs to a probe that was refused or answered when the
        process ended; nobody may read it any more (Art. 13(3)). To be called before any submission.
        """
        rows, slots = self._database.read(
            lambda tx: (requests_table.queued(tx), requests_table.probe_slots(tx))
        )
        self._vault.destroy_all_but(slots)
        return rows

    def seal_probe(self, request: SearchRequest) -> tuple[int, bytes]:
        """Return slot and ciphertext of a request, to be kept after ``require_probe_keys``.

        Raises RecordUnavailable.
        """
        content = sealed.request_bytes(request)
        return self._vault.seal_unsynced(content, _context(request.party, request.request_number))

    def require_probe_keys(self, tx: Transaction) -> None:
        """Have the keys of probes durable before the transaction commits: one sync for a group."""
        tx.before_commit(self._vault.sync)

    def erase_probe(self, slot: int) -> None:
        """Erase a probe; durable on return."""
        try:
            self._vault.destroy(slot)
        except RecordUnavailable:
            # The vault refuses every new probe from here on, and the next start erases this key
            # before anything else; an answer that is already recorded need not wait for that.
            return

    def row(self, sequence: int) -> RequestRow | None:
        """Return a request that waits for its search, None once it is settled."""
        row = self._database.read(lambda tx: requests_table.by_sequence(tx, sequence))
        return row if row.state is RequestState.QUEUED else None

    def open_probe(self, row: RequestRow) -> SearchRequest:
        """Return a waiting request with its probes. Raises StorageCorrupt."""
        slot, ciphertext = self._database.read(lambda tx: requests_table.probe(tx, row.sequence))
        context = _context(row.party, row.request_number)
        return sealed.request_from(self._vault.open(slot, ciphertext, context))

    def answer(self, party: str, request_number: str) -> Answer | None:
        """Return the answer, None while the request waits.

        Raises RequestUnknown if there is no such request or its answer was erased, RequestSettled
        if it was cancelled, and what a failed request failed with.
        """
        row, kept = self._database.read(lambda tx: _with_outcome(tx, party, request_number))
        if row is None:
            raise RequestUnknown(f"{party} sent no request under this number")
        if row.state in (RequestState.HELD, RequestState.QUEUED):
            return None
        if row.state is RequestState.CANCELLED:
            raise RequestSettled("the request was cancelled; its number is used up")
        if row.state is RequestState.FAILED:
            raise failures.failure_from(row.failure_reason, row.failure_message)
        if kept is None:
            raise RequestUnknown("the answer was kept for its time and is erased")
        content = self._master.unseal(kept, _context(row.party, row.request_number))
        return self._compose(row, sealed.outcome_from(content))

    def settle(self, row: RequestRow, outcome: MatchOutcome) -> Answer:
        """Keep an outcome and record the supply in one commit; then erase the probe.

        Only after this returns may the answer leave. Raises RecordUnavailable: the request then
        still waits, and nothing may leave.
        """
        at = self._clock.now()
        year = at.astimezone(self._settings.zone).year
        content = sealed.outcome_bytes(outcome)
        kept = self._master.seal(content, _context(row.party, row.request_number))
        details, supplied = supplies.answered(row, outcome, content), supplies.supplied(outcome)

        def work(tx: Transaction) -> tuple[int, int]:
            slot = requests_table.probe_slot(tx, row.sequence)
            serial = answers_table.answer(tx, row.sequence, at, year, kept)
            supplied_matches.keep(tx, self._record, row, outcome, at)
            details["answer_number"] = self._number(year, serial)
            details.update(_lateness(tx, row, at))
            self._record.append(tx, Act.SEARCH_ANSWERED, row.party, details, supplied)
            return slot, serial

        slot, serial = self._database.write(work).result()
        self.erase_probe(slot)
        settled = replace(row, settled_at=at, answer_year=year, answer_serial=serial)
        return self._compose(settled, outcome)

    def fail(self, row: RequestRow, failure: ApplianceError) -> None:
        """Settle a request without an answer: recorded, its capacity given back, probe erased."""
        at = self._clock.now()
        reason, message = failure.reason, failure.message[: failures.FAILURE_CHARS_MAX]
        # Not in the work: the failure's traceback leads to the search and its probe.
        details = supplies.failed(row, failure)

        def work(tx: Transaction) -> int:
            slot = requests_table.probe_slot(tx, row.sequence)
            requests_table.fail(tx, row.sequence, at, reason, message)
            answers_table.end(tx, row.sequence, row.party, at)
            self._give_back(tx, row)
            self._record.append(tx, Act.SEARCH_FAILED, row.party, details)
            return slot

        self.erase_probe(self._database.write(work).result())

    def cancel(self, row: RequestRow, details: supplies.Details) -> None:
        """Settle a request that was not searched: recorded, given back, probe erased on return.

        Raises RequestSettled if it was settled meanwhile, RecordUnavailable.
        """
        at = self._clock.now()

        def work(tx: Transaction) -> int:
            now = requests_table.by_sequence(tx, row.sequence)
            require_unsettled(now)
            slot = requests_table.probe_slot(tx, row.sequence)
            requests_table.cancel(tx, row.sequence, at)
            answers_table.end(tx, row.sequence, row.party, at)
            self._give_back(tx, now)
            self._record.append(tx, Act.SEARCH_CANCELLED, row.party, details)
            return slot

        self.erase_probe(self._database.write(work).result())

    def in_outage(self) -> bool:
        """Say whether an outage lasts for reasons of vis major."""
        return self._database.read(outage_table.present) is not None

    def newest_settled(self) -> int:
        """Return the cursor of the request that was settled last, 0 before the first."""
        return self._database.read(answers_table.newest_settled)

    def settled_after(
        self, party: str, category: Category, cursor: int, limit: int
    ) -> list[Settlement]:
        """Return the requests of a Party that are over, after a cursor, in order."""
        return self._database.read(
            lambda tx: answers_table.settled_after(tx, party, category, cursor, limit)
        )

    def erase_old_answers(self, pack_retention_h: int) -> int:
        """Erase the answers whose time is over; return how many (Art. 13(3)).

        The pack says how long they are kept at most, the administrator may keep them for less.
        """
        kept_h = min(self._settings.exchange.answer_retention_h, pack_retention_h)
        kept_since = self._clock.now() - timedelta(hours=kept_h)

        def work(tx: Transaction) -> int:
            answers_table.forget_ends(tx, kept_since)
            return answers_table.erase_outcomes(tx, kept_since)

        return self._database.write(work).result()

    def _give_back(self, tx: Transaction, row: RequestRow) -> None:
        """Give back what a request was charged; a held one was charged nothing yet."""
        if row.capacity_day is not None:
            charge = Charge(row.party, row.search_type, row.probes, row.accelerated)
            self._ledger.give_back(tx, charge, row.capacity_day)

    def _number(self, year: int, serial: int) -> str:
        return f"{self._settings.instance.party}-{year}-{serial:08d}"

    def _compose(self, row: RequestRow, outcome: MatchOutcome) -> Answer:
        if row.settled_at is None:
            raise InvariantBroken(f"request {row.sequence} is answered without a time")
        return Answer(
            answer_number=self._number(row.answer_year, row.answer_serial),
            request_number=row.request_number,
            requesting_party=row.party,
            requested_party=self._settings.instance.party,
            search_type=row.search_type,
            received_at=row.received_at,
            answered_at=row.settled_at,
            sequence=row.sequence,
            candidate_limit=row.candidate_limit,
            items=outcome.items,
            provenance=outcome.provenance,
        )


def require_unsettled(row: RequestRow) -> None:
    """Raise RequestSettled unless a request still waits for its search."""
    if row.state not in (RequestState.HELD, RequestState.QUEUED):
        raise RequestSettled(f"the request is {row.state.value}")


def _lateness(tx: Transaction, row: RequestRow, at: datetime) -> supplies.Details:
    """Return what is to be said of an answer after its 24 hours, and whether vis major is why."""
    due_since = row.due_since or row.received_at
    if at - due_since <= timedelta(hours=limits.ANSWER_DEADLINE_H):
        return {}
    outage = outage_table.newest_since(tx, due_since)
    return {"late": "yes"} | ({"vis_major": outage.reason} if outage else {})


def _context(party: str, request_number: str) -> bytes:
    """Bind what is sealed to its request: under another name it does not open."""
    return f"{party}/{request_number}".encode()


def _with_outcome(
    tx: Transaction, party: str, request_number: str
) -> tuple[RequestRow | None, bytes | None]:
    row = requests_table.find(tx, party, request_number)
    return row, answers_table.outcome(tx, row.sequence) if row else None
