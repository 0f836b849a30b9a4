"""The desks of reference data over one gallery, and Parties that have searched it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from appliance.domain.codes import Category, Collection
from appliance.domain.dna_rule import PCC_SEE
from appliance.domain.notice import NoticeKind
from appliance.exchange.duties_desk import DutiesDesk
from appliance.exchange.erasures import Erasures
from appliance.exchange.notices import NoticeBoard
from appliance.exchange.preparation import Preparation, RawItem
from appliance.exchange.reference_desk import ReferenceDesk
from appliance.gallery.gallery import Gallery
from appliance.keys.head_signer import HeadSigner
from appliance.store import setting_table
from appliance.store.segments import SegmentStore
from tests.exchange.reference_bench import TupleAssembler, TuplePacker
from tests.exchange.world import ADMINISTRATOR, FINGER, World, finger_probe, request

TP = Collection.TP
SIGNER = HeadSigner(bytes(range(32)))


class Office:
    """The desks of reference data over one gallery; MK and RO have searched it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        store_id = world.database.read(setting_table.store_id)
        segments = SegmentStore(folder / "segments", world.master, store_id, on_fatal=print)
        self.gallery = Gallery(
            world.database,
            segments,
            dict.fromkeys(Category, TupleAssembler()),
            world.clock,
            memory_budget_bytes=1 << 20,
            merge=False,
        )
        self.gallery.open()
        preparation = Preparation(TuplePacker(), lambda: PCC_SEE)
        self.reference = ReferenceDesk(self.gallery, world.record, preparation, world.clock)
        self.board = NoticeBoard(world.database, lambda party, _category: (party,), world.clock)
        self.desk = DutiesDesk(
            world.database, self.gallery, world.record, self.board, preparation, world.clock
        )
        self.erasures = Erasures(
            world.database,
            self.gallery,
            world.record,
            self.desk,
            SIGNER,
            world.clock,
            own_party="RS",
            backup_retention_d=30,
        )

    def load(self, *items: RawItem) -> None:
        """Load items that are all accepted."""
        assert self.reference.load(ADMINISTRATOR, items) == [()] * len(items)

    def searched(self) -> int:
        """Return how many items a search of TP sees."""
        return self.gallery.snapshot(TP).size

    def supplied_to(self, party: str, number: str) -> None:
        """Record that RS-77, the candidate of the exchange's fake matcher, went to a Party."""
        asked = request(number, finger_probe(), party=party, officer=f"{party}-0001")
        self.world.desk.submit(replace(FINGER, party=party), asked)
        self.world.desk.wait(party, number).result(10)

    def told(self) -> list[tuple[NoticeKind, str, dict[str, str]]]:
        """Return every notice posted so far."""
        return [(each.kind, each.party, dict(each.facts)) for each in self.board.page(0, 100)]
