"""Items of reference data on their way in: decoded, checked against the rules, packed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.codecs import finger_record
from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_record import encode_dna_record, split_dna_record
from appliance.domain.codes import Category, Collection
from appliance.domain.dna import USUAL_READING, Reading
from appliance.domain.dna_inclusion import require_included
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.errors import (
    ApplianceError,
    FieldViolation,
    QualityInsufficient,
    RequestInvalid,
)
from appliance.domain.finger import FingerTemplate
from appliance.domain.reference_data import LoadItem, StoredItem
from appliance.exchange import form
from appliance.exchange.ports import OfferedItem, Packer

Views = tuple[FingerTemplate, ...]
"""The views of one record in their order."""


@dataclass(frozen=True, slots=True)
class RawItem:
    """One item as it is offered; ``finger_record`` or ``dna_values``, as its collection asks.

    ``dna_reading`` says how the source of the profile writes what the Annex leaves open;
    ``expires_at`` when the maximum period of the item is over (Art. 15(3)(b)).
    """

    collection: Collection
    reference_number: str
    finger_record: bytes | None
    dna_values: tuple[tuple[str, tuple[str, ...]], ...] | None
    dna_reading: Reading = USUAL_READING
    expires_at: datetime | None = None


def offered(held: StoredItem) -> RawItem:
    """Return an item that is held as if it were offered anew."""
    finger = held.collection.category is Category.DACTYLOSCOPIC
    record = held.record if finger else None
    values, reading = (None, USUAL_READING) if finger else split_dna_record(held.record)
    return RawItem(held.collection, held.reference_number, record, values, reading, held.expires_at)


class Preparation:
    """Prepares items. Thread-safe."""

    def __init__(
        self,
        packer: Packer,
        rule: Callable[[], DnaRuleProfile],
        longest: Callable[[Collection], datetime | None] = lambda _collection: None,
        *,
        pilot: bool = False,
    ) -> None:
        """``rule`` is asked for each call which DNA profiles may be held.

        ``longest`` is asked until when an item loaded now may be held at most, None where national
        law sets no period (Art. 15(3)(b)): an item without an end then gets this one. A ``pilot``
        installation holds test data only (Art. 21), any other none.
        """
        self._packer = packer
        self._rule = rule
        self._longest = longest
        self._pilot = pilot

    def one(self, item: OfferedItem) -> LoadItem:
        """Return one item; raises why it cannot be held."""
        (prepared,) = self.all([item])
        if isinstance(prepared, ApplianceError):
            raise prepared
        return prepared

    def all(self, items: Sequence[OfferedItem]) -> list[LoadItem | ApplianceError]:
        """Return each item or why it cannot be held; fingers are packed together.

        Packing them together is several times faster than one by one.
        """
        prepared: list[LoadItem | ApplianceError | Views] = []
        rule = self._rule()
        for item in items:
            try:
                prepared.append(self._decoded(item, rule))
            except ApplianceError as error:
                prepared.append(error)
        records = [each for each in prepared if isinstance(each, tuple)]
        blobs = iter(self._packer.encode_records(records) if records else ())
        return [
            self._finger(item, each, next(blobs)) if isinstance(each, tuple) else each
            for item, each in zip(items, prepared, strict=True)
        ]

    def _decoded(self, item: OfferedItem, rule: DnaRuleProfile) -> LoadItem | Views:
        violations = form.reference_number("reference_number", item.reference_number)
        violations += form.test_mark("reference_number", item.reference_number, pilot=self._pilot)
        dna = item.collection.category is Category.DNA
        if (item.dna_values is None) == dna or (item.finger_record is None) != dna:
            wanted = "dna_values" if dna else "finger_record"
            violations.append(FieldViolation(wanted, f"is what {item.collection.value} holds"))
        longest = self._longest(item.collection)
        if longest and item.expires_at and item.expires_at > longest:
            law = f"is later than {longest:%Y-%m-%d}, the end of the maximum period"
            violations.append(FieldViolation("expires_at", law))
        if violations:
            raise RequestInvalid(violations)
        if item.dna_values is not None:
            profile = canonical_profile(item.dna_values, reading=item.dna_reading)
            require_included(profile, rule, person=item.collection.identified)
            packed = self._packer.pack_dna(profile)
            return self._load_item(item, encode_dna_record(profile), packed)
        views = finger_record.decode_subject(item.finger_record or b"")
        if not any(view.minutiae for view in views):
            raise QualityInsufficient("a template without minutiae can match nothing")
        return views

    def _finger(self, item: OfferedItem, views: Views, packed: bytes) -> LoadItem:
        record = finger_record.held(item.finger_record or b"")
        warnings = self._packer.sequence_warnings(views, packed)
        return replace(self._load_item(item, record, packed), warnings=warnings)

    def _load_item(self, item: OfferedItem, record: bytes, packed: bytes) -> LoadItem:
        ends = item.expires_at or self._longest(item.collection)
        return LoadItem(item.collection, item.reference_number, record, packed, ends)
