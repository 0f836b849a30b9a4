"""Supervision over gRPC, as ``client.supervision``: for auditors, and who keeps the register."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from datetime import date, datetime

from appliance.client import limits, messages
from appliance.client import supervision_rpcs as rpcs
from appliance.client.calls import Caller
from appliance.client.supervision_values import (
    Authorisation,
    ManualSupply,
    RecordFilter,
    day_text,
    officers_request,
)
from appliance.v1 import (
    audit_pb2,
    authority_pb2,
    random_check_pb2,
    register_pb2,
    supervision_pb2,
)

ALL = RecordFilter()


def query_request(terms: RecordFilter, after: int) -> supervision_pb2.QueryEntriesRequest:
    """Return the request for one page of entries."""
    most = limits.RECORD_PAGE_ENTRIES
    return rpcs.QUERY.request(filter=terms.message(), after=after, entries_max=most)


def export_request(number: int, after: int, until: int) -> authority_pb2.ExportLeavesRequest:
    """Return the request for one page of an export that ends with leaf ``until``."""
    most = min(limits.RECORD_PAGE_ENTRIES, until - after)
    return rpcs.EXPORT.request(number=number, after=after, leaves_max=most)


def subject_request(
    collection: str, reference_number: str, after: int
) -> supervision_pb2.GetSubjectRequest:
    """Return the request for one page of what is told of an item."""
    return rpcs.SUBJECT.request(
        collection=messages.collection(collection),
        reference_number=reference_number,
        after=after,
        entries_max=limits.SUBJECT_PAGE_ENTRIES,
    )


def joined(
    pages: Iterable[supervision_pb2.GetSubjectResponse],
) -> supervision_pb2.GetSubjectResponse:
    """Return one report of all pages; of the item itself, what the first of them says."""
    first, *others = pages
    for page in others:
        first.supplies.extend(page.supplies)
        first.entries.extend(page.entries)
        first.after, first.more = page.after, page.more
    return first


class SupervisionCalls:
    """The calls of supervision; each raises ApplianceRefused. Safe to share."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def query(
        self, terms: RecordFilter = ALL, after: int = 0
    ) -> Generator[audit_pb2.RecordEntry, None, None]:
        """Yield the entries after a sequence that fit, page by page."""
        more = True
        while more:
            page = self._call(rpcs.QUERY, query_request(terms, after))
            yield from page.entries
            more, after = page.more, page.after

    def export(self, number: int, until: int) -> Generator[authority_pb2.ExportedLeaf, None, None]:
        """Yield the leaves for a request of an authority, up to and with leaf ``until``."""
        after, more = 0, until > 0
        while more:
            page = self._call(rpcs.EXPORT, export_request(number, after, until))
            yield from page.leaves
            after = page.leaves[-1].leaf.sequence if page.leaves else until
            more = page.more and after < until

    def subject(self, collection: str, reference_number: str) -> supervision_pb2.GetSubjectResponse:
        """Return all that is told of an item: acts, and who received it (Art. 18(1))."""
        return joined(self.subject_pages(collection, reference_number))

    def subject_pages(
        self, collection: str, reference_number: str
    ) -> Generator[supervision_pb2.GetSubjectResponse, None, None]:
        """Yield what is told of an item, page by page, oldest first; at least one page."""
        after, more = 0, True
        while more:
            page = self._call(rpcs.SUBJECT, subject_request(collection, reference_number, after))
            yield page
            more, after = page.more, page.after

    def officers(self, at: datetime | None = None) -> supervision_pb2.ListOfficersResponse:
        """Return the list of officers in use at an aware instant, now for None."""
        return self._call(rpcs.OFFICERS, officers_request(at))

    def check_entry(self, sequence: int) -> supervision_pb2.Admissibility:
        """Judge the search of an entry again (Art. 16(2)(c))."""
        return self._call(
            rpcs.ADMISSIBILITY, rpcs.ADMISSIBILITY.request(sequence=sequence)
        ).searches[0]

    def check_request(
        self, party: str, request_number: str
    ) -> supervision_pb2.CheckAdmissibilityResponse:
        """Judge every receipt and refusal of a request or job again, oldest first."""
        return self._call(
            rpcs.ADMISSIBILITY,
            rpcs.ADMISSIBILITY.request(party=party, request_number=request_number),
        )

    def open_request(
        self, authority: str, reference: str, requested_on: date, terms: RecordFilter = ALL
    ) -> authority_pb2.AuthorityRequest:
        """Keep a request of an authority; it is due in four weeks (Art. 17(3))."""
        return self._call(
            rpcs.OPEN_REQUEST,
            rpcs.OPEN_REQUEST.request(
                authority=authority,
                reference=reference,
                requested_on=requested_on.isoformat(),
                filter=terms.message(),
            ),
        ).request

    def authority_requests(self, after: int = 0) -> list[authority_pb2.AuthorityRequest]:
        """Return up to 1000 requests after a number, with their state."""
        return [
            *self._call(
                rpcs.REQUESTS,
                rpcs.REQUESTS.request(after=after, requests_max=limits.RECORD_PAGE_ENTRIES),
            ).requests
        ]

    def mark_delivered(self, number: int) -> authority_pb2.AuthorityRequest:
        """State that the authority has the export."""
        return self._call(rpcs.DELIVERED, rpcs.DELIVERED.request(number=number)).request

    def draw_sample(
        self,
        seed: str,
        size: int,
        since: date | None = None,
        until: date | None = None,
        tree_size: int = 0,
    ) -> random_check_pb2.Sample:
        """Draw entries at random (Art. 17(5)); the same seed and terms draw the same ones."""
        return self._call(
            rpcs.DRAW_SAMPLE,
            rpcs.DRAW_SAMPLE.request(
                seed=seed,
                size=size,
                since=day_text(since),
                until=day_text(until),
                tree_size=tree_size,
            ),
        ).sample

    def sample(self, number: int) -> random_check_pb2.Sample:
        """Return a sample with its results."""
        return self._call(rpcs.SAMPLE, rpcs.SAMPLE.request(number=number)).sample

    def samples(self, after: int = 0) -> list[random_check_pb2.Sample]:
        """Return up to 100 samples after a number."""
        return [*self._call(rpcs.SAMPLES, rpcs.SAMPLES.request(after=after)).samples]

    def record_result(
        self, number: int, sequence: int, admissible: bool, remark: str = ""
    ) -> random_check_pb2.SampleResult:
        """Keep what checking an entry of a sample has shown."""
        return self._call(
            rpcs.SAMPLE_RESULT,
            rpcs.SAMPLE_RESULT.request(
                number=number, sequence=sequence, admissible=admissible, remark=remark
            ),
        ).result

    def record_supply(self, supply: ManualSupply) -> int:
        """Log a supply or receipt by hand; return its entry of the record."""
        return self._call(rpcs.MANUAL_SUPPLY, supply.message()).sequence

    def authorise(self, given: Authorisation) -> int:
        """Keep an authorisation; return its number."""
        return self._call(rpcs.AUTHORISE, given.message()).number

    def authorisations(self, after: int = 0) -> list[register_pb2.Authorisation]:
        """Return up to 1000 authorisations after a number."""
        return [
            *self._call(
                rpcs.AUTHORISATIONS,
                rpcs.AUTHORISATIONS.request(
                    after=after, authorisations_max=limits.RECORD_PAGE_ENTRIES
                ),
            ).authorisations
        ]
