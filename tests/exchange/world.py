"""A whole exchange on real storage, with a matcher that does what a test says."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from appliance.access.officers import OfficerList
from appliance.audit.record import Record
from appliance.config import profile_pack
from appliance.config.pack_book import PackBook
from appliance.config.profile_pack import ProfilePack
from appliance.config.settings import Exchange, Instance, Matching, Settings
from appliance.domain.capacity import Declaration
from appliance.domain.codes import Bucket, Collection, Role, SearchType
from appliance.domain.dna import DnaProfile
from appliance.domain.errors import QualityInsufficient
from appliance.domain.finger import FingerTemplate, Minutia
from appliance.domain.principal import Principal
from appliance.domain.record import Act, RecordEntry
from appliance.domain.search import (
    DnaMatch,
    DnaProbe,
    FingerCandidate,
    FingerProbe,
    ItemResult,
    LocusView,
    MinutiaPair,
    Probe,
    Provenance,
    SearchRequest,
)
from appliance.exchange.capacity import CapacityDesk
from appliance.exchange.clock_guard import ClockGuard
from appliance.exchange.desk import SearchDesk
from appliance.keys.day_key import DayVault
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey
from appliance.keys.probe_vault import ProbeVault
from appliance.matching.outcome import MatchOutcome
from appliance.store.database import Database
from appliance.store.filesystem import FileSystem, RealFileSystem
from tests.fixed_clock import FixedClock

ADMINISTRATOR = Principal("RS", Role.ADMINISTRATOR, "ad" * 32)
FINGER = Principal("MK", Role.CONTACT_POINT_DACTYLOSCOPIC, "fa" * 32)
DNA = Principal("MK", Role.CONTACT_POINT_DNA, "da" * 32)

SETTINGS = Settings(
    instance=Instance(party="RS", time_zone="Europe/Belgrade"),
    matching=Matching(batch_max=4, queue_depth_max=64),
    exchange=Exchange(answer_retention_h=24),
)
PACK = profile_pack.parse(profile_pack.default_pack_json(["RS", "MK", "RO"]))

_OFFICER = """
[[officer]]
party = "{party}"
id = "{party}-0001"
categories = ["dna", "dactyloscopic"]
valid_from = 2026-01-01T00:00:00Z
valid_until = 2030-01-01T00:00:00Z
"""
UNSUITABLE = FingerTemplate((), 8, 8, 1, 0, 0, "ISO/IEC 19794-2:2005")


def finger_probe(number: str = "P-1") -> FingerProbe:
    minutiae = tuple(Minutia(80 * each, 90 * each, each, 1, 50) for each in range(1, 20))
    return FingerProbe(number, FingerTemplate(minutiae, 4000, 4000, 2, 0, 80, "test", ("w",)))


def dna_probe(number: str = "D-1") -> DnaProbe:
    return DnaProbe(number, DnaProfile(bytes(range(64)), (("TH01", "6", "9.3"), ("FGA", "22"))))


def request(number: str = "Q-1", *probes: Probe, **changes: object) -> SearchRequest:
    """Return an admissible latent search, with changes; its digest covers all of it."""
    made = SearchRequest(
        party="MK",
        request_number=number,
        search_type=SearchType.LT_TP,
        case_reference="K-17/26",
        purpose="CRIMINAL_OFFENCE_INVESTIGATION",
        officer="MK-0001",
        ordering_officer="MK-0900",
        candidates_max=0,
        accelerated=False,
        legal_basis="",
        probes=probes or (finger_probe(),),
        content_digest=b"",
    )
    made = replace(made, **changes)  # type: ignore[arg-type]
    if made.content_digest:
        return made
    return replace(made, content_digest=hashlib.sha256(repr(made).encode()).digest())


def candidate(number: str, rank: int = 1) -> FingerCandidate:
    pairs = (MinutiaPair(0, 3, 90, 4), MinutiaPair(2, 1, 80, 5))
    return FingerCandidate(
        number, Collection.TP, rank, 4000, False, b"FMR\0record", 12, -3, 4, pairs
    )


def dna_match(number: str) -> DnaMatch:
    loci = (
        LocusView("TH01", ("6", "9.3"), ("6", "9.3"), "equal"),
        LocusView("FGA", ("22", "24"), (), "only_probe"),
    )
    return DnaMatch(number, Collection.DNA_REFERENCE, 1, 1, 7, 7, 7, 0, False, loci, ("a warning",))


def outcome(request: SearchRequest) -> MatchOutcome:
    """One candidate for every finger probe, one match for every DNA probe."""
    items = tuple(
        ItemResult(each.reference_number, True, finger_candidates=(candidate("RS-77"),))
        if isinstance(each, FingerProbe)
        else ItemResult(each.reference_number, True, dna_matches=(dna_match("RS-88"),))
        for each in request.probes
    )
    return MatchOutcome(items, Provenance("cpu", "ab" * 32, 3, 1000, "pack", "model", "RULE/1"))


QUALITY = 93
"""Of every print that ``FakeMatcher`` finds good."""


class FakeMatcher:
    """Answers at once, or holds every search; ``errors`` are raised first, one a search."""

    def __init__(self, *, hold: bool = False) -> None:
        self.hold = hold
        self.errors: list[Exception] = []
        self.searched: list[SearchRequest] = []
        self.limits: list[int] = []
        self.packs: list[ProfilePack] = []
        self.held: list[tuple[SearchRequest, Future[MatchOutcome]]] = []

    def submit(
        self, request: SearchRequest, candidate_limit: int, pack: ProfilePack
    ) -> Future[MatchOutcome]:
        self.searched.append(request)
        self.packs.append(pack)
        self.limits.append(candidate_limit)
        future: Future[MatchOutcome] = Future()
        if self.errors:
            future.set_exception(self.errors.pop(0))
        elif self.hold:
            self.held.append((request, future))
        else:
            future.set_result(outcome(request))
        return future

    def check_quality(
        self, probe: Probe, pack: ProfilePack, search_type: SearchType | None = None
    ) -> int | None:
        if isinstance(probe, FingerProbe) and not probe.template.minutiae:
            figures = {"minutiae": "0", "minutiae_min": str(pack.minutiae_min)}
            raise QualityInsufficient("0 minutiae", metadata=figures)
        return QUALITY if isinstance(probe, FingerProbe) else None

    def release(self) -> None:
        """Answer what is held, and everything from now on."""
        self.hold = False
        while self.held:
            searched, future = self.held.pop(0)
            if future.set_running_or_notify_cancel():
                future.set_result(outcome(searched))


class World:
    """One appliance in a folder. ``crash`` leaves it as a power cut would."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: FixedClock | None = None,
        matcher: FakeMatcher | None = None,
        pack: ProfilePack = PACK,
        settings: Settings = SETTINGS,
        start: bool = True,
        on_fatal: Callable[[BaseException], None] = lambda _error: None,
        vfs: str = "",
        filesystem: FileSystem | None = None,
    ) -> None:
        self.folder = folder
        self._closed = False
        self.clock = clock or FixedClock()
        self.matcher = matcher or FakeMatcher()
        master_path, head_path = folder / "master.key", folder / "head.key"
        fresh = not master_path.exists()
        self.master = MasterKey.create(master_path) if fresh else MasterKey.load(master_path)
        signer = HeadSigner.create(head_path) if fresh else HeadSigner.load(head_path)
        if fresh:
            parties = ("MK", "RO", "AT", "RS")
            text = "".join(_OFFICER.format(party=party) for party in parties)
            (folder / "officers.toml").write_text(text)
        self.database = Database(folder / "appliance.db", on_fatal=on_fatal, vfs=vfs)
        files = filesystem or RealFileSystem()
        heads = folder / "heads.log"
        days = DayVault(folder / "record.keys", self.master, files)
        self.record = Record(self.database, signer, days, heads, self.clock, filesystem=files)
        self.vault = ProbeVault(folder / "probe.keys", self.master, files)
        self.packs = PackBook([pack], self.clock)
        self.capacity = CapacityDesk(self.database, self.record, self.packs, settings, self.clock)
        skew_max_s = settings.exchange.clock_skew_max_s
        self.guard = ClockGuard(self.database, self.record, self.clock, skew_max_s)
        self.desk = SearchDesk(
            database=self.database,
            record=self.record,
            vault=self.vault,
            master=self.master,
            matcher=self.matcher,
            packs=self.packs,
            officers=OfficerList.load(folder / "officers.toml"),
            settings=settings,
            clock=self.clock,
            guard=self.guard,
        )
        if start:
            self.desk.start()

    def declare(self, searches: int = 100, party: str = "MK", *buckets: Bucket) -> None:
        """Declare capacities in force from long ago."""
        start = datetime(2026, 1, 1, tzinfo=UTC)
        made = [
            Declaration(party, bucket, searches, start, "RS-0001") for bucket in buckets or Bucket
        ]
        self.capacity.declare(ADMINISTRATOR, made)

    def used(self, bucket: Bucket = Bucket.NOT_YET_IDENTIFIED, party: str = "MK") -> int:
        """Return what is used of a capacity today."""
        (use,) = [each for each in self.capacity.use_today(party) if each.scope is bucket]
        return use.used

    def acts(self, *wanted: Act) -> list[RecordEntry]:
        """Return the entries of the record, of these acts."""
        return [entry for entry in self.record.entries(0, 1000) if entry.act in wanted]

    def image(self, folder: Path) -> Path:
        """Return a copy of what the disk holds now, as a power cut would leave it."""
        shutil.copytree(self.folder, folder)
        return folder

    def close(self) -> None:
        """Stop in order; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self.desk.close()
        self.record.close()
        self.database.close()
        self.vault.close()


def pack_with(**changes: object) -> ProfilePack:
    """Return the test pack with changes."""
    return msgspec.structs.replace(PACK, **changes)


def details(entry: RecordEntry) -> dict[str, str]:
    return dict(entry.details)


def until(condition: Callable[[], bool]) -> None:
    """Wait for other threads to bring ``condition`` about."""
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("the condition never came true")
