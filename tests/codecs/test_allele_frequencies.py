"""Tables of allele frequencies are read whole or refused with line, locus and reason."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codecs import allele_frequencies
from appliance.domain import limits
from appliance.domain.errors import FrequencyTableInvalid
from appliance.domain.population import LocusFrequencies
from tests.shared_data import shared_data_dir

HEADER = "source,population,n_individuals,locus,allele,frequency"
ROWS = (
    "S1,North,200,TH01,6,0.25",
    "S1,North,200,TH01,9.3,0.75",
    "S1,North,180,PENTA D,2.2,1",
    "S1,South,90,TH01,6,1",
    "S2,South,,TH01,7,1",
    "S1,North,200,DYS391,10,1",
)


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


def refusal(content: bytes, population: str = "North", source: str = "") -> FrequencyTableInvalid:
    with pytest.raises(FrequencyTableInvalid) as caught:
        allele_frequencies.read(content, population, source)
    return caught.value


def test_a_population_gives_its_known_loci_and_the_digest_of_the_file() -> None:
    content = table(*ROWS)
    read = allele_frequencies.read(content, "north")
    assert (read.source, read.population, read.name) == ("S1", "North", "S1: North")
    assert read.version == hashlib.sha256(content).hexdigest()
    assert read.loci == (
        LocusFrequencies("TH01", 200, ((24, 0.25), (39, 0.75))),
        LocusFrequencies("Penta D", 180, ((12, 1.0),)),
    )


def test_the_source_tells_populations_of_one_name_apart() -> None:
    content = table(*ROWS)
    assert "several sources" in refusal(content, "South").message
    assert allele_frequencies.read(content, "South", "s2").loci[0].individuals is None
    assert allele_frequencies.read(content, "South", "S1").loci[0].individuals == 90


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + table(*ROWS),
        table(*ROWS).replace(b"\n", b"\r\n") + b"\r\n\r\n",
        table(*(row.replace("North", '"North"') for row in ROWS)),
        table(*(row.replace(",", " , ") for row in ROWS)),
        table(
            *(",".join(reversed(row.split(","))) for row in ROWS),
            header=",".join(reversed(HEADER.upper().split(","))),
        ),
    ],
)
def test_usual_ways_of_writing_the_table_give_the_same_frequencies(content: bytes) -> None:
    expected = allele_frequencies.read(table(*ROWS), "North").loci
    assert expected == allele_frequencies.read(content, "North").loci


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("S1,North,200,TH01,6,0.25", "the allele 6 comes twice"),
        ("S1,North,201,TH01,7,0", "number of people changes"),
        ("S1,North,0,FGA,22,1", "'0' is no number of people"),
        ("S1,North,two,FGA,22,1", "'two' is no number of people"),
        ("S1,North,200,TH01,9.4,0.1", "'9.4' is impossible"),
        ("S1,North,200,TH01,>13,0.1", "'>13' is not an allele"),
        ("S1,North,200,TH01,,0.1", "'' is not an allele"),
        ("S1,North,200,TH01,*,0.1", "a wildcard has no frequency"),
        ("S1,North,200,TH01,7,1.2", "'1.2' is no frequency"),
        ("S1,North,200,TH01,7,-0.1", "'-0.1' is no frequency"),
        ("S1,North,200,TH01,7,nan", "'nan' is no frequency"),
        ("S1,North,200,TH01,7,inf", "'inf' is no frequency"),
        ("S1,North,200,TH01,7,=1/2", "'=1/2' is no frequency"),
        ("S1,North,200,TH01,7,", "'' is no frequency"),
        ("S1,North,200,TH01,7,0.5", "sum to 1.5000"),
        ("S1,North,200,FGA,22,0.98", "sum to 0.9800"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_line_and_locus(row: str, rule: str) -> None:
    refused = refusal(table(*ROWS[:2], row))
    assert refused.reason == "CONFIGURATION_INVALID"
    assert (refused.line, refused.locus) == (4, row.split(",")[3])
    assert rule in refused.rule
    assert f"line 4, locus {refused.locus}: " in refused.message


@pytest.mark.parametrize(
    ("content", "line", "rule"),
    [
        (b"", 1, "the header must name"),
        (table(*ROWS, header="source,population,locus,allele,frequency"), 1, "the header"),
        (table(*ROWS, header=HEADER + ",surname"), 1, "the header"),
        (table("S1,North,200,TH01,6"), 2, "5 cells, the header has 6"),
        (table(*ROWS, "S9,Elsewhere,1,TH01,6,1,1"), 8, "7 cells"),
        (table('S1,"North"x,200,TH01,6,1'), 2, "the quoting is broken"),
        (table(ROWS[0], "S1," + "N" * 129 + ",200,TH01,6,1"), 3, "more than 128 characters"),
        (table(*ROWS).replace(b"South", b"S\xf6uth", 1), 5, "not UTF-8"),
        (table("S1,North,200,DYS391,10,1"), 0, "no known locus"),
        (table("S1,North,200,AMELOGENIN,X,1"), 0, "no known locus"),
        (table(), 0, "the file has no rows"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_line(
    content: bytes, line: int, rule: str
) -> None:
    refused = refusal(content)
    assert (refused.line, rule in refused.rule) == (line, True), refused.message


def test_a_population_that_is_not_there_is_refused_with_those_that_are() -> None:
    assert "there are S1: North, S1: South, S2: South" in refusal(table(*ROWS), "West").message
    assert "S2: South" in refusal(table(*ROWS), "North", "S2").message


def test_a_file_may_be_as_large_as_its_bound_and_no_larger(tmp_path: Path) -> None:
    most = limits.FREQUENCY_FILE_BYTES_MAX
    content = table(*ROWS) + b"\n"
    path = tmp_path / "table.csv"
    path.write_bytes(content + b"\n" * (most - len(content)))
    assert allele_frequencies.load(path, "North").population == "North"
    path.write_bytes(content + b"\n" * (most - len(content) + 1))
    with pytest.raises(FrequencyTableInvalid, match="more than"):
        allele_frequencies.load(path, "North")
    with pytest.raises(FrequencyTableInvalid, match=r"absent\.csv"):
        allele_frequencies.load(tmp_path / "absent.csv", "North")


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from([*ROWS, *(row[:9] for row in ROWS)]), max_size=6),
    st.binary(max_size=12),
    st.integers(0, 300),
)
def test_whatever_comes_is_read_whole_or_refused(rows: list[str], noise: bytes, place: int) -> None:
    content = table(*rows)
    content = content[:place] + noise + content[place:]
    try:
        read = allele_frequencies.read(content, "North")
    except FrequencyTableInvalid:
        return
    for locus in read.loci:
        assert sum(share for _, share in locus.alleles) == pytest.approx(1, abs=0.01)


def test_every_published_population_can_be_read() -> None:
    content = (shared_data_dir() / "dna" / "allele_frequencies_long.csv").read_bytes()
    europe = allele_frequencies.read(content, "Europe")
    assert europe.source.startswith("STRidER")
    assert max(locus.individuals or 0 for locus in europe.loci) == 10_713
    for source, population, loci_least in (
        ("NIST1036", "ALL", 29),
        ("FBI-2015-expanded", "Caucasian", 20),
        ("UK-DNA17-2014", "White_-_EA1_&_EA2", 16),
    ):
        read = allele_frequencies.read(content, population, source)
        assert len(read.loci) >= loci_least, [locus.locus for locus in read.loci]
