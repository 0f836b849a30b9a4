"""``appliance bench finger quality``: what the quality of a template foretells of its searches.

On public sets the rule is trained on the other sets and on generated fingers; on a set that no
training saw it is the one that a training on all would ship.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.cli import quality_page
from appliance.cli.finger_samples import training_folders
from appliance.cli.output import progress_bar
from appliance.cli.quality_samples import (
    GENERATED_FINGERS,
    GENERATED_IMPRESSIONS,
    OPERATING_HUNDREDTHS,
    SEED,
    Probes,
    generated,
    of_folder,
)
from appliance.config import pack_defaults
from appliance.domain.codes import SearchType
from appliance.matching import calibration
from kernels.finger import population, quality_curve, stage2_score, train_quality
from kernels.finger.quality import KNOTS, QualityModel
from kernels.finger.train_quality import Searches, joined

VERSION = "1"
HELD_BACK = "neuro_uareu"
REFUSED_PERCENT = np.array([0.0, 1, 2, 3, 5, 7.5, 10, 15, 20, 30])
BANDS = ((0, 9), (10, 29), (30, 49), (50, 69), (70, 89), (90, 96), (97, 100))
_COUNT = list(KNOTS).index("count")

Sets = Mapping[str, Probes]
Judged = tuple[Searches, NDArray[np.int64]]


def run(root: Path, train_path: Path | None, out: Path | None) -> dict[str, object]:
    """Search, train and judge; return the figures. Writes the model and the pictures where asked.

    ``root`` holds EXTRACTOR/SET folders. About four minutes of a processor for 7,600 impressions.
    """
    folders = training_folders(root)
    held_back = sorted(root.glob(f"*/{HELD_BACK}"))
    files = sum(len(list(folder.glob("*"))) for folder in (*folders, *held_back))
    with progress_bar("searching", files + GENERATED_FINGERS * GENERATED_IMPRESSIONS) as bar:
        made = generated(bar)
        sets = {f"{each.parent.name}/{each.name}": of_folder(each, bar) for each in folders}
        apart = {f"{each.parent.name}/{each.name}": of_folder(each, bar) for each in held_back}
    model = _trained(made, sets.values())
    if train_path is not None:
        train_quality.save(train_path, model, _provenance(sets, made))
    whole, latent = _judged(made, sets, apart, model)
    figures: dict[str, object] = {
        "model_version": model.version,
        "model_sha256": model.digest(),
        "operating_score": OPERATING_HUNDREDTHS / 100,
        "calibration": calibration.shipped().version,
        "refused_percent": REFUSED_PERCENT.tolist(),
        "whole": _curves(whole),
        "latents": _curves(latent),
        "bands": _bands([*whole.values(), *latent.values()]),
        "refused_by_default": _refused(whole, latent),
    }
    if out is not None:
        quality_page.write(out, figures)
    return figures


def _trained(made: Probes, sets: Iterable[Probes]) -> QualityModel:
    searches = [kind for each in (made, *sets) for kind in (each.whole, each.latent)]
    return train_quality.train(joined(searches), VERSION)


def _provenance(sets: Sets, made: Probes) -> dict[str, object]:
    return {
        "command": "appliance bench finger quality TEMPLATES --train FILE",
        "data": f"{len(made.whole.mates)} generated impressions, and sets of templates",
        "seed": SEED,
        "generator_version": population.GENERATOR_VERSION,
        "sets": list(sets),
        "operating_hundredths": OPERATING_HUNDREDTHS,
        "calibration": calibration.shipped().version,
        "score_sha256": stage2_score.shipped().digest(),
    }


def _judged(
    made: Probes, sets: Sets, apart: Sets, model: QualityModel
) -> tuple[dict[str, Judged], dict[str, Judged]]:
    """Return whole prints and latents of each set with their qualities, by models that it did not
    train.
    """
    whole: dict[str, Judged] = {}
    latent: dict[str, Judged] = {}
    for name in dict.fromkeys(_set(each) for each in sets):
        others = _trained(made, [one for each, one in sets.items() if _set(each) != name])
        for each, probes in sets.items():
            if _set(each) == name:
                whole[each], latent[each] = _by(others, probes.whole), _by(others, probes.latent)
    for each, probes in apart.items():
        whole[each], latent[each] = _by(model, probes.whole), _by(model, probes.latent)
    return whole, latent


def _by(model: QualityModel, searches: Searches) -> Judged:
    return searches, np.array(model.of_measures(searches.values), np.int64)


def _set(name: str) -> str:
    return name.rpartition("/")[2]


def _curves(judged: Mapping[str, Judged]) -> dict[str, dict[str, list[float]]]:
    """Return misses by share refused, of each extractor's pooled sets: by quality, by the number of
    minutiae alone, and by who knew the outcome.
    """
    curves = {}
    for name in dict.fromkeys(map(_pool, judged)):
        pooled = [each for at, each in judged.items() if _pool(at) == name]
        searches = joined([each for each, _ in pooled])
        rules = {
            "quality": np.concatenate([each for _, each in pooled]),
            "minutiae": searches.values[:, _COUNT],
            "ideal": quality_curve.ideal(searches),
        }
        curves[name] = {
            rule: quality_curve.misses_percent(searches, quality, REFUSED_PERCENT)
            for rule, quality in rules.items()
        }
    return curves


def _pool(name: str) -> str:
    extractor, _, folder = name.partition("/")
    return f"{extractor}, {HELD_BACK if folder == HELD_BACK else 'FVC'}"


def _bands(judged: Sequence[Judged]) -> list[dict[str, object]]:
    """Return, for bands of quality, the searches and the share missed: what a quality means."""
    searches = joined([each for each, _ in judged])
    quality = np.concatenate([each for _, each in judged])
    rows: list[dict[str, object]] = []
    for low, high in BANDS:
        inside = (quality >= low) & (quality <= high)
        mates, found = (int(each[inside].sum()) for each in (searches.mates, searches.found))
        foretold = float((searches.mates * (100 - quality))[inside].sum())
        rows.append(
            {
                "quality": f"{low}-{high}",
                "probes": int(inside.sum()),
                "foretold_percent": round(foretold / mates, 2) if mates else None,
                "missed_percent": round(100 * (1 - found / mates), 2) if mates else None,
            }
        )
    return rows


def _refused(
    whole: Mapping[str, Judged], latent: Mapping[str, Judged]
) -> dict[str, dict[str, object]]:
    """Return what the default pack refuses of each set: prints as TP/TP, latents as LT/TP."""
    return {
        name: {
            "prints": _refusals(whole[name], SearchType.TP_TP),
            "latents": _refusals(latent[name], SearchType.LT_TP),
        }
        for name in whole
    }


def _refusals(judged: Judged, search_type: SearchType) -> dict[str, object]:
    searches, quality = judged
    few = searches.values[:, _COUNT] < pack_defaults.MINUTIAE_MIN
    refused = few | (quality < pack_defaults.QUALITY_MIN[search_type])
    mates, found = (int(each[refused].sum()) for each in (searches.mates, searches.found))
    return {
        "probes": len(quality),
        "refused": int(refused.sum()),
        "of_these_too_few_minutiae": int(few.sum()),
        "would_have_found_percent": round(100 * found / mates, 2) if mates else None,
    }
