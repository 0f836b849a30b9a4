"""The desk of data quality: correct, delete, flag, restrict, end, each with its proof (Art. 15).

Only this Party's administrator decides over its own data. What is decided, the record of it and
the notices to everybody who had received the item are one commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.access import roles
from appliance.audit.record import Record
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Collection, Role
from appliance.domain.data_duties import Erasure, ErasureCause
from appliance.domain.errors import FieldViolation, ReferenceUnknown, RequestInvalid
from appliance.domain.notice import NoticeKind
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.domain.reference_data import StoredItem
from appliance.exchange import form, notes, recipients
from appliance.exchange.notices import NoticeBoard
from appliance.exchange.ports import OfferedItem
from appliance.exchange.preparation import Preparation, offered
from appliance.exchange.recipients import Recipients
from appliance.gallery.gallery import Gallery
from appliance.store import erasures_table
from appliance.store.catalogue_table import CatalogueRow
from appliance.store.database import Database, Transaction

ERASURES_PER_PAGE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Deleted:
    """``erasure`` numbers the certificate to come, ``told`` is how many Parties are notified."""

    erasure: int
    told: int


class DutiesDesk:
    """Serves this Party's administrator. Thread-safe."""

    def __init__(
        self,
        database: Database,
        gallery: Gallery,
        record: Record,
        board: NoticeBoard,
        preparation: Preparation,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gallery = gallery
        self._record = record
        self._board = board
        self._preparation = preparation
        self._clock = clock

    def correct(self, principal: Principal, item: OfferedItem, reason: str) -> Deleted:
        """Put right data in the place of wrong data, under the same reference number.

        The former data is erased like deleted data; whoever received it is told. Raises
        ReferenceUnknown, RequestInvalid, and what a load refuses an item with.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        form.require_reason(reason)
        right = self._preparation.one(item)
        details = {"reason": reason, "new_digest": hashlib.sha256(right.record).hexdigest()}
        return self._erase(
            principal,
            (right.collection, right.reference_number),
            ErasureCause.CORRECTED,
            Act.REFERENCE_CORRECTED,
            NoticeKind.DATA_CORRECTED,
            details,
            lambda also: self._gallery.amendments.correct(right, also),
        )

    def delete(
        self, principal: Principal, collection: Collection, reference_number: str, cause: str
    ) -> Deleted:
        """Delete an item: no later search finds it, whoever received it is told.

        Raises ReferenceUnknown, and RequestInvalid unless ``cause`` is incorrect or
        no_longer_necessary.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        allowed = (ErasureCause.INCORRECT, ErasureCause.NO_LONGER_NECESSARY)
        if cause not in allowed:
            named = " or ".join(allowed)
            raise RequestInvalid([FieldViolation("cause", f"must be {named}")])
        return self.remove(principal, collection, reference_number, ErasureCause(cause))

    def remove(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        cause: ErasureCause,
    ) -> Deleted:
        """Delete an item for any cause; for those who may, be it the appliance itself."""
        return self._erase(
            principal,
            (collection, reference_number),
            cause,
            Act.REFERENCE_DELETED,
            NoticeKind.DATA_DELETED,
            {},
            lambda also: self._gallery.amendments.delete(collection, reference_number, also),
        )

    def flag(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        *,
        flagged: bool,
        basis: str = "",
        decision: str = "",
    ) -> None:
        """Flag contested data, or remove the flag on a legal basis (Art. 15(2)).

        Removing needs ``basis``, one of FlagBasis, and ``decision``, the reference of the consent
        or decision: RequestInvalid without. Raises ReferenceUnknown.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        if not flagged:
            form.require_basis(basis, decision)
        details = {"flagged": "yes" if flagged else "no", "basis": basis, "decision": decision}
        self._amend(
            principal,
            (collection, reference_number),
            Act.REFERENCE_FLAGGED,
            {name: text for name, text in details.items() if text},
            lambda also: self._gallery.amendments.flag(collection, reference_number, flagged, also),
        )

    def restrict(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        *,
        restricted: bool,
        reason: str,
    ) -> None:
        """Keep data out of every search where deleting it would harm the subject (Art. 15(3)).

        Released data is searched again. Raises ReferenceUnknown, RequestInvalid without a reason.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        form.require_reason(reason)
        amend = self._gallery.amendments
        if restricted:
            self._amend(
                principal,
                (collection, reference_number),
                Act.REFERENCE_RESTRICTED,
                {"reason": reason},
                lambda also: amend.restrict(collection, reference_number, also),
            )
            return
        held = self._gallery.get(collection, reference_number)
        if not held.restricted:
            raise RequestInvalid([FieldViolation("restricted", "the item is not restricted")])
        item = self._preparation.one(offered(held))
        self._amend(
            principal,
            (collection, reference_number),
            Act.REFERENCE_RELEASED,
            {"reason": reason},
            lambda also: amend.release(item, also),
        )

    def set_end(
        self,
        principal: Principal,
        collection: Collection,
        reference_number: str,
        expires_at: datetime | None,
    ) -> None:
        """Set when the maximum period of an item is over (Art. 15(3)(b)), None for no end."""
        roles.require(principal, Role.ADMINISTRATOR)
        said = "none" if expires_at is None else expires_at.isoformat(timespec="seconds")
        self._amend(
            principal,
            (collection, reference_number),
            Act.REFERENCE_END_SET,
            {"expires_at": said},
            lambda also: self._gallery.amendments.set_end(
                collection, reference_number, expires_at, also
            ),
        )

    def erasures(self, principal: Principal, after: int, limit: int) -> list[Erasure]:
        """Return up to ``limit`` erasures after a number, with their certificates."""
        roles.require(principal, Role.ADMINISTRATOR, Role.AUDITOR)
        bounded = max(0, min(limit, ERASURES_PER_PAGE_MAX))
        return self._database.read(lambda tx: erasures_table.page(tx, after, bounded))

    def _erase(
        self,
        principal: Principal,
        subject: tuple[Collection, str],
        cause: ErasureCause,
        act: Act,
        kind: NoticeKind,
        details: dict[str, str],
        change: Callable[[Callable[[Transaction, CatalogueRow], None]], object],
    ) -> Deleted:
        """Delete or replace, record it, order the certificate and tell the recipients at once."""
        held = self._gallery.get(*subject)
        found = recipients.of_item(self._record, *subject)
        digest = hashlib.sha256(held.record).digest()
        done: list[Deleted] = []
        facts = {"cause": cause.value}

        def also(tx: Transaction, row: CatalogueRow) -> None:
            if row.ordinal != held.ordinal:
                raise ReferenceUnknown(f"{subject[1]!r} was changed at the same moment; look again")
            if act is Act.REFERENCE_DELETED:
                notes.end(tx, self._record, principal, row.ordinal, subject)
            number = erasures_table.insert(tx, row.ordinal, self._ordered(principal, held, cause))
            told = recipients.tell(tx, self._board, kind, subject, found, facts)
            entry = {
                **_facts(principal, subject),
                **details,
                "cause": cause.value,
                "erasure": str(number),
                "record_digest": digest.hex(),
                "parties_told": ",".join(sorted(found.requests)),
            }
            self._record.append(tx, act, principal.party, entry, [subject])
            done.append(Deleted(number, told))

        change(also)
        return Deleted(done[0].erasure, done[0].told + self._tell_late(kind, subject, found, facts))

    def _tell_late(
        self,
        kind: NoticeKind,
        subject: tuple[Collection, str],
        known: Recipients,
        facts: dict[str, str],
    ) -> int:
        """Tell those too whose answers came between the look at the record and the change."""
        late = recipients.of_item(self._record, *subject, after=known.seen_until)
        if not late.requests:
            return 0
        self._database.write(
            lambda tx: recipients.tell(tx, self._board, kind, subject, late, facts)
        ).result()
        return len(late.requests.keys() - known.requests.keys())

    def _ordered(self, principal: Principal, held: StoredItem, cause: ErasureCause) -> Erasure:
        return Erasure(
            number=0,
            collection=held.collection,
            reference_number=held.reference_number,
            record_digest=hashlib.sha256(held.record).digest(),
            cause=cause,
            ordered_by=principal.fingerprint,
            deleted_at=self._clock.now(),
        )

    def _amend(
        self,
        principal: Principal,
        subject: tuple[Collection, str],
        act: Act,
        details: dict[str, str],
        change: Callable[[Callable[[Transaction, CatalogueRow], None]], object],
    ) -> None:
        entry = {**_facts(principal, subject), **details}

        def also(tx: Transaction, _row: CatalogueRow) -> None:
            self._record.append(tx, act, principal.party, entry, [subject])

        change(also)


def _facts(principal: Principal, subject: tuple[Collection, str]) -> dict[str, str]:
    collection, reference_number = subject
    return {
        "certificate": principal.fingerprint,
        "collection": collection.value,
        "reference_number": reference_number[: limits.REFERENCE_NUMBER_CHARS_MAX],
    }
