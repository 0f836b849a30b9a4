"""Verification over gRPC: ``client.verification`` records what experts say and shows it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.client import limits, messages, rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.v1 import verification_pb2

OUTCOMES = {
    "hit": verification_pb2.EXPERT_OUTCOME_HIT,
    "no_hit": verification_pb2.EXPERT_OUTCOME_NO_HIT,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What an expert says of one match of an answer: ``outcome`` is "hit" or "no_hit".

    ``probe`` is the caller's reference number, ``collection`` and ``reference_number`` name the
    match. ``reason`` is needed to correct an earlier statement. ``verified_at`` None means now.
    """

    request_number: str
    probe: str
    collection: str
    reference_number: str
    outcome: str
    officer: str
    reason: str = ""
    verified_at: datetime | None = None


def _statement(finding: Finding) -> verification_pb2.RecordOutcomeRequest:
    request = verification_pb2.RecordOutcomeRequest(
        request_number=finding.request_number,
        probe_reference_number=finding.probe,
        collection=messages.collection(finding.collection),
        reference_number=finding.reference_number,
        outcome=_outcome(finding.outcome),
        officer=finding.officer,
        reason=finding.reason,
    )
    if finding.verified_at is not None:
        moment = Timestamp()
        moment.FromDatetime(finding.verified_at)
        request.verified_at.CopyFrom(moment)
    return request


def _outcome(name: str) -> Any:
    if name not in OUTCOMES:
        raise ValueError(f"{name!r} is none of {', '.join(OUTCOMES)}")
    return OUTCOMES[name]


def _page(after: int, party: str) -> verification_pb2.ListOutcomesRequest:
    return verification_pb2.ListOutcomesRequest(
        after=after, outcomes_max=limits.PAGE_ENTRIES, party=party
    )


class VerificationCalls:
    """The calls of VerificationService; every method raises ApplianceRefused."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def record(self, finding: Finding) -> verification_pb2.RecordOutcomeResponse:
        """Put a statement on record; the same again counts once."""
        return self._call(rpcs.RECORD_OUTCOME, _statement(finding))

    def get(self, request_number: str, party: str = "") -> verification_pb2.GetVerificationResponse:
        """Return an answered request with every match and what was said of it.

        ``party`` is for administrators and auditors: whose request.
        """
        asked = rpcs.VERIFICATION.request(request_number=request_number, party=party)
        return self._call(rpcs.VERIFICATION, asked)

    def outcomes(
        self, after: int = 0, party: str = ""
    ) -> Generator[verification_pb2.RecordedOutcome, None, None]:
        """Yield statements after a number, page by page, up to the newest."""
        while True:
            page = self._call(rpcs.OUTCOMES, _page(after, party)).outcomes
            yield from page
            if len(page) < limits.PAGE_ENTRIES:
                return
            after = page[-1].number


class AsyncVerificationCalls:
    """The same calls, awaited."""

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call

    async def record(self, finding: Finding) -> verification_pb2.RecordOutcomeResponse:
        """Put a statement on record; the same again counts once."""
        return await self._call(rpcs.RECORD_OUTCOME, _statement(finding))

    async def get(
        self, request_number: str, party: str = ""
    ) -> verification_pb2.GetVerificationResponse:
        """Return an answered request with every match and what was said of it."""
        asked = rpcs.VERIFICATION.request(request_number=request_number, party=party)
        return await self._call(rpcs.VERIFICATION, asked)

    async def outcomes(
        self, after: int = 0, party: str = ""
    ) -> AsyncGenerator[verification_pb2.RecordedOutcome, None]:
        """Yield statements after a number, page by page, up to the newest."""
        while True:
            page = (await self._call(rpcs.OUTCOMES, _page(after, party))).outcomes
            for outcome in page:
                yield outcome
            if len(page) < limits.PAGE_ENTRIES:
                return
            after = page[-1].number
