"""The typed client library: searches, reference data, capacities, status and record over gRPC.

    from appliance.client import Client, SearchTerms

    with Client("appliance.example:7443", ca=ca, certificate=certificate, key=key) as client:
        terms = SearchTerms(
            "2026-000017", "LT/TP",
            case_reference="K-4/26", purpose="CRIMINAL_OFFENCE_INVESTIGATION",
            officer="officer-7", ordering_officer="prosecutor-2",
        )
        answer = client.search_finger(terms, {"latent-1": record})
        for candidate in answer.results[0].candidates:
            print(candidate.rank, candidate.reference_number, candidate.score_hundredths / 100)

Arguments are plain Python values; results are the generated messages of ``appliance.v1``, except
the results of a load, which are ``LoadResult``. Every refusal is an ``ApplianceRefused``.
"""

from appliance.client.async_client import AsyncClient
from appliance.client.mass_values import MassItem, MassTerms, SentBatch
from appliance.client.refusal import ApplianceRefused, Violation
from appliance.client.sync_client import Client
from appliance.client.values import Capacity, LoadItem, LoadResult, Reading, SearchTerms
from appliance.client.verification import Finding

__all__ = [
    "ApplianceRefused",
    "AsyncClient",
    "Capacity",
    "Client",
    "Finding",
    "LoadItem",
    "LoadResult",
    "MassItem",
    "MassTerms",
    "Reading",
    "SearchTerms",
    "SentBatch",
    "Violation",
]
