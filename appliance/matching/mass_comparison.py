"""What the blocks of a mass comparison are compared with: one state of the gallery, one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from appliance.config.pack_book import PackBook
from appliance.domain.codes import Category, SearchType
from appliance.domain.dna_rule import DnaRuleProfile
from appliance.domain.search import DnaMatch, Provenance
from appliance.gallery.epoch import Epoch
from appliance.gallery.gallery import Gallery
from appliance.matching import calibration, provenance, small_arrays
from appliance.matching.dna_comparison import DnaComparison
from appliance.matching.dna_worth import DnaWeigher
from appliance.matching.engine import CPU, Engine


@dataclass(frozen=True, slots=True)
class GalleryComparison:
    """Both collections of DNA profiles at one moment. Immutable, thread-safe."""

    provenance: Provenance
    comparison: DnaComparison
    epochs: tuple[Epoch, ...]
    rule: DnaRuleProfile

    def compare(
        self, profiles: Sequence[bytes], limit: int, give_way: Callable[[], None]
    ) -> Iterator[tuple[DnaMatch, ...]]:
        """Yield for each packed profile its best matches; see ``DnaComparison.compare``."""
        try:
            yield from self.comparison.compare(profiles, self.epochs, self.rule, limit, give_way)
        finally:
            small_arrays.overwrite(Category.DNA)


class MassComparer:
    """Begins comparisons with the gallery as it is at the moment. Thread-safe."""

    def __init__(
        self,
        gallery: Gallery,
        packs: PackBook,
        *,
        engine: Engine = CPU,
        weigher: DnaWeigher | None = None,
    ) -> None:
        """``weigher`` tells what a match is worth; without one nothing is said."""
        self._gallery = gallery
        self._packs = packs
        self._engine = engine
        self._comparison = DnaComparison(gallery.stored, weigher, engine)
        self._digest = provenance.kernel_digest()
        self._model_version = calibration.shipped().version

    def begin(self, party: str) -> GalleryComparison:
        """Return the gallery as it is now, under the rule agreed with ``party``."""
        collections = SearchType.DNA_UNIDENTIFIED.collections
        epochs = tuple(self._gallery.snapshot(each) for each in collections)
        pack = self._packs.in_force()
        rule = pack.dna_rule_of(party)
        made = Provenance(
            backend=self._engine.backend,
            kernel_digest=self._digest,
            gallery_epoch=max(epoch.number for epoch in epochs),
            gallery_size=sum(epoch.size for epoch in epochs),
            pack_version=pack.version,
            model_version=self._model_version,
            rule_profile=rule.label,
            kernel_build=self._engine.kernel_build,
        )
        return GalleryComparison(made, self._comparison, epochs, rule)
