"""What is found of one rule, made in one place."""

from __future__ import annotations

from collections.abc import Callable

from appliance.domain.admissibility import Finding, Outcome, Rule
from appliance.domain.errors import ApplianceError

UNREAD = "the request was refused before its fields were read"


def kept(rule: Rule, remark: str = "") -> Finding:
    """Return that a rule was kept."""
    return Finding(rule, Outcome.KEPT, remark=remark)


def broken(rule: Rule, reason: str, remark: str) -> Finding:
    """Return that a rule was broken, and the reason of refusal that it calls for."""
    return Finding(rule, Outcome.BROKEN, reason, remark)


def unknown(rule: Rule, remark: str) -> Finding:
    """Return that what it takes to tell is not kept, and why."""
    return Finding(rule, Outcome.UNKNOWN, remark=remark)


def tried(rule: Rule, require: Callable[[], None]) -> Finding:
    """Return what asking a rule of admission shows."""
    try:
        require()
    except ApplianceError as error:
        return broken(rule, error.reason, error.message)
    return kept(rule)
