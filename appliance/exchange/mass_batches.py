"""The profiles of mass comparisons: taken in batch by batch, given out in the order they came."""

from __future__ import annotations

import threading
from datetime import datetime

from appliance.domain import limits
from appliance.domain.errors import (
    FieldViolation,
    RecordUnavailable,
    RequestInvalid,
    RequestNumberReused,
    StorageCorrupt,
)
from appliance.domain.mass_comparison import BatchReceipt, MassState, MassStatus
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange import mass_sealed, mass_supplies
from appliance.exchange.mass_intake import JudgedBatch, JudgedProfile, reference_digest
from appliance.exchange.mass_jobs import MassStore
from appliance.store import mass_content_table, mass_job_table
from appliance.store.database import Transaction
from appliance.store.mass_content_table import BatchRow
from appliance.store.mass_job_table import JobRow


class MassBatches:
    """Sealed batches, each under a key of its own. Thread-safe; batches are taken in one by one."""

    def __init__(self, store: MassStore) -> None:
        self._store = store
        # One at a time, so that no reference number can slip in between the look and the commit.
        self._taking = threading.Lock()

    def take(
        self,
        row: JobRow,
        number: int,
        digest: bytes,
        batch: JudgedBatch,
        principal: Principal,
        at: datetime,
    ) -> BatchReceipt:
        """Keep a batch admitted ``at``, durable on return; the same again is only acknowledged.

        ``digest`` is the SHA-256 of the batch as received. Raises RequestInvalid if the job takes
        no more profiles or this batch is not the next, RequestNumberReused if the number was used
        for another batch, RecordUnavailable. Nothing of the batch is kept then.
        """
        with self._taking:
            status = self._require_open(row)
            held = self._store.database.read(
                lambda tx: mass_content_table.batch(tx, row.job, number)
            )
            if held is not None:
                return self._again(row, held, digest, status.received)
            batch = self._without_held(row, batch)
            _require_room(status, number, batch)
            return self._keep(row, status, number, digest, batch, principal, at)

    def next_profiles(self, row: JobRow) -> tuple[JudgedProfile, ...]:
        """Return the profiles that are next, to the end of their batch. Raises StorageCorrupt."""
        position = row.status.compared
        held = self._store.database.read(
            lambda tx: mass_content_table.first_batch(tx, row.job, position)
        )
        if held is None:
            raise StorageCorrupt(f"no batch holds profile {position} of comparison {row.job}")
        return self._opened(row, held).accepted[position - held.first :]

    def _require_open(self, row: JobRow) -> MassStatus:
        status = self._store.database.read(lambda tx: mass_job_table.by_job(tx, row.job)).status
        if status.state is not MassState.OPEN:
            closed = f"takes no more profiles: it is {status.state.value}"
            raise RequestInvalid([FieldViolation("job_number", closed)])
        return status

    def _again(self, row: JobRow, held: BatchRow, digest: bytes, received: int) -> BatchReceipt:
        if held.digest != digest:
            raise RequestNumberReused(f"batch {held.batch} was sent before with other content")
        return _receipt(held.batch, self._opened(row, held), received)

    def _without_held(self, row: JobRow, batch: JudgedBatch) -> JudgedBatch:
        digests = {
            reference_digest(row.job, each.reference_number): each.position
            for each in batch.accepted
        }
        held = self._store.database.read(
            lambda tx: mass_content_table.held_references(tx, row.job, list(digests))
        )
        return batch.without(frozenset(digests[each] for each in held))

    def _keep(
        self,
        row: JobRow,
        status: MassStatus,
        number: int,
        digest: bytes,
        batch: JudgedBatch,
        principal: Principal,
        at: datetime,
    ) -> BatchReceipt:
        context = _context(row, number)
        slot, ciphertext = self._store.vault.seal(mass_sealed.batch_bytes(batch), context)
        profiles = len(batch.accepted)
        kept = BatchRow(number, digest, status.received, profiles, slot, ciphertext)
        job_number = status.terms.job_number
        details = mass_supplies.received(job_number, number, batch, digest, principal, at)

        def work(tx: Transaction) -> None:
            mass_job_table.received(tx, row.job, profiles, at)
            mass_content_table.add_batch(tx, row.job, kept)
            references = (reference_digest(row.job, e.reference_number) for e in batch.accepted)
            mass_content_table.add_references(tx, row.job, references)
            party = status.terms.party
            self._store.record.append(tx, Act.MASS_COMPARISON_RECEIVED, party, details)

        try:
            self._store.database.write(work).result()
        except RecordUnavailable:
            # After a failed sync nobody knows whether the batch is there; the key stays until the
            # next start finds out. Without its batch it opens nothing.
            raise
        except BaseException:
            self._store.vault.destroy(slot)
            raise
        return _receipt(number, batch, status.received + profiles)

    def _opened(self, row: JobRow, held: BatchRow) -> JudgedBatch:
        content = self._store.vault.open(held.slot, held.sealed, _context(row, held.batch))
        return mass_sealed.batch_from(content)


def _require_room(status: MassStatus, number: int, batch: JudgedBatch) -> None:
    if number != status.batches + 1:
        wanted = f"is {number}; {status.batches} batches are durable, so the next has the number"
        raise RequestInvalid([FieldViolation("batch_number", f"{wanted} {status.batches + 1}")])
    if number > limits.MASS_BATCHES_MAX:
        bounds = f"a comparison takes at most {limits.MASS_BATCHES_MAX} batches"
        raise RequestInvalid([FieldViolation("batch_number", bounds)])
    if status.received + len(batch.accepted) > limits.MASS_PROFILES_MAX:
        bounds = f"a comparison takes at most {limits.MASS_PROFILES_MAX} profiles"
        raise RequestInvalid([FieldViolation("profiles", bounds)])


def _receipt(number: int, batch: JudgedBatch, received: int) -> BatchReceipt:
    return BatchReceipt(number, len(batch.accepted), batch.refusals, received)


def _context(row: JobRow, batch: int) -> bytes:
    """Bind a sealed batch to its job and number: under another name it does not open."""
    return f"mass batch {row.job}/{batch}".encode()
