"""After the answer no byte of a probe is left: in no file, and in no memory of the process.

The probes carry values that nothing else has. Every file of the installation, every file that the
process holds open and its whole memory are searched for them, in the forms in which they travel,
are sealed from and are compared.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from appliance.codecs.dna_canonical import canonical_profile
from appliance.codecs.dna_record import encode_dna_record
from appliance.codecs.finger_writer import encode_iso19794_2_2005
from appliance.domain.finger import FingerTemplate, Minutia
from appliance.matching import encoder
from kernels.finger.layout import MINUTIA
from tests.integration.centre import FIRST, Centre, terms

GIVEN_BACK_WITHIN_S = 10.0
"""What the libraries of the transport hold after a call is told in PRIVACY.md with this bound."""

WINDOW_BYTES = 24

POINTS = tuple(Minutia(320 + 97 * n, 400 + 61 * n, (37 * n) % 256, 1, 60) for n in range(1, 31))
TEMPLATE = FingerTemplate(POINTS, 4000, 4000, 2, 0, 80, "test")
RECORD = encode_iso19794_2_2005(TEMPLATE)
PROFILE: Sequence[tuple[str, Sequence[str]]] = (
    ("SE33", ("11.2", "34.2")),
    ("FGA", ("17.1", "46.2")),
    ("D21S11", ("24.3", "37.1")),
    ("D18S51", ("9.2", "26.1")),
    ("Penta E", ("5.4", "23.2")),
    ("D12S391", ("14.3", "27.2")),
    ("D1S1656", ("9.3", "19.1")),
)


def patterns() -> dict[str, bytes]:
    """Return what must not be found, by what it is."""
    array = encoder.minutiae_array(TEMPLATE)
    blob = encoder.encode_finger([TEMPLATE])[0]
    profile = canonical_profile(PROFILE)
    middle = len(blob) // 2
    return {
        "the record as it travels": RECORD[60 : 60 + WINDOW_BYTES],
        "the minutiae as an array": array.tobytes()[: 3 * MINUTIA.itemsize],
        "the codes that are compared": blob[middle : middle + WINDOW_BYTES],
        "the profile as text": encode_dna_record(profile)[:WINDOW_BYTES],
        "the profile as codes": profile.codes.strip(b"\0")[:WINDOW_BYTES],
    }


def regions(pid: int) -> Iterator[bytes]:
    """Yield every readable region of a process's memory."""
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            places, access, *rest = line.split()
            if "r" not in access or (rest and rest[-1].startswith("[v")):
                continue
            start, stop = (int(each, 16) for each in places.split("-"))
            try:
                memory.seek(start)
                yield memory.read(stop - start)
            except OSError:
                continue  # unmapped since, or a device's


def in_memory(pid: int) -> set[str]:
    """Return which patterns the memory of a process holds."""
    wanted, found = patterns(), set()
    for region in regions(pid):
        found |= {name for name, pattern in wanted.items() if pattern in region}
    return found


def in_files(home: Path, pid: int) -> set[str]:
    """Return which patterns lie in a file of the installation or in one that is held open."""
    opened = [path for path in Path(f"/proc/{pid}/fd").iterdir() if path.resolve().is_file()]
    files = [path for path in home.rglob("*") if path.is_file()]
    found = set()
    for path in (*files, *opened):
        content = path.read_bytes()
        found |= {f"{name} in {path}" for name, each in patterns().items() if each in content}
    return found


@pytest.mark.requirement("A13.3")
def test_nothing_of_a_probe_is_left_after_its_answer(own_centre: Centre) -> None:
    pid = own_centre.appliance.pid
    with own_centre.fingers_of(FIRST) as client:
        assert len(client.search_finger(terms(FIRST), {"P-1": RECORD}).results) == 1
    with own_centre.dna_of(FIRST) as client:
        asked = terms(FIRST, "DNA/UNIDENTIFIED")
        assert len(client.search_dna(asked, {"P-2": PROFILE}).results) == 1
    give_up = time.monotonic() + GIVEN_BACK_WITHIN_S
    while (left := in_memory(pid)) and time.monotonic() < give_up:
        time.sleep(0.2)
    assert left == set()
    assert in_files(own_centre.appliance.home, pid) == set()


def test_the_patterns_are_found_where_they_are() -> None:
    held = [bytes(bytearray(pattern)) for pattern in patterns().values()]
    assert in_memory(os.getpid()) == set(patterns())
    assert len(held) == len(patterns())
