"""A probe of one or several prints against one collection: subjects, best first.

Every print of the probe is searched as ``finger_search`` does. What the short lists name is joined
by item; of the likeliest items the pairs of one position that no list names are compared too, and
of the very first all pairs, so that fingers under wrong positions find each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from appliance.gallery.epoch import Epoch
from appliance.matching import finger_search
from appliance.matching.calibration import Calibration
from appliance.matching.encoder import Place
from appliance.matching.engine import CPU, Engine
from appliance.matching.finger_search import Scored, StageObserver
from appliance.matching.print_parts import split
from appliance.matching.subject_fusion import FingerPair, Subject, fuse

JOINED_ITEMS_MAX = 50
"""Items of which the fingers of one position are compared, listed or not."""

ALL_PAIRS_ITEMS_MAX = 8
"""Items of which all fingers are compared with all: ten by ten take some 0.1 s."""

PAIRS_PER_ITEM_MAX = 1_000
"""Palms have many parts; where there are more pairs than this, the short lists have to do."""

PlacesOf = Callable[[Sequence[int]], Sequence[Sequence[Place]]]
"""Returns of items what the parts of their packed prints are, in the order of the ordinals."""


def search(
    probe: bytes,
    places: Sequence[Place],
    epoch: Epoch,
    depth: int,
    calibration: Calibration,
    places_of: PlacesOf,
    engine: Engine = CPU,
    observe: StageObserver = lambda _stage, _s: None,
) -> list[Subject]:
    """Return subjects, best first, ties by ordinal.

    ``probe`` is a packed print whose parts are ``places``; ``depth`` is the length of each part's
    short list. A probe of one print counts by its best pair with the item, as ``finger_search``
    ranks it; one of several by all its fingers. Deterministic; safe from any thread.
    """
    if len({place.view for place in places}) == 1:
        found = finger_search.search(probe, epoch, depth, engine, observe)
        return [_alone(scored, places[scored.part], calibration) for scored in found]
    joined = _joined(finger_search.listed(probe, epoch, depth, engine, observe))
    likeliest = sorted(joined, key=lambda each: (-_promise(joined[each], places), each))
    likeliest = likeliest[:JOINED_ITEMS_MAX]
    theirs = dict(zip(likeliest, places_of(likeliest), strict=True))
    blobs = split(probe)

    def subjects(ordinals: Iterable[int], agreeing: bool) -> list[Subject]:
        wanted = {each: theirs[each] for each in ordinals}
        for scored in _missing(blobs, places, epoch, joined, wanted, agreeing):
            joined[scored.ordinal].append(scored)
        fused = (
            fuse(each, _placed(joined[each], epoch), places, wanted[each], calibration)
            for each in wanted
        )
        return sorted((each for each in fused if each), key=_best_first)

    ranked = subjects(likeliest, agreeing=True)
    first = [each.ordinal for each in ranked[:ALL_PAIRS_ITEMS_MAX]]
    # A subject all of whose fingers stand under wrong positions has joined nothing yet but lists.
    first += [each for each in likeliest[:ALL_PAIRS_ITEMS_MAX] if each not in first]
    again = {each.ordinal: each for each in subjects(first, agreeing=False)}
    kept = [each for each in ranked if each.ordinal not in again]
    return sorted([*kept, *again.values()], key=_best_first)


def tries(probe: bytes, places: Sequence[Place], epoch: Epoch) -> int:
    """Return how often chance may find the score that a search takes for its subjects.

    A single print is compared with every row; of several prints each subject's score has allowed
    for its own fingers.
    """
    if len({place.view for place in places}) == 1:
        return finger_search.comparisons(probe, epoch)
    return epoch.size


def _alone(scored: Scored, place: Place, calibration: Calibration) -> Subject:
    """Return the subject of a single print; where its row lies in the item is told later."""
    worth = calibration.meaning(scored.raw)
    pair = FingerPair(scored, place, Place(0, 0, 0), worth)
    return Subject(scored.ordinal, worth, scored.raw, (pair,))


def _joined(found: Iterable[Scored]) -> dict[int, list[Scored]]:
    joined: dict[int, list[Scored]] = defaultdict(list)
    for scored in found:
        joined[scored.ordinal].append(scored)
    return joined


def _promise(found: Sequence[Scored], places: Sequence[Place]) -> int:
    """Return the sum of the best raw scores of the probe's prints."""
    best: dict[int, int] = {}
    for scored in found:
        view = places[scored.part].view
        best[view] = max(best.get(view, 0), scored.raw)
    return sum(best.values())


def _best_first(subject: Subject) -> tuple[int, int, int]:
    return -subject.score_hundredths, -subject.raw, subject.ordinal


def first_row(epoch: Epoch, scored: Scored) -> int:
    """Return the first row of the item in its chunk."""
    return int(np.searchsorted(epoch.chunks[scored.chunk].ordinals, scored.ordinal))


def _placed(found: Iterable[Scored], epoch: Epoch) -> Iterator[tuple[int, Scored]]:
    for scored in found:
        yield scored.row - first_row(epoch, scored), scored


def _missing(
    blobs: Sequence[bytes],
    mine: Sequence[Place],
    epoch: Epoch,
    joined: dict[int, list[Scored]],
    theirs: dict[int, Sequence[Place]],
    agreeing: bool,
) -> list[Scored]:
    """Compare the pairs of the items that were not compared yet; ``agreeing`` those of one known
    position alone, else all."""
    wanted: dict[tuple[int, int], list[int]] = defaultdict(list)
    for ordinal, candidate in theirs.items():
        if len(mine) * len(candidate) > PAIRS_PER_ITEM_MAX:
            continue
        known = {(scored.part, scored.row) for scored in joined[ordinal]}
        chunk, first = joined[ordinal][0].chunk, first_row(epoch, joined[ordinal][0])
        for part, place in enumerate(mine):
            for row, other in enumerate(candidate, start=first):
                same = bool(place.position) and place.position == other.position
                if (same or not agreeing) and (part, row) not in known:
                    wanted[part, chunk].append(row)
    found: list[Scored] = []
    for (part, chunk), rows in wanted.items():
        chosen = np.array(sorted(rows), np.int64)
        found += finger_search.compared(blobs[part], part, epoch, chunk, chosen)
    return found
