"""Stage-1 score the slow way: every probe minutia against every candidate minutia.

The definition that every backend must equal exactly: S = sum over probe minutiae i of
max(0, T(n, m) - min over candidate minutiae j of Hamming(i, j)), with T falling in both sizes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels import limits
from kernels.finger.layout import Codes, FingerGallery, unpack
from kernels.finger.stage1_parameters import threshold
from kernels.finger.stage1_used import used_count


def _integers(codes: Codes) -> list[int]:
    """Return the codes uint64 [n, CODE_WORDS] as integers of 256 bits."""
    return [
        sum(int(row[word]) << (64 * word) for word in range(limits.CODE_WORDS)) for row in codes
    ]


def score(probe: list[int], candidate: list[int]) -> int:
    """Return the score of two prints given the codes of their used minutiae; 0 if one is empty."""
    if not probe or not candidate:
        return 0
    limit = threshold(len(probe), len(candidate))
    total = 0
    for mine in probe:
        nearest = min((mine ^ theirs).bit_count() for theirs in candidate)
        total += max(0, limit - nearest)
    return total


def scores(probe_blob: bytes, gallery: FingerGallery) -> NDArray[np.int32]:
    """Return the score of the probe against each template, int32 [templates]."""
    minutiae, codes = unpack(probe_blob)
    probe = _integers(codes[: used_count(minutiae)])
    result = np.zeros(gallery.templates, np.int32)
    for template in range(gallery.templates):
        rows = gallery.rows(template)
        used = used_count(gallery.minutiae[rows])
        result[template] = score(probe, _integers(gallery.codes[:, rows].T[:used]))
    return result
