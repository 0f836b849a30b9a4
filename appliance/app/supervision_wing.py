"""The wing of supervision: what auditors and authorities ask, and what was known when."""

from __future__ import annotations

from appliance.access.officers import OfficerList
from appliance.access.revocation import RevocationList
from appliance.app.site import Site
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.exchange.admissibility import Checker
from appliance.exchange.authority_requests import AuthorityRequests
from appliance.exchange.case_purposes import CasePurposes
from appliance.exchange.evidence import Evidence
from appliance.exchange.record_reader import RecordReader
from appliance.exchange.register_desk import RegisterDesk
from appliance.exchange.samples import Samples
from appliance.exchange.subject_report import SubjectReports
from appliance.exchange.supervision_desk import SupervisionDesk
from appliance.keys.master_key import MasterKey
from appliance.store.database import Database


class SupervisionWing:
    """The desks of supervision, and the lists whose every version is kept for it."""

    def __init__(
        self, site: Site, database: Database, record: Record, packs: PackBook, master: MasterKey
    ) -> None:
        settings, layout, clock = site.settings, site.layout, site.clock
        self.evidence = Evidence(database, clock)
        self.officers = OfficerList.load(layout.officers, self.evidence.officers_loaded)
        self.revocations = RevocationList(
            layout.crl, layout.ca_cert, self.evidence.revocations_loaded
        )
        reader = RecordReader(record)
        checker = Checker(database, record, packs, self.evidence, CasePurposes(master), settings)
        subjects = SubjectReports(database, record, settings)
        self.desk = SupervisionDesk(reader, self.evidence, subjects, checker, clock)
        self.authorities = AuthorityRequests(database, record, reader, settings, clock)
        self.samples = Samples(database, record, reader, packs, clock)
        self.register = RegisterDesk(database, record, packs, settings, clock)
