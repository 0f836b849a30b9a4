"""The launch of stage1.cu on the fibres of a host module."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kernels import limits
from kernels.finger import stage1_parameters as parameters
from kernels.finger.layout import FingerGallery, unpack
from kernels.finger.stage1_used import used_count, used_counts
from kernels.host.build import HostModule

THREADS = 256


def scores(
    module: HostModule,
    kernel: str,
    blobs: Sequence[bytes],
    gallery: FingerGallery,
    blocks: int = 2,
) -> np.ndarray:
    """Return the scores of a batch of probes, int32 [probes, templates]."""
    probes = np.zeros((len(blobs), parameters.USED_MAX, limits.CODE_WORDS), np.uint64)
    used = np.zeros(len(blobs), np.int32)
    for number, blob in enumerate(blobs):
        minutiae, codes = unpack(blob)
        used[number] = used_count(minutiae)
        probes[number, : used[number]] = codes[: used[number]]
    found = np.full((len(blobs), gallery.templates), -1, np.int32)
    module.launch(
        kernel,
        (blocks,),
        (THREADS,),
        np.ascontiguousarray(gallery.codes),
        gallery.starts,
        used_counts(gallery).astype(np.uint8),
        np.int64(gallery.codes.shape[1]),
        np.int64(gallery.templates),
        *(probes, used, np.int32(len(blobs)), parameters.THRESHOLD_HALVES, found),
    )
    return found
