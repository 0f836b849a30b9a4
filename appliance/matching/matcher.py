"""The matcher: one queue in front of the kernels, the same answer whatever runs them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from appliance.codecs import finger_record
from appliance.config.profile_pack import ProfilePack
from appliance.domain.codes import Category, SearchType
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.reference_data import StoredItem
from appliance.domain.search import (
    DnaProbe,
    FingerProbe,
    ItemResult,
    Probe,
    Provenance,
    SearchRequest,
)
from appliance.gallery.epoch import Epoch
from appliance.gallery.gallery import Gallery
from appliance.matching import (
    calibration,
    dna_matches,
    dna_rules,
    encoder,
    finger_candidates,
    provenance,
    quality,
    small_arrays,
    subject_search,
)
from appliance.matching.dna_worth import DnaWeigher
from appliance.matching.engine import CPU, Engine
from appliance.matching.job_queue import JobQueue
from appliance.matching.outcome import MatchOutcome
from appliance.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """How the matcher queues: ``batch_wait_ms`` 0 takes only what already waits."""

    workers: int
    depth_max: int
    batch_max: int
    batch_wait_ms: float


@dataclass(frozen=True, slots=True)
class _Work:
    request: SearchRequest
    limit: int
    pack: ProfilePack
    queued_at_s: float


class Matcher:
    """Searches the gallery for each probe of a request. Thread-safe.

    Answers depend on the gallery, the probe, the profile pack and the model alone; never on the
    backend, the number of workers or what else is searched at the time.
    """

    def __init__(
        self,
        gallery: Gallery,
        queue: QueueSettings,
        *,
        engine: Engine = CPU,
        metrics: Metrics | None = None,
        weigher: DnaWeigher | None = None,
    ) -> None:
        """``weigher`` tells what a DNA match is worth and ranks by it; without one nothing does.

        ``engine`` compares; it stays the caller's to close.
        """
        self._gallery = gallery
        self._engine = engine
        self._metrics = metrics
        self._weigher = weigher
        self._calibration = calibration.shipped()
        self._digest = provenance.kernel_digest()
        self._jobs: JobQueue[_Work, MatchOutcome] = JobQueue(
            self._process,
            workers=queue.workers,
            depth_max=queue.depth_max,
            batch_max=queue.batch_max,
            batch_wait_ms=queue.batch_wait_ms,
            observe_batch=self._observe_batch,
        )

    def submit(
        self, request: SearchRequest, candidate_limit: int, pack: ProfilePack
    ) -> Future[MatchOutcome]:
        """Queue a request; its future gives at most ``candidate_limit`` candidates a probe.

        It is compared as ``pack`` says, and its answer names that pack.

        Raises QueueFull or Draining; the future raises what the search ended with.
        """
        return self._jobs.submit(_Work(request, candidate_limit, pack, time.perf_counter()))

    def check_quality(
        self, probe: Probe, pack: ProfilePack, search_type: SearchType | None = None
    ) -> int | None:
        """Return the quality of a print, 0..100, and None of a profile.

        Raises QualityInsufficient if ``probe`` is unsuitable (Implementing Agreement, 11(1)).
        Without a ``search_type`` it is unsuitable if it is so for every one.
        """
        least = min(pack.quality_min.values(), default=0)
        if search_type is not None:
            least = pack.quality_min.get(search_type, 0)
        rule = quality.QualityRule(pack.minutiae_min, pack.full_loci_min, least)
        return quality.check(probe, rule)

    @property
    def queue_depth(self) -> int:
        """Requests waiting for a worker."""
        return self._jobs.depth

    def close(self) -> None:
        """Finish what is queued and stop the workers."""
        self._jobs.close()

    def _observe_batch(self, size: int) -> None:
        if self._metrics is not None:
            self._metrics.batch(size)

    def _observe(self, category: Category, stage: str, seconds: float) -> None:
        if self._metrics is not None:
            self._metrics.search_stage(category.value, stage, seconds)

    def _process(self, batch: Sequence[_Work]) -> Sequence[MatchOutcome | BaseException]:
        outcomes: list[MatchOutcome | BaseException] = []
        for work in batch:
            category = work.request.search_type.category
            self._observe(category, "queue", time.perf_counter() - work.queued_at_s)
            try:
                outcomes.append(self._search(work.request, work.limit, work.pack))
            except Exception as error:  # each request of a batch ends on its own
                outcomes.append(error)
        return outcomes

    def _search(self, request: SearchRequest, limit: int, pack: ProfilePack) -> MatchOutcome:
        epochs = [self._gallery.snapshot(each) for each in request.search_type.collections]
        size = sum(epoch.size for epoch in epochs)
        category = request.search_type.category
        rule = pack.dna_rule_of(request.party)
        items = []
        for probe in request.probes:
            if isinstance(probe, FingerProbe):
                items.append(self._finger(probe, request.search_type, epochs[0], limit, pack))
            else:
                items.append(self._dna(probe, request.search_type, epochs, limit, rule))
            if self._metrics is not None:
                self._metrics.compared(category.value, size)
        small_arrays.overwrite(category)
        return MatchOutcome(
            tuple(items),
            Provenance(
                backend=self._engine.backend,
                kernel_digest=self._digest,
                gallery_epoch=max((epoch.number for epoch in epochs), default=0),
                gallery_size=size,
                pack_version=pack.version,
                model_version=self._calibration.version,
                rule_profile=rule.label if category is Category.DNA else "",
                kernel_build=self._engine.kernel_build,
            ),
        )

    def _finger(
        self,
        probe: FingerProbe,
        search_type: SearchType,
        epoch: Epoch,
        limit: int,
        pack: ProfilePack,
    ) -> ItemResult:
        begun = time.perf_counter()
        blob = encoder.encode_records([probe.views])[0]
        places = encoder.places_of(probe.views)
        self._observe(search_type.category, "decode", time.perf_counter() - begun)
        subjects = subject_search.search(
            blob,
            places,
            epoch,
            pack.short_list[search_type],
            self._calibration,
            lambda ordinals: _places(self._gallery.stored(ordinals)),
            self._engine,
            lambda stage, seconds: self._observe(search_type.category, stage, seconds),
        )
        least = calibration.threshold_hundredths(
            subject_search.tries(blob, places, epoch), pack.false_positives_per_search[search_type]
        )
        begun = time.perf_counter()
        found = finger_candidates.candidates(
            blob,
            probe.views,
            epoch,
            [each for each in subjects if each.score_hundredths >= least],
            limit,
            self._gallery.stored,
        )
        self._observe(search_type.category, "merge", time.perf_counter() - begun)
        return ItemResult(probe.reference_number, bool(found), finger_candidates=found)

    def _dna(
        self,
        probe: DnaProbe,
        search_type: SearchType,
        epochs: Sequence[Epoch],
        limit: int,
        rule: DnaRuleProfile,
    ) -> ItemResult:
        begun = time.perf_counter()
        found = dna_matches.matches(
            encoder.dna_array(probe.profile.codes),
            epochs,
            dna_rules.kernel_rule(rule),
            limit,
            self._gallery.stored,
            self._weigher,
            self._engine,
        )
        self._observe(search_type.category, "score", time.perf_counter() - begun)
        told = tuple(each.warned_of_probe(probe.profile.warnings) for each in found)
        return ItemResult(probe.reference_number, bool(found), dna_matches=told)


def _places(items: Sequence[StoredItem]) -> list[tuple[encoder.Place, ...]]:
    return [encoder.places_of(finger_record.decode_views(item.record)) for item in items]
