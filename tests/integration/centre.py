"""A real appliance as its own process, with generated reference data and the clients around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.cli import generated_data, installation
from appliance.cli.local_appliance import LocalAppliance
from appliance.cli.search_commands import INVESTIGATION, new_request_number
from appliance.client import Capacity, Client, LoadItem, SearchTerms
from appliance.domain.clock import SystemClock

OWNER, FIRST, SECOND = "RS", "MK", "BA"
SEED = 606
AMPLE = 100_000


def terms(party: str, search_type: str = "LT/TP", **changes: object) -> SearchTerms:
    """Return terms that are admitted, with ``changes`` to some of them."""
    values: dict[str, object] = {
        "request_number": new_request_number(),
        "search_type": search_type,
        "case_reference": "CASE-1/26",
        "purpose": INVESTIGATION,
        "officer": installation.officer_id(party),
        "ordering_officer": f"{party}-PROSECUTOR-1",
    }
    return SearchTerms(**{**values, **changes})  # type: ignore[arg-type]


@dataclass(slots=True)
class Centre:
    """``probes[n]`` is a second impression of the finger under ``F-n``."""

    appliance: LocalAppliance
    probes: list[bytes] = field(default_factory=list)
    profiles: list[Sequence[tuple[str, Sequence[str]]]] = field(default_factory=list)

    @classmethod
    @contextmanager
    def start(cls, home: Path, fingers: int = 150, profiles: int = 300) -> Iterator[Centre]:
        """Install, start, load and declare ample capacities."""
        plan = installation.Plan(OWNER, (FIRST, SECOND), port=0, telemetry_port=0)
        installation.make(home, plan, SystemClock().now())
        with cls.over(home, fingers, profiles) as centre:
            yield centre

    @classmethod
    @contextmanager
    def over(cls, home: Path, fingers: int, profiles: int) -> Iterator[Centre]:
        """Start an installation, load and declare ample capacities."""
        with LocalAppliance(home) as appliance:
            centre = cls(appliance)
            centre._fill(fingers, profiles)
            yield centre

    def _fill(self, fingers: int, profiles: int) -> None:
        items = []
        for number, prints in enumerate(generated_data.finger_records(fingers, 2, SEED)):
            items.append(LoadItem("TP", f"F-{number}", prints[0]))
            self.probes.append(prints[1])
        for number, codes in enumerate(generated_data.dna_codes(profiles, SEED)):
            profile = generated_data.dna_profile(codes.tobytes())
            self.profiles.append(profile)
            items.append(LoadItem("DNA_REFERENCE", f"D-{number}", profile))
        with self.administrator() as client:
            refused = [each for each in client.load(items) if not each.accepted]
            if refused:
                raise AssertionError(refused[:3])
            client.declare(
                [
                    Capacity(party, bucket, AMPLE)
                    for party in (FIRST, SECOND)
                    for bucket in ("identified", "not_yet_identified")
                ]
            )

    def administrator(self) -> Client:
        """Return a client of the owner's administrator."""
        return self.appliance.client(f"{OWNER}-administrator", 120)

    def auditor(self) -> Client:
        """Return a client of the owner's auditor."""
        return self.appliance.client(f"{OWNER}-auditor", 120)

    def fingers_of(self, party: str) -> Client:
        """Return a client of a Party's contact point for dactyloscopic data."""
        return self.appliance.client(f"{party}-contact-point-dactyloscopic", 120)

    def dna_of(self, party: str) -> Client:
        """Return a client of a Party's contact point for DNA data."""
        return self.appliance.client(f"{party}-contact-point-dna", 120)
