"""The metrics of requests between their acceptance and their answer; a part of ``Metrics``."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from appliance.telemetry.labels import BoundedValues


class RequestMetrics:
    """Declared by ``Metrics`` in its own registry. Every method is thread-safe."""

    def __init__(self, registry: CollectorRegistry, parties: BoundedValues) -> None:
        self._parties = parties
        self.queue_oldest_seconds = Gauge(
            "appliance_queue_oldest_seconds",
            "How much of its 24 hours the oldest unsettled request has used up.",
            registry=registry,
        )
        self.requests_held = Gauge(
            "appliance_requests_held",
            "Requests beyond the capacity of their day that wait for the next.",
            registry=registry,
        )
        self.deadline_near_total = Counter(
            "appliance_deadline_near_total",
            "Requests that had used up four fifths of their 24 hours before their answer.",
            registry=registry,
        )
        self.search_accelerated_total = Counter(
            "appliance_search_accelerated_total",
            "Requests for accelerated processing that were accepted.",
            ("client",),
            registry=registry,
        )
        self.outage_stated = Gauge(
            "appliance_outage",
            "1 while an outage for reasons of vis major is stated.",
            registry=registry,
        )

    def queue_oldest(self, seconds: float) -> None:
        """Say how much of its 24 hours the oldest unsettled request has used up."""
        self.queue_oldest_seconds.set(seconds)

    def held(self, requests: int) -> None:
        """Say how many requests wait for the capacity of another day."""
        self.requests_held.set(requests)

    def deadline_near(self, requests: int) -> None:
        """Count requests that have used up four fifths of their 24 hours."""
        self.deadline_near_total.inc(requests)

    def accelerated(self, party: str) -> None:
        """Count an accepted request for accelerated processing."""
        self.search_accelerated_total.labels(self._parties.admit(party)).inc()

    def outage(self, lasts: bool) -> None:
        """Say whether an outage is stated."""
        self.outage_stated.set(int(lasts))
