"""What the demonstration loads and searches: public samples where they are, else generated data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.cli import generated_data
from appliance.cli.impressions import Impression, by_finger, read_set
from appliance.client import LoadItem
from appliance.client.values import Profile
from appliance.codecs.dna_csv import read
from kernels.dna import population as dna_population
from kernels.dna.layout import Profiles

GENERATED_FINGERS = 10_000
GENERATED_PROFILES = 100_000
GENERATED_PROBES = 25
SAMPLE_PROBES = 100
SEED = 2018
EXTRACTOR = "leader"
PROBE_MINUTIAE_MIN = 20
FREQUENCIES = Path("dna") / "allele_frequencies_long.csv"
SAMPLE_POPULATION = "ALL"
SAMPLE_SOURCE = "NIST1036"
GENERATED_POPULATION = "Generated"
GENERATED_SOURCE = "demonstration"


@dataclass(frozen=True, slots=True)
class FingerProbe:
    """A probe and the reference number under which its finger is held."""

    name: str
    record: bytes
    mate: str


@dataclass(frozen=True, slots=True)
class DnaProbe:
    """A probe and what was done to the profile it stems from."""

    name: str
    profile: Profile
    told: str


@dataclass(frozen=True, slots=True)
class Population:
    """A table of allele frequencies as CSV, and which of its populations the profiles stem from."""

    content: bytes
    source: str
    population: str


@dataclass(frozen=True, slots=True)
class DemoData:
    """Items come from functions, so that large galleries are made while they are loaded."""

    told: str
    fingers: int
    finger_items: Callable[[], Iterator[LoadItem]]
    finger_probes: list[FingerProbe]
    profiles: int
    dna_items: Callable[[], Iterator[LoadItem]]
    dna_probes: list[DnaProbe]
    population: Population


def generated() -> DemoData:
    """Return a population of generated fingers and profiles."""
    codes = generated_data.dna_codes(GENERATED_PROFILES, SEED)

    def finger_items() -> Iterator[LoadItem]:
        records = generated_data.finger_records(GENERATED_FINGERS, 1, SEED)
        for number, (record,) in enumerate(records):
            yield LoadItem("TP", f"RS-F-{number:06d}", record)

    def dna_items() -> Iterator[LoadItem]:
        for number, profile in enumerate(codes):
            content = generated_data.dna_profile(profile.tobytes())
            yield LoadItem("DNA_REFERENCE", f"RS-D-{number:06d}", content)

    mates = generated_data.finger_records(GENERATED_PROBES, 2, SEED)
    return DemoData(
        told=f"{GENERATED_FINGERS:,} generated fingers and {GENERATED_PROFILES:,} generated "
        "DNA profiles",
        fingers=GENERATED_FINGERS,
        finger_items=finger_items,
        finger_probes=[
            FingerProbe(f"latent-{number + 1}", prints[1], f"RS-F-{number:06d}")
            for number, prints in enumerate(mates)
        ],
        profiles=GENERATED_PROFILES,
        dna_items=dna_items,
        dna_probes=_generated_stains(codes),
        population=Population(
            generated_data.allele_frequencies(
                GENERATED_SOURCE, GENERATED_POPULATION, GENERATED_PROFILES
            ),
            GENERATED_SOURCE,
            GENERATED_POPULATION,
        ),
    )


def _generated_stains(codes: Profiles) -> list[DnaProbe]:
    """Return two stains of profiles of the population, each worse than what is held."""
    first, second = codes[len(codes) // 2], codes[len(codes) // 3]
    worn = dna_population.degrade(first, SEED, wildcards=1, dropped=6)
    misread = dna_population.degrade(second, SEED, micro_variants=1)
    return [
        DnaProbe(
            "stain-1",
            generated_data.dna_profile(worn.tobytes()),
            "one allele unread, six loci missing",
        ),
        DnaProbe(
            "stain-2",
            generated_data.dna_profile(misread.tobytes()),
            "one allele read as its micro-variant",
        ),
    ]


def _short(folder: Path, impression: Impression) -> str:
    return f"{folder.name}-{impression.finger}"


def _minutiae(impression: Impression) -> int:
    return 0 if impression.template is None else len(impression.template.minutiae)


def from_samples(folder: Path) -> DemoData:
    """Return the public samples: first impressions are the gallery, others the probes."""
    gallery: list[LoadItem] = []
    probes: list[FingerProbe] = []
    for each in sorted((folder / "fingerprints" / "templates" / EXTRACTOR).iterdir()):
        for first, *others in by_finger(read_set(each)).values():
            mate = _short(each, first)
            gallery.append(LoadItem("TP", mate, first.path.read_bytes()))
            for probe in others:
                if _minutiae(probe) >= PROBE_MINUTIAE_MIN:
                    name = f"{mate}-{probe.number}"
                    probes.append(FingerProbe(name, probe.path.read_bytes(), mate))
    table = folder / "dna" / "nist1036_genotypes.csv"
    with table.open("rb") as stream:
        rows = [(row.reference_number, row.profile) for row in read(stream)]

    def dna_items() -> Iterator[LoadItem]:
        for number, profile in rows:
            values = [(locus, tuple(alleles)) for locus, *alleles in profile.received]
            yield LoadItem("DNA_REFERENCE", number, values)

    stain = [(locus, tuple(alleles)) for locus, *alleles in rows[700][1].received if any(alleles)]
    locus, alleles = stain[3]
    stain[3] = (locus, (alleles[0], "*"))
    return DemoData(
        told=f"{len(gallery)} real fingerprints of public test sets and {len(rows):,} real "
        "anonymous DNA profiles (NIST)",
        fingers=len(gallery),
        finger_items=lambda: iter(gallery),
        # Spread over all sets: neighbours in the list are impressions of one finger.
        finger_probes=probes[:: max(1, len(probes) // SAMPLE_PROBES)][:SAMPLE_PROBES],
        profiles=len(rows),
        dna_items=dna_items,
        dna_probes=[DnaProbe("stain-1", stain[:14], "one allele unread, half of the loci missing")],
        population=Population(
            (folder / FREQUENCIES).read_bytes(), SAMPLE_SOURCE, SAMPLE_POPULATION
        ),
    )


def choose(samples: Path) -> DemoData:
    """Return the samples if they are there, else generated data."""
    wanted = (samples / "fingerprints" / "templates" / EXTRACTOR, samples / FREQUENCIES)
    return from_samples(samples) if all(each.exists() for each in wanted) else generated()
