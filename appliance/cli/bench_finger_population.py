"""``appliance bench finger population``: generated prints beside real ones.

Each extractor's templates of public sets against the preset of that extractor, and against the
fingers on which the projection of stage 1 was trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from appliance.cli import population_page, print_statistics
from appliance.cli.finger_samples import TRAINING_SETS
from appliance.cli.impressions import by_finger, read_set
from appliance.cli.output import progress_bar
from appliance.cli.print_statistics import Statistics
from appliance.domain.errors import ConfigurationInvalid
from appliance.matching import encoder
from kernels import limits
from kernels.finger import population, population_presets
from kernels.finger.layout import Minutiae
from kernels.finger.population import PopulationSpec

SETS = tuple(each for each in TRAINING_SETS if not each.endswith("db4b"))
"""Without the two sets whose prints are themselves generated."""

IMPRESSIONS = 8
SEED = 1
PERCENTILES = (10, 50, 90, 99)
TRAINED_ON = {"leader": population.CLEAN, "mindtct": population.NOISY, "fjfx": population.NOISY}


def run(root: Path, fingers: int, out: Path | None) -> dict[str, object]:
    """Measure templates below ``root``/EXTRACTOR/SET and as many generated ones of each preset.

    Returns the figures by extractor; writes the tables and pictures into ``out``. Raises
    ConfigurationInvalid if there are no such folders. About a quarter of a second for each finger.
    """
    folders = {name: _folders(root / name) for name in population_presets.OF_EXTRACTOR}
    present = {name: each for name, each in folders.items() if each}
    if not present:
        names = ", ".join(folders)
        raise ConfigurationInvalid(
            f"{root}: no EXTRACTOR/SET folders of {names}: {', '.join(SETS)}"
        )
    prints = {
        name: {
            "real": real_prints(held),
            f"preset {name}": _made(fingers, population_presets.OF_EXTRACTOR[name]),
            "of the training": _made(fingers, TRAINED_ON[name]),
        }
        for name, held in present.items()
    }
    total = sum(len(each) for columns in prints.values() for each in columns.values())
    with progress_bar("measuring", total) as bar:
        compared = {
            name: {each: print_statistics.of_prints(made, bar) for each, made in columns.items()}
            for name, columns in prints.items()
        }
    if out is not None:
        population_page.write(out, compared)
    return {
        "generator_version": population.GENERATOR_VERSION,
        "presets_version": population_presets.PRESETS_VERSION,
        "generated_fingers": fingers,
        "sets": list(SETS),
        "extractors": {
            name: {each: _figures(found) for each, found in columns.items()}
            for name, columns in compared.items()
        },
    }


def _folders(extractor: Path) -> list[Path]:
    return [extractor / name for name in SETS if (extractor / name).is_dir()]


def real_prints(folders: Sequence[Path]) -> list[list[Minutiae]]:
    """Return the impressions of the folders by finger, those without minutiae left out."""
    found = []
    for folder in folders:
        for group in by_finger(read_set(folder)).values():
            readable = [each.template for each in group if each.template is not None]
            prints = [encoder.minutiae_array(template) for template in readable]
            found.append([each for each in prints if 0 < len(each) <= limits.FINGER_MINUTIAE_MAX])
    return [finger for finger in found if finger]


def _made(fingers: int, spec: PopulationSpec) -> list[list[Minutiae]]:
    return list(population.population(fingers, IMPRESSIONS, SEED, spec))


def _figures(found: Statistics) -> dict[str, object]:
    """Return percentiles and curves, rounded for a reader."""
    return {
        "percentiles": {
            name: dict(
                zip(
                    (f"p{each}" for each in PERCENTILES),
                    (round(float(x), 2) for x in np.percentile(values, PERCENTILES)),
                    strict=True,
                )
            )
            for name, values in found.samples.items()
            if len(values)
        },
        "kinds": dict(
            zip(print_statistics.KINDS, (round(each, 3) for each in found.kinds), strict=True)
        ),
        "direction_agreement": [round(each, 3) for each in found.direction],
        "ridge_agreement": [round(each, 3) for each in found.ridge],
        "pair_density": [round(each, 3) for each in found.density],
    }
