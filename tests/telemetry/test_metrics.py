"""What the metrics page shows, and what can never appear on it."""

from __future__ import annotations

import inspect
import re
import threading
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from appliance.domain import errors
from appliance.domain.codes import Category, Collection
from appliance.telemetry import labels
from appliance.telemetry.metrics import Metrics
from tests.telemetry.populated import populate

REPOSITORY = Path(__file__).resolve().parents[2]


def _value(metrics: Metrics, sample: str, **label_values: str) -> float | None:
    return metrics.registry.get_sample_value(sample, label_values)


def _label_values(metrics: Metrics, label: str) -> set[str]:
    return {
        sample.labels[label]
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
        if label in sample.labels
    }


def test_every_method_shows_on_the_page() -> None:
    metrics = Metrics()
    populate(metrics)
    assert _value(metrics, "appliance_ready") == 1
    assert _value(metrics, "appliance_queue_depth") == 3
    assert _value(metrics, "appliance_queue_depth_max") == 10_000
    assert _value(metrics, "appliance_quota_remaining_ratio", client="HU") == 0.25
    assert _value(metrics, "appliance_comparisons_total", modality="dna") == 100_000
    assert _value(metrics, "appliance_gallery_templates", modality="dna") == 1_000_000
    assert _value(metrics, "appliance_gallery_epoch", modality="dna") == 7
    assert _value(metrics, "appliance_audit_leaves_total") == 4
    assert _value(metrics, "appliance_audit_verify_failures_total") == 1
    assert _value(metrics, "appliance_storage_corruption_total") == 1
    assert _value(metrics, "grpc_server_handled_total", grpc_method="Search", grpc_code="OK") == 1
    assert _value(metrics, "appliance_load_items_total", collection="TP", result="accepted") == 900


def test_a_signed_head_covers_what_was_appended_before() -> None:
    metrics = Metrics()
    metrics.audit_appended(0.001, 2)
    metrics.audit_appended(0.001, 3)
    assert _value(metrics, "appliance_audit_unsigned_leaves") == 5
    metrics.audit_head(1_800_000_000.0)
    assert _value(metrics, "appliance_audit_unsigned_leaves") == 0
    assert _value(metrics, "appliance_audit_leaves_total") == 5


def test_two_processes_in_one_do_not_share_their_metrics() -> None:
    first, second = Metrics(), Metrics(CollectorRegistry())
    first.corruption()
    assert _value(first, "appliance_storage_corruption_total") == 1
    assert _value(second, "appliance_storage_corruption_total") == 0


def test_a_new_backend_replaces_the_old_one_on_the_page() -> None:
    metrics = Metrics()
    metrics.build("0.1.0", "ab12", "cuda")
    metrics.build("0.1.0", "ab12", "cpu")
    assert {"cpu"} == _label_values(metrics, "backend")


def test_a_word_of_a_client_never_becomes_a_label() -> None:
    metrics = Metrics()
    secret = "RS-CASE-2026-77"
    metrics.rpc_started(f"/appliance.v1.DnaService/{secret}")
    metrics.rpc_handled(secret, secret, 0.1)
    metrics.search_stage(secret, secret, 0.1)
    metrics.search_rejected(secret)
    metrics.compared(secret, 1)
    metrics.gallery(secret, 1, 1)
    metrics.quota(secret, 0.5)
    metrics.certificate_expiry(secret, 1.0)
    metrics.loaded(secret, secret, 1)
    metrics.build("0.1.0", "ab12", secret)
    assert secret not in metrics.exposition().decode()
    assert _value(metrics, "appliance_search_rejected_total", reason="other") == 1
    assert _value(metrics, "appliance_quota_remaining_ratio", client="other") == 0.5


def test_parties_beyond_the_bound_share_one_series() -> None:
    metrics = Metrics()
    codes = [f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"]
    for code in codes:
        metrics.quota(code, 1.0)
    clients = _label_values(metrics, "client")
    assert len(clients) == labels.PARTIES_MAX + 1
    assert "other" in clients
    metrics.quota(codes[0], 0.5)
    assert _value(metrics, "appliance_quota_remaining_ratio", client=codes[0]) == 0.5


def test_the_bound_on_parties_holds_under_concurrent_callers() -> None:
    values = labels.BoundedValues(r"[A-Z]{2}", 10)
    codes = [f"{a}{b}" for a in "ABCDEFGH" for b in "ABCDEFGH"]
    admitted: list[str] = []
    threads = [
        threading.Thread(target=lambda: admitted.extend(map(values.admit, codes))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(admitted) - {"other"}) == 10


def test_the_path_of_a_call_is_counted_under_its_last_part() -> None:
    metrics = Metrics()
    metrics.rpc_started("/appliance.v1.DactyloscopicService/Search")
    metrics.rpc_started("Search")
    assert _value(metrics, "grpc_server_started_total", grpc_method="Search") == 2


def test_every_reason_of_a_refusal_has_a_label() -> None:
    reasons = {
        kind.reason
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.ApplianceError)
    }
    assert reasons == set(labels.REJECTION_REASONS)


def test_every_category_is_a_modality() -> None:
    assert sorted(category.value for category in Category) == sorted(labels.MODALITIES)


def test_every_collection_has_a_label() -> None:
    assert tuple(collection.value for collection in Collection) == labels.COLLECTIONS


def test_every_call_of_the_contract_has_a_label() -> None:
    protos = sorted((REPOSITORY / "proto").rglob("*.proto"))
    if not protos:
        pytest.skip("this checkout holds no proto files")
    calls = {
        name for proto in protos for name in re.findall(r"^\s*rpc (\w+)\(", proto.read_text(), re.M)
    }
    assert calls | {"Check", "Watch"} == set(labels.METHODS)
