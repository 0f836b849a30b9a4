"""What statements of experts amount to, one expert or two."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from appliance.domain.codes import Collection
from appliance.domain.verification import (
    Outcome,
    ProbeVerification,
    RequestVerification,
    Statement,
    SuppliedMatch,
    Verification,
    corrects,
    verification_of,
)

AT = datetime(2026, 3, 2, tzinfo=UTC)


def _said(*words: str, experts: int = 1) -> list[Statement]:
    """Return statements such as "a+" (officer a says hit) and "b-" (officer b says no-hit)."""
    outcomes = {"+": Outcome.HIT, "-": Outcome.NO_HIT}
    return [Statement(outcomes[each[1]], each[0], "", experts, AT, AT) for each in words]


@pytest.mark.parametrize(
    ("words", "one", "two"),
    [
        ((), "unverified", "unverified"),
        (("a+",), "hit", "unconfirmed"),
        (("a-",), "no_hit", "unconfirmed"),
        (("a+", "a-"), "no_hit", "unconfirmed"),
        (("a+", "b+"), "hit", "hit"),
        (("a-", "b-"), "no_hit", "no_hit"),
        (("a+", "b-"), "no_hit", "disputed"),
        (("a+", "b-", "c+"), "hit", "disputed"),
        (("a+", "b-", "b+"), "hit", "hit"),
        (("a+", "b-", "a-"), "no_hit", "no_hit"),
        (("a+", "b+", "c-"), "no_hit", "disputed"),
    ],
)
def test_statements_amount_to(words: tuple[str, ...], one: str, two: str) -> None:
    assert verification_of(_said(*words)) == one
    assert verification_of(_said(*words, experts=2)) == two


@pytest.mark.requirement("A1.6")
def test_nothing_but_a_statement_makes_a_hit() -> None:
    for count, experts in product(range(4), (1, 2)):
        for words in product(("a-", "b-", "c-"), repeat=count):
            assert verification_of(_said(*words, experts=experts)) is not Verification.HIT


def test_a_pack_that_asks_for_two_experts_later_leaves_earlier_outcomes_as_they_are() -> None:
    first = _said("a+")
    assert verification_of(first) is Verification.HIT
    assert verification_of([*first, *_said("b+", experts=2)]) is Verification.HIT
    assert verification_of([*first, *_said("b-", experts=2)]) is Verification.DISPUTED


@pytest.mark.parametrize(
    ("earlier", "word", "one", "two"),
    [
        ((), "a+", False, False),
        (("a+",), "a+", False, False),
        (("a+",), "a-", True, True),
        (("a+",), "b+", False, False),
        (("a+",), "b-", True, False),  # where two have to agree, a disagreement corrects nobody
        (("a+", "b+"), "c-", True, True),
    ],
)
def test_a_correction_is_what_contradicts_oneself_or_what_is_final(
    earlier: tuple[str, ...], word: str, one: bool, two: bool
) -> None:
    (new,) = _said(word)
    assert corrects(_said(*earlier), new.officer, new.outcome) is one
    assert corrects(_said(*earlier, experts=2), new.officer, new.outcome) is two


def _probe(*verifications: Verification) -> ProbeVerification:
    matches = tuple(
        SuppliedMatch(at, "P", Collection.TP, f"RS-{at}", at, None, each)
        for at, each in enumerate(verifications, 1)
    )
    return ProbeVerification("P", matches)


@pytest.mark.requirement("A1.6")
def test_a_no_match_is_always_a_no_hit() -> None:
    assert _probe().verification is Verification.NO_HIT
    assert RequestVerification("MK", "Q", (_probe(),)).verified


def test_a_probe_is_what_its_matches_were_found_to_be() -> None:
    v = Verification
    assert _probe(v.NO_HIT, v.HIT, v.UNVERIFIED).verification is v.HIT
    assert _probe(v.NO_HIT, v.NO_HIT).verification is v.NO_HIT
    assert _probe(v.NO_HIT, v.UNVERIFIED).verification is v.UNVERIFIED
    assert _probe(v.NO_HIT, v.DISPUTED).verification is v.DISPUTED


@pytest.mark.parametrize("open_state", ["unverified", "unconfirmed", "disputed"])
def test_a_request_is_verified_once_nothing_is_left_to_say(open_state: str) -> None:
    done = _probe(Verification.HIT, Verification.NO_HIT)
    assert RequestVerification("MK", "Q", (done,)).verified
    assert not RequestVerification("MK", "Q", (done, _probe(Verification(open_state)))).verified
