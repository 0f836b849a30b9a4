"""How deep stage 2 looks: deeper for a probe of which stage 1 can tell less."""

from __future__ import annotations

import numpy as np

from appliance.gallery.epoch import Epoch
from appliance.matching import finger_search
from appliance.matching.engine import CpuEngine
from kernels import limits
from kernels.finger import encode_cpu, population, population_presets
from kernels.finger.layout import MINUTIA, Minutiae
from kernels.topk.gpu import Selected
from tests.matching import made_epochs


def _packed(minutiae: Minutiae) -> bytes:
    return encode_cpu.encode_batch([minutiae])[0]


def _print(count: int, quality: int) -> Minutiae:
    whole = np.concatenate(
        [f[0] for f in population.population(12, 1, 8, population_presets.LEADER)]
    )
    minutiae = whole[:count].copy()
    minutiae["quality"] = quality
    return minutiae


def test_a_good_print_has_the_depth_of_the_profile_pack() -> None:
    assert finger_search.depth_of(_packed(_print(40, 90)), 200) == 200


def test_fewer_minutiae_never_make_the_list_shorter() -> None:
    depths = [finger_search.depth_of(_packed(_print(count, 90)), 200) for count in range(1, 41)]
    assert depths == sorted(depths, reverse=True)
    assert depths[0] > depths[-1]


def test_doubtful_minutiae_make_the_list_longer() -> None:
    sure, poor = (finger_search.depth_of(_packed(_print(40, each)), 200) for each in (90, 20))
    assert poor > sure


def test_a_print_without_qualities_counts_as_a_good_one() -> None:
    given, none = (finger_search.depth_of(_packed(_print(40, each)), 200) for each in (90, 0))
    assert given == none


def test_a_print_of_many_more_minutiae_than_stage_1_uses_has_a_longer_list() -> None:
    plain, large = (finger_search.depth_of(_packed(_print(each, 90)), 200) for each in (60, 128))
    assert large > plain


def test_an_empty_print_has_no_longer_list() -> None:
    assert finger_search.depth_of(_packed(np.zeros(0, MINUTIA)), 200) == 200


def test_no_list_is_longer_than_the_kernels_allow() -> None:
    deepest = finger_search.depth_of(_packed(_print(3, 5)), limits.SHORTLIST_MAX)
    assert deepest == limits.SHORTLIST_MAX


class _Recording(CpuEngine):
    """Keeps the depths that it was asked for."""

    def __init__(self) -> None:
        self.depths: list[int] = []

    def short_list(self, probe: bytes, epoch: Epoch, depth: int) -> Selected:
        """Note the depth and answer as the processor does."""
        self.depths.append(depth)
        return super().short_list(probe, epoch, depth)


def test_a_search_looks_as_deep_as_its_probe_needs() -> None:
    engine = _Recording()
    for probe in (_packed(_print(40, 90)), _packed(_print(10, 90))):
        finger_search.search(probe, made_epochs.prints(), 5, engine)
    good, poor = engine.depths
    assert good == 5 < poor
