"""``appliance bench finger accuracy``: error rates on sets of templates, all pairs of a set.

Genuine: every unordered pair of impressions of one finger. Impostor: every pair of impressions of
different fingers within a set. Sets are pooled under one threshold. Rank-1: each finger's first
impression is the gallery, all others are probes, and a tie is a miss. An empty or unreadable
template scores 0 and counts.
"""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.cli.accuracy import error_rates
from appliance.cli.finger_samples import encode
from appliance.cli.finger_training import leaving_out
from appliance.cli.impressions import Impression, by_finger, read_set
from appliance.cli.output import Bar, progress_bar
from appliance.matching import calibration
from kernels.finger import fusion, stage1_cpu, stage2_cpu
from kernels.finger.layout import FingerGallery, assemble
from kernels.finger.stage2_score import ScoreModel, shipped

PUBLISHED_SCORES = (20, 30, 40, 50)


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores of every pair ``first < second`` of one set, in row-major order of the triangle."""

    name: str
    impressions: list[Impression]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    scores: NDArray[np.int64]
    rank1_hits: int
    rank1_probes: int
    matching_s: float

    @property
    def genuine(self) -> NDArray[np.bool_]:
        """Which pairs are of one finger."""
        fingers = np.array([each.finger for each in self.impressions])
        same: NDArray[np.bool_] = fingers[self.first] == fingers[self.second]
        return same


def _final(
    probe: bytes, gallery: FingerGallery, rows: NDArray[np.int64], model: ScoreModel
) -> NDArray[np.int64]:
    stage1 = stage1_cpu.scores(probe, gallery)[rows]
    stage2 = stage2_cpu.scores(probe, gallery, rows, stage1, model)
    final: NDArray[np.int64] = fusion.final(stage1, stage2).astype(np.int64)
    return final


def _rank1(
    blobs: list[bytes], impressions: list[Impression], gallery: FingerGallery, model: ScoreModel
) -> tuple[int, int]:
    """Return hits and probes of the closed-set identification test."""
    position = {id(each): at for at, each in enumerate(impressions)}
    fingers = by_finger(impressions)
    enrolled = np.array([position[id(each[0])] for each in fingers.values()], np.int64)
    hits = probes = 0
    for mate, group in enumerate(fingers.values()):
        for probe in group[1:]:
            scores = _final(blobs[position[id(probe)]], gallery, enrolled, model)
            others = np.delete(scores, mate)
            hits += bool(scores[mate] > (np.max(others) if len(others) else 0))
            probes += 1
    return hits, probes


def score_set(folder: Path, bar: Bar, model: ScoreModel) -> PairScores:
    """Compare all pairs of one folder with the learned score ``model``."""
    impressions = read_set(folder)
    blobs = encode(impressions)
    gallery = assemble(blobs)
    first, second = np.triu_indices(len(blobs), 1)
    parts: list[NDArray[np.int64]] = []
    begun = time.perf_counter()
    for row, blob in enumerate(blobs[:-1]):
        others = np.arange(row + 1, len(blobs), dtype=np.int64)
        parts.append(_final(blob, gallery, others, model))
        bar.advance()
    matching_s = time.perf_counter() - begun
    hits, probes = _rank1(blobs, impressions, gallery, model)
    return PairScores(
        folder.name,
        impressions,
        first,
        second,
        np.concatenate(parts or [np.zeros(0, np.int64)]),
        hits,
        probes,
        matching_s,
    )


def _write_scores(path: Path, sets: list[PairScores]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["set", "probe", "candidate", "genuine", "score"])
        for each in sets:
            names = [impression.path.stem for impression in each.impressions]
            for one, other, same, score in zip(
                each.first, each.second, each.genuine, each.scores, strict=True
            ):
                writer.writerow([each.name, names[one], names[other], int(same), int(score)])


def _at_published_scores(
    genuine: NDArray[np.int64], impostor: NDArray[np.int64]
) -> list[dict[str, float]]:
    """Return what thresholds on the published score keep here of what they promise."""
    table = calibration.shipped()
    rows = []
    for score in PUBLISHED_SCORES:
        raw = table.least_raw(100 * score)
        rows.append(
            {
                "score": score,
                "promised_fmr": 10 ** (2 - score / 10),
                "fmr": round(100 * float(np.mean(impostor >= raw)), 5),
                "fnmr": round(100 * float(np.mean(genuine < raw)), 4),
            }
        )
    return rows


def run(
    folders: list[Path],
    scores_path: Path | None,
    loso_root: Path | None = None,
    cache: Path | None = None,
) -> dict[str, object]:
    """Measure and return the figures, rates in percent; writes the scores where asked.

    With ``loso_root`` (EXTRACTOR/SET folders) each set is scored by weights trained on the other
    training sets found there, else by the shipped ones.
    """
    model_for = (lambda _name: shipped()) if loso_root is None else leaving_out(loso_root, cache)
    files = sum(len(list(folder.glob("*"))) for folder in folders if folder.is_dir())
    with progress_bar("comparing", files) as bar:
        sets = [score_set(folder, bar, model_for(folder.resolve().name)) for folder in folders]
    scores = np.concatenate([each.scores for each in sets])
    genuine = np.concatenate([each.genuine for each in sets])
    rates = error_rates(scores[genuine], scores[~genuine])
    if scores_path is not None:
        _write_scores(scores_path, sets)
    hits = sum(each.rank1_hits for each in sets)
    probes = sum(each.rank1_probes for each in sets)
    seconds = sum(each.matching_s for each in sets)
    unreadable = sum(each.template is None for one in sets for each in one.impressions)
    return {
        "eer": round(rates.eer, 4),
        "fmr100": round(rates.fmr100, 4),
        "fmr1000": round(rates.fmr1000, 4),
        "zerofmr": round(rates.zerofmr, 4),
        "rank1": round(100 * hits / probes, 4) if probes else None,
        "genuine": rates.genuine,
        "impostor": rates.impostor,
        "comparisons_per_second_core": round(len(scores) / seconds, 1),
        "at_published_scores": _at_published_scores(scores[genuine], scores[~genuine]),
        "unreadable_templates": unreadable,
        "sets": [each.name for each in sets],
        "weights": "shipped" if loso_root is None else "leave one set out",
    }
