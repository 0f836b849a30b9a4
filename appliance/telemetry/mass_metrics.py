"""The metrics of mass comparisons; ``metrics.Metrics`` holds them as ``mass``."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from appliance.telemetry import labels
from appliance.telemetry.labels import BoundedValues, one_of


class MassMetrics:
    """Progress of mass comparisons and what they find, by Party. Every method is thread-safe."""

    def __init__(self, registry: CollectorRegistry, parties: BoundedValues) -> None:
        self._parties = parties
        self.mass_jobs_total = Counter(
            "appliance_mass_jobs_total",
            "Mass comparisons that came into a state.",
            ("client", "state"),
            registry=registry,
        )
        self.mass_profiles_total = Counter(
            "appliance_mass_profiles_total",
            "Profiles compared in mass comparisons.",
            ("client",),
            registry=registry,
        )
        self.mass_matches_total = Counter(
            "appliance_mass_matches_total",
            "Matches that mass comparisons found.",
            ("client",),
            registry=registry,
        )
        self.mass_blocks_total = Counter(
            "appliance_mass_blocks_total",
            "Blocks of mass comparisons whose results are durable.",
            registry=registry,
        )
        self.mass_progress_ratio = Gauge(
            "appliance_mass_progress_ratio",
            "Share of the profiles compared of the mass comparison that a Party had in hand last.",
            ("client",),
            registry=registry,
        )

    def came_into(self, party: str, state: str) -> None:
        """Count a job of a Party that was opened, started or ended."""
        known = one_of(labels.MASS_STATES, state)
        self.mass_jobs_total.labels(self._parties.admit(party), known).inc()

    def block(self, party: str, profiles: int, matches: int) -> None:
        """Count one block of so many profiles with so many matches."""
        known = self._parties.admit(party)
        self.mass_blocks_total.inc()
        self.mass_profiles_total.labels(known).inc(profiles)
        self.mass_matches_total.labels(known).inc(matches)

    def progress(self, party: str, ratio: float) -> None:
        """Say which share (0 to 1) of a Party's job is compared."""
        self.mass_progress_ratio.labels(self._parties.admit(party)).set(ratio)
