"""Many profiles against a gallery on a device: the pairs of ``mass.compare``, in the same order."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from kernels.device import Device
from kernels.dna.cpu import Matches
from kernels.dna.gpu import ResidentProfiles, Searches
from kernels.dna.layout import PROFILE_SHAPE, LayoutError, Profiles, require_profiles
from kernels.dna.mass import MATCHES_MAX, MatchBlock, Progress
from kernels.dna.rule import Rule

BLOCK_STAINS = 256
"""Stains under way together. While one block is on the device, the one before is put in order."""


def compare(
    device: Device,
    stains: Profiles,
    resident: ResidentProfiles,
    rule: Rule,
    *,
    start: int = 0,
    progress: Progress | None = None,
) -> Generator[MatchBlock]:
    """Yield the matches of every stain from ``start`` on, uint8 [m, slots, 2], block by block.

    The matches are those of ``mass.compare``; the blocks are smaller. A caller who stops early must
    close the iterator. LayoutError if malformed, before the first block; DeviceError if the device
    fails. For the device's thread.
    """
    require_profiles(stains)
    if stains.shape != (len(stains), *PROFILE_SHAPE):
        raise LayoutError(f"stains have shape {stains.shape}, expected n, slots and 2")
    return _blocks(device, stains, resident, rule, start, progress or (lambda done: None))


def _blocks(
    device: Device,
    stains: Profiles,
    resident: ResidentProfiles,
    rule: Rule,
    start: int,
    progress: Progress,
) -> Generator[MatchBlock]:
    ahead: tuple[int, Searches] | None = None
    try:
        for begin in range(start, len(stains), BLOCK_STAINS):
            queued = Searches(device, stains[begin : begin + BLOCK_STAINS], resident, rule)
            before, ahead = ahead, (begin, queued)
            if before is not None:
                yield from _told(*before, progress)
        if ahead is not None:
            before, ahead = ahead, None
            yield from _told(*before, progress)
    finally:
        # Its memory is given back only where somebody waits for it.
        if ahead is not None:
            ahead[1].close()


def _told(start: int, searches: Searches, progress: Progress) -> Iterator[MatchBlock]:
    """Yield the matches of a batch in one block, or in more if they are too many for one."""
    held: list[Matches] = []
    for matches in searches.each():
        held.append(matches)
        if sum(len(each.rows) for each in held) > MATCHES_MAX:
            yield _block(start, held)
            start, held = start + len(held), []
    progress(start + len(held))
    if held:
        yield _block(start, held)


def _block(start: int, matches: list[Matches]) -> MatchBlock:
    """Return the matches by stain and then row."""
    stop = start + len(matches)
    stains = np.repeat(np.arange(start, stop), [len(each.rows) for each in matches])
    rows = np.concatenate([each.rows for each in matches])
    figures = [np.concatenate(parts) for parts in zip(*map(_figures, matches), strict=True)]
    return MatchBlock(start, stop, stains.astype(np.int64, copy=False), rows, *figures)


def _figures(matches: Matches) -> tuple[NDArray[np.uint8], ...]:
    each = matches
    return each.qualities, each.compared, each.full, each.matched, each.mismatching
