"""Prints in every format, through the command line and over gRPC, against a running appliance."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.cli.exit_codes import ExitCode
from appliance.client import ApplianceRefused
from appliance.codecs import finger_record
from appliance.codecs.finger_writer import FingerFormat, encode_views
from tests.codecs.nist_files import FS, nist_file, text_record
from tests.integration.centre import FIRST, Centre, terms
from tests.integration.test_bad_input import load
from tests.matching import made_palms

NAMED = (2, text_record(2, {2: "00", 18: "SECRET"}))


def _transaction(minutiae: bytes) -> bytes:
    """Return a file of minutiae with a record that names a person before them."""
    type9 = minutiae[minutiae.index(FS.encode()) + 1 :]
    return nist_file(NAMED, (9, type9))


@pytest.mark.requirement("I9.1")
def test_a_probe_is_found_in_whatever_format_it_comes(centre: Centre) -> None:
    template = finger_record.decode(centre.probes[7])
    with centre.fingers_of(FIRST) as client:
        for to in FingerFormat:
            answer = client.search_finger(terms(FIRST), {"latent": encode_views([template], to)})
            assert answer.results[0].candidates[0].reference_number == "F-7", to


@pytest.mark.requirement("A1.2")
def test_a_palm_of_2000_minutiae_is_loaded_without_its_names_and_found(
    centre: Centre, tmp_path: Path
) -> None:
    palm = made_palms.palm(1)
    file = tmp_path / "PALM-1.an2"
    file.write_bytes(_transaction(encode_views([palm], FingerFormat.ANSI_NIST)))
    status, report, _ = load(centre, "finger", file, "--collection", "PP")
    assert (status, report["accepted"]) == (ExitCode.DONE, 1)
    assert report["warnings"]["a Type-2 record was left out"] == 1
    latent = encode_views([made_palms.latent(palm, 8, 30)], FingerFormat.ISO_2011)
    with centre.fingers_of(FIRST) as client:
        answer = client.search_finger(terms(FIRST, "LP/PP"), {"latent": latent})
    (best,) = answer.results[0].candidates
    assert best.reference_number == "PALM-1"
    assert b"SECRET" not in best.record
    assert len(finger_record.decode(best.record).minutiae) == 2_000
    with centre.administrator() as admin:
        admin.duties.delete("PP", "PALM-1", "incorrect")


def test_a_file_that_names_a_person_is_refused_by_the_appliance_itself(centre: Centre) -> None:
    template = finger_record.decode(centre.probes[7])
    file = _transaction(encode_views([template], FingerFormat.ANSI_NIST_STANDARD))
    with centre.fingers_of(FIRST) as client, pytest.raises(ApplianceRefused) as refused:
        client.search_finger(terms(FIRST), {"latent": file})
    assert refused.value.reason == "PERSONAL_DATA_REFUSED"
    assert "SECRET" not in refused.value.message
