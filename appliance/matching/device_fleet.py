"""All devices of the machine as one engine: replicas while the gallery fits, shards above that.

An answer is the same with any number of devices, and with none: whoever cannot be answered by the
devices in service is answered by the processor.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from appliance.domain.codes import Category, Collection
from appliance.domain.errors import ConfigurationInvalid
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching.device_residency import WHOLE, Share, epoch_bytes, search_bytes
from appliance.matching.device_work import DnaMassWork, DnaWork, LoadWork, ShortListWork, Work
from appliance.matching.device_worker import DeviceWorker
from appliance.matching.engine import CPU, Engine
from kernels import limits
from kernels.device import DeviceError, DeviceMemoryExceeded
from kernels.dna.cpu import Matches
from kernels.dna.mass import GiveWay, MatchBlock, go_on
from kernels.dna.rule import Rule
from kernels.finger import gpu as finger_gpu
from kernels.topk.gpu import Selected

Answer = TypeVar("Answer")

NOTHING: Mapping[Collection, Epoch] = MappingProxyType({})

MEMORY = "memory"
FAULT = "fault"
"""Why the processor had to answer: the gallery does not fit, or no device is in service."""


class DeviceFleet:
    """Satisfies ``engine.Engine``. Thread-safe. The workers are its own to close."""

    def __init__(
        self,
        workers: Sequence[DeviceWorker],
        *,
        batch_max: int,
        fallback: Engine = CPU,
        on_fallback: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        """``on_fallback`` hears why a search was left to the processor."""
        self._workers = workers
        self._batch_max = batch_max
        self._fallback = fallback
        self._on_fallback = on_fallback
        self._turn = itertools.count()
        self._lock = threading.Lock()
        self._epochs: dict[Collection, Epoch] = {}

    @property
    def workers(self) -> Sequence[DeviceWorker]:
        """Return the workers, in the order of their devices."""
        return self._workers

    @property
    def backend(self) -> str:
        """Return ``cuda`` while devices are in service and the gallery fits on them."""
        serving = self._serving()
        fits = bool(serving) and self._shares(serving) is not None
        return "cuda" if fits else self._fallback.backend

    @property
    def kernel_build(self) -> str:
        """Return the machine code of the devices in service, each once."""
        told = [worker.facts.kernels for worker in self._serving() if worker.facts is not None]
        return "; ".join(dict.fromkeys(told))

    def short_list(self, probe: bytes, epoch: Epoch, depth: int) -> Selected:
        """Ask one device for all of it, or every device for its share."""

        def works(shares: int) -> list[Work]:
            return [
                ShortListWork(probe, depth, epoch, Share(number, shares))
                for number in range(shares)
            ]

        answer = self._ask(epoch, works, lambda parts: finger_gpu.merge(parts, depth))
        return self._fallback.short_list(probe, epoch, depth) if answer is None else answer

    def search_dna(self, probe: NDArray[np.uint8], epoch: Epoch, rule: Rule) -> list[Matches]:
        """Ask one device."""
        work = DnaWork(probe, rule, epoch)
        answer: list[Matches] | None = self._ask(epoch, lambda _: [work], lambda parts: parts[0])
        return self._fallback.search_dna(probe, epoch, rule) if answer is None else answer

    def compare_dna(
        self,
        stains: NDArray[np.uint8],
        epoch: Epoch,
        rule: Rule,
        give_way: GiveWay = go_on,
    ) -> Iterator[tuple[Chunk, MatchBlock]]:
        """Ask one device for the whole block of profiles."""
        work = DnaMassWork(stains, rule, epoch)
        answer: list[list[MatchBlock]] | None = self._ask(
            epoch, lambda _: [work], lambda parts: parts[0]
        )
        if answer is None:
            yield from self._fallback.compare_dna(stains, epoch, rule, give_way)
            return
        for chunk, blocks in zip(epoch.chunks, answer, strict=True):
            for block in blocks:
                yield chunk, block

    def prepare(self, epochs: Sequence[Epoch]) -> None:
        """Have epochs resident before the first search asks for them.

        ConfigurationInvalid where they do not fit on the devices in service, all together.
        """
        for epoch in epochs:
            self._note(epoch)
        serving = self._serving()
        if not serving:
            return
        shares = self._shares(serving)
        if shares is None:
            raise self._too_large(serving, {})
        loads = [
            worker.submit(LoadWork(epoch, Share(number, shares) if shares > 1 else WHOLE))
            for number, worker in enumerate(serving)
            for epoch in epochs
        ]
        for load in loads:
            load.result()

    def require_room(self, epochs: Sequence[Epoch]) -> None:
        """Raise ConfigurationInvalid unless epochs would fit, with the latest of the others.

        Devices in quarantine count: they come back, and a load must not wait for them.
        """
        opened = [worker for worker in self._workers if worker.budget_bytes]
        instead = {epoch.collection: epoch for epoch in epochs}
        if opened and self._shares(opened, instead) is None:
            raise self._too_large(opened, instead)

    def close(self) -> None:
        """Finish what is queued and let the devices go."""
        for worker in self._workers:
            worker.close()

    def _serving(self) -> list[DeviceWorker]:
        return [worker for worker in self._workers if worker.in_service]

    def _ask(
        self,
        epoch: Epoch,
        works: Callable[[int], list[Work]],
        merge: Callable[[list[Answer]], Answer],
    ) -> Answer | None:
        """Return the devices' answer, None if the processor has to give it."""
        self._note(epoch)
        reason = FAULT
        # Each failure takes a device out of service, so there are at most as many attempts.
        for _ in range(len(self._workers) + 1):
            serving = self._serving()
            if not serving:
                break
            shares = self._shares(serving)
            if shares is None:
                reason = MEMORY
                break
            asked = works(shares if epoch.collection.category is not Category.DNA else 1)
            targets = serving if len(asked) > 1 else [self._next(serving)]
            try:
                jobs = [w.submit(work) for w, work in zip(targets, asked, strict=True)]
                return merge([cast(Answer, job.result()) for job in jobs])
            except DeviceMemoryExceeded:
                reason = MEMORY
                break
            except DeviceError:
                continue
        self._on_fallback(reason)
        return None

    def _next(self, serving: Sequence[DeviceWorker]) -> DeviceWorker:
        """Return the device with the least to do; those with as little take turns."""
        first = next(self._turn)
        turned = [serving[(first + each) % len(serving)] for each in range(len(serving))]
        return min(turned, key=lambda worker: worker.depth)

    def _note(self, epoch: Epoch) -> None:
        """Keep the latest epoch of each collection: together they decide what fits."""
        with self._lock:
            known = self._epochs.get(epoch.collection)
            if known is None or known.number < epoch.number:
                self._epochs[epoch.collection] = epoch

    def _shares(
        self, serving: Sequence[DeviceWorker], instead: Mapping[Collection, Epoch] = NOTHING
    ) -> int | None:
        """Return into how many parts prints are cut: 1, the number of devices, None if too few."""
        budget = _budget(serving)
        for shares in dict.fromkeys((1, len(serving))):
            if self._wanted(shares, instead) <= budget:
                return shares
        return None

    def _too_large(
        self, devices: Sequence[DeviceWorker], instead: Mapping[Collection, Epoch]
    ) -> ConfigurationInvalid:
        wanted, budget = self._wanted(len(devices), instead), _budget(devices)
        return ConfigurationInvalid(
            f"device_memory_bytes: the gallery and its searches would take {wanted} bytes on"
            f" each of {len(devices)} devices, {budget} are allowed"
        )

    def _wanted(self, shares: int, instead: Mapping[Collection, Epoch]) -> int:
        """Return the bytes that the largest share of everything takes, with one batch's search.

        ``instead`` are epochs that take the place of the latest ones.
        """
        with self._lock:
            epochs = {**self._epochs, **instead}
        depth = limits.SHORTLIST_MAX
        return max(
            sum(epoch_bytes(epoch, share) for epoch in epochs.values())
            + max(
                (search_bytes(e, share, self._batch_max, depth) for e in epochs.values()), default=0
            )
            for share in (Share(number, shares) for number in range(shares))
        )


def _budget(serving: Sequence[DeviceWorker]) -> int:
    return min(worker.budget_bytes for worker in serving)
