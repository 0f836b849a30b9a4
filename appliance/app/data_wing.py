"""The wing of one's own reference data: taking it in, seeing to its quality, telling who had it."""

from __future__ import annotations

from datetime import datetime

from appliance.app import addresses
from appliance.app.site import Site
from appliance.audit.record import Record
from appliance.config.pack_book import PackBook
from appliance.domain.codes import Category, Collection
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.exchange.courier import Courier
from appliance.exchange.duties_desk import DutiesDesk
from appliance.exchange.erasures import Erasures
from appliance.exchange.notice_transports import Transports
from appliance.exchange.notices import NoticeBoard
from appliance.exchange.preparation import Preparation
from appliance.exchange.reference_desk import ReferenceDesk
from appliance.gallery.gallery import Gallery
from appliance.keys.head_signer import HeadSigner
from appliance.matching import encoder
from appliance.store.database import Database


class DataWing:
    """The desks for reference data; ``start`` once the gallery is open, ``close`` before it."""

    def __init__(
        self,
        site: Site,
        database: Database,
        gallery: Gallery,
        record: Record,
        signer: HeadSigner,
        packs: PackBook,
    ) -> None:
        self._site = site
        self._packs = packs
        self._own_party = site.settings.instance.party
        pilot = site.settings.instance.pilot
        preparation = Preparation(encoder, self._own_rule, self._longest, pilot=pilot)
        self.reference = ReferenceDesk(gallery, record, preparation, site.clock, site.metrics)
        self.board = NoticeBoard(database, self._addresses_of, site.clock)
        self.duties = DutiesDesk(database, gallery, record, self.board, preparation, site.clock)
        self._erasures = Erasures(
            database,
            gallery,
            record,
            self.duties,
            signer,
            site.clock,
            own_party=self._own_party,
            backup_retention_d=site.settings.exchange.backup_retention_d,
            observe=self._show,
        )
        self._courier = Courier(
            self.board,
            Transports(site.layout.notices, site.layout.ca_cert),
            signer,
            self._own_party,
            site.clock,
            observe=site.metrics.duties.attempted,
            give_up_after_d=lambda: packs.in_force().retention.notices_days,
        )

    def start(self) -> None:
        """Begin to end what has come to its end, and to deliver notices."""
        self._erasures.start()
        self._courier.start()

    def close(self) -> None:
        """Stop after what is under way."""
        self._erasures.close()
        self._courier.close()

    def tell_addresses(self) -> None:
        """Write down where notices go, for the sentinel; it is there when nobody else is."""
        known = addresses.of_pack(self._packs.in_force(), self._own_party)
        addresses.write(self._site.layout.addresses, known)

    def _own_rule(self) -> DnaRuleProfile:
        return self._packs.in_force().dna_rule_of(self._own_party)

    def _longest(self, collection: Collection) -> datetime | None:
        years = self._packs.in_force().retention.reference_years_max.get(collection)
        if years is None:
            return None
        now = self._site.clock.now()
        # The 29th of February has its anniversary on the 28th where there is none.
        day = min(now.day, 28) if now.month == 2 else now.day
        return now.replace(year=now.year + years, day=day)

    def _addresses_of(self, party: str, category: Category) -> tuple[str, ...]:
        profile = self._packs.in_force().parties.get(party)
        return profile.contact_point(category).notices if profile else ()

    def _show(self, erasures: int) -> None:
        self._site.metrics.duties.pending(self.board.pending(), erasures)
