"""``appliance bench finger subjects``: what each further finger of a person is worth.

A subject has four fingers; a person of a set of PERSON_FINGER_IMPRESSION templates makes as many
subjects as it has fours of fingers. The first impressions lie in the gallery, among generated
subjects of four fingers under the same positions; one, two or four fingers of each other impression
search for them. All is compared by the search of the service, at the threshold that it takes for
one false positive in a thousand searches (FPIR 0.1 %).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from appliance.cli.finger_samples import encode
from appliance.cli.impressions import by_finger, read_set
from appliance.cli.output import Bar, progress_bar
from appliance.config import pack_defaults
from appliance.domain.codes import Collection, SearchType
from appliance.gallery.epoch import Chunk, Epoch
from appliance.matching import calibration, subject_search
from appliance.matching.encoder import Place
from kernels.finger import encode_cpu, population, population_presets
from kernels.finger.layout import FingerGallery, assemble
from kernels.finger.population import PopulationSpec

POSITIONS = (2, 3, 7, 8)
"""The positions that the four fingers of a subject are given: fore and middle fingers."""

FINGERS_SEARCHED = (1, 2, 4)
FALSE_POSITIVES_PER_SEARCH = 0.001
CHUNK_SUBJECTS = 10_000
ENCODE_BATCH = 500
DISTRACTOR_SEED = 70_000

PLACES = tuple(Place(view, 0, position) for view, position in enumerate(POSITIONS))


@dataclass(frozen=True, slots=True)
class Hidden:
    """A packed probe of the fingers ``numbers`` of the subject ``mate``."""

    probe: bytes
    numbers: tuple[int, ...]
    mate: int


@dataclass(frozen=True, slots=True)
class Found:
    """``mate`` the score of the mate, 0 if it is not listed; ``other`` the best of all others."""

    mate: int
    other: int
    threshold: int


def run(
    folders: Sequence[Path], distractors: int, preset: str, searches_max: int
) -> dict[str, object]:
    """Search with each number of fingers at most ``searches_max`` times; return the figures.

    Two milliseconds for each generated subject, and some 25 microseconds for a distractor and a
    finger of a probe.
    """
    subjects = [subject for folder in folders for subject in _subjects(folder)]
    with progress_bar("generating", distractors) as bar:
        others = _distractors(distractors, population_presets.OF_EXTRACTOR[preset], bar)
    epoch = _epoch([subject[0] for subject in subjects], others)
    found = {}
    for count in FINGERS_SEARCHED:
        probes = list(_probes(subjects, count))
        taken = np.linspace(0, len(probes) - 1, min(searches_max, len(probes))).astype(int)
        outcomes = []
        with progress_bar(f"searching with {count}", len(taken)) as bar:
            for at in taken:
                outcomes.append(search(probes[at], epoch))
                bar.advance()
        found[str(count)] = figures(outcomes)
    return {
        "preset": preset,
        "probes_of": [f"{each.parent.name}/{each.name}" for each in folders],
        "distractors": distractors,
        "mates": len(subjects),
        "false_positives_per_search": FALSE_POSITIVES_PER_SEARCH,
        "fingers": found,
    }


def _subjects(folder: Path) -> list[list[list[bytes]]]:
    """Return subjects as impressions of four packed fingers each; fingers left over are left out.

    Of a finger that has fewer impressions than others of its subject the rest are not used.
    """
    persons: dict[str, list[list[bytes]]] = defaultdict(list)
    for finger, group in by_finger(read_set(folder)).items():
        persons[finger.rpartition("_")[0]].append(encode(group))
    width = len(POSITIONS)
    return [
        [list(impression) for impression in zip(*fingers[start : start + width], strict=False)]
        for fingers in persons.values()
        for start in range(0, len(fingers) - width + 1, width)
    ]


def _probes(subjects: Sequence[Sequence[Sequence[bytes]]], count: int) -> list[Hidden]:
    """Return every run of ``count`` fingers of every impression but the first."""
    runs = [tuple(range(at, at + count)) for at in range(0, len(POSITIONS), count)]
    return [
        Hidden(b"".join(impression[number] for number in numbers), numbers, mate)
        for mate, subject in enumerate(subjects)
        for impression in subject[1:]
        for numbers in runs
    ]


def _distractors(count: int, spec: PopulationSpec, bar: Bar) -> list[FingerGallery]:
    """Return generated subjects of four fingers, CHUNK_SUBJECTS to a gallery."""
    width = len(POSITIONS)
    prints = (each for (each,) in population.population(count * width, 1, DISTRACTOR_SEED, spec))
    chunks = []
    for first in range(0, count, CHUNK_SUBJECTS):
        rows = width * min(CHUNK_SUBJECTS, count - first)
        blobs: list[bytes] = []
        while len(blobs) < rows:
            blobs += encode_cpu.encode_batch(
                list(islice(prints, min(ENCODE_BATCH, rows - len(blobs))))
            )
        chunks.append(assemble(blobs))
        bar.advance(rows // width)
    return chunks


def _epoch(mates: Sequence[Sequence[bytes]], others: Sequence[FingerGallery]) -> Epoch:
    """Return an epoch of the mates, ordinals from 0, and the others after them."""
    first = 0
    chunks = []
    width = len(POSITIONS)
    for gallery in (assemble([finger for mate in mates for finger in mate]), *others):
        ordinals = np.arange(first, first + gallery.templates // width, dtype=np.int64)
        rows = np.repeat(ordinals, width)
        chunks.append(Chunk(gallery, rows, np.zeros(len(rows), np.bool_)))
        first += len(ordinals)
    return Epoch(1, Collection.TP, tuple(chunks), first)


def search(hidden: Hidden, epoch: Epoch) -> Found:
    """Search for one mate."""
    places = [Place(view, 0, POSITIONS[number]) for view, number in enumerate(hidden.numbers)]
    found = subject_search.search(
        hidden.probe,
        places,
        epoch,
        pack_defaults.table()["short_list"][SearchType.TP_TP],
        calibration.shipped(),
        lambda ordinals: [PLACES] * len(ordinals),
    )
    scores = {each.ordinal: each.score_hundredths for each in found}
    mate = scores.pop(hidden.mate, 0)
    tries = subject_search.tries(hidden.probe, places, epoch)
    threshold = calibration.threshold_hundredths(tries, FALSE_POSITIVES_PER_SEARCH)
    return Found(mate, max(scores.values(), default=0), threshold)


def figures(found: Sequence[Found]) -> dict[str, object]:
    """Return rates in percent, and the scores between which a threshold has to lie.

    The miss rate without a false positive is that at the best score of any other subject, however
    many searches there are.
    """
    mates = np.array([each.mate for each in found])
    others = np.array([each.other for each in found])
    thresholds = np.array([each.threshold for each in found])
    percent = 100 / len(found)
    return {
        "searches": len(found),
        "rank1": round(percent * int(np.count_nonzero(mates > others)), 3),
        "threshold_hundredths": int(thresholds.max()),
        "missed": int(np.count_nonzero(mates < thresholds)),
        "fnir": round(percent * int(np.count_nonzero(mates < thresholds)), 3),
        "false_positives": int(np.count_nonzero(others >= thresholds)),
        "fnir_without_a_false_positive": round(
            percent * int(np.count_nonzero(mates <= others.max())), 3
        ),
        "mate_hundredths": {
            f"p{each}": int(np.percentile(mates, each, method="lower")) for each in (0, 1, 5, 50)
        },
        "other_hundredths_max": int(others.max()),
    }
