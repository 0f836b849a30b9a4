"""Mass comparisons on real storage, with a comparer that finds what its profiles say."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from appliance.access.officers import OfficerList
from appliance.codecs.dna_canonical import canonical_profile
from appliance.config.pack_terms import Consent
from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Collection, Role
from appliance.domain.mass_comparison import (
    BatchReceipt,
    MassMatch,
    MassStatus,
    MassTerms,
    OfferedProfile,
)
from appliance.domain.principal import Principal
from appliance.domain.search import DnaMatch, LocusView, Provenance
from appliance.exchange.mass_admission import MassAdmission
from appliance.exchange.mass_desk import MassDesk, MassOffices
from appliance.exchange.mass_jobs import MassStore
from appliance.keys.mass_vault import MassVault
from appliance.matching import encoder
from appliance.store.filesystem import RealFileSystem
from appliance.telemetry.metrics import Metrics
from tests.exchange.world import DNA, SETTINGS, World, pack_with, until
from tests.fixed_clock import FixedClock
from tests.matching.made_profiles import STAIN

NUMBER = "M-1"
RO = Principal("RO", Role.CONTACT_POINT_DNA, "0d" * 32)
VALID_FROM = datetime(2026, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2026, 4, 1, tzinfo=UTC)
ALLELES = [str(repeat) for repeat in range(18, 28)]
GENOTYPES = list(itertools.combinations_with_replacement(ALLELES, 2))


def consent(
    party: str = "MK", valid_from: datetime = VALID_FROM, valid_until: datetime = VALID_UNTIL
) -> Consent:
    return Consent(party=party, valid_from=valid_from, valid_until=valid_until)


CONSENTING = pack_with(consents=(consent(), consent("RO")))


def terms(number: str = NUMBER, **changes: object) -> MassTerms:
    """Return admissible terms, with changes; their digest covers all of them."""
    made = MassTerms(
        party="MK",
        job_number=number,
        purpose="CRIMINAL_OFFENCE_INVESTIGATION",
        officer="MK-0001",
        ordering_officer="MK-0900",
        legal_basis="DNA Act, section 12; consent 2026/3",
        content_digest=b"",
    )
    made = replace(made, **changes)  # type: ignore[arg-type]
    if made.content_digest:
        return made
    return replace(made, content_digest=hashlib.sha256(repr(made).encode()).digest())


def offered(number: int, **changes: object) -> OfferedProfile:
    """Return a stain under ``S-number``; 55 numbers in a row have different values at FGA."""
    values = {**STAIN, "FGA": GENOTYPES[number % len(GENOTYPES)]}
    made = OfferedProfile(f"S-{number:05d}", tuple(values.items()), person=False)
    return replace(made, **changes)  # type: ignore[arg-type]


def expected_matches(packed: bytes) -> tuple[DnaMatch, ...]:
    """Return what the comparer finds for a profile: none to two matches, by its bytes alone."""
    digest = hashlib.sha256(packed).hexdigest()
    collections = (Collection.DNA_REFERENCE, Collection.DNA_UNIDENTIFIED)
    return tuple(
        DnaMatch(
            reference_number=f"{collections[rank % 2].value[4]}-{digest[:6]}",
            collection=collections[rank % 2],
            rank=rank,
            quality=1,
            compared_loci=8,
            full_loci=8,
            matching_loci=8,
            mismatching_alleles=0,
            flagged=False,
            loci=(LocusView("TH01", ("6", "9.3"), ("6", "9.3"), "equal"),),
            warnings=(),
        )
        for rank in range(1, 1 + int(digest[0], 16) % 3)
    )


class FakeComparison:
    """One state of the gallery."""

    def __init__(self, comparer: FakeComparer, epoch: int) -> None:
        self._comparer = comparer
        self.provenance = Provenance("cpu", "ab" * 32, epoch, 9, "pack", "model", "PCC-SEE/1")

    def compare(
        self, profiles: Sequence[bytes], limit: int, give_way: Callable[[], None]
    ) -> Iterator[tuple[DnaMatch, ...]]:
        self._comparer.before_block()
        self._comparer.blocks.append(len(profiles))
        for each in profiles:
            time.sleep(self._comparer.step_s)
            give_way()
            yield expected_matches(each)[:limit]


class FakeComparer:
    """Finds what ``expected_matches`` says; ``before_block`` may wait or raise."""

    def __init__(self, before_block: Callable[[], None] = lambda: None) -> None:
        self.before_block = before_block
        self.blocks: list[int] = []
        self.step_s = 0.0
        self.epoch = 7

    def begin(self, party: str) -> FakeComparison:
        return FakeComparison(self, self.epoch)


class MassWorld:
    """The desk of mass comparisons beside the searches of a ``World``."""

    def __init__(
        self,
        folder: Path,
        *,
        pack: ProfilePack = CONSENTING,
        clock: FixedClock | None = None,
        comparer: FakeComparer | None = None,
        idle_s: Callable[[], float] = lambda: 1e9,
        start: bool = True,
    ) -> None:
        self.world = World(folder, pack=pack, clock=clock)
        self.clock, self.packs = self.world.clock, self.world.packs
        self.comparer = comparer or FakeComparer()
        self.metrics = Metrics()
        self.vault = MassVault(folder / "batch.keys", self.world.master, RealFileSystem())
        officers = OfficerList.load(folder / "officers.toml")
        self.desk = MassDesk(
            MassStore(
                self.world.database,
                self.world.record,
                self.vault,
                self.world.master,
                SETTINGS,
                self.clock,
            ),
            MassOffices(
                MassAdmission(self.packs, officers, "RS", self.clock),
                self.comparer,
                encoder,
                idle_s,
            ),
            self.metrics,
        )
        if start:
            self.desk.start()

    def close(self) -> None:
        """Stop in order."""
        self.desk.close()
        self.world.close()
        self.vault.close()

    def opened(self, number: str = NUMBER, profiles: int = 20, batch: int = 7) -> MassStatus:
        """Open a job and send profiles in batches."""
        self.desk.open(DNA, terms(number))
        for first in range(0, profiles, batch):
            self.send(number, 1 + first // batch, range(first, min(first + batch, profiles)))
        return self.desk.status(DNA, number)

    def send(self, number: str, batch: int, numbers: Sequence[int]) -> None:
        """Send one batch of good profiles."""
        digest = hashlib.sha256(repr(list(numbers)).encode()).digest()
        profiles = [offered(each) for each in numbers]
        assert self.desk.receive(DNA, number, batch, digest, profiles).refusals == ()

    def finished(self, number: str = NUMBER) -> MassStatus:
        """Wait for the end of a job."""
        until(lambda: self.desk.status(DNA, number).state.ended)
        return self.desk.status(DNA, number)

    def matches(self, number: str = NUMBER, after: int = 0) -> list[MassMatch]:
        """Return all matches of an ended job after a cursor."""
        watch = self.desk.watch(DNA, number, after)
        found: list[MassMatch] = []
        while (page := watch.get(0.0)) is not None:
            found += page
        watch.close()
        return found


def receive(mass: MassWorld, *profiles: OfferedProfile, number: int = 1) -> BatchReceipt:
    digest = hashlib.sha256(repr(profiles).encode()).digest()
    return mass.desk.receive(DNA, NUMBER, number, digest, profiles)


def held(mass: MassWorld) -> tuple[int, int]:
    """Return how many batches and keys are held."""
    ((batches,),) = mass.world.database.read(
        lambda tx: tx.execute("SELECT count(*) FROM mass_batch")
    )
    keys = (mass.world.folder / "batch.keys").read_bytes()[128:]
    return batches, sum(any(keys[at : at + 128]) for at in range(0, len(keys), 128))


def told(matches: Sequence[MassMatch]) -> list[tuple[int, str, str, str, int]]:
    """Return what identifies matches, without the moment of their answer."""
    return [
        (each.cursor, each.answer_number, each.reference_number, each.match.reference_number,
         each.match.rank)
        for each in matches
    ]  # fmt: skip


def expected(profiles: int) -> list[tuple[str, str]]:
    """Return (own, matching) reference numbers of the job of ``opened``, in their order."""
    found = []
    for number in range(profiles):
        sent = offered(number)
        packed = encoder.pack_dna(canonical_profile(sent.values))
        found += [
            (sent.reference_number, each.reference_number) for each in expected_matches(packed)
        ]
    return found
