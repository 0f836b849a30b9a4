"""The rooms of supervision over a world of the exchange."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.access.officers import OfficerList
from appliance.api.ports_supervision import Supervision
from appliance.domain.codes import Role
from appliance.domain.principal import Principal
from appliance.domain.record import Act
from appliance.exchange.admissibility import Checker
from appliance.exchange.authority_requests import AuthorityRequests
from appliance.exchange.case_purposes import CasePurposes
from appliance.exchange.evidence import Evidence
from appliance.exchange.record_reader import RecordReader
from appliance.exchange.register_desk import RegisterDesk
from appliance.exchange.samples import Samples
from appliance.exchange.subject_report import SubjectReports
from appliance.exchange.supervision_desk import SupervisionDesk
from appliance.exchange.supervision_past import SupervisionPast
from appliance.store import evidence_table
from appliance.store.evidence_table import SeenCertificate
from appliance.telemetry.metrics import Metrics
from tests.exchange.world import DNA, FINGER, SETTINGS, World

AUDITOR = Principal("RS", Role.AUDITOR, "a0" * 32)


class Supervised:
    """A world whose officers and certificates are noted, with its desks of supervision."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock, self.record, self.database = world.clock, world.record, world.database
        self.metrics = Metrics()
        self.evidence = Evidence(self.database, self.clock)
        path = world.folder / "officers.toml"
        self.officers = OfficerList.load(path, self.evidence.officers_loaded)
        reader = RecordReader(self.record)
        purposes = CasePurposes(world.master)
        packs = world.packs
        checker = Checker(self.database, self.record, packs, self.evidence, purposes, SETTINGS)
        subjects = SubjectReports(self.database, self.record, SETTINGS)
        self.desk = SupervisionDesk(reader, self.evidence, subjects, checker, self.clock)
        self.authorities = AuthorityRequests(
            self.database, self.record, reader, SETTINGS, self.clock
        )
        self.samples = Samples(self.database, self.record, reader, packs, self.clock)
        self.register = RegisterDesk(self.database, self.record, packs, SETTINGS, self.clock)
        self.past = SupervisionPast(self.database, packs, self.clock, self.metrics)
        for principal in (FINGER, DNA):
            self.let_in(principal)

    @property
    def rooms(self) -> Supervision:
        """What the edge is given."""
        return Supervision(self.desk, self.authorities, self.samples, self.register)

    def let_in(
        self, principal: Principal, until: datetime = datetime(2030, 1, 1, tzinfo=UTC)
    ) -> bytes:
        """Note a certificate as if it had called; return what revocation lists call it."""
        name = principal.fingerprint[:32].encode()
        role = principal.role.value
        start = datetime(2026, 1, 1, tzinfo=UTC)
        seen = SeenCertificate(principal.fingerprint, name, principal.party, role, start, until)
        at = self.clock.now()
        self.database.write(lambda tx: evidence_table.keep_certificate(tx, seen, at)).result()
        return name

    def revoke(self, name: bytes) -> None:
        """Let a revocation list name a certificate from now on."""
        at = self.clock.now()
        self.database.write(lambda tx: evidence_table.keep_revocations(tx, [name], at)).result()

    def rewrite_officers(self, text: str) -> None:
        """Put another list of officers in place, a second later."""
        self.clock.advance(seconds=1)
        (self.world.folder / "officers.toml").write_text(text)
        self.officers.current()

    def searched(self, **changes: str | None) -> int:
        """Write the entry of an admissible search with changes, as a broken system might."""
        at = self.clock.now() + timedelta(0)
        said = {
            "request_number": "Q-9",
            "received_at": at.isoformat(timespec="microseconds"),
            "requested_party": "RS",
            "search_type": "LT/TP",
            "case_reference": "K-9/26",
            "purpose": "CRIMINAL_OFFENCE_INVESTIGATION",
            "officer": "MK-0001",
            "ordering_officer": "MK-0900",
            "candidates_max": "0",
            "probes": "1",
            "probe_references": "P-1",
            "certificate": FINGER.fingerprint,
            "content_digest": "00" * 32,
        }
        party = changes.pop("party", None) or "MK"
        act = Act(changes.pop("act", None) or Act.SEARCH_RECEIVED)
        for name, text in changes.items():
            if text is None:
                said.pop(name, None)
            else:
                said[name] = text
        return self.record.write(act, party, said)
