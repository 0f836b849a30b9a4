"""ANSI/NIST-ITL files written by hand, field by field, for the tests of the codecs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FS, GS, RS, US = "\x1c", "\x1d", "\x1e", "\x1f"

STANDARD: Mapping[int, str] = {
    3: "4",
    4: "S",
    5: f"CONVERTED{US}U",
    6: "02",
    7: f"T{US}UN",
    10: "2",
    11: "0",
    12: RS.join((f"001{US}01000200090{US}02{US}A", f"002{US}00000000359{US}63{US}B{US}1,2")),
}
"""Fields of the standard block: two minutiae, a latent of the right index finger."""


def _rows(*rows: Sequence[int]) -> str:
    return RS.join(US.join(map(str, row)) for row in rows)


INCITS: Mapping[int, str] = {
    3: "10",
    4: "U",
    126: f"27{US}513{US}0",
    127: f"NONE{US}0",
    128: "300",
    129: "400",
    130: "2",
    131: "197",
    132: "197",
    133: "0",
    134: "21",
    135: f"80{US}0{US}0",
    136: "2",
    137: _rows((1, 10, 20, 45, 1, 90), (2, 299, 399, 179, 2, 0)),
}
"""Fields of the block of INCITS 378: two minutiae, a right palm."""


def text_record(kind: int, fields: Mapping[int, str], *, stated_more: int = 0) -> bytes:
    """Return a record of text fields after its length."""
    rest = GS.join(f"{kind}.{tag:03d}:{value}" for tag, value in fields.items())
    head = len(f"{kind}.001:{GS}{rest}{FS}")
    length = next(size for size in range(head, head + 9) if head + len(str(size)) == size)
    return f"{kind}.001:{length + stated_more}{GS}{rest}{FS}".encode("latin-1")


def nist_file(*records: tuple[int, bytes], counted_more: int = 0) -> bytes:
    """Return a file of a Type-1 record and ``records``, each with its type."""
    rows = [f"1{US}{len(records) + counted_more}"]
    rows += [f"{kind}{US}{at:02d}" for at, (kind, _) in enumerate(records)]
    header = text_record(1, {2: "0500", 3: RS.join(rows), 4: "LFFS", 5: "20260101", 8: "ORI"})
    return header + b"".join(record for _, record in records)


def type9(fields: Mapping[int, str], **changed: str) -> tuple[int, bytes]:
    """Return a Type-9 record; ``changed`` holds fields by ``f`` and their number, "" for none."""
    new = {int(name[1:]): value for name, value in changed.items()}
    merged = {tag: new.get(tag, fields.get(tag, "")) for tag in sorted({*fields, *new})}
    return 9, text_record(9, {2: "00", **{tag: value for tag, value in merged.items() if value}})
