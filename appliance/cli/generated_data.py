"""Records of generated fingers and profiles, in the forms that real ones arrive in."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from appliance.client.values import Profile
from appliance.codecs.finger_writer import encode_iso19794_2_2005
from appliance.domain import loci
from appliance.domain.finger import UNITS_PER_PIXEL, FingerTemplate, Minutia
from appliance.matching.encoder import dna_array
from kernels.dna import population as dna_population
from kernels.dna.population import LocusModel
from kernels.finger import population as finger_population
from kernels.finger.layout import Minutiae


def finger_record(minutiae: Minutiae) -> bytes:
    """Return MINUTIA [n] as a record of ISO/IEC 19794-2:2005 (whole pixels)."""
    return encode_iso19794_2_2005(
        FingerTemplate(
            minutiae=tuple(
                Minutia(int(x), int(y), int(angle), int(kind), int(quality))
                for x, y, angle, kind, quality, _ in minutiae.tolist()
            ),
            width=finger_population.WIDTH_PX * UNITS_PER_PIXEL,
            height=finger_population.HEIGHT_PX * UNITS_PER_PIXEL,
            position=0,
            impression=0,
            quality=0,
            standard="ISO/IEC 19794-2:2005",
        )
    )


def finger_records(fingers: int, impressions: int, seed: int) -> Iterator[list[bytes]]:
    """Yield finger after finger the records of its impressions."""
    for prints in finger_population.population(fingers, impressions, seed):
        yield [finger_record(minutiae) for minutiae in prints]


def locus_models() -> tuple[LocusModel, ...]:
    """Return bell-shaped allele distributions over the observed range of each known locus."""
    models = []
    for locus in loci.LOCI:
        if not locus.counted or len(locus.observed) != 2 or not locus.groups:
            continue
        low, high = (float(value) for value in locus.observed)
        repeats = range(max(2, math.ceil(low)), math.floor(high) + 1)
        middle, spread = (low + high) / 2, (high - low) / 6
        models.append(
            LocusModel(
                locus.slot,
                tuple(locus.unit * repeat for repeat in repeats),
                tuple(math.exp(-(((repeat - middle) / spread) ** 2) / 2) for repeat in repeats),
            )
        )
    return tuple(models)


def allele_frequencies(source: str, population: str, individuals: int) -> bytes:
    """Return the population of ``locus_models`` as the CSV file that a centre supplies."""
    lines = ["source,population,n_individuals,locus,allele,frequency"]
    for model in locus_models():
        locus, total = loci.LOCI[model.slot], sum(model.weights)
        for code, weight in zip(model.codes, model.weights, strict=True):
            allele = loci.value_of(locus, code)
            lines.append(
                f"{source},{population},{individuals},{locus.name},{allele},{weight / total:.9f}"
            )
    return "\n".join(lines).encode() + b"\n"


def dna_profile(codes: bytes) -> Profile:
    """Return packed codes as the locus values that a client sends."""
    profile = []
    for locus, (first, second) in zip(loci.LOCI, dna_array(codes).tolist(), strict=True):
        if first:
            values = (loci.value_of(locus, first), loci.value_of(locus, second))
            profile.append((locus.name, values))
    return profile


def dna_codes(profiles: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return uint8 [profiles, slots, 2] of generated profiles at the loci in use."""
    return dna_population.generate(profiles, seed, locus_models())
