"""The form of a request: every violation is named, so that a client mends all of them at once."""

from __future__ import annotations

from appliance.domain import limits
from appliance.domain.codes import Category
from appliance.domain.data_duties import FlagBasis
from appliance.domain.errors import FieldViolation, RequestInvalid
from appliance.domain.reference_data import TEST_PREFIX
from appliance.domain.search import DnaProbe, FingerProbe, SearchRequest

LEGAL_BASIS_CHARS_MAX = 128
_DIGEST_BYTES = 32


def text(field: str, value: str, chars_max: int, *, required: bool = True) -> list[FieldViolation]:
    """Return what is wrong with a short text: it is printable, bounded and has no outer blanks."""
    if not value:
        return [FieldViolation(field, "is missing")] if required else []
    if len(value) > chars_max:
        return [FieldViolation(field, f"{len(value)} characters, at most {chars_max}")]
    if not value.isprintable() or value != value.strip():
        return [FieldViolation(field, "holds unprintable characters or outer blanks")]
    return []


def reference_number(field: str, value: str) -> list[FieldViolation]:
    """Return what is wrong with a reference number."""
    return text(field, value, limits.REFERENCE_NUMBER_CHARS_MAX)


def test_mark(field: str, value: str, *, pilot: bool) -> list[FieldViolation]:
    """Return what is wrong with a reference number of an installation, a pilot one or not.

    Only the numbers of test data begin with TEST_PREFIX, those that others send too, so that each
    kind shows what it is (Art. 21).
    """
    if value.startswith(TEST_PREFIX) == pilot:
        return []
    rule = "begins" if pilot else "does not begin"
    kind = "a pilot" if pilot else "an operational"
    return [FieldViolation(field, f"{rule} with {TEST_PREFIX} in {kind} installation")]


def violations(
    request: SearchRequest, candidates_max: int, *, legal_basis_required: bool, pilot: bool
) -> list[FieldViolation]:
    """Return all that is wrong with the fields of a request; the table allows candidates_max.

    ``legal_basis_required`` is what the pack says of the request's lane. A ``pilot`` installation
    is searched with test data only, any other with none.
    """
    found = [
        *text("request_number", request.request_number, limits.REQUEST_NUMBER_CHARS_MAX),
        *text("case_reference", request.case_reference, limits.CASE_REFERENCE_CHARS_MAX),
        *text("officer", request.officer, limits.OFFICER_CHARS_MAX),
        *text("ordering_officer", request.ordering_officer, limits.OFFICER_CHARS_MAX),
        # National law must prescribe what overtakes the order of receipt (IA Art. 11(2)).
        *text(
            "legal_basis",
            request.legal_basis,
            LEGAL_BASIS_CHARS_MAX,
            required=legal_basis_required,
        ),
    ]
    if not 0 <= request.candidates_max <= candidates_max:
        wanted = f"{request.candidates_max}; the table allows 1 to {candidates_max}, 0 for all"
        found.append(FieldViolation("candidates_max", wanted))
    if len(request.content_digest) != _DIGEST_BYTES:
        found.append(FieldViolation("content_digest", f"is not {_DIGEST_BYTES} bytes"))
    return found + _probe_violations(request, pilot)


def _probe_violations(request: SearchRequest, pilot: bool) -> list[FieldViolation]:
    count = len(request.probes)
    if not 1 <= count <= limits.PROBES_PER_REQUEST_MAX:
        bounds = f"{count} probes; 1 to {limits.PROBES_PER_REQUEST_MAX} belong in a request"
        return [FieldViolation("probes", bounds)]
    kind = DnaProbe if request.search_type.category is Category.DNA else FingerProbe
    found: list[FieldViolation] = []
    seen: set[str] = set()
    for number, probe in enumerate(request.probes):
        field = f"probes[{number}].reference_number"
        found += reference_number(field, probe.reference_number)
        found += test_mark(field, probe.reference_number, pilot=pilot)
        if probe.reference_number in seen:
            found.append(FieldViolation(field, "stands twice in this request"))
        seen.add(probe.reference_number)
        if not isinstance(probe, kind):
            wanted = f"a {request.search_type.value} search takes no such data"
            found.append(FieldViolation(f"probes[{number}]", wanted))
    return found


def require_reason(reason: str) -> None:
    """Raise RequestInvalid unless a reason is given in a short text."""
    found = text("reason", reason, limits.REASON_CHARS_MAX)
    if found:
        raise RequestInvalid(found)


def require_basis(basis: str, decision: str) -> None:
    """Raise RequestInvalid unless a flag is removed on a legal basis (Art. 15(2))."""
    found = text("decision", decision, limits.REASON_CHARS_MAX)
    if basis not in set(FlagBasis):
        found.append(FieldViolation("basis", f"must be one of {', '.join(FlagBasis)}"))
    if found:
        raise RequestInvalid(found)
