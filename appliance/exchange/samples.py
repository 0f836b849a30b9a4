"""Random checks (Art. 17(5)): samples drawn by a seed, and what checking each entry has shown.

Results are kept for inspection 18 months, then deleted (Art. 17(6)); the period is the profile
pack's. One whose time is over is not shown any more, be it deleted yet or not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from appliance.access import roles
from appliance.audit.period import months_before
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Role
from appliance.domain.errors import FieldViolation, RequestInvalid
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.supervision import Sample, SampleResult
from appliance.exchange import form, sampling
from appliance.exchange.record_reader import RecordReader
from appliance.store import authority_table
from appliance.store.database import Database, Transaction

SAMPLE_SIZE_MAX = 1_000
SAMPLES_PER_PAGE_MAX = 100
SEED_CHARS_MAX = 64


class Samples:
    """Draws samples and keeps their results. Thread-safe."""

    def __init__(
        self,
        database: Database,
        record: Record,
        reader: RecordReader,
        packs: PackBook,
        clock: Clock,
    ) -> None:
        self._database = database
        self._record = record
        self._reader = reader
        self._packs = packs
        self._clock = clock

    def draw(
        self,
        principal: Principal,
        seed: str,
        size: int,
        days: tuple[date | None, date | None],
        tree_size: int = 0,
    ) -> Sample:
        """Draw from the entries of some days (UTC, both included; None: to that end), on record.

        ``tree_size`` bounds the record to what it was, 0 to what it is: with the same seed, size
        and days the same entries are drawn again. Raises RoleDenied, RequestInvalid,
        RecordUnavailable.
        """
        roles.require(principal, Role.AUDITOR)
        newest = self._record.size()
        violations = form.text("seed", seed, SEED_CHARS_MAX)
        if not 1 <= size <= SAMPLE_SIZE_MAX:
            violations.append(FieldViolation("size", f"1 to {SAMPLE_SIZE_MAX}"))
        if tree_size > newest:
            violations.append(FieldViolation("tree_size", f"the record has {newest} entries"))
        if violations:
            raise RequestInvalid(violations)
        first, last = self._record.range_of(*days)
        last = min(last, tree_size or newest)
        drawn = Sample(
            number=0,
            seed=seed,
            first=first,
            last=last,
            sequences=sampling.draw(seed, size, first, last),
            drawn_at=self._clock.now(),
        )
        if not drawn.sequences:
            raise RequestInvalid([FieldViolation("since", "there is no entry to draw from")])

        def work(tx: Transaction) -> int:
            number = authority_table.insert_sample(tx, drawn)
            details = {
                "sample": str(number),
                "seed": seed,
                "size": str(len(drawn.sequences)),
                "first": str(first),
                "last": str(last),
                "certificate": principal.fingerprint,
            }
            self._record.append(tx, Act.SAMPLE_DRAWN, principal.party, details)
            return number

        return replace(drawn, number=self._database.write(work).result())

    def get(self, principal: Principal, number: int) -> Sample:
        """Return a sample with its results, after the reading is on record.

        Raises RoleDenied, RequestInvalid if there is none, RecordUnavailable.
        """
        self._reader.note(principal, "sample", sample=str(number))
        return self._database.read(lambda tx: self._known(tx, number))

    def page(self, principal: Principal, after: int, limit: int) -> list[Sample]:
        """Return up to ``limit`` samples after a number, after the reading is on record."""
        self._reader.note(principal, "samples", after=str(after))

        def work(tx: Transaction) -> list[Sample]:
            bounded = max(0, min(limit, SAMPLES_PER_PAGE_MAX))
            numbers = authority_table.samples(tx, after, bounded)
            return [self._known(tx, number) for number in numbers]

        return self._database.read(work)

    def record_result(
        self, principal: Principal, number: int, sequence: int, admissible: bool, remark: str
    ) -> SampleResult:
        """Keep what a check of one entry has shown, on record; a later word replaces it.

        Raises RoleDenied, RequestInvalid unless the entry is of the sample and a finding that it
        is not admissible has a remark, RecordUnavailable.
        """
        roles.require(principal, Role.AUDITOR)
        violations = form.text("remark", remark, limits.REASON_CHARS_MAX, required=not admissible)
        if violations:
            raise RequestInvalid(violations)
        result = SampleResult(sequence, admissible, remark, self._clock.now())

        def work(tx: Transaction) -> None:
            if sequence not in self._known(tx, number).sequences:
                raise RequestInvalid([FieldViolation("sequence", "is not of this sample")])
            authority_table.keep_result(tx, number, result)
            details = {
                "sample": str(number),
                "entry": str(sequence),
                "certificate": principal.fingerprint,
            }
            # Not what was found: that is deleted earlier than the record (Art. 17(6)).
            self._record.append(tx, Act.SAMPLE_RESULT_RECORDED, principal.party, details)

        self._database.write(work).result()
        return result

    def _known(self, tx: Transaction, number: int) -> Sample:
        found = authority_table.sample(tx, number, self._over_at())
        if found is None or (found.drawn_at <= self._over_at() and not found.results):
            raise RequestInvalid([FieldViolation("number", "there is no such sample")])
        return found

    def _over_at(self) -> datetime:
        months = self._packs.in_force().retention.sample_results_months
        return months_before(self._clock.now(), months)
