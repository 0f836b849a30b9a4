"""Ten-print records through a running appliance: one subject, and what is out of sequence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.exit_codes import ExitCode
from appliance.client import ApplianceRefused
from appliance.codecs.finger_writer import FingerFormat, encode_views
from appliance.domain.limits import VIEWS_PER_SUBJECT_MAX
from tests.integration.centre import FIRST, Centre, terms
from tests.integration.test_bad_input import load
from tests.matching import made_subjects

FORMAT = FingerFormat.ISO_2011


def test_a_subject_is_loaded_found_and_told_with_exchanged_fingers(
    centre: Centre, tmp_path: Path
) -> None:
    twice = replace(made_subjects.finger(9, 0, 0), position=10)
    file = tmp_path / "TEN-1.fmr"
    file.write_bytes(encode_views((*made_subjects.fingers(9, 0), twice), FORMAT))
    status, report, _ = load(centre, "finger", file, "--collection", "TP")
    assert (status, report["accepted"]) == (ExitCode.DONE, 1)
    (warning,) = report["warnings"]
    assert warning.endswith("finger positions 2 and 10 and are of the same finger")
    try:
        probe = encode_views(made_subjects.fingers(9, 1, stated={1: 8, 3: 3}), FORMAT)
        with centre.fingers_of(FIRST) as client:
            answer = client.search_finger(terms(FIRST), {"hands": probe})
        best = answer.results[0].candidates[0]
        assert best.reference_number == "TEN-1"
        told = {(each.probe_position, each.candidate_position) for each in best.fingers}
        assert {(3, 8), (8, 3), (7, 7)} <= told
        assert len(best.warnings) >= 2
        assert best.pairs == best.fingers[0].pairs
    finally:
        with centre.administrator() as admin:
            admin.duties.delete("TP", "TEN-1", "incorrect")


def test_a_record_of_more_views_than_a_person_has_is_refused(centre: Centre) -> None:
    view = made_subjects.finger(9, 0, 0)
    views = [replace(view, position=1 + at % 10) for at in range(VIEWS_PER_SUBJECT_MAX + 1)]
    many = {"many": encode_views(views, FORMAT)}
    with centre.fingers_of(FIRST) as client, pytest.raises(ApplianceRefused, match="65 views"):
        client.search_finger(terms(FIRST), many)
