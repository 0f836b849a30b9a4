"""What blocks of a mass comparison found: kept with its record, fetched by cursor, then erased."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from appliance.domain import limits
from appliance.domain.errors import InvariantBroken
from appliance.domain.mass_comparison import MassMatch, MassState
from appliance.domain.note import Occasion
from appliance.domain.record import Act, Subject
from appliance.domain.search import DnaMatch, Provenance
from appliance.domain.verification import SuppliedMatch, Verification
from appliance.exchange import mass_sealed, mass_supplies, notes
from appliance.exchange.mass_intake import JudgedProfile
from appliance.exchange.mass_jobs import End, MassJobs, MassStore, Settled
from appliance.exchange.mass_sealed import FoundMatch
from appliance.exchange.supplies import Details, instant
from appliance.store import catalogue_table, mass_content_table, mass_job_table
from appliance.store.database import Transaction
from appliance.store.mass_job_table import JobRow

MATCHES_PER_PAGE_MAX = 100


@dataclass(frozen=True, slots=True)
class Block:
    """Profiles compared together, with what each was found to match; ``at`` they might be."""

    profiles: Sequence[JudgedProfile]
    results: Sequence[tuple[DnaMatch, ...]]
    provenance: Provenance
    candidate_limit: int
    at: datetime

    def found(self, at: datetime) -> list[FoundMatch]:
        """Return its matches in the order of their profiles, then by rank."""
        return [
            FoundMatch(
                profile.reference_number,
                match.warned_of_probe(profile.warnings),
                self.provenance,
                self.candidate_limit,
                at,
            )
            for profile, matches in zip(self.profiles, self.results, strict=True)
            for match in matches
        ]

    def supplied(self) -> set[Subject]:
        """Return the items of reference data that its matches supply."""
        return {
            (match.collection, match.reference_number)
            for matches in self.results
            for match in matches
        }

    def parts(self) -> list[Block]:
        """Return it in parts that fit into one entry of the record each."""
        size = limits.MASS_PROFILES_PER_ENTRY_MAX
        return [
            replace(
                self, profiles=self.profiles[at : at + size], results=self.results[at : at + size]
            )
            for at in range(0, len(self.profiles), size)
        ]


class MassBlocks:
    """The matches in the database, sealed under the master key. Thread-safe."""

    def __init__(self, store: MassStore, jobs: MassJobs) -> None:
        self._store = store
        self._jobs = jobs

    def settle(self, row: JobRow, block: Block) -> JobRow | None:
        """Keep what a block found and record the supply in one commit; erase what is done with.

        Only after this returns may its matches leave. None if the job ended meanwhile: the block
        then never was. Raises RecordUnavailable: the block is to be compared again.
        """
        at = self._store.clock.now()
        found: list[FoundMatch] = []
        entries: list[tuple[Details, set[Subject]]] = []
        kept: list[bytes] = []
        status = row.status
        for part in block.parts():
            matches = part.found(at)
            contents = [mass_sealed.match_bytes(each) for each in matches]
            found += matches
            entries.append((self._details(row, part, contents), part.supplied()))
            kept += [
                self._store.master.seal(content, _context(row, cursor))
                for cursor, content in enumerate(contents, status.matches + len(kept) + 1)
            ]
        end = status.compared + len(block.profiles)

        def work(tx: Transaction) -> Settled:
            now = mass_job_table.by_job(tx, row.job).status
            if now.state is not MassState.RUNNING:
                return None, []
            if (now.compared, now.matches) != (status.compared, status.matches):
                raise InvariantBroken(f"comparison {row.job} moved while a block was compared")
            mass_job_table.advance(tx, row.job, (status.compared, end), len(kept))
            mass_content_table.add_matches(tx, row.job, status.matches, kept)
            party = status.terms.party
            act = Act.MASS_COMPARISON_ANSWERED
            for details, supplied in entries:
                self._store.record.append(tx, act, party, details, supplied)
            self._note(tx, row, found, at)
            slots = mass_content_table.drop_batches(tx, row.job, end)
            if end == status.received:
                slots += self._jobs.end_within(tx, row, End(MassState.FINISHED), at)
            return mass_job_table.by_job(tx, row.job), slots

        return self._jobs.settle(work)

    def matches(self, row: JobRow, after: int) -> list[MassMatch]:
        """Return up to MATCHES_PER_PAGE_MAX matches after a cursor, in order."""
        kept = self._store.database.read(
            lambda tx: mass_content_table.matches(tx, row.job, after, MATCHES_PER_PAGE_MAX)
        )
        return [self._match(row, cursor, sealed) for cursor, sealed in kept]

    def acknowledge(self, row: JobRow, cursor: int) -> None:
        """Erase the matches up to a cursor, durable on return."""

        def work(tx: Transaction) -> None:
            mass_job_table.acknowledge(tx, row.job, cursor)
            mass_content_table.drop_matches(tx, row.job, cursor)

        self._store.database.write(work).result()

    def erase_old(self) -> None:
        """Erase the matches of ended jobs whose time is over (Art. 13(3))."""
        kept_h = self._store.settings.exchange.answer_retention_h
        before = self._store.clock.now() - timedelta(hours=kept_h)

        def work(tx: Transaction) -> None:
            for job in mass_job_table.ended_with_matches(tx, before):
                matches = mass_job_table.by_job(tx, job).status.matches
                mass_job_table.acknowledge(tx, job, matches)
                mass_content_table.drop_matches(tx, job, matches)

        self._store.database.write(work).result()

    def _details(self, row: JobRow, block: Block, contents: Sequence[bytes]) -> Details:
        return {
            **mass_supplies.answered(
                row.status.terms.job_number,
                [each.reference_number for each in block.profiles],
                [len(matches) for matches in block.results],
                hashlib.sha256(b"".join(contents)).digest(),
            ),
            "judged_at": instant(block.at),
            "gallery_epoch": str(block.provenance.gallery_epoch),
            "rule_profile": block.provenance.rule_profile,
        }

    def _note(
        self, tx: Transaction, row: JobRow, found: Sequence[FoundMatch], at: datetime
    ) -> None:
        """Put a note on each own unidentified profile that matched (Art. 1(3)(i), IA Art. 8(2))."""
        matches = [_supplied(tx, each) for each in found]
        terms, record = row.status.terms, self._store.record
        notes.put(tx, record, terms.party, terms.job_number, matches, Occasion.MATCH, at)

    def _match(self, row: JobRow, cursor: int, sealed: bytes) -> MassMatch:
        found = mass_sealed.match_from(self._store.master.unseal(sealed, _context(row, cursor)))
        status, settings = row.status, self._store.settings
        own_party = settings.instance.party
        year = status.opened_at.astimezone(settings.zone).year
        return MassMatch(
            cursor=cursor,
            answer_number=f"{own_party}-{year}-M{row.job:06d}-{cursor:08d}",
            job_number=status.terms.job_number,
            requesting_party=status.terms.party,
            requested_party=own_party,
            received_at=status.opened_at,
            answered_at=found.answered_at,
            candidate_limit=found.candidate_limit,
            reference_number=found.reference_number,
            match=found.match,
            provenance=found.provenance,
        )


def _supplied(tx: Transaction, found: FoundMatch) -> SuppliedMatch:
    """Return a match as the notes know it, with the own unidentified item that it concerns."""
    match, item = found.match, None
    if Occasion.of(match.collection) is not None:
        item = catalogue_table.live_ordinal(tx, match.collection, match.reference_number)
    return SuppliedMatch(
        number=0,
        probe=found.reference_number,
        collection=match.collection,
        reference_number=match.reference_number,
        rank=match.rank,
        item=item,
        verification=Verification.UNVERIFIED,
    )


def _context(row: JobRow, cursor: int) -> bytes:
    """Bind a sealed match to its job and cursor: under another name it does not open."""
    return f"mass match {row.job}/{cursor}".encode()
