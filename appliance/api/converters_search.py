"""Search messages to domain requests: the edge where bytes of a client become trusted objects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from google.protobuf.message import Message

from appliance.api import limits
from appliance.api.fields import SEARCH_TYPES, FieldChecks
from appliance.codecs import finger_record
from appliance.codecs.dna_canonical import canonical_profile
from appliance.domain.codes import Category, SearchType
from appliance.domain.dna import USUAL_READING, DoubleWildcard, Reading, SingleAllele
from appliance.domain.errors import (
    ApplianceError,
    PersonalDataRefused,
    ProfileMalformed,
    TemplateMalformed,
    TemplateUnsupported,
)
from appliance.domain.finger import FingerTemplate
from appliance.domain.limits import (
    CASE_REFERENCE_CHARS_MAX,
    OFFICER_CHARS_MAX,
    PROBES_PER_REQUEST_MAX,
    REFERENCE_NUMBER_CHARS_MAX,
    REQUEST_NUMBER_CHARS_MAX,
)
from appliance.domain.search import DnaProbe, FingerProbe, Probe, SearchRequest
from appliance.v1 import dactyloscopic_pb2, dna_pb2, dna_profile_pb2

_SINGLE_ALLELES = {
    dna_profile_pb2.SINGLE_ALLELE_UNSPECIFIED: SingleAllele.HOMOZYGOTE,
    dna_profile_pb2.SINGLE_ALLELE_HOMOZYGOTE: SingleAllele.HOMOZYGOTE,
    dna_profile_pb2.SINGLE_ALLELE_DROP_OUT: SingleAllele.DROP_OUT,
}
_DOUBLE_WILDCARDS = {
    dna_profile_pb2.DOUBLE_WILDCARD_UNSPECIFIED: DoubleWildcard.ABSENT,
    dna_profile_pb2.DOUBLE_WILDCARD_ABSENT: DoubleWildcard.ABSENT,
    dna_profile_pb2.DOUBLE_WILDCARD_KEPT: DoubleWildcard.KEPT,
}

Search = dactyloscopic_pb2.DactyloscopicSearch | dna_pb2.DnaSearch


def finger_request(party: str, search: dactyloscopic_pb2.DactyloscopicSearch) -> SearchRequest:
    """Return the request of ``party``; raises RequestInvalid or the only problem's own error."""
    checks = FieldChecks()
    search_type = _search_type(checks, search.search_type, Category.DACTYLOSCOPIC)
    references = _references(checks, (probe.reference_number for probe in search.probes))
    probes: list[Probe] = []
    for index, probe in enumerate(search.probes[:PROBES_PER_REQUEST_MAX]):
        views = finger_views(checks, f"probes[{index}].record", probe.record)
        if views:
            probes.append(FingerProbe(references[index], views[0], views[1:]))
    return _request(checks, party, search, search_type, probes)


def dna_request(party: str, search: dna_pb2.DnaSearch) -> SearchRequest:
    """Return the request of ``party``; raises RequestInvalid or the only problem's own error."""
    checks = FieldChecks()
    search_type = _search_type(checks, search.search_type, Category.DNA)
    references = _references(checks, (probe.reference_number for probe in search.probes))
    probes: list[Probe] = []
    for index, probe in enumerate(search.probes[:PROBES_PER_REQUEST_MAX]):
        field = f"probes[{index}].profile"
        try:
            reading = profile_reading(probe.profile)
            profile = canonical_profile(profile_values(probe.profile), reading=reading)
        except ProfileMalformed as error:
            where = f"{field}.loci[{error.locus}]" if error.locus else field
            checks.wrong(where, error.rule)
        except ApplianceError as error:
            checks.wrong_content(field, error)
        else:
            probes.append(DnaProbe(references[index], profile))
    return _request(checks, party, search, search_type, probes)


def finger_views(checks: FieldChecks, field: str, record: bytes) -> tuple[FingerTemplate, ...]:
    """Decode a record; a refusal is noted under ``field`` with its byte offset, giving no view."""
    if not record:
        checks.wrong(field, "is required")
        return ()
    try:
        return finger_record.decode_subject(record)
    except TemplateMalformed as error:
        located = TemplateMalformed(error.rule, offset=error.offset, field=field)
        checks.wrong_content(field, located)
    except TemplateUnsupported as error:
        named = TemplateUnsupported(f"{field}: {error.message}", metadata=error.metadata)
        checks.wrong_content(field, named)
    except PersonalDataRefused as error:
        checks.wrong_content(field, error)
    return ()


def profile_values(
    profile: dna_profile_pb2.DnaProfile,
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the loci and values as they came; raises ProfileMalformed beyond the bounds."""
    if not profile.loci:
        raise ProfileMalformed("the profile has no locus")
    if len(profile.loci) > limits.LOCI_PER_PROFILE_MAX:
        raise ProfileMalformed(f"the profile has more than {limits.LOCI_PER_PROFILE_MAX} loci")
    return tuple([(locus.name, tuple(locus.values)) for locus in profile.loci])


def profile_reading(profile: dna_profile_pb2.DnaProfile) -> Reading:
    """Return how the values of a profile are read; raises ProfileMalformed for an unknown code."""
    if not profile.single_allele and not profile.double_wildcard:
        return USUAL_READING
    try:
        return Reading(
            _SINGLE_ALLELES[profile.single_allele], _DOUBLE_WILDCARDS[profile.double_wildcard]
        )
    except KeyError:
        raise ProfileMalformed("the code of a reading is not known") from None


def finger_search_type(checks: FieldChecks, number: int) -> SearchType | None:
    """Return the dactyloscopic type of a number, None where none is named."""
    return _search_type(checks, number, Category.DACTYLOSCOPIC) if number else None


def _search_type(checks: FieldChecks, number: int, category: Category) -> SearchType:
    found = checks.code("search_type", number, SEARCH_TYPES, SearchType.TP_TP)
    if found.category is not category and number in SEARCH_TYPES:
        checks.wrong("search_type", f"{found.value} is not a {category.value} search")
    return found


def _references(checks: FieldChecks, numbers: Iterable[str]) -> list[str]:
    references = list(numbers)
    if not 1 <= len(references) <= PROBES_PER_REQUEST_MAX:
        checks.wrong(
            "probes",
            f"holds {len(references)} probes, 1..{PROBES_PER_REQUEST_MAX} are allowed",
        )
    for index, number in enumerate(references[:PROBES_PER_REQUEST_MAX]):
        field = f"probes[{index}].reference_number"
        checks.number(field, number, REFERENCE_NUMBER_CHARS_MAX)
        if number and number in references[:index]:
            checks.wrong(field, "is used by an earlier probe of this request")
    return references


def _request(
    checks: FieldChecks, party: str, search: Search, search_type: SearchType, probes: list[Probe]
) -> SearchRequest:
    # The case reference, the purpose and the officers may be empty here: the exchange refuses that
    # under a name of its own.
    if search.accelerated and not search.legal_basis:
        checks.wrong("legal_basis", "is required for accelerated processing (IA Art. 11(2))")
    request = SearchRequest(
        party=party,
        request_number=checks.number(
            "request_number", search.request_number, REQUEST_NUMBER_CHARS_MAX
        ),
        search_type=search_type,
        case_reference=checks.text(
            "case_reference", search.case_reference, CASE_REFERENCE_CHARS_MAX
        ),
        purpose=checks.text("purpose", search.purpose, limits.PURPOSE_CHARS_MAX),
        officer=checks.text("officer", search.officer, OFFICER_CHARS_MAX),
        ordering_officer=checks.text(
            "ordering_officer", search.ordering_officer, OFFICER_CHARS_MAX
        ),
        candidates_max=search.candidates_max,
        accelerated=search.accelerated,
        legal_basis=checks.text("legal_basis", search.legal_basis, limits.LEGAL_BASIS_CHARS_MAX),
        probes=tuple(probes),
        content_digest=content_digest(search),
    )
    checks.raise_if_wrong()
    return request


def content_digest(search: Message) -> bytes:
    """Return the SHA-256 that tells whether two requests under one number are the same.

    Taken over the search alone, so that Search and SubmitSearch may follow each other. No map and
    no unknown field is in the contract, so the deterministic form is the same for equal content.
    """
    return hashlib.sha256(search.SerializeToString(deterministic=True)).digest()
