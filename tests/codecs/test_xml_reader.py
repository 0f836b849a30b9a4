"""Whatever calls itself XML is read within bounds or refused by name; nothing is ever followed."""

from __future__ import annotations

import codecs
import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.codecs.xml_reader import Element, XmlBounds, XmlReader
from appliance.domain.errors import ProfileMalformed

BOUNDS = XmlBounds(
    file_bytes_max=2_000_000,
    depth_max=4,
    children_max=50,
    descendants_max=20,
    text_chars_max=100,
)


def children(document: bytes | str, bounds: XmlBounds = BOUNDS) -> list[Element]:
    data = document.encode() if isinstance(document, str) else document
    return list(XmlReader(io.BytesIO(data), bounds))


def test_the_children_of_the_root_are_given_with_all_they_hold() -> None:
    reader = XmlReader(
        io.BytesIO(
            b'<r xmlns="urn:x" v="1">\n <a b="2">\n  <c> t &lt;\n</c><d/></a>\n<e>f</e></r>'
        ),
        BOUNDS,
    )
    assert (reader.root.name, reader.root.namespace, reader.root.attributes) == (
        "r",
        "urn:x",
        {"v": "1"},
    )
    first, second = reader
    assert (first.name, first.line, first.attributes) == ("a", 2, {"b": "2"})
    assert [(each.name, each.text, each.line) for each in first.children] == [
        ("c", "t <", 3),
        ("d", "", 4),
    ]
    assert (second.name, second.text, second.namespace) == ("e", "f", "urn:x")


def test_character_data_sections_and_comments_are_read_as_xml_says() -> None:
    (only,) = children("<r><a>1<![CDATA[<b>&amp;]]><!-- not -->2</a></r>")
    assert only.text == "1<b>&amp;2"


TWELVE_LAUGHS = "".join(
    f'<!ENTITY l{n} "{("&l" + str(n - 1) + ";") * 10 if n else "ha"}">' for n in range(12)
)
REFUSED = {
    "entities of entities": (f"<!DOCTYPE r [{TWELVE_LAUGHS}]><r><a>&l11;</a></r>", "type decl"),
    "one long entity often": (
        f'<!DOCTYPE r [<!ENTITY x "{"y" * 50_000}">]><r><a>{"&x;" * 20_000}</a></r>',
        "type decl",
    ),
    "external entity": (
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r><a>&x;</a></r>',
        "type decl",
    ),
    "external definition": ('<!DOCTYPE r SYSTEM "http://example.org/r.dtd"><r/>', "type decl"),
    "parameter entity": (
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://example.org/p"> %p;]><r/>',
        "type decl",
    ),
    "unknown entity": ("<r><a>&x;</a></r>", "undefined entity"),
    "style sheet": ('<?xml-stylesheet href="http://example.org/x.xsl"?><r/>', "instruction"),
    "ten thousand levels": ("<a>" * 10_000 + "</a>" * 10_000, "more than 4 elements inside"),
    "one level too many": ("<a><a><a><a><a/></a></a></a></a>", "more than 4 elements inside"),
    "too many children": (f"<r>{'<a/>' * 51}</r>", "more than 50 elements below"),
    "too many in a child": (f"<r><a>{'<b/>' * 21}</a></r>", "holds more than 20"),
    "too long a text": (f"<r><a>{'t' * 101}</a></r>", "text has more than 100"),
    "too long an attribute": (f'<r><a b="{"t" * 101}"/></r>', "attribute has more than 100"),
    "too many attributes": (
        "<r " + " ".join(f'a{n}=""' for n in range(17)) + "/>",
        "more than 16 attributes",
    ),
    "too large": ("<r>" + "\n" * 2_000_000 + "</r>", "more than 2000000 bytes"),
    "endless comment": ("<r><!--" + "c" * 400_000 + "--></r>", "tag or comment has more"),
    "endless tag": ("<r><a" + " " * 400_000 + "/></r>", "tag or comment has more"),
    "text beside elements": ("<r><a>t<b/></a></r>", "text between"),
    "text behind elements": ("<r><a><b/>t</a></r>", "text between"),
    "text in the root": ("<r>t<a/></r>", "text between"),
    "cut in a text": ("<r><a>t", "no element found"),
    "cut in a tag": ("<r><a", "unclosed token"),
    "nothing": ("", "no element found"),
    "two roots": ("<r/><r/>", "junk after document element"),
    "unbound prefix": ("<r><x:a/></r>", "unbound prefix"),
    "no xml": ("sample,TH01_1", "not well-formed"),
    "unknown encoding": ('<?xml version="1.0" encoding="klingon"?><r/>', "'klingon' is not"),
    "encoding that is none": ('<?xml version="1.0" encoding="rot13"?><r/>', "'rot13' is not"),
    "wide encoding of narrow bytes": (
        '<?xml version="1.0" encoding="utf-16"?><r/>',
        "encoding specified in XML declaration is incorrect",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_within_the_bounds_is_refused_by_name(name: str) -> None:
    document, rule = REFUSED[name]
    with pytest.raises(ProfileMalformed) as refusal:
        children(document)
    assert rule in refusal.value.rule
    assert refusal.value.line >= 1


def test_bytes_that_are_not_in_the_stated_encoding_are_refused() -> None:
    with pytest.raises(ProfileMalformed, match="line 2: not well-formed"):
        children(b'<?xml version="1.0" encoding="UTF-8"?>\n<r><a>\xe9</a></r>')


@pytest.mark.parametrize("coding", ["windows-1250", "iso-8859-2", "windows-1251", "utf-16"])
def test_a_stated_encoding_is_followed(coding: str) -> None:
    text = "жч" if coding == "windows-1251" else "žč"
    (only,) = children(
        f'<?xml version="1.0" encoding="{coding}"?><r><a>{text}</a></r>'.encode(coding)
    )
    assert only.text == text


def test_a_mark_of_utf_8_is_no_part_of_the_document() -> None:
    (only,) = children(codecs.BOM_UTF8 + b"<r><a>t</a></r>")
    assert only.text == "t"


@pytest.mark.parametrize("comments", [0, 10_000])
def test_what_stood_before_a_fault_is_given_and_nothing_behind_it(comments: int) -> None:
    filling = b"<!-- -->" * comments
    reader = XmlReader(io.BytesIO(b"<r><a>1</a>" + filling + b"<a>2</b><a>3</a></r>"), BOUNDS)
    assert next(reader).text == "1"
    with pytest.raises(ProfileMalformed, match="mismatched tag"):
        next(reader)
    assert list(reader) == []


def test_no_file_is_opened_for_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a file was opened")

    document = REFUSED["external entity"][0]
    monkeypatch.setattr("builtins.open", opened)
    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(ProfileMalformed):
        children(document)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text("<>/ab&;!-[]?=\"' \n\0é", max_size=80).map(str.encode),
        st.text("<>/ab&;!-[]\"' ", max_size=60).map(lambda inner: f"<r>{inner}</r>".encode()),
        st.binary(max_size=40).map(lambda head: b'<?xml version="1.0" encoding="' + head),
    )
)
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    found: list[Element] = []
    with contextlib.suppress(ProfileMalformed):
        found = children(data)
    assert all(each.name for each in found)
