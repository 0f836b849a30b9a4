"""The record outside its installation: lines that anybody can check with a public key alone.

ops/RECORD_FORMAT.md describes them for whoever writes a check of their own; tests/oracles holds
one that was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from appliance.audit import heads, leaf, tiles
from appliance.audit.heads import Head
from appliance.audit.heads_log import read_log
from appliance.audit.merkle import HASH_BYTES
from appliance.audit.tiles import Broken, Tile
from appliance.audit.tree import TILE
from appliance.audit.verification import RecordReport, Verification
from appliance.domain.errors import ConfigurationInvalid, StorageCorrupt
from appliance.domain.record import RecordLeaf

FORMAT = "pruem-appliance record export, version 1"
LINE_BYTES_MAX = 16 * 1024 * 1024  # an entry that supplies as many items as one may
EXPIRED = "expired"
WITHHELD = "withheld"


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    store: str


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    sequence: int
    leaf_hash: str
    salt: str = ""
    leaf: str = ""
    content: str = ""


_HEADER = msgspec.json.Decoder(_Header)
_LINE = msgspec.json.Decoder(_Line)


def header(store: bytes) -> bytes:
    """Return the first line of an export, with its end."""
    return leaf.canonical({"format": FORMAT, "store": store.hex()}) + b"\n"


def line(exported: RecordLeaf, *, withheld: bool = False) -> bytes:
    """Return the line of a leaf, with its end; ``withheld`` leaves out a content there is."""
    said: dict[str, object] = {
        "sequence": exported.sequence,
        "leaf_hash": exported.leaf_hash.hex(),
    }
    if exported.content is None:
        said["content"] = EXPIRED
    elif withheld:
        said["content"] = WITHHELD
    else:
        said["salt"] = exported.content[: leaf.SALT_BYTES].hex()
        said["leaf"] = exported.content[leaf.SALT_BYTES :].decode()
    return leaf.canonical(said) + b"\n"


def verify_export(export: Path, heads_file: Path, public_bytes: bytes) -> RecordReport:
    """Check an export against heads, one a line, by rising number without a gap.

    Needs no installation and no key but the public one. Raises ConfigurationInvalid for a file
    that cannot be read or does not begin as an export does.
    """
    try:
        until = _last_signed(heads_file)
        with export.open("rb") as file:
            store = _store(export, file)
            return Verification(public_bytes).run(_tiles(file), _heads(heads_file, store), until)
    except OSError as error:
        raise ConfigurationInvalid(f"{error.filename}: {error.strerror}") from error


def _store(export: Path, file: BinaryIO) -> bytes:
    try:
        said = _HEADER.decode(file.readline(LINE_BYTES_MAX))
        if said.format != FORMAT:
            raise ValueError(said.format)
        return bytes.fromhex(said.store)
    except (msgspec.DecodeError, ValueError):
        raise ConfigurationInvalid(f"{export.name}: is no export of a record") from None


def _heads(path: Path, store: bytes) -> Iterator[Head]:
    after = 1
    for text in read_log(path):
        try:
            head = heads.parse(text)
        except StorageCorrupt as error:
            raise Broken(after, error.message) from None
        if head.store != store:
            raise Broken(head.size, f"head {head.number} belongs to another appliance")
        yield head
        after = head.size + 1


def _last_signed(path: Path) -> datetime | None:
    last = None
    for text in read_log(path):
        last = text
    try:
        return heads.parse(last).signed_at if last is not None else None
    except StorageCorrupt:
        # The walk over the heads says what is wrong with it, and where.
        return None


def _tiles(file: BinaryIO) -> Iterator[Tile]:
    first, hashes, contents = 1, list[bytes](), list[bytes | None]()
    while text := file.readline(LINE_BYTES_MAX):
        try:
            leaf_hash, content = _leaf(text, first + len(hashes))
        except Broken:
            # What stands before the fault may be at fault itself.
            tiles.check(first, hashes, contents)
            raise
        hashes.append(leaf_hash)
        contents.append(content)
        if len(hashes) == TILE:
            yield tiles.check(first, hashes, contents)
            first, hashes, contents = first + TILE, [], []
    if hashes:
        yield tiles.check(first, hashes, contents)


def _leaf(text: bytes, sequence: int) -> tuple[bytes, bytes | None]:
    try:
        said = _LINE.decode(text)
        leaf_hash, salt = bytes.fromhex(said.leaf_hash), bytes.fromhex(said.salt)
    except (msgspec.DecodeError, ValueError):
        raise Broken(sequence, "the line is no leaf of an export") from None
    if said.sequence != sequence:
        raise Broken(sequence, f"entry {said.sequence} stands where {sequence} belongs")
    if len(leaf_hash) != HASH_BYTES:
        raise Broken(sequence, "the hash of the leaf is no SHA-256")
    if said.content == WITHHELD and not said.leaf:
        return leaf_hash, None
    if said.content == EXPIRED and not said.leaf:
        return leaf_hash, tiles.DELETED
    if said.content or len(salt) != leaf.SALT_BYTES:
        raise Broken(sequence, "the line says neither a content nor why there is none")
    return leaf_hash, salt + said.leaf.encode()
