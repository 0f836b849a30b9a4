"""The desk where this Party's own reference data is loaded, deleted, flagged and looked up.

Reference data is a template or a profile and a number, nothing else (Art. 2(2), 5). Every change
and every reading is on record in the same commit or before it takes effect.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.access import roles
from appliance.audit.record import Record
from appliance.codecs import finger_record
from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_record import encode_dna_record
from appliance.domain import limits
from appliance.domain.clock import Clock
from appliance.domain.codes import Category, Collection, Role
from appliance.domain.dna import USUAL_READING, Reading
from appliance.domain.dna_inclusion import require_included
from appliance.domain.dna_rule import PCC_SEE, DnaRuleProfile
from appliance.domain.errors import (
    ApplianceError,
    FieldViolation,
    QualityInsufficient,
    RequestInvalid,
)
from appliance.domain.finger import FingerTemplate
from appliance.domain.principal import Principal
from appliance.domain.record import Act, Subject
from appliance.domain.reference_data import LoadItem, StoredItem
from appliance.exchange import form
from appliance.exchange.ports import OfferedItem, Packer
from appliance.gallery.gallery import Gallery
from appliance.store.database import Transaction
from appliance.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class RawItem:
    """One item to load; ``finger_record`` or ``dna_values``, as its collection asks.

    ``dna_reading`` says how the source of the profile writes what the Annex leaves open.
    """

    collection: Collection
    reference_number: str
    finger_record: bytes | None
    dna_values: tuple[tuple[str, tuple[str, ...]], ...] | None
    dna_reading: Reading = USUAL_READING


class ReferenceDesk:
    """Serves this Party's administrator; ``rule`` says which DNA profiles may be held for the
    exchange. Thread-safe."""

    def __init__(
        self,
        gallery: Gallery,
        record: Record,
        packer: Packer,
        clock: Clock,
        metrics: Metrics | None = None,
        rule: DnaRuleProfile = PCC_SEE,
    ) -> None:
        self._gallery = gallery
        self._record = record
        self._packer = packer
        self._clock = clock
        self._metrics = metrics
        self._rule = rule

    def load(
        self, principal: Principal, items: Sequence[OfferedItem]
    ) -> list[ApplianceError | None]:
        """Load items; return None for each accepted one, else why it was refused.

        The accepted are durable, visible to searches and on record when this returns; one bad item
        never harms another. Raises RoleDenied, RequestInvalid above LOAD_ITEMS_PER_MESSAGE_MAX
        items, RecordUnavailable or ConfigurationInvalid (memory budget): nothing is loaded then.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        if len(items) > limits.LOAD_ITEMS_PER_MESSAGE_MAX:
            bounds = f"{len(items)}, at most {limits.LOAD_ITEMS_PER_MESSAGE_MAX} at a time"
            raise RequestInvalid([FieldViolation("items", bounds)])
        prepared = self._prepare(items)
        good = [each for each in prepared if isinstance(each, LoadItem)]
        details = _load_details(principal, good)

        def also(tx: Transaction, accepted: Sequence[LoadItem]) -> None:
            if accepted:
                entry = {**details, "accepted": str(len(accepted))}
                subjects = [(item.collection, item.reference_number) for item in accepted]
                self._record.append(tx, Act.REFERENCE_LOADED, principal.party, entry, subjects)

        begun_s = time.perf_counter()
        found = self._gallery.load(good, also)
        if None in found:
            self._record.observe_commit(begun_s)
        refusals = iter(found)
        outcomes = [next(refusals) if isinstance(each, LoadItem) else each for each in prepared]
        self._observe(items, outcomes)
        return outcomes

    def delete(self, principal: Principal, collection: Collection, reference_number: str) -> None:
        """Delete an item (Art. 15): no later search finds it. Raises ReferenceUnknown."""
        roles.require(principal, Role.ADMINISTRATOR)
        item = (collection, reference_number)
        details = _item_details(principal, collection, reference_number)
        begun_s = time.perf_counter()
        self._gallery.delete(
            collection,
            reference_number,
            lambda tx: self._append(tx, Act.REFERENCE_DELETED, principal, details, item),
        )
        self._record.observe_commit(begun_s)
        self._count(collection, "deleted", 1)

    def flag(
        self, principal: Principal, collection: Collection, reference_number: str, flagged: bool
    ) -> None:
        """Flag an item as contested, or take the flag away (Art. 15(2)). Raises ReferenceUnknown.

        Whether it may be taken away is decided by the data subject, a court or the authority; who
        asked for it here, and when, is on record.
        """
        roles.require(principal, Role.ADMINISTRATOR)
        details = _item_details(principal, collection, reference_number)
        item = (collection, reference_number)
        details["flagged"] = "yes" if flagged else "no"
        begun_s = time.perf_counter()
        self._gallery.flag(
            collection,
            reference_number,
            flagged,
            lambda tx: self._append(tx, Act.REFERENCE_LOADED, principal, details, item),
        )
        self._record.observe_commit(begun_s)
        self._count(collection, "flagged", 1)

    def get(
        self, principal: Principal, collection: Collection, reference_number: str
    ) -> StoredItem:
        """Return an item after its reading is on record. Raises ReferenceUnknown."""
        roles.require(principal, Role.ADMINISTRATOR)
        item = self._gallery.get(collection, reference_number)
        details = _item_details(principal, collection, reference_number)
        self._record.write(
            Act.REFERENCE_READ, principal.party, details, [(collection, reference_number)]
        )
        return item

    def count(self) -> dict[Collection, int]:
        """Return how many items each collection holds."""
        return self._gallery.count()

    def _append(
        self,
        tx: Transaction,
        act: Act,
        principal: Principal,
        details: dict[str, str],
        item: Subject,
    ) -> None:
        self._record.append(tx, act, principal.party, details, [item])

    def _prepare(self, items: Sequence[OfferedItem]) -> list[LoadItem | ApplianceError]:
        """Decode and pack; fingers are packed together, which is several times faster."""
        prepared: list[LoadItem | ApplianceError | FingerTemplate] = []
        for item in items:
            try:
                prepared.append(self._decoded(item))
            except ApplianceError as error:
                prepared.append(error)
        templates = [each for each in prepared if isinstance(each, FingerTemplate)]
        blobs = iter(self._packer.encode_finger(templates) if templates else ())
        return [
            _finger_item(item, next(blobs)) if isinstance(each, FingerTemplate) else each
            for item, each in zip(items, prepared, strict=True)
        ]

    def _decoded(self, item: OfferedItem) -> LoadItem | FingerTemplate:
        violations = form.reference_number("reference_number", item.reference_number)
        dna = item.collection.category is Category.DNA
        if (item.dna_values is None) == dna or (item.finger_record is None) != dna:
            wanted = "dna_values" if dna else "finger_record"
            violations.append(FieldViolation(wanted, f"is what {item.collection.value} holds"))
        if violations:
            raise RequestInvalid(violations)
        if item.dna_values is not None:
            profile = canonical_profile(item.dna_values, reading=item.dna_reading)
            require_included(profile, self._rule, person=item.collection.identified)
            packed = self._packer.pack_dna(profile)
            record = encode_dna_record(profile)
            return LoadItem(item.collection, item.reference_number, record, packed)
        template = finger_record.decode(item.finger_record or b"")
        if not template.minutiae:
            raise QualityInsufficient("a template without minutiae can match nothing")
        return template

    def _observe(
        self, items: Sequence[OfferedItem], outcomes: Sequence[ApplianceError | None]
    ) -> None:
        results = Counter(
            (item.collection, "accepted" if outcome is None else "refused")
            for item, outcome in zip(items, outcomes, strict=True)
        )
        for (collection, result), number in results.items():
            self._count(collection, result, number)

    def _count(self, collection: Collection, result: str, number: int) -> None:
        if self._metrics is not None:
            self._metrics.loaded(collection.value, result, number)


def _finger_item(item: OfferedItem, packed: bytes) -> LoadItem:
    return LoadItem(item.collection, item.reference_number, item.finger_record or b"", packed)


def _load_details(principal: Principal, items: Sequence[LoadItem]) -> dict[str, str]:
    """Return what the record says of a load: how much, and a digest of which numbers."""
    digest = hashlib.sha256()
    for item in items:
        digest.update(f"{item.collection.value},{item.reference_number}\n".encode())
    return {
        "certificate": principal.fingerprint,
        "well_formed": str(len(items)),
        "references_digest": digest.hexdigest(),
    }


def _item_details(
    principal: Principal, collection: Collection, reference_number: str
) -> dict[str, str]:
    return {
        "certificate": principal.fingerprint,
        "collection": collection.value,
        "reference_number": reference_number[: limits.REFERENCE_NUMBER_CHARS_MAX],
    }
