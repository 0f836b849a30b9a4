"""The metrics of duties: data quality, notices, requests of authorities; ``Metrics.duties``."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class DutyMetrics:
    """Declared by ``Metrics`` in its own registry. Every method is thread-safe."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.notices_pending = Gauge(
            "appliance_notices_pending",
            "Notices to contact points that are not delivered yet.",
            registry=registry,
        )
        self.notice_failures_total = Counter(
            "appliance_notice_failures_total",
            "Attempts to deliver a notice that failed.",
            registry=registry,
        )
        self.erasures_pending = Gauge(
            "appliance_erasures_pending",
            "Deleted items whose last byte is not erased yet.",
            registry=registry,
        )

        self.authority_request_due_timestamp_seconds = Gauge(
            "appliance_authority_request_due_timestamp_seconds",
            "When the first request of an authority for recorded data is due, in Unix time; "
            "0 where none is open.",
            registry=registry,
        )

    def authority_request_due(self, timestamp: float) -> None:
        """Say when the first open request of an authority is due (Unix time), 0 for none."""
        self.authority_request_due_timestamp_seconds.set(timestamp)

    def attempted(self, delivered: bool) -> None:
        """Count an attempt to deliver a notice."""
        if not delivered:
            self.notice_failures_total.inc()

    def pending(self, notices: int, erasures: int) -> None:
        """Say how many notices and erasures wait."""
        self.notices_pending.set(notices)
        self.erasures_pending.set(erasures)
