"""Tables of profiles are read row by row; personal data is refused before any row."""

from __future__ import annotations

import codecs
import io
import re

import pytest

from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_csv import read
from appliance.codecs.dna_record import decode_dna_record
from appliance.domain import limits
from appliance.domain.dna import Reading, SingleAllele
from appliance.domain.errors import PersonalDataRefused, ProfileMalformed
from tests.shared_data import shared_data_dir

HEADER = "sample,population,TH01_1,TH01_2,Penta D_1,Penta D_2"


def test_a_row_gives_its_line_its_reference_number_and_its_profile() -> None:
    row, other = read([HEADER, "R-1,a,6,9.3,2.2,11", "", "R-2,a,,,9,9"])
    profile = canonical_profile([("TH01", ["6", "9.3"]), ("Penta D", ["2.2", "11"])])
    assert (2, "R-1", profile) == (row.line, row.reference_number, row.profile)
    assert row.raw_record == b"TH01=6,9.3;Penta D=2.2,11"
    assert profile == decode_dna_record(row.raw_record)
    assert (other.line, other.reference_number, other.raw_record) == (4, "R-2", b"Penta D=9,9")


TABLES = {
    "binary": HEADER.encode() + b"\nR-1,a,6,9.3,2.2,11\n",
    "byte order mark": b"\xef\xbb\xbf" + HEADER.encode() + b"\nR-1,a,6,9.3,2.2,11",
    "crlf": HEADER.encode() + b"\r\nR-1,a,6,9.3,2.2,11\r\n\r\n",
    "semicolons": HEADER.replace(",", ";").encode() + b"\nR-1;a;6;9.3;2.2;11\n",
    "quotes": b'"sample",population,"TH01_1",TH01_2,"Penta D_1",Penta D_2'
    b'\n"R-1","a,b",6,"9.3",2.2,11',
    "blanks": b"sample , population,TH01_1, TH01_2,Penta D_1,Penta D_2\n R-1 ,a, 6, 9.3,2.2 ,11",
    "utf-16 of a spreadsheet": (HEADER + "\r\nR-1,a,6,9.3,2.2,11\r\n").encode("utf-16"),
    "utf-16, the other way round": codecs.BOM_UTF16_BE
    + (HEADER + "\nR-1,\u0a0a\u0d0a,6,9.3,2.2,11").encode("utf-16-be"),
    "other order": b"sample,Penta D_2,TH01_2,TH01_1,Penta D_1\nR-1,11,9.3,6,2.2",
    "third allele": b"sample,TH01_1,TH01_2,TH01_3,Penta D_1,Penta D_2\nR-1,6,9.3,,2.2,11",
}


@pytest.mark.parametrize("name", TABLES)
def test_usual_ways_of_writing_a_table_give_the_same_profile(name: str) -> None:
    (row,) = read(io.BytesIO(TABLES[name]))
    assert row.reference_number == "R-1"
    expected = canonical_profile([("TH01", ["6", "9.3"]), ("Penta D", ["2.2", "11"])])
    assert expected.codes == row.profile.codes
    coding = "utf-16" if name.startswith("utf-16") else "utf-8"
    (again,) = read(io.StringIO(TABLES[name].decode(coding), newline=""))
    assert row == again


def test_a_third_allele_becomes_a_wildcard() -> None:
    (row,) = read(["sample,TPOX_1,TPOX_2,TPOX_3", "R-1,8,10,11"])
    assert row.profile.received == (("TPOX", "8", "10", "11"),)
    assert "TPOX: of three values the first was kept, with a wildcard" in row.profile.warnings


def test_the_column_of_the_reference_number_can_be_named() -> None:
    (row,) = read(["TH01_1,Sample Name,TH01_2", "6,R-1,7"], id_column="sample name")
    assert (row.reference_number, row.raw_record) == ("R-1", b"TH01=6,7")


def test_a_byte_order_mark_is_no_part_of_the_first_title() -> None:
    (row,) = read(["\ufeffTH01_1,TH01_2,sample", "6,7,R-1"], id_column="sample")
    assert (row.reference_number, row.raw_record) == ("R-1", b"TH01=6,7")


def test_further_columns_are_read_past_if_the_caller_says_so() -> None:
    lines = ["sample,TH01_1,TH01_2,batch", "R-1,6,7,anything"]
    (row,) = read(lines, extra_columns=["Batch"])
    assert row.raw_record == b"TH01=6,7"
    with pytest.raises(ProfileMalformed, match="'batch'"):
        read(lines)


@pytest.mark.requirement("A1.2")
@pytest.mark.parametrize(
    "title",
    [
        *("name", "Surname", "FIRST_NAME", "Last name", "birth_date", "DateOfBirth", "DOB"),
        *("address", "passport no", "e-mail", "phone", "national_id", "JMBG", "Ime", "prezime"),
        *("Презиме", "rođen", "ime oca", "patient name", "sample surname"),
        *("Sex", "gender", "pol", "ПОЛ", "Spol", "Gjinia", "Geschlecht", "nem", "Sexul"),
        *("Vorname", "Nachname", "Geburtsdatum", "Anschrift", "Wohnort", "Reisepass-Nr. Ausweis"),
        *("Mbiemri", "Emri", "datëlindja", "adresë", "Numri personal"),
        *("име", "Фамилия", "ЕГН", "дата на раждане", "адрес", "гражданство"),
        *("Családnév", "SZÜLETÉSI DÁTUM", "lakcím", "Személyi szám", "keresztnev"),
        *("датум на раѓање", "датум рођења", "ЕМБГ", "матичен број", "матични број"),
        *("Prenume", "Data nașterii", "Data naşterii", "CNP", "IDNP", "adresă", "domiciliu"),
        *("Priimek", "EMŠO", "datum rojstva", "naslov", "prebivališče", "datum rođenja", "OIB"),
    ],
)
@pytest.mark.requirement("A2.2", "A1.2")
def test_a_column_that_identifies_a_person_is_refused_before_any_row(title: str) -> None:
    for lines in ([f"sample,TH01_1,TH01_2,{title}"], [f"{title},TH01_1,TH01_2"]):
        with pytest.raises(PersonalDataRefused) as refusal:
            read(lines, extra_columns=[title])
        assert title == refusal.value.metadata["column"]


def test_personal_data_is_refused_even_where_the_header_has_other_faults() -> None:
    with pytest.raises(PersonalDataRefused):
        read(["sample,sample,DYS391_1,passport"])


HEADERS = {
    "nothing": ("", "no locus"),
    "no locus": ("sample,population", "no locus"),
    "pair without its second": ("sample,TH01_1", "TH01_2 is missing"),
    "pair without its first": ("sample,TH01_2", "TH01_1 is missing"),
    "column twice": ("sample,TH01_1,TH01_2,th01_1", "'th01_1' comes twice"),
    "locus under two names": ("sample,vWA_1,vWA_2,VWA 31_1,VWA 31_2", "two names"),
    "pair under two names": ("sample,vWA_1,VWA 31_2", "two names"),
    "unknown locus": ("sample,DYS391_1,DYS391_2", "not known"),
    "endless title": ("sample,TH01_1,TH01_2," + "t" * 65, "more than 64 characters"),
    "unknown column": ("sample,TH01_1,TH01_2,remarks", "'remarks'"),
    "column without a title": ("sample,TH01_1,TH01_2,", "''"),
    "broken quotes": ('sample,"TH01_1,TH01_2', "quoting is broken"),
    "no such id column": ("id,TH01_1,TH01_2", "no column 'sample'"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_is_no_layout_is_refused_at_line_one(name: str) -> None:
    header, rule = HEADERS[name]
    with pytest.raises(ProfileMalformed, match=re.escape(rule)) as refusal:
        read([header, "R-1,6,7"], id_column="sample" if name.startswith("no such") else None)
    assert refusal.value.line == 1


def test_a_table_without_lines_is_refused() -> None:
    with pytest.raises(ProfileMalformed, match="no header"):
        read(io.BytesIO(b""))


ROWS = {
    "a cell too few": ("R-9,a,6,7,9", "5 cells, the header has 6"),
    "a cell too many": ("R-9,a,6,7,9,9,9", "7 cells, the header has 6"),
    "no reference number": (",a,6,7,9,9", "reference number is missing"),
    "reference number twice": ("R-1,a,6,7,9,9", "comes twice"),
    "long reference number": ("R" * 65 + ",a,6,7,9,9", "more than 64"),
    "unprintable reference number": ("R\x07,a,6,7,9,9", "cannot be printed"),
    "broken value": ("R-9,a,6,7.4,9,9", "a repeat has 4 bases"),
    "empty profile": ("R-9,a,,,,", "the profile is empty"),
    "blank profile": ("R-9,a, , ,, ", "the profile is empty"),
    "impossible variant": ("R-9,a,9.7,6,9,9", "locus TH01: '9.7' is not an allele"),
    "code out of range": ("R-9,a,6,64,9,9", "locus TH01: '64' is larger"),
    "formula": ("R-9,a,=1+5,7,9,9", "cell 3 begins with '=', which a spreadsheet"),
    "formula behind a blank": ("R-9, =cmd(),6,7,9,9", "cell 2 begins with '='"),
    "quoted formula": ('R-9,a,"=HYPERLINK(""x"")",7,9,9', "cell 3 begins with '='"),
    "sum": ("R-9,a,+6,7,9,9", "cell 3 begins with '\\+'"),
    "difference": ("R-9,a,-6,7,9,9", "cell 3 begins with '-'"),
    "function of an older spreadsheet": ("@R-9,a,6,7,9,9", "cell 1 begins with '@'"),
    "tab": ("R-9,a,\t6,7,9,9", r"cell 3 begins with '\\t'"),
    "carriage return": ("R-9,a,\r6,7,9,9", r"cell 3 begins with '\\r'"),
    "broken quotes": ('R-9,"a,6,7,9,9', "quoting is broken"),
    "endless line": ("R-9,a,6,7,9,9" + " " * limits.CSV_LINE_CHARS_MAX, "more than 65536"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_broken_row_is_refused_with_its_line_and_the_next_one_is_read(name: str) -> None:
    row, rule = ROWS[name]
    table = "\n".join([HEADER, "R-1,a,6,7,9,9", row, "R-2,a,6,7,9,9"])
    for lines in (io.BytesIO(table.encode()), io.StringIO(table), table.split("\n")):
        rows = read(lines)
        assert next(rows).reference_number == "R-1"
        with pytest.raises(ProfileMalformed, match=rule) as refusal:
            next(rows)
        assert refusal.value.line == 3
        following = next(rows)
        assert (following.line, following.reference_number) == (4, "R-2")
        assert not list(rows)


def test_a_line_of_the_largest_length_is_read() -> None:
    row = "R-1,a,6,7,9,9"
    row += " " * (limits.CSV_LINE_CHARS_MAX - len(row) - 1)
    (found,) = read(io.StringIO(f"{HEADER}\n{row}\n"))
    assert found.reference_number == "R-1"


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    rows = read(io.BytesIO(HEADER.encode() + b"\nR\xff,a,6,7,9,9\nR-2,a,6,7,9,9"))
    with pytest.raises(ProfileMalformed, match=r"line 2: byte 1 is not UTF-8 .Windows-1250"):
        next(rows)
    assert next(rows).reference_number == "R-2"


def test_a_code_page_of_one_byte_is_never_guessed() -> None:
    for coding in ("cp1250", "cp1252"):
        rows = read(io.BytesIO(f"{HEADER}\nSTÜCK-1,a,6,7,9,9\nR-2,a,6,7,9,9".encode(coding)))
        with pytest.raises(ProfileMalformed, match=r"line 2: .* save the table as UTF-8"):
            next(rows)
        assert next(rows).reference_number == "R-2"


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_characters_without_the_mark_of_utf_16_are_refused(coding: str) -> None:
    with pytest.raises(ProfileMalformed, match=r"line 1: (holds a|byte 0|byte 1)"):
        read(io.BytesIO(f"{HEADER}\nR-1,a,6,7,9,9".encode(coding)))


def test_a_broken_line_of_utf_16_does_not_harm_the_next_one() -> None:
    lone = "\ud800".encode("utf-16-le", "surrogatepass")
    table = f"{HEADER}\nR-".encode("utf-16") + lone
    table += ",a,6,7,9,9\nR-2,a,6,7,9,9\n".encode("utf-16-le")
    table += ("R-3" + " " * limits.CSV_LINE_CHARS_MAX + "\nR-4,a,6,7,9,9").encode("utf-16-le")
    rows = read(io.BytesIO(table))
    with pytest.raises(ProfileMalformed, match="line 2: holds a character that could not be read"):
        next(rows)
    assert next(rows).reference_number == "R-2"
    with pytest.raises(ProfileMalformed, match="line 4: more than 65536 characters"):
        next(rows)
    assert next(rows).reference_number == "R-4"
    assert not list(rows)


def test_a_formula_in_the_header_is_refused() -> None:
    with pytest.raises(ProfileMalformed, match="line 1: cell 2 begins with '@'"):
        read(["sample,@TH01_1,TH01_2"])


def test_a_lone_minus_is_a_value_that_is_not_designated() -> None:
    (row,) = read(["sample,TH01_1,TH01_2,FGA_1,FGA_2", "R-1,6,7,22,-"])
    assert "FGA: '-' is not designated and became a wildcard" in row.profile.warnings


def test_single_values_are_read_as_the_source_means_them() -> None:
    lines = ["sample,TH01_1,TH01_2", "R-1,6,"]
    (row,) = read(lines, reading=Reading(SingleAllele.DROP_OUT))
    assert row.raw_record == b"READING=drop_out,absent;TH01=6,"
    assert canonical_profile([("TH01", ["6", "*"])]).codes == row.profile.codes


def test_the_same_is_said_of_a_text_stream_that_cannot_be_decoded() -> None:
    stream = io.TextIOWrapper(io.BytesIO(HEADER.encode() + b"\nR\xff,a,6,7,9,9"), "utf-8")
    with pytest.raises(ProfileMalformed, match="is not UTF-8"):
        list(read(stream))


def test_the_genotypes_of_1036_people_are_read() -> None:
    with (shared_data_dir() / "dna" / "nist1036_genotypes.csv").open("rb") as stream:
        rows = list(read(stream))
    assert len(rows) == 1_036
    assert len({row.reference_number for row in rows}) == 1_036
    warnings = {text for row in rows for text in row.profile.warnings}
    assert not [text for text in warnings if "nan" not in text and "no information" not in text]
    loci_present = [sum(map(bool, row.profile.codes[::2])) for row in rows]
    assert (min(loci_present), max(loci_present)) == (28, 29)
