"""One call of every method of Metrics, so that a test sees every family with a value."""

from __future__ import annotations

from appliance.telemetry import labels
from appliance.telemetry.metrics import Metrics

NOW_S = 1_800_000_000.0


def populate(metrics: Metrics, now_s: float = NOW_S) -> None:
    """Touch every family once, with values that a healthy appliance could show."""
    metrics.build("0.1.0", "0123abcd", "cpu")
    metrics.set_ready(True)
    metrics.certificate_expiry("server", now_s + 90 * 86_400)
    metrics.rpc_started("Search")
    metrics.rpc_handled("Search", "OK", 0.02)
    for modality in labels.MODALITIES:
        for stage in labels.STAGES:
            metrics.search_stage(modality, stage, 0.004)
        metrics.compared(modality, 100_000)
        metrics.gallery(modality, 1_000_000, 7)
    metrics.search_rejected("QUALITY_INSUFFICIENT")
    metrics.batch(8)
    metrics.queue(3, 10_000)
    metrics.quota("HU", 0.25)
    metrics.gallery_loaded(12.5)
    metrics.loaded("TP", "accepted", 900)
    metrics.audit_appended(0.0002, 4)
    metrics.audit_head(now_s)
    metrics.audit_exported(now_s)
    metrics.audit_verify_failed()
    metrics.fsync(0.001)
    metrics.duties.attempted(False)
    metrics.duties.pending(1, 2)
    metrics.duties.authority_request_due(now_s + 20 * 86_400)
    metrics.mass.came_into("HU", "running")
    metrics.mass.block("HU", 40, 2)
    metrics.mass.progress("HU", 0.5)
    metrics.devices.in_service(0, 120_000_000_000)
    metrics.devices.in_service(1, 120_000_000_000)
    metrics.devices.failed(1)
    metrics.devices.fell_back("memory")
    metrics.corruption()
