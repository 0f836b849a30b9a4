"""A Party of the profile pack: in which categories it takes part, since when and until when.

Sources: Agreement, Art. 8(1) (contact points per category), 21 (evaluation), 23(2) (positive
evaluation), 26 (entry into force), 27 (withdrawal, suspension).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.config.pack_terms import Instant, Name
from appliance.domain.codes import Category

Fingerprint = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
NoticeTarget = Annotated[str, Meta(pattern=r"^(https://[!-~]{1,500}|[A-Za-z0-9_-]{1,64})$")]


class Standing(StrEnum):
    """How a Party stands in a category at an instant."""

    NOT_EVALUATED = "not_evaluated"
    PILOT = "pilot"
    TAKES_PART = "takes_part"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class Suspension(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A suspension (Art. 27(4)) up to, but not including, ``valid_until``; None: until revoked.

    ``notified_on`` is the day on which the Depositary received the notification.
    """

    notified_on: date
    valid_from: Instant
    valid_until: Instant | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether the suspension is in force at an instant."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A withdrawal (Art. 27(2)) from ``effective_from`` on, for good.

    ``notified_on`` is the day on which the Depositary received the notification.
    """

    notified_on: date
    effective_from: Instant


class Taking(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """A Party's part in one category.

    Positively evaluated from ``evaluated_from`` on (Art. 23(2)), None: not evaluated. From
    ``pilot_from`` up to ``pilot_until`` it may reach the test data of a pilot installation
    (Art. 21).
    """

    evaluated_from: Instant | None = None
    pilot_from: Instant | None = None
    pilot_until: Instant | None = None
    suspensions: tuple[Suspension, ...] = ()
    withdrawal: Withdrawal | None = None


class ContactPoint(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """A national contact point for one category (Art. 8(1)).

    ``certificate_fingerprints`` are the SHA-256 (hexadecimal) of the certificates it uses; without
    any, every certificate of its name will do. ``notices`` are https URLs or names of file drops
    that faults and corrections are told to.
    """

    certificate_fingerprints: tuple[Fingerprint, ...] = ()
    notices: tuple[NoticeTarget, ...] = ()


_NO_TAKING = Taking()
_NO_CONTACT_POINT = ContactPoint()


class PartyProfile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """A Party. Immutable.

    ``in_force_from`` is the day of the Agreement's entry into force for it (Art. 26), None: not in
    force. ``suspensions`` and ``withdrawal`` here are in full, those of a taking in part.
    ``dna_rule`` names the rule profile by which its DNA searches are compared, ``legal_profile``
    the law of the exchange with it.
    """

    in_force_from: Instant | None = None
    takings: Mapping[Category, Taking] = {}
    suspensions: tuple[Suspension, ...] = ()
    withdrawal: Withdrawal | None = None
    contact_points: Mapping[Category, ContactPoint] = {}
    dna_rule: Name = "PCC-SEE"
    legal_profile: Name = "PCC_SEE"

    @classmethod
    def evaluated(cls, categories: Iterable[Category], since: datetime) -> PartyProfile:
        """Return a Party that takes part in ``categories`` from ``since`` on."""
        takings = {each: Taking(evaluated_from=since) for each in categories}
        return cls(in_force_from=since, takings=takings)

    @classmethod
    def under_evaluation(
        cls, categories: Iterable[Category], since: datetime, until: datetime
    ) -> PartyProfile:
        """Return a Party whose pilot in ``categories`` lasts from ``since`` up to ``until``."""
        taking = Taking(pilot_from=since, pilot_until=until)
        return cls(takings=dict.fromkeys(categories, taking))

    def taking(self, category: Category) -> Taking:
        """The Party's part in a category; an empty one where the pack names none."""
        return self.takings.get(category, _NO_TAKING)

    def contact_point(self, category: Category) -> ContactPoint:
        """The contact point of a category; an empty one where the pack names none."""
        return self.contact_points.get(category, _NO_CONTACT_POINT)

    def standing(self, category: Category, at: datetime) -> Standing:
        """Tell how the Party stands in ``category`` at an instant."""
        taking = self.taking(category)
        withdrawals = (self.withdrawal, taking.withdrawal)
        if any(each is not None and each.effective_from <= at for each in withdrawals):
            return Standing.WITHDRAWN
        if any(each.holds(at) for each in (*self.suspensions, *taking.suspensions)):
            return Standing.SUSPENDED
        if _since(self.in_force_from, at) and _since(taking.evaluated_from, at):
            return Standing.TAKES_PART
        if _since(taking.pilot_from, at) and not _since(taking.pilot_until, at):
            return Standing.PILOT
        return Standing.NOT_EVALUATED


def _since(start: datetime | None, at: datetime) -> bool:
    return start is not None and start <= at
