"""A profile with every locus comes through each format as it went in."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from appliance.codecs import pruem_mapping
from appliance.codecs.codis_cmf import CmfFile
from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_csv import read as read_csv
from appliance.codecs.pruem_message import ADDITIONAL_LOCI, ISSOL_LOCI, ProfileKind, RequestType
from appliance.codecs.pruem_xml_reader import read_message
from appliance.codecs.pruem_xml_writer import write_message
from appliance.domain import loci
from appliance.domain.dna import DnaProfile
from appliance.domain.errors import ProfileMalformed
from appliance.domain.search import DnaProbe
from tests.codecs.cmf_files import cmf, specimen
from tests.codecs.pruem_messages import SIDE

SEED = 31
PLACED = (*ISSOL_LOCI, *ADDITIONAL_LOCI)
NOT_PLACED = ["D6S1043", "LPL", "Penta C"]
Values = list[tuple[str, tuple[str, str]]]


def genotypes(names: Sequence[str]) -> Iterator[Values]:
    """Yield profiles whose alleles range over everything seen at each locus, and a wildcard."""
    random = np.random.default_rng(SEED)
    for _ in range(25):
        values: Values = []
        for name in names:
            locus = loci.by_name(name)
            assert locus is not None
            low, high = loci.observed_codes(locus) if locus.counted else (1, 1)
            codes = sorted(random.integers(max(low, locus.unit * 2), high + 1, 2).tolist()
                           if locus.counted else random.choice([1, 3], 2).tolist())  # fmt: skip
            first, second = (loci.value_of(locus, code) for code in codes)
            values.append((name, (first, "*" if random.random() < 0.1 else second)))
        yield values


def expected(values: Values) -> DnaProfile:
    profile = canonical_profile(values)
    assert len(pruem_mapping.loci_of(profile)) == len(values)
    return profile


@pytest.mark.parametrize("kind", ProfileKind)
def test_twenty_nine_loci_come_back_from_a_message(kind: ProfileKind) -> None:
    assert len(PLACED) == 29
    for values in genotypes(PLACED):
        sent = expected(values)
        asked = pruem_mapping.request([DnaProbe("P-1", sent)], kind, RequestType.CASE, SIDE)
        (block,) = read_message(io.BytesIO(write_message(asked))).blocks
        received = pruem_mapping.probe(block)
        assert (received.reference_number, received.profile.codes) == ("P-1", sent.codes)


def test_the_three_loci_without_a_place_are_named_and_no_other_is_lost() -> None:
    (values, *_) = genotypes([locus.name for locus in loci.LOCI])
    sent = expected(values)
    assert pruem_mapping.left_out(pruem_mapping.loci_of(sent)) == NOT_PLACED
    told = pruem_mapping.message_profile(sent, "P-1")
    assert [name for name, _, _ in told.values] == list(PLACED)


def test_every_locus_comes_out_of_a_codis_import_file_and_of_a_table() -> None:
    names = [locus.name for locus in loci.LOCI]
    profiles = list(genotypes(names))
    sent = [expected(values).codes for values in profiles]
    file = cmf(*[specimen(f"S-{n}", values=dict(each)) for n, each in enumerate(profiles)])
    assert sent == [each.profile.codes for each in CmfFile(io.BytesIO(file))]
    head = ",".join(f"{name}_{n}" for name in names for n in (1, 2))
    rows = [",".join(["S", *(v for _, pair in each for v in pair)]) for each in profiles]
    table = [f"sample,{head}", *(f"S{n}{row[1:]}" for n, row in enumerate(rows))]
    assert sent == [row.profile.codes for row in read_csv(table)]


def test_a_table_with_more_profiles_than_are_remembered_ends_with_a_refusal() -> None:
    table = ["sample,TH01_1,TH01_2", "A,6,7", "A,6,8", "B,6,7", "C,6,7", "D,6,7"]
    rows = read_csv(table, profiles_max=2)
    told = []
    while True:
        try:
            told.append(next(rows).reference_number)
        except StopIteration:
            break
        except ProfileMalformed as refusal:
            told.append(refusal.message)
    assert told == [
        "A",
        "line 3: the reference number comes twice",
        "B",
        "line 5: more than 2 profiles: split the table",
    ]
