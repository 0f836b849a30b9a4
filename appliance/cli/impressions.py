"""Folders of fingerprint templates named FINGER_IMPRESSION, as test sets come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from appliance.cli import print_files
from appliance.cli.print_files import SUFFIXES
from appliance.domain.errors import ApplianceError, ConfigurationInvalid
from appliance.domain.finger import FingerTemplate


@dataclass(frozen=True, slots=True)
class Impression:
    """One file; ``template`` is None where the extractor's output cannot be read."""

    finger: str
    number: str
    path: Path
    template: FingerTemplate | None


def _order(text: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers by value, so that impression 10 follows 9."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in text.split("_")
    )


def _read(path: Path) -> FingerTemplate | None:
    try:
        return print_files.read(path).views[0]
    except ApplianceError:
        return None


def read_set(folder: Path) -> list[Impression]:
    """Return the impressions of a folder, by finger, then impression.

    A record that cannot be decoded stays as an impression without a template: an extractor's
    failure counts against the system and must not vanish from a measurement. Raises
    ConfigurationInvalid for a folder without any template.
    """
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        finger, _, number = path.stem.rpartition("_")
        if path.suffix in SUFFIXES and finger:
            found.append(Impression(finger, number, path, _read(path)))
    if not found:
        raise ConfigurationInvalid(f"{folder}: no FINGER_IMPRESSION{'|'.join(SUFFIXES)} files")
    return sorted(found, key=lambda each: (_order(each.finger), _order(each.number)))


def by_finger(impressions: list[Impression]) -> dict[str, list[Impression]]:
    """Group impressions by finger, in their order."""
    fingers: dict[str, list[Impression]] = defaultdict(list)
    for impression in impressions:
        fingers[impression.finger].append(impression)
    return dict(fingers)
