"""XML from outside, read as a stream of small trees, with everything bounded and nothing followed.

A document type declaration is refused before anything in it is looked at, so there are no entities
to expand and no external references to fetch; processing instructions are refused as well. File,
depth, numbers of elements and attributes, and length of texts and tokens have bounds. The root
element's children are given one by one: memory holds one of them, however long the file is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from appliance.domain.errors import ProfileMalformed

_CHUNK_BYTES = 65_536
# Older parsers read an unfinished tag or comment again with every chunk: quadratic work.
_TOKEN_BYTES_MAX = 4 * _CHUNK_BYTES
_ATTRIBUTES_MAX = 16
_NAME_CHARS_SHOWN_MAX = 32
_ENCODINGS = frozenset(
    (
        *("utf-8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-2", "iso-8859-5"),
        *("windows-1250", "windows-1251", "windows-1252"),
    )
)


class BinaryStream(Protocol):
    """An open binary file."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class XmlBounds:
    """How much of a document is read; beyond a bound it is refused with the line.

    ``depth_max`` counts the root; ``children_max`` are children of the root, ``descendants_max``
    elements within one of them, ``text_chars_max`` characters of a text or an attribute.
    """

    file_bytes_max: int
    depth_max: int
    children_max: int
    descendants_max: int
    text_chars_max: int


@dataclass(slots=True)
class Element:
    """One element; ``text`` without the blanks around it, empty where there are children."""

    name: str
    namespace: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)


class XmlReader(Iterator[Element]):
    """The children of the root element of one document, each with all it holds.

    ``root`` is the root without its children. Creating and iterating raise ProfileMalformed with
    the line for anything that is no well-formed document within the bounds, after all whole
    children before it were given and before the end. For one thread.
    """

    def __init__(self, stream: BinaryStream, bounds: XmlBounds) -> None:
        self._stream = stream
        self._bounds = bounds
        self._parser = self._new_parser()
        self._open: list[Element] = []
        self._ready: deque[Element] = deque()
        self._root: Element | None = None
        self._read_bytes = self._children = self._descendants = 0
        self._text_chars = 0
        self._ended = False
        self._failure: ProfileMalformed | None = None
        self.root = self._first()

    def _first(self) -> Element:
        while (root := self._root) is None:
            self._feed()
            if self._failure is not None and self._root is None:
                raise self._failure
        return root

    def __next__(self) -> Element:
        while not self._ready:
            failure, self._failure = self._failure, None
            if failure is not None:
                self._ended = True
                raise failure
            if self._ended:
                raise StopIteration
            self._feed()
        return self._ready.popleft()

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.buffer_text = False
        parser.XmlDeclHandler = self._on_declared
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype
        parser.ExternalEntityRefHandler = self._refuse_reference
        parser.ProcessingInstructionHandler = self._refuse_instruction
        parser.StartElementHandler = self._on_started
        parser.EndElementHandler = self._on_ended
        parser.CharacterDataHandler = self._on_texted
        return parser

    @property
    def read_bytes(self) -> int:
        """Bytes of the document read so far."""
        return self._read_bytes

    def _feed(self) -> None:
        """Read one chunk; a refusal is kept until all that stood before it was given."""
        try:
            chunk = self._stream.read(_CHUNK_BYTES)
            self._read_bytes += len(chunk)
            if self._read_bytes > self._bounds.file_bytes_max:
                raise self._refusal(f"more than {self._bounds.file_bytes_max} bytes")
            self._parser.Parse(chunk, not chunk)
            if self._read_bytes - self._parser.CurrentByteIndex > _TOKEN_BYTES_MAX:
                raise self._refusal(f"a tag or comment has more than {_TOKEN_BYTES_MAX} bytes")
            self._ended = not chunk
        except expat.ExpatError as failure:
            rule = f"not well-formed XML: {expat.ErrorString(failure.code)}"
            self._failure = ProfileMalformed(rule, line=failure.lineno)
        except (LookupError, ValueError) as failure:
            self._failure = self._refusal(f"the stated encoding cannot be read: {failure}")
        except ProfileMalformed as refusal:
            self._failure = refusal

    def _refusal(self, rule: str) -> ProfileMalformed:
        return ProfileMalformed(rule, line=self._parser.CurrentLineNumber)

    def _on_declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        """Take the XML declaration."""
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            shown = encoding[:_NAME_CHARS_SHOWN_MAX]
            raise self._refusal(f"the encoding {shown!r} is not accepted")

    def _refuse_doctype(self, *_: object) -> None:
        """Refuse a document type declaration, and with it every entity and external reference."""
        raise self._refusal("a document type declaration (entities, external references)")

    def _refuse_instruction(self, *_: object) -> None:
        """Refuse a processing instruction."""
        raise self._refusal("a processing instruction")

    def _refuse_reference(self, *_: object) -> int:
        """Refuse a reference to anything outside of the document."""
        raise self._refusal("an external reference")

    def _on_started(self, name: str, attributes: dict[str, str]) -> None:
        """Take a start tag."""
        bounds = self._bounds
        namespace, _, local = name.rpartition(" ")
        element = Element(local, namespace, self._parser.CurrentLineNumber, attributes)
        if len(self._open) >= bounds.depth_max:
            raise self._refusal(f"more than {bounds.depth_max} elements inside each other")
        if attributes:
            self._require_short(attributes)
        if not self._open:
            self._root = element
        elif len(self._open) == 1:
            self._children += 1
            self._descendants = 0
            if self._children > bounds.children_max:
                raise self._refusal(f"more than {bounds.children_max} elements below the root")
        else:
            self._descendants += 1
            if self._descendants > bounds.descendants_max:
                raise self._refusal(f"an element holds more than {bounds.descendants_max} others")
            self._open[-1].children.append(element)
        self._open.append(element)
        self._text_chars = 0

    def _require_short(self, attributes: dict[str, str]) -> None:
        if len(attributes) > _ATTRIBUTES_MAX:
            raise self._refusal(f"more than {_ATTRIBUTES_MAX} attributes")
        if max(map(len, attributes.values())) > self._bounds.text_chars_max:
            chars_max = self._bounds.text_chars_max
            raise self._refusal(f"an attribute has more than {chars_max} characters")

    def _on_texted(self, text: str) -> None:
        """Take a piece of text; blanks between elements are read past."""
        if not self._open:
            return
        element = self._open[-1]
        self._text_chars += len(text)
        if not element.text and not text.strip():
            return
        if element is self._root or element.children:
            raise self._refusal("text between elements")
        if self._text_chars > self._bounds.text_chars_max:
            raise self._refusal(f"a text has more than {self._bounds.text_chars_max} characters")
        element.text += text

    def _on_ended(self, _name: str) -> None:
        """Take an end tag."""
        element = self._open.pop()
        element.text = element.text.strip()
        if element.text and element.children:
            raise self._refusal("text between elements")
        self._text_chars = 0
        if len(self._open) == 1:
            self._ready.append(element)
