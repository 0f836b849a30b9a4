"""The metrics of compute devices; ``Metrics.devices``."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from appliance.telemetry.labels import DEVICES, FALLBACK_CAUSES, one_of


class DeviceMetrics:
    """Declared by ``Metrics`` in its own registry. Every method is thread-safe."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.device_in_service = Gauge(
            "appliance_device_in_service",
            "1 while the device computes, 0 while it is in quarantine; no series without a device.",
            ["device"],
            registry=registry,
        )
        self.device_faults_total = Counter(
            "appliance_device_faults_total",
            "Times that a device failed, or answered anything other than its reference.",
            ["device"],
            registry=registry,
        )
        self.device_memory_bytes = Gauge(
            "appliance_device_memory_bytes",
            "Memory that may be used of the device.",
            ["device"],
            registry=registry,
        )
        self.device_fallback_total = Counter(
            "appliance_device_fallback_total",
            "Searches left to the processor: no device in service, or too little memory.",
            ["cause"],
            registry=registry,
        )
        for cause in FALLBACK_CAUSES:
            self.device_fallback_total.labels(cause)

    def in_service(self, number: int, budget_bytes: int) -> None:
        """Say that a device computes, and how much of its memory it may use."""
        known = one_of(DEVICES, str(number))
        self.device_in_service.labels(known).set(1)
        self.device_memory_bytes.labels(known).set(budget_bytes)
        self.device_faults_total.labels(known)

    def failed(self, number: int) -> None:
        """Count a failure; the device is out of service."""
        known = one_of(DEVICES, str(number))
        self.device_in_service.labels(known).set(0)
        self.device_faults_total.labels(known).inc()

    def fell_back(self, cause: str) -> None:
        """Count a search that the processor had to answer."""
        self.device_fallback_total.labels(one_of(FALLBACK_CAUSES, cause)).inc()
