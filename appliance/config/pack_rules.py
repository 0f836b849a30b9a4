"""What a profile pack must hold beyond its form: whole tables, dates that fit, known names.

Sources: Agreement, Art. 27(2) (withdrawal after six months), 27(4) (suspension after 15 days);
Implementing Agreement, Art. 6(5), 9(5) (country codes).
"""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from appliance.config.pack_terms import ACCELERATED, ORDINARY, Instant
from appliance.domain import countries, dna_rule
from appliance.domain.codes import Category, SearchType

if TYPE_CHECKING:
    from appliance.config.party_profile import PartyProfile, Suspension, Taking, Withdrawal
    from appliance.config.profile_pack import ProfilePack

SUSPENSION_NOTICE_DAYS = 15
WITHDRAWAL_NOTICE_MONTHS = 6


class _Span(Protocol):
    @property
    def valid_from(self) -> Instant: ...

    @property
    def valid_until(self) -> Instant | None: ...


def faults(pack: ProfilePack) -> list[str]:
    """Return all that is wrong with a pack, one line each, the field first; empty if nothing is."""
    return [
        *_tables(pack),
        *_codes(pack),
        *_dna_rules(pack),
        *_consents(pack),
        *itertools.chain.from_iterable(
            _party(pack, f"parties.{code}", party) for code, party in sorted(pack.parties.items())
        ),
    ]


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, the last of the month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _tables(pack: ProfilePack) -> Iterator[str]:
    dactyloscopic = {each for each in SearchType if each.category is Category.DACTYLOSCOPIC}
    wanted: tuple[tuple[str, Iterable[str], set[str]], ...] = (
        ("candidate_limits", pack.candidate_limits, set(SearchType)),
        ("short_list", pack.short_list, set(dactyloscopic)),
        ("false_positives_per_search", pack.false_positives_per_search, set(dactyloscopic)),
        ("quality_min", pack.quality_min, set(dactyloscopic)),
        ("priority_classes", pack.priority_classes, {ORDINARY, ACCELERATED}),
        ("legal_profiles", pack.legal_profiles, {pack.legal_profile}),
        ("purposes", pack.purposes, set(pack.dactyloscopic_purposes)),
    )
    for name, table, needed in wanted:
        missing = sorted(needed - set(table))
        if missing:
            yield f"{name} lacks {', '.join(missing)}"
    beyond = sorted(set(pack.priority_classes) - {ORDINARY, ACCELERATED})
    if beyond:
        yield f"priority_classes: {', '.join(beyond)} is no lane of the queue"


def _codes(pack: ProfilePack) -> Iterator[str]:
    for code in sorted(pack.user_assigned_codes - countries.USER_ASSIGNED):
        yield f"user_assigned_codes: {code} is not left to users by ISO 3166-1"
    for code in sorted(set(pack.parties) - countries.ASSIGNED - pack.user_assigned_codes):
        yield f"parties: {code} is not assigned by ISO 3166-1, nor named in user_assigned_codes"


def _dna_rules(pack: ProfilePack) -> Iterator[str]:
    shipped = {each.label: each for each in dna_rule.SHIPPED}
    for name, rule in sorted(pack.dna_rules.items()):
        if rule.name != name:
            yield f"dna_rules.{name}: calls itself {rule.name}"
        if shipped.get(rule.label, rule) != rule:
            yield f"dna_rules.{name}: differs from the shipped {rule.label}: give it a version"


def _consents(pack: ProfilePack) -> Iterator[str]:
    for code in sorted({each.party for each in pack.consents}):
        if code not in pack.parties:
            yield f"consents: {code} is not among the parties"
        theirs = [each for each in pack.consents if each.party == code]
        yield from _spans(f"consents of {code}", theirs)


def _party(pack: ProfilePack, place: str, party: PartyProfile) -> Iterator[str]:
    if party.dna_rule not in pack.dna_rules:
        yield f"{place}.dna_rule: {party.dna_rule} is not among the dna_rules"
    if party.legal_profile not in pack.legal_profiles:
        yield f"{place}.legal_profile: {party.legal_profile} is not among the legal_profiles"
    yield from _endings(place, party.suspensions, party.withdrawal)
    for category, taking in sorted(party.takings.items()):
        yield from _taking(f"{place}.takings.{category}", taking)


def _taking(place: str, taking: Taking) -> Iterator[str]:
    yield from _endings(place, taking.suspensions, taking.withdrawal)
    start, end = taking.pilot_from, taking.pilot_until
    if (start is None) != (end is None):
        yield f"{place}: a pilot has a beginning and an end"
    elif start is not None and end is not None and end <= start:
        yield f"{place}: the pilot ends before it begins"


def _endings(
    place: str, suspensions: Sequence[Suspension], withdrawal: Withdrawal | None
) -> Iterator[str]:
    for each in suspensions:
        earliest = each.notified_on + timedelta(days=SUSPENSION_NOTICE_DAYS)
        if each.valid_from.date() < earliest:
            yield (
                f"{place}.suspensions: notified on {each.notified_on}, takes effect on {earliest} "
                f"at the earliest ({SUSPENSION_NOTICE_DAYS} days, Art. 27(4))"
            )
    yield from _spans(f"{place}.suspensions", suspensions)
    if withdrawal is None:
        return
    earliest = months_after(withdrawal.notified_on, WITHDRAWAL_NOTICE_MONTHS)
    if withdrawal.effective_from.date() < earliest:
        yield (
            f"{place}.withdrawal: notified on {withdrawal.notified_on}, takes effect on {earliest} "
            f"at the earliest ({WITHDRAWAL_NOTICE_MONTHS} months, Art. 27(2))"
        )


def _spans(place: str, spans: Sequence[_Span]) -> Iterator[str]:
    for each in spans:
        if each.valid_until is not None and each.valid_until <= each.valid_from:
            yield f"{place}: ends before it begins, on {each.valid_until.isoformat()}"
    for earlier, later in itertools.pairwise(sorted(spans, key=lambda each: each.valid_from)):
        if earlier.valid_until is None or later.valid_from < earlier.valid_until:
            yield f"{place}: two overlap on {later.valid_from.isoformat()}"
