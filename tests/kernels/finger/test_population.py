"""The generator of fingers: repeatable, within the format's bounds, and like itself again."""

import numpy as np

from kernels import limits
from kernels.finger import population
from kernels.finger.layout import MINUTIA, Minutiae


def _bytes(prints: list[list[Minutiae]]) -> list[list[bytes]]:
    return [[one.tobytes() for one in finger] for finger in prints]


def test_a_seed_gives_the_same_fingers_again() -> None:
    assert _bytes(population.generate(70, 2, 5)) == _bytes(population.generate(70, 2, 5))


def test_a_finger_does_not_depend_on_how_many_are_asked_for() -> None:
    many = _bytes(population.generate(130, 3, 6))
    few = _bytes(population.generate(66, 2, 6))
    assert few == [finger[:2] for finger in many[:66]]


def test_another_seed_gives_other_fingers() -> None:
    assert _bytes(population.generate(3, 1, 7)) != _bytes(population.generate(3, 1, 8))


def test_one_finger_is_the_first_of_its_population() -> None:
    assert _bytes([population.finger(9, 2)]) == _bytes(population.generate(1, 2, 9))


def test_nothing_is_generated_where_nothing_is_asked_for() -> None:
    assert population.generate(0, 2, 1) == []
    assert population.generate(2, 0, 1) == [[], []]


def test_prints_lie_within_the_image_and_the_bounds_of_the_layout() -> None:
    for spec in (population.CLEAN, population.NOISY):
        prints = [one for f in population.generate(150, 2, 10, spec) for one in f]
        sizes = [len(one) for one in prints]
        assert all(one.dtype == MINUTIA for one in prints)
        assert min(sizes) >= 5
        assert max(sizes) <= limits.FINGER_MINUTIAE_MAX
        together = np.concatenate(prints)
        assert together["x"].max() <= population.WIDTH_PX * population.UNITS_PER_PX
        assert together["y"].max() <= population.HEIGHT_PX * population.UNITS_PER_PX
        assert set(together["kind"].tolist()) == {1, 2}
        assert together["quality"].min() >= 1
        assert together["quality"].max() <= 100
        assert not together["reserved"].any()


def test_false_minutiae_are_worse_in_quality_and_more_in_noisy_prints() -> None:
    shares = []
    for spec in (population.CLEAN, population.NOISY):
        marks = np.concatenate([f[0] for f in population.identified(150, 1, 11, spec)])
        false = marks["reserved"] == 0
        assert marks["quality"][false].mean() < marks["quality"][~false].mean() - 15
        shares.append(false.mean())
    assert shares[0] < 0.15 < shares[1]


def test_two_impressions_of_a_finger_share_most_of_their_minutiae() -> None:
    common = []
    for first, second in population.identified(100, 2, 12, population.CLEAN):
        shared = np.intersect1d(first["reserved"], second["reserved"])
        common.append(np.count_nonzero(shared) / min(len(first), len(second)))
    assert np.median(common) > 0.5


def test_corresponding_minutiae_agree_up_to_one_rigid_motion_and_a_warp() -> None:
    residues = []
    for first, second in population.identified(60, 2, 13, population.CLEAN):
        numbers, here, there = np.intersect1d(
            first["reserved"], second["reserved"], return_indices=True
        )
        genuine = numbers > 0
        a, b = first[here[genuine]], second[there[genuine]]
        z = (a["x"] + 1j * a["y"]) / population.UNITS_PER_PX
        w = (b["x"] + 1j * b["y"]) / population.UNITS_PER_PX
        z, w = z - z.mean(), w - w.mean()
        turn = np.vdot(z, w) / abs(np.vdot(z, w))
        residues.append(np.abs(w - turn * z).mean())
    assert 1 < np.median(residues) < 10
