"""Files of machine code, and the list that says what each was made from.

A file serves only the sources it was made from: code of another version is never loaded. Needs
the standard library alone, because the package is built with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

KERNELS = Path(__file__).resolve().parent
FOLDER = KERNELS / "cubins"
LIST_FILE = "cubins.list"


class BinaryChanged(RuntimeError):
    """A file of machine code is not the one that its list names."""


@dataclass(frozen=True, slots=True)
class Code:
    """Machine code of one source for an architecture; ``origin`` says how it was made."""

    source: Path
    architecture: int
    image: bytes
    origin: str


def source_digest(source: Path) -> str:
    """Return the SHA-256 (hex) of a source with every header of the kernels."""
    digest = hashlib.sha256(source.read_bytes())
    for header in sorted(KERNELS.rglob("*.cuh")):
        digest.update(header.name.encode() + b"\0" + hashlib.sha256(header.read_bytes()).digest())
    return digest.hexdigest()


def file_name(source: Path, architecture: int) -> str:
    """Return the name of the file for one source and architecture."""
    return f"{source.stem}.sm_{architecture}.cubin"


def serving(architecture: int, compiled: Sequence[int]) -> int | None:
    """Return which of the compiled architectures a device runs best, None if it runs none.

    Machine code runs on devices of its own major version and the same or a later minor one. Source:
    CUDA C++ Programming Guide, binary compatibility.
    """
    fitting = [
        each for each in compiled if each // 10 == architecture // 10 and each <= architecture
    ]
    return max(fitting, default=None)


def write(folder: Path, codes: Sequence[Code]) -> list[Path]:
    """Write machine code into a folder with its list, the list last; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written, listed = [], {}
    for code in codes:
        path = folder / file_name(code.source, code.architecture)
        path.write_bytes(code.image)
        written.append(path)
        listed[path.name] = {
            "source_sha256": source_digest(code.source),
            "image_sha256": hashlib.sha256(code.image).hexdigest(),
            "origin": code.origin,
        }
    path = folder / LIST_FILE
    path.write_text(json.dumps(listed, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return [*written, path]


def read(folder: Path, source: Path, architecture: int) -> Code | None:
    """Return the file that serves a device best, None where none was made from this source.

    BinaryChanged if the file is damaged or not the one that was written.
    """
    try:
        listed = json.loads((folder / LIST_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    own = source_digest(source)
    compiled = {
        int(name.removeprefix(f"{source.stem}.sm_").removesuffix(".cubin")): entry
        for name, entry in listed.items()
        if name.startswith(f"{source.stem}.sm_") and entry["source_sha256"] == own
    }
    best = serving(architecture, list(compiled))
    if best is None:
        return None
    path = folder / file_name(source, best)
    image = path.read_bytes()
    if hashlib.sha256(image).hexdigest() != compiled[best]["image_sha256"]:
        raise BinaryChanged(f"{path.name} was changed after it was built: install it again")
    return Code(source, best, image, str(compiled[best]["origin"]))


def digest(codes: Sequence[Code]) -> str:
    """Return the SHA-256 (hex) over machine code, whatever order it stands in."""
    body = hashlib.sha256()
    for code in sorted(codes, key=lambda each: each.source.name):
        body.update(file_name(code.source, code.architecture).encode() + b"\0")
        body.update(hashlib.sha256(code.image).digest())
    return body.hexdigest()
