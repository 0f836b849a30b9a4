"""An epoch: the gallery of one collection as one search sees it, from beginning to end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.domain.codes import Collection


@dataclass(frozen=True, slots=True)
class Chunk:
    """Items resident side by side: row ``r`` of ``resident`` is of item ``ordinals[r]``.

    ``ordinals`` is int64 [rows], rising; an item of several parts has as many rows, one behind the
    other. ``removed`` is bool [rows], true for deleted items. Arrays are never written to: a
    deletion makes a new chunk that shares all but ``removed``.
    """

    resident: object
    ordinals: NDArray[np.int64]
    removed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Epoch:
    """All chunks of a collection at one moment, by rising ordinals; immutable.

    ``number`` rises with every change of the gallery; ``size`` counts the items not removed.
    """

    number: int
    collection: Collection
    chunks: tuple[Chunk, ...]
    size: int
