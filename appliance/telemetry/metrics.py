"""Every metric of the appliance, declared once, with plain methods for the other rooms.

Names follow the Prometheus conventions: base units, ``_total`` on counters, few and bounded
labels. A subject, a case, an officer or a reference number is never a label.
"""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from appliance.telemetry import labels
from appliance.telemetry.device_metrics import DeviceMetrics
from appliance.telemetry.duty_metrics import DutyMetrics
from appliance.telemetry.labels import BoundedValues, one_of
from appliance.telemetry.mass_metrics import MassMetrics
from appliance.telemetry.request_metrics import RequestMetrics

# A synchronous search answers in milliseconds; one that waits for its turn may take hours.
_SEARCH_BUCKETS_S = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 600.0, 3600.0, 86_400.0),
)
_RPC_BUCKETS_S = _SEARCH_BUCKETS_S[:15]
_APPEND_BUCKETS_S = tuple(0.0001 * 2**step for step in range(16))
_FSYNC_BUCKETS_S = tuple(0.001 * 2**step for step in range(14))
_BATCH_BUCKETS = tuple(float(2**step) for step in range(11))


class Metrics(RequestMetrics):
    """All metrics of one process, in a registry of their own. Every method is thread-safe.

    Closed label lists start at zero, so that the first event already shows as an increase.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        # A creation time per series doubles the page and serves no query of ours.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry or CollectorRegistry()
        super().__init__(self.registry, BoundedValues(r"[A-Z]{2}", labels.PARTIES_MAX))
        self._declare_process()
        self._declare_calls()
        self._declare_search()
        self._declare_gallery()
        self._declare_record()
        self.duties = DutyMetrics(self.registry)
        self.devices = DeviceMetrics(self.registry)
        self.mass = MassMetrics(self.registry, self._parties)
        self._start_at_zero()

    def _counter(self, name: str, text: str, *label_names: str) -> Counter:
        return Counter(name, text, label_names, registry=self.registry)

    def _gauge(self, name: str, text: str, *label_names: str) -> Gauge:
        return Gauge(name, text, label_names, registry=self.registry)

    def _histogram(
        self, name: str, text: str, buckets: tuple[float, ...], *label_names: str
    ) -> Histogram:
        return Histogram(name, text, label_names, buckets=buckets, registry=self.registry)

    def _declare_process(self) -> None:
        ProcessCollector(registry=self.registry)
        self.build_info = self._gauge(
            "appliance_build_info",
            "Always 1; its labels say which code, model and backend answer.",
            *("version", "kernel_digest", "backend"),
        )
        self.ready = self._gauge(
            "appliance_ready", "1 while every readiness check holds and searches are answered."
        )
        self.clock_skew_seconds = self._gauge(
            "appliance_clock_skew_seconds",
            "How far the wall clock is off what it was last known to be; ahead above 0.",
        )
        self.certificate_expiry_timestamp_seconds = self._gauge(
            "appliance_certificate_expiry_timestamp_seconds",
            "When the certificate in use ends, in Unix time.",
            "role",
        )

    def _declare_calls(self) -> None:
        self.grpc_server_started_total = self._counter(
            "grpc_server_started_total", "Calls that reached the server.", "grpc_method"
        )
        self.grpc_server_handled_total = self._counter(
            "grpc_server_handled_total",
            "Calls that ended, by the code the client received.",
            *("grpc_method", "grpc_code"),
        )
        self.grpc_server_handling_seconds = self._histogram(
            "grpc_server_handling_seconds",
            "From the arrival of a call to its end.",
            _RPC_BUCKETS_S,
            "grpc_method",
        )

    def _declare_search(self) -> None:
        self.search_duration_seconds = self._histogram(
            "appliance_search_duration_seconds",
            "Time of one search in each stage.",
            _SEARCH_BUCKETS_S,
            *("modality", "stage"),
        )
        self.search_rejected_total = self._counter(
            "appliance_search_rejected_total",
            "Searches refused, by the reason the client received.",
            "reason",
        )
        self.batch_probes = self._histogram(
            "appliance_batch_probes", "Probes searched together in one batch.", _BATCH_BUCKETS
        )
        self.comparisons_total = self._counter(
            "appliance_comparisons_total",
            "Comparisons of one probe with one item of reference data.",
            "modality",
        )
        self.queue_depth = self._gauge("appliance_queue_depth", "Requests that wait their turn.")
        self.queue_depth_max = self._gauge(
            "appliance_queue_depth_max", "Requests that may wait before new ones are refused."
        )
        self.quota_remaining_ratio = self._gauge(
            "appliance_quota_remaining_ratio",
            "Share of today's declared capacity that a Party has left, 0 to 1.",
            "client",
        )

    def _declare_gallery(self) -> None:
        self.gallery_templates = self._gauge(
            "appliance_gallery_templates", "Reference data that searches see.", "modality"
        )
        self.gallery_epoch = self._gauge(
            "appliance_gallery_epoch", "Number of the gallery state that searches see.", "modality"
        )
        self.gallery_load_seconds = self._histogram(
            "appliance_gallery_load_seconds",
            "From reading the stored reference data to answering searches from it.",
            _SEARCH_BUCKETS_S,
        )
        self.load_items_total = self._counter(
            "appliance_load_items_total",
            "Items of reference data sent for loading, by what became of them.",
            *("collection", "result"),
        )

    def _declare_record(self) -> None:
        self.audit_leaves_total = self._counter(
            "appliance_audit_leaves_total", "Entries that this process appended to the record."
        )
        self.audit_append_seconds = self._histogram(
            "appliance_audit_append_seconds",
            "Time until entries of the record were durable.",
            _APPEND_BUCKETS_S,
        )
        self.audit_checkpoint_timestamp_seconds = self._gauge(
            "appliance_audit_checkpoint_timestamp_seconds",
            "When the record's head was last signed, in Unix time.",
        )
        self.audit_exported_timestamp_seconds = self._gauge(
            "appliance_audit_exported_timestamp_seconds",
            "When the last head carried off the machine was signed, in Unix time; 0 without drop.",
        )
        self.audit_unsigned_leaves = self._gauge(
            "appliance_audit_unsigned_leaves",
            "Entries that this process appended since the record's head was last signed.",
        )
        self.audit_verify_failures_total = self._counter(
            "appliance_audit_verify_failures_total", "Verifications of the record that failed."
        )
        self.store_fsync_seconds = self._histogram(
            "appliance_store_fsync_seconds",
            "Time of one flush of the store to disk.",
            _FSYNC_BUCKETS_S,
        )
        self.storage_corruption_total = self._counter(
            "appliance_storage_corruption_total",
            "Times that stored bytes differed from what was written.",
        )

    def _start_at_zero(self) -> None:
        for reason in labels.REJECTION_REASONS:
            self.search_rejected_total.labels(reason)
        for modality in labels.MODALITIES:
            self.comparisons_total.labels(modality)

    def build(self, version: str, kernel_digest: str, backend: str) -> None:
        """State which code, model and backend answer; a later call replaces an earlier one."""
        self.build_info.clear()
        self.build_info.labels(version, kernel_digest, one_of(labels.BACKENDS, backend)).set(1)

    def set_ready(self, ready: bool) -> None:
        """Say whether searches are answered."""
        self.ready.set(int(ready))

    def clock_skew(self, seconds: float) -> None:
        """Show how far the wall clock is off."""
        self.clock_skew_seconds.set(seconds)

    def certificate_expiry(self, role: str, timestamp: float) -> None:
        """Say when the certificate of ``role`` ends, in seconds of Unix time."""
        known_role = one_of(labels.CERTIFICATE_ROLES, role)
        self.certificate_expiry_timestamp_seconds.labels(known_role).set(timestamp)

    def rpc_started(self, method: str) -> None:
        """Count a call; ``method`` is its path or the last part of it."""
        self.grpc_server_started_total.labels(_method(method)).inc()

    def rpc_handled(self, method: str, code: str, seconds: float) -> None:
        """Count the end of a call and its duration; ``code`` is the gRPC code's name."""
        name = _method(method)
        self.grpc_server_handled_total.labels(name, one_of(labels.GRPC_CODES, code)).inc()
        self.grpc_server_handling_seconds.labels(name).observe(seconds)

    def search_stage(self, modality: str, stage: str, seconds: float) -> None:
        """Note how long a search spent in one stage."""
        known = (one_of(labels.MODALITIES, modality), one_of(labels.STAGES, stage))
        self.search_duration_seconds.labels(*known).observe(seconds)

    def search_rejected(self, reason: str) -> None:
        """Count a refused search by the ``reason`` of its error class."""
        self.search_rejected_total.labels(one_of(labels.REJECTION_REASONS, reason)).inc()

    def batch(self, size: int) -> None:
        """Note how many probes one batch held."""
        self.batch_probes.observe(size)

    def compared(self, modality: str, count: int) -> None:
        """Count ``count`` comparisons of one probe with one item each."""
        self.comparisons_total.labels(one_of(labels.MODALITIES, modality)).inc(count)

    def queue(self, depth: int, depth_max: int) -> None:
        """Say how many requests wait, and how many may."""
        self.queue_depth.set(depth)
        self.queue_depth_max.set(depth_max)

    def quota(self, party: str, ratio: float) -> None:
        """Say which share (0 to 1) of its capacity of the day a Party has left."""
        self.quota_remaining_ratio.labels(self._parties.admit(party)).set(ratio)

    def gallery(self, modality: str, templates: int, epoch: int) -> None:
        """Say what searches of a modality see: how many items, of which epoch."""
        known = one_of(labels.MODALITIES, modality)
        self.gallery_templates.labels(known).set(templates)
        self.gallery_epoch.labels(known).set(epoch)

    def gallery_loaded(self, seconds: float) -> None:
        """Note how long the gallery took to become searchable."""
        self.gallery_load_seconds.observe(seconds)

    def loaded(self, collection: str, result: str, count: int) -> None:
        """Count ``count`` items of a load by what became of them."""
        known = (one_of(labels.COLLECTIONS, collection), one_of(labels.LOAD_RESULTS, result))
        self.load_items_total.labels(*known).inc(count)

    def audit_appended(self, seconds: float, leaves: int) -> None:
        """Note one durable append to the record, of ``leaves`` entries at once."""
        self.audit_append_seconds.observe(seconds)
        self.audit_leaves_total.inc(leaves)
        self.audit_unsigned_leaves.inc(leaves)

    def audit_head(self, timestamp: float) -> None:
        """Say when the record's head was signed, in seconds of Unix time."""
        self.audit_checkpoint_timestamp_seconds.set(timestamp)
        self.audit_unsigned_leaves.set(0)

    def audit_exported(self, timestamp: float) -> None:
        """Say when the last head carried off the machine was signed, in seconds of Unix time."""
        self.audit_exported_timestamp_seconds.set(timestamp)

    def audit_verify_failed(self) -> None:
        """Count a verification of the record that failed."""
        self.audit_verify_failures_total.inc()

    def fsync(self, seconds: float) -> None:
        """Note how long the store took to flush to disk."""
        self.store_fsync_seconds.observe(seconds)

    def corruption(self) -> None:
        """Count stored bytes that are not what was written."""
        self.storage_corruption_total.inc()

    def exposition(self) -> bytes:
        """Return the page that Prometheus scrapes, in its text format."""
        return generate_latest(self.registry)


def _method(path: str) -> str:
    return one_of(labels.METHODS, path.rpartition("/")[2])
