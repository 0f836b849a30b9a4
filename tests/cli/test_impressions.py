"""Folders of templates named FINGER_IMPRESSION, in the order that a person would count."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.cli import generated_data
from appliance.cli.impressions import by_finger, read_set
from appliance.domain.errors import ConfigurationInvalid

RECORD = next(generated_data.finger_records(1, 1, 8))[0]


def folder_of(folder: Path, *names: str, content: bytes = RECORD) -> Path:
    for name in names:
        (folder / name).write_bytes(content)
    return folder


def read(folder: Path) -> list[tuple[str, str]]:
    return [(each.finger, each.number) for each in read_set(folder)]


def test_fingers_and_impressions_are_counted_and_not_spelt(tmp_path: Path) -> None:
    folder_of(tmp_path, "10_1.iso", "2_10.iso", "2_9.fmr", "2_1.iso", "1_1.iso")
    assert read(tmp_path) == [("1", "1"), ("2", "1"), ("2", "9"), ("2", "10"), ("10", "1")]


def test_a_person_a_finger_and_an_impression_make_one_finger_of_each_person(
    tmp_path: Path,
) -> None:
    folder_of(tmp_path, "012_3_2.iso", "012_3_1.iso", "012_10_1.iso", "012_4_1.iso", "9_3_1.iso")
    assert list(by_finger(read_set(tmp_path))) == ["9_3", "012_3", "012_4", "012_10"]
    first, *others = by_finger(read_set(tmp_path))["012_3"]
    assert (first.number, [each.number for each in others]) == ("1", ["2"])


def test_names_of_letters_follow_numbers_and_odd_digits_are_letters(tmp_path: Path) -> None:
    folder_of(tmp_path, "b_1.iso", "a_1.iso", "7_1.iso", "²_1.iso")
    assert [finger for finger, _ in read(tmp_path)] == ["7", "a", "b", "²"]


def test_an_unreadable_record_stays_as_an_impression_without_a_template(tmp_path: Path) -> None:
    folder_of(tmp_path, "1_1.iso")
    folder_of(tmp_path, "1_2.iso", content=RECORD[:-3])
    folder_of(tmp_path, "1_3.iso", content=b"")
    assert [each.template is None for each in read_set(tmp_path)] == [False, True, True]


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    folder_of(tmp_path, "1_1.iso", "1_2.png", "README.md", "noimpression.iso", "_3.iso")
    assert read(tmp_path) == [("1", "1")]


def test_a_folder_without_templates_is_refused_by_name(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ConfigurationInvalid, match=folder.name):
            read_set(folder)
