"""The generator of fingers: repeatable, within the format's bounds, and like itself again."""

import hashlib

import numpy as np

from kernels import limits
from kernels.finger import palms, population, population_presets
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


def test_the_fingers_that_the_projection_was_trained_on_stay_the_same() -> None:
    digest = hashlib.sha256()
    for spec in (population.CLEAN, population.NOISY):
        for prints in population.identified(70, 2, 5, spec):
            for one in prints:
                digest.update(one.tobytes())
    expected = "584d9c83f06d61b0181a2ed655adf9c4a86342449e7338bb5be6643d8978f090"
    assert (1, expected) == (population.GENERATOR_VERSION, digest.hexdigest())


def test_each_extractor_has_impressions_of_its_own_kind() -> None:
    made = {
        name: np.concatenate([f[0] for f in population.identified(100, 1, 3, spec)])
        for name, spec in population_presets.OF_EXTRACTOR.items()
    }
    size = {name: len(minutiae) for name, minutiae in made.items()}
    false = {name: np.mean(minutiae["reserved"] == 0) for name, minutiae in made.items()}
    quality = {name: np.median(minutiae["quality"]) for name, minutiae in made.items()}
    assert size["leader"] < 0.8 * min(size["mindtct"], size["fjfx"])
    assert false["leader"] < 0.03 < 0.05 < min(false["mindtct"], false["fjfx"])
    assert quality["mindtct"] < quality["fjfx"] < quality["leader"]
    typeless = {name: np.mean(minutiae["kind"] == 0) for name, minutiae in made.items()}
    assert (typeless["leader"], typeless["mindtct"]) == (0, 0)
    assert 0.2 < typeless["fjfx"] < 0.35


def test_a_latent_is_a_small_piece_of_its_finger_turned_anyhow() -> None:
    prints = list(population.population(128, 2, 4, population_presets.LATENT))
    sizes = [len(finger[0]) for finger in prints]
    whole = [len(f[0]) for f in population.population(128, 1, 4, population_presets.MINDTCT)]
    assert np.median(sizes) < np.median(whole) / 2
    assert max(sizes) <= limits.FINGER_MINUTIAE_MAX


def test_palms_are_large_repeatable_and_latents_of_them_small() -> None:
    whole = [one[0] for one in palms.palms(3, 1, 6)]
    assert [one.tobytes() for one in whole] == [one[0].tobytes() for one in palms.palms(3, 1, 6)]
    assert all(500 < len(one) <= 2_000 for one in whole)
    small = [one[0] for one in palms.palms(3, 1, 6, population_presets.LATENT_PALM)]
    assert all(len(one) < 60 for one in small)
