"""A matcher over a real gallery: database and segments on disk, the real assemblers, the real pack.

``searching`` gives one search's outcome as the exchange would receive it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from appliance.config import profile_pack
from appliance.domain.codes import Collection, SearchType
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import FingerCandidate, FingerProbe, Probe, SearchRequest
from appliance.gallery.gallery import Gallery
from appliance.gallery.ports import RoomElsewhere
from appliance.keys.master_key import MasterKey
from appliance.matching.assemblers import assemblers
from appliance.matching.engine import CPU, Engine
from appliance.matching.matcher import Matcher, QueueSettings
from appliance.matching.outcome import MatchOutcome
from appliance.store import setting_table
from appliance.store.database import Database
from appliance.store.segments import SegmentStore
from appliance.telemetry.metrics import Metrics
from tests.fixed_clock import FixedClock
from tests.matching import made_fingers
from tests.store.never_fatal import never_fatal

MASTER = MasterKey(b"\x07" * 32)
PACK = profile_pack.parse(profile_pack.default_pack_json(["RS", "MK"]))
QUEUE = QueueSettings(workers=1, depth_max=64, batch_max=8, batch_wait_ms=0)
AMPLE = 10


def nothing(*_: object) -> None:
    """Record nothing beside a change."""


def request(search_type: SearchType, *probes: Probe) -> SearchRequest:
    """Return a search as it comes out of admission."""
    return SearchRequest(
        party="MK",
        request_number="Q-1",
        search_type=search_type,
        case_reference="K-1/26",
        purpose="CRIMINAL_OFFENCE_INVESTIGATION",
        officer="MK-0001",
        ordering_officer="MK-0900",
        candidates_max=0,
        accelerated=False,
        legal_basis="",
        probes=probes,
        content_digest=b"\x01" * 32,
    )


def latent(finger: int, search_type: SearchType = SearchType.LT_TP) -> SearchRequest:
    """Return a search with the second impression of a finger."""
    return request(search_type, FingerProbe("P-1", made_fingers.probe(finger)))


class Laboratory:
    """A gallery in a folder and one matcher over it."""

    def __init__(
        self,
        folder: Path,
        *,
        queue: QueueSettings = QUEUE,
        metrics: Metrics | None = None,
        merge: bool = False,
        engine: Engine = CPU,
        elsewhere: RoomElsewhere | None = None,
        **pack: object,
    ) -> None:
        """``pack`` names fields of the profile pack that differ from the default."""
        folder.mkdir(exist_ok=True)
        self.pack = msgspec.structs.replace(PACK, **pack)
        self._database = Database(folder / "appliance.db", on_fatal=never_fatal)
        self.gallery = Gallery(
            self._database,
            SegmentStore(
                folder / "segments",
                MASTER,
                self._database.read(setting_table.store_id),
                on_fatal=never_fatal,
            ),
            assemblers(),
            FixedClock(),
            memory_budget_bytes=1 << 30,
            merge=merge,
            elsewhere=elsewhere,
        )
        self.gallery.open()
        self.matcher = Matcher(
            self.gallery,
            queue,
            engine=engine,
            metrics=metrics,
        )

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, **settings: object) -> Iterator[Laboratory]:
        """Open one, and stop it as the service does."""
        laboratory = cls(folder, **settings)  # type: ignore[arg-type]
        try:
            yield laboratory
        finally:
            laboratory.matcher.close()
            laboratory.gallery.close()
            laboratory._database.close()

    def load(self, items: Sequence[LoadItem]) -> None:
        """Load items in one call; every one is accepted."""
        refused = [error for error in self.gallery.load(items, nothing) if error is not None]
        if refused:
            raise refused[0]

    def load_fingers(self, *fingers: int, collection: Collection = Collection.TP) -> None:
        """Load the first impressions of fingers in one call."""
        self.load([made_fingers.gallery_item(each, collection) for each in fingers])

    def searching(self, asked: SearchRequest, limit: int = AMPLE) -> MatchOutcome:
        """Return the outcome of one search."""
        return self.matcher.submit(asked, limit, self.pack).result(timeout=60)

    def candidates(self, asked: SearchRequest, limit: int = AMPLE) -> tuple[FingerCandidate, ...]:
        """Return the candidates of a search with one finger probe."""
        (item,) = self.searching(asked, limit).items
        assert item.matched == bool(item.finger_candidates)
        return item.finger_candidates

    def numbers(self, asked: SearchRequest, limit: int = AMPLE) -> list[str]:
        """Return the candidates' reference numbers, best first."""
        return [each.reference_number for each in self.candidates(asked, limit)]
