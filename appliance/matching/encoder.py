"""Domain templates and profiles to the packed bytes that the kernels read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from appliance.domain import loci
from appliance.domain.dna import DnaProfile
from appliance.domain.finger import FingerTemplate, Minutia
from kernels import limits
from kernels.finger import encode_cpu
from kernels.finger.layout import MINUTIA, Minutiae


def minutiae_array(template: FingerTemplate) -> Minutiae:
    """Return MINUTIA [n] in the order of the record."""
    count, fields = len(template.minutiae), Minutia._fields
    numbers = np.fromiter(chain.from_iterable(template.minutiae), np.uint16, count * len(fields))
    array = np.zeros(count, MINUTIA)
    for field, column in zip(fields, numbers.reshape(count, len(fields)).T, strict=True):
        array[field] = column
    return array


def encode_finger(templates: Sequence[FingerTemplate]) -> list[bytes]:
    """Encode templates into packed blobs, in bulk; about 0.5 ms each. Thread-safe."""
    return encode_cpu.encode_batch([minutiae_array(template) for template in templates])


def record_order(template: FingerTemplate) -> NDArray[np.int64]:
    """Return, for each position of the packed (quality) order, the position in the record.

    Packing sorts minutiae by falling quality; evidence must speak of the record's own order.
    """
    quality = np.array([minutia.quality for minutia in template.minutiae], np.int16)
    return np.argsort(-quality, kind="stable")[: limits.FINGER_MINUTIAE_MAX].astype(np.int64)


def pack_dna(profile: DnaProfile) -> bytes:
    """Return the packed profile, two bytes for each locus slot."""
    return profile.codes


def dna_arrays(packed: Sequence[bytes]) -> NDArray[np.uint8]:
    """Return uint8 [n, slots, 2] of packed profiles."""
    return np.frombuffer(b"".join(packed), np.uint8).reshape(len(packed), loci.SLOTS, 2)


def dna_array(packed: bytes) -> NDArray[np.uint8]:
    """Return uint8 [slots, 2] of a packed profile."""
    return np.frombuffer(packed, np.uint8).reshape(loci.SLOTS, 2)
