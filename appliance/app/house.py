"""The house: every room of the appliance, built from the ground up and closed from the top down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from appliance.access.gatekeeper import Gatekeeper
from appliance.access.officers import OfficerList
from appliance.api.ports_supervision import Supervision
from appliance.api.rooms import Rooms, ServiceStatus
from appliance.app import purpose
from appliance.app.data_wing import DataWing
from appliance.app.site import Site
from appliance.app.supervision_wing import SupervisionWing
from appliance.audit.record import Record
from appliance.config import profile_pack
from appliance.config.pack_book import PackBook
from appliance.config.pack_keys import PackKeys
from appliance.domain.codes import Collection
from appliance.exchange.capacity import CapacityDesk
from appliance.exchange.clock_guard import ClockGuard
from appliance.exchange.desk import SearchDesk
from appliance.exchange.mass_admission import MassAdmission
from appliance.exchange.mass_desk import MassDesk, MassOffices
from appliance.exchange.mass_jobs import MassStore
from appliance.exchange.notes import NoteDesk
from appliance.exchange.outages import OutageDesk
from appliance.exchange.outgoing import OutgoingDesk
from appliance.exchange.pack_desk import PackDesk
from appliance.exchange.statistics import StatisticsDesk
from appliance.exchange.verification import VerificationDesk
from appliance.gallery.gallery import Gallery
from appliance.keys.day_key import DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.keys.mass_vault import MassVault
from appliance.keys.master_key import MasterKey
from appliance.keys.probe_vault import ProbeVault
from appliance.matching import dna_worth, encoder
from appliance.matching.assemblers import assemblers
from appliance.matching.device_worker import BatchSettings
from appliance.matching.engine_room import EngineRoom
from appliance.matching.mass_comparison import MassComparer
from appliance.matching.matcher import Matcher, QueueSettings
from appliance.store import setting_table
from appliance.store.database import Database
from appliance.store.filesystem import RealFileSystem
from appliance.store.segments import SegmentStore


class House:
    """The rooms of one appliance. Raises ConfigurationInvalid, BackendUnavailable, StorageCorrupt.

    Nothing runs yet: ``service.Appliance`` opens the gallery and starts the desks, in their order.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        layout = site.layout
        # Nothing is opened under files that cannot be used.
        profile_pack.load(layout.pack, layout.pack_signature, layout.pack_key)
        self.packs = PackBook([], site.clock)
        master = MasterKey.load(layout.master_key)
        self.database = Database(
            layout.database, on_fatal=site.die, observe_commit=site.metrics.fsync
        )
        purpose.bind(self.database, pilot=site.settings.instance.pilot)
        self.vault = ProbeVault(layout.probe_keys, master, RealFileSystem(), on_fatal=site.die)
        self._signer = HeadSigner.load(layout.head_key)
        self.record = self._record(master)
        self._pack_desk = self._packs()
        self.guard = ClockGuard(
            self.database,
            self.record,
            site.clock,
            site.settings.exchange.clock_skew_max_s,
            site.metrics,
        )
        self.engines = self._engines()
        self.gallery = self._gallery(master)
        self._weigher = dna_worth.load(layout.directory, site.settings.dna)
        self.matcher = self._matcher()
        self.supervision = SupervisionWing(site, self.database, self.record, self.packs, master)
        officers = self.supervision.officers
        self.data = DataWing(
            site, self.database, self.gallery, self.record, self._signer, self.packs
        )
        self.desk = self._desk(master, officers)
        self.batch_vault = MassVault(layout.batch_keys, master, RealFileSystem(), on_fatal=site.die)
        self.mass = self._mass(master, officers)

    def _record(self, master: MasterKey) -> Record:
        site = self._site
        export = site.settings.exchange.heads_export
        return Record(
            self.database,
            self._signer,
            DayVault(site.layout.record_keys, master, RealFileSystem(), on_fatal=site.die),
            site.layout.heads_log,
            site.clock,
            site.metrics,
            interval_s=site.settings.exchange.head_interval_s,
            heads_export=Path(export) if export else None,
            retention_years=lambda: self.packs.in_force().record_retention_years,
            on_fatal=site.die,
        )

    def _packs(self) -> PackDesk:
        """Return the desk of packs, the book filled: a pack is in force from here on."""
        site, layout = self._site, self._site.layout
        keys = PackKeys(profile_pack.read(layout.pack_key))
        own = site.settings.instance.party
        desk = PackDesk(self.database, self.record, self.packs, keys, site.clock, own)
        desk.open(profile_pack.read(layout.pack), profile_pack.read(layout.pack_signature))
        return desk

    def _gallery(self, master: MasterKey) -> Gallery:
        site = self._site
        store_id = self.database.read(setting_table.store_id)
        return Gallery(
            self.database,
            SegmentStore(site.layout.segments, master, store_id, on_fatal=site.die),
            assemblers(),
            site.clock,
            memory_budget_bytes=site.settings.matching.memory_budget_bytes,
            elsewhere=self.engines,
        )

    def _engines(self) -> EngineRoom:
        chosen = self._site.settings.matching
        batches = BatchSettings(chosen.queue_depth_max, chosen.batch_max, chosen.batch_wait_ms)
        return EngineRoom(
            chosen.backend,
            chosen.device_memory_bytes,
            batches,
            self._site.clock,
            self._site.metrics,
        )

    def _matcher(self) -> Matcher:
        chosen = self._site.settings.matching
        is_batched = self.engines.is_batched
        queue = QueueSettings(
            # Devices batch what several workers ask of them; a processor gains nothing by it.
            workers=max(chosen.workers, chosen.batch_max) if is_batched else chosen.workers,
            depth_max=chosen.queue_depth_max,
            batch_max=1 if is_batched else chosen.batch_max,
            batch_wait_ms=0,
        )
        return Matcher(
            self.gallery,
            queue,
            engine=self.engines.engine,
            metrics=self._site.metrics,
            weigher=self._weigher,
        )

    def _desk(self, master: MasterKey, officers: OfficerList) -> SearchDesk:
        site = self._site
        return SearchDesk(
            database=self.database,
            record=self.record,
            vault=self.vault,
            master=master,
            matcher=self.matcher,
            packs=self.packs,
            officers=officers,
            settings=site.settings,
            clock=site.clock,
            guard=self.guard,
            metrics=site.metrics,
        )

    def _mass(self, master: MasterKey, officers: OfficerList) -> MassDesk:
        site = self._site
        store = MassStore(
            self.database, self.record, self.batch_vault, master, site.settings, site.clock
        )
        own_party = site.settings.instance.party
        offices = MassOffices(
            MassAdmission(
                self.packs,
                officers,
                own_party,
                site.clock,
                pilot=site.settings.instance.pilot,
                check_clock=self.guard.check,
            ),
            MassComparer(
                self.gallery, self.packs, engine=self.engines.engine, weigher=self._weigher
            ),
            encoder,
            self.desk.idle_s,
        )
        return MassDesk(store, offices, site.metrics)

    def start_engines(self) -> None:
        """Have the open gallery resident on the devices; ConfigurationInvalid if too large."""
        self.engines.prepare([self.gallery.snapshot(each) for each in Collection])
        self.engines.start()

    def rooms(self, status: Callable[[], ServiceStatus]) -> Rooms:
        """Return what the edge serves."""
        site = self._site
        return Rooms(
            desk=self.desk,
            mass=self.mass,
            reference=self.data.reference,
            duties=self.data.duties,
            notices=self.data.board,
            capacity=CapacityDesk(
                self.database, self.record, self.packs, site.settings, site.clock
            ),
            outgoing=OutgoingDesk(
                self.database, self.record, self.packs, site.settings, site.clock
            ),
            outages=OutageDesk(
                self.database, self.record, self.desk.pause, site.settings, site.clock
            ),
            record=self.record,
            verification=VerificationDesk(
                self.database,
                self.record,
                self.supervision.officers,
                self.packs,
                site.settings,
                site.clock,
            ),
            notes=NoteDesk(self.database, self.record, site.clock),
            statistics=StatisticsDesk(self.database, self.record, site.settings),
            supervision=Supervision(
                self.supervision.desk,
                self.supervision.authorities,
                self.supervision.samples,
                self.supervision.register,
            ),
            packs=self._pack_desk,
            clock_guard=self.guard,
            gatekeeper=Gatekeeper(
                self.packs,
                self.supervision.revocations,
                site.clock,
                own_party=site.settings.instance.party,
                on_admitted=self.supervision.evidence.certificate_admitted,
            ),
            clock=site.clock,
            status=status,
        )

    def close(self, drain_s: float) -> None:
        """Wait at most ``drain_s`` for accepted searches, then close from the top down."""
        self.data.close()
        # Before the searches, so that its last block is kept while they end.
        self.mass.close()
        self.desk.drain(drain_s)
        self.desk.close()
        self.matcher.close()
        self.engines.close()
        self.record.close()
        self.gallery.close()
        self.vault.close()
        self.batch_vault.close()
        self.database.close()
