"""Plain values to messages, for both clients; unknown names raise ValueError before any call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from google.protobuf.timestamp_pb2 import Timestamp

from appliance.client import limits
from appliance.client.values import (
    USUAL_READING,
    Capacity,
    LoadItem,
    LoadResult,
    Profile,
    Reading,
    SearchTerms,
)
from appliance.v1 import (
    audit_pb2,
    capacity_pb2,
    codes_pb2,
    dactyloscopic_pb2,
    dna_pb2,
    dna_profile_pb2,
    reference_data_pb2,
)


def _names(enum: Any, prefix: str, separator: str = "_") -> dict[str, int]:
    return {
        name.removeprefix(prefix).replace("_", separator): number
        for name, number in enum.items()
        if number != 0
    }


SEARCH_TYPES = _names(codes_pb2.SearchType, "SEARCH_TYPE_", "/")
COLLECTIONS = _names(codes_pb2.Collection, "COLLECTION_")
SINGLE_ALLELES = {
    name.lower(): number
    for name, number in _names(dna_profile_pb2.SingleAllele, "SINGLE_ALLELE_").items()
}
DOUBLE_WILDCARDS = {
    name.lower(): number
    for name, number in _names(dna_profile_pb2.DoubleWildcard, "DOUBLE_WILDCARD_").items()
}
BUCKETS = {name.lower(): number for name, number in _names(codes_pb2.Bucket, "BUCKET_").items()}

_DIRECTIONS = {False: capacity_pb2.DIRECTION_INCOMING, True: capacity_pb2.DIRECTION_OUTGOING}


def _number(names: Mapping[str, int], name: str) -> Any:
    if name not in names:
        raise ValueError(f"{name!r} is none of {', '.join(names)}")
    return names[name]


def collection(name: str) -> codes_pb2.Collection:
    """Return the collection of that name."""
    return cast(codes_pb2.Collection, _number(COLLECTIONS, name))


def named(enum: Any, prefix: str, word: str) -> Any:
    """Return the value of an enumeration by the word for it; ValueError for an unknown word."""
    values = dict(enum.items())
    try:
        return values[prefix + word.upper()]
    except KeyError:
        known = ", ".join(name.removeprefix(prefix).lower() for name in list(values)[1:])
        raise ValueError(f"{word!r} is not one of {known}") from None


def check_quality_request(
    record: bytes, search_type: str | None
) -> dactyloscopic_pb2.DactyloscopicServiceCheckQualityRequest:
    """Build a question whether a record suits a search of a type, or of any."""
    return dactyloscopic_pb2.DactyloscopicServiceCheckQualityRequest(
        record=record,
        search_type=None if search_type is None else _number(SEARCH_TYPES, search_type),
    )


def _terms(terms: SearchTerms) -> dict[str, Any]:
    return {
        "request_number": terms.request_number,
        "search_type": _number(SEARCH_TYPES, terms.search_type),
        "case_reference": terms.case_reference,
        "purpose": terms.purpose,
        "officer": terms.officer,
        "ordering_officer": terms.ordering_officer,
        "candidates_max": terms.candidates_max,
        "accelerated": terms.accelerated,
        "legal_basis": terms.legal_basis,
    }


def finger_search(
    terms: SearchTerms, probes: Mapping[str, bytes]
) -> dactyloscopic_pb2.DactyloscopicSearch:
    """Build a search; ``probes`` maps the caller's reference numbers to records."""
    return dactyloscopic_pb2.DactyloscopicSearch(
        **_terms(terms),
        probes=[
            dactyloscopic_pb2.FingerProbe(reference_number=number, record=record)
            for number, record in probes.items()
        ],
    )


def dna_profile(profile: Profile, reading: Reading = USUAL_READING) -> dna_profile_pb2.DnaProfile:
    """Build a profile message."""
    message = dna_profile_pb2.DnaProfile()
    if reading != USUAL_READING:
        message.single_allele = _number(SINGLE_ALLELES, reading.single_allele)
        message.double_wildcard = _number(DOUBLE_WILDCARDS, reading.double_wildcard)
    add = message.loci.add
    for name, values in profile:
        add(name=name, values=values)
    return message


def dna_search(
    terms: SearchTerms, probes: Mapping[str, Profile], reading: Reading = USUAL_READING
) -> dna_pb2.DnaSearch:
    """Build a search; ``probes`` maps the caller's reference numbers to profiles."""
    return dna_pb2.DnaSearch(
        **_terms(terms),
        probes=[
            dna_pb2.DnaProbe(reference_number=number, profile=dna_profile(profile, reading))
            for number, profile in probes.items()
        ],
    )


def declare_request(capacities: Iterable[Capacity]) -> capacity_pb2.DeclareRequest:
    """Build a request to declare capacities."""
    request = capacity_pb2.DeclareRequest()
    for capacity in capacities:
        declaration = request.declarations.add(
            party=capacity.party,
            searches_per_day=capacity.searches_per_day,
            direction=_DIRECTIONS[capacity.outgoing],
            time_zone=capacity.time_zone,
            **_scope(capacity.scope),
        )
        if capacity.effective_from is not None:
            moment = Timestamp()
            moment.FromDatetime(capacity.effective_from)
            declaration.effective_from.CopyFrom(moment)
    return request


def _scope(name: str) -> dict[str, Any]:
    """Return the one field that says what a capacity bounds; unknown words are refused there."""
    if name == "total":
        return {"total": True}
    if name in SEARCH_TYPES:
        return {"search_type": SEARCH_TYPES[name]}
    return {"bucket": _number(BUCKETS, name)}


def reserve_request(
    party: str, request_number: str, search_type: str, searches: int
) -> capacity_pb2.ReserveOutgoingRequest:
    """Build a request to count what is about to be sent."""
    return capacity_pb2.ReserveOutgoingRequest(
        party=party,
        request_number=request_number,
        search_type=_number(SEARCH_TYPES, search_type),
        searches=searches,
    )


def record_page(after: int) -> audit_pb2.ListEntriesRequest:
    """Build a request for the page of the record after a sequence."""
    return audit_pb2.ListEntriesRequest(after=after, entries_max=limits.RECORD_PAGE_ENTRIES)


def counts(counted: Iterable[reference_data_pb2.CollectionCount]) -> dict[str, int]:
    """Return the sizes of collections by name."""
    names = {number: name for name, number in COLLECTIONS.items()}
    return {names[entry.collection]: entry.items for entry in counted}


@dataclass(frozen=True, slots=True)
class Batch:
    """A message with the names of its items, to join them to the results."""

    message: reference_data_pb2.LoadRequest
    names: list[tuple[str, str]]

    def results(self, response: reference_data_pb2.LoadResponse | None) -> Iterator[LoadResult]:
        """Join a response; raises RuntimeError when there is none or it is another batch's."""
        if response is None:
            raise RuntimeError("the appliance ended the load without acknowledging a batch")
        sent = (self.message.batch_number, len(self.names))
        if sent != (response.batch_number, len(response.results)):
            raise RuntimeError(f"the appliance acknowledged another batch than {sent[0]}")
        for (collection_name, reference_number), result in zip(
            self.names, response.results, strict=True
        ):
            if result.accepted:
                yield LoadResult(
                    collection_name, reference_number, True, warnings=tuple(result.warnings)
                )
                continue
            refusal = result.refusal
            yield LoadResult(
                collection_name,
                reference_number,
                False,
                refusal.reason,
                refusal.message,
                refusal.offset if refusal.HasField("offset") else None,
            )


def batches(items: Iterable[LoadItem]) -> Iterator[Batch]:
    """Cut ``items`` into messages within the limits, reading them only as far as needed."""
    number, size = 1, 0
    batch = Batch(reference_data_pb2.LoadRequest(batch_number=number), [])
    for item in items:
        message = reference_item(item)
        item_bytes = message.ByteSize()
        full = len(batch.names) == limits.LOAD_BATCH_ITEMS
        if batch.names and (full or size + item_bytes > limits.LOAD_BATCH_BYTES):
            yield batch
            number, size = number + 1, 0
            batch = Batch(reference_data_pb2.LoadRequest(batch_number=number), [])
        batch.message.items.append(message)
        batch.names.append((item.collection, item.reference_number))
        size += item_bytes
    if batch.names:
        yield batch


def reference_item(item: LoadItem) -> reference_data_pb2.ReferenceItem:
    """Return an item as it travels; ValueError for a name that is none."""
    message = reference_data_pb2.ReferenceItem(
        collection=collection(item.collection), reference_number=item.reference_number
    )
    if isinstance(item.content, bytes):
        message.finger_record = item.content
    elif (record := _dna_record(item.content)) is not None:
        message.dna_record = _stated(item.reading) + record
    else:
        message.dna_profile.CopyFrom(dna_profile(item.content, item.reading))
    if item.expires_at is not None:
        message.expires_at.FromDatetime(item.expires_at)
    return message


def _stated(reading: Reading) -> bytes:
    """Return how a record begins that is read so; ValueError for names that are none."""
    if reading == USUAL_READING:
        return b""
    _number(SINGLE_ALLELES, reading.single_allele)
    _number(DOUBLE_WILDCARDS, reading.double_wildcard)
    return f"READING={reading.single_allele},{reading.double_wildcard};".encode()


def _dna_record(profile: Profile) -> bytes | None:
    """Return a profile as one text, None where a name or value holds one of its separators.

    The structured form then says exactly what the caller wrote, and the appliance what is wrong.
    """
    text = ";".join([f"{name}={','.join(values)}" for name, values in profile])
    commas = sum([len(values) - 1 for _, values in profile if values])
    parts = (text.count(";") + 1, text.count("="), text.count(","))
    return text.encode() if parts == (len(profile), len(profile), commas) else None
