"""Files of prints on their way to an appliance: read here first, so that nothing else travels.

A file of ANSI/NIST-ITL is reduced to its minutiae before it is sent: names, photographs and images
never leave the machine they lie on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.cli.output import progress_console
from appliance.codecs import ansi_nist, finger_record
from appliance.domain.errors import TemplateUnsupported
from appliance.domain.finger import FingerTemplate

SUFFIXES = (".iso", ".fmr", ".fmd", ".ansi", ".an2", ".an2k", ".nist", ".nst", ".eft")
"""What is read of a folder; a file that is named itself may be called anything."""

FILE_BYTES_MAX = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PrintFile:
    """``record`` is what may be sent, ``views`` what stands in it, ``warnings`` what was tolerated
    or left out."""

    record: bytes
    views: tuple[FingerTemplate, ...]
    warnings: tuple[str, ...]


def found(paths: Iterable[Path]) -> list[Path]:
    """Return the files among ``paths`` and those of folders, one level deep, in name order."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES)
        else:
            files.append(path)
    return files


def read(path: Path) -> PrintFile:
    """Return a file's prints.

    Raises TemplateMalformed, TemplateUnsupported or OSError; a file of more than FILE_BYTES_MAX is
    not read.
    """
    size = path.stat().st_size
    if size > FILE_BYTES_MAX:
        raise TemplateUnsupported(f"a file of {size} bytes is larger than {FILE_BYTES_MAX}")
    record = path.read_bytes()
    left_out: tuple[str, ...] = ()
    if ansi_nist.begins(record):
        record, left_out = ansi_nist.reduced(record)
    views = finger_record.decode_views(record)
    tolerated = (warning for view in views for warning in view.warnings)
    warnings = dict.fromkeys((*(f"{each} was left out" for each in left_out), *tolerated))
    return PrintFile(record, views, tuple(warnings))


def records(paths: Iterable[Path]) -> Mapping[str, bytes]:
    """Return what is sent of each file by its name without suffix; warnings go to the error stream.

    Raises as ``read``: then nothing has been sent.
    """
    files = {path.stem: read(path) for path in paths}
    for name, file in files.items():
        for warning in file.warnings:
            progress_console.print(f"{name}: {warning}", markup=False)
    return {name: file.record for name, file in files.items()}
