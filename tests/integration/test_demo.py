"""``make demo`` end to end with a smaller population: what it shows, and its report."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from appliance.cli import demo, demo_data
from appliance.cli.exit_codes import ExitCode
from appliance.cli.output import console
from tests.cli.test_report_page import read

FINGERS, PROFILES = 120, 300


@dataclass(frozen=True, slots=True)
class Shown:
    """What one run of the demonstration left."""

    status: ExitCode
    text: str
    report: str


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """One run, in a folder where an earlier one was interrupted."""
    folder = tmp_path_factory.mktemp("demo")
    home = folder / "demo-run"
    home.mkdir()
    (home / "left-over").write_text("of an earlier run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_data, "GENERATED_FINGERS", FINGERS)
        patch.setattr(demo_data, "GENERATED_PROFILES", PROFILES)
        with console.capture() as captured:
            status = demo.run(home, folder / "no samples here")
    assert not (home / "left-over").exists()
    report = (home / "report.html").read_text("utf-8")
    return Shown(status, " ".join(captured.get().split()), report)


def test_it_ends_well_and_names_its_report(shown: Shown) -> None:
    assert shown.status is ExitCode.DONE
    assert "The report with pictures: " in shown.text


def test_everything_that_was_sent_is_acknowledged_as_durable(shown: Shown) -> None:
    for items in (FINGERS, PROFILES):
        assert re.search(
            rf"\b{items} items acknowledged as durable in [0-9.]+ s, 0 ref", shown.text
        )


def searched(shown: Shown) -> tuple[int, int]:
    """Return how many latents were found at rank 1, and of how many."""
    told = re.search(r"(\d+) of (\d+)( latents)? found .*?at rank 1", shown.text)
    assert told is not None
    return int(told[1]), int(told[2])


def test_the_latents_are_found_and_told_with_their_meaning(shown: Shown) -> None:
    found, latents = searched(shown)
    assert found > 0.8 * latents > 0
    assert "RS-F-000000" in shown.text
    assert [each for each in read(shown.report).texts["td"] if each.startswith("1 in ")]


def test_the_stains_are_told_locus_by_locus(shown: Shown) -> None:
    for words in (
        "quality 2 (match with wildcards)",
        "quality 3 (one micro-variant)",
        "one allele unread, six loci missing",
        "TH01",
        "only candidate",
        "micro-variant",
        "≠",
    ):
        assert words in shown.text, words


def test_the_worth_of_each_match_is_told_in_plain_words(shown: Shown) -> None:
    sentences = " ".join(read(shown.report).texts["p"])
    for text in (shown.text, sentences):
        assert re.search(rf"expect \S+ false matches by chance in a file of {PROFILES:,}\.", text)
        assert "demonstration: Generated, common ancestry 0.01" in text
        assert "times as likely from full siblings" in text
    assert "Caution" not in sentences
    assert read(shown.report).texts["mark"]


def test_both_refusals_are_shown_with_their_reasons(shown: Shown) -> None:
    for text in (shown.text, shown.report):
        assert "CAPACITY_EXHAUSTED" in text
        assert "OFFICER_NOT_AUTHORISED" in text


def test_the_record_of_all_this_is_intact(shown: Shown) -> None:
    assert re.search(r"chain of \d+ entries under \d+ signed heads: intact", shown.text)
    assert "search refused" in shown.text
    acts = read(shown.report).texts["td"]
    assert acts.count("search_answered") == searched(shown)[1] + demo.SECOND_CAPACITY
    assert acts.count("search_refused") == 2
    assert acts.count("capacity_declared") >= 1


def test_the_report_is_well_formed_and_holds_pictures_and_tables(shown: Shown) -> None:
    page = read(shown.report)
    assert page.texts["h2"] == ["Fingerprints", "DNA", "Refusals", "The record"]
    pictures = page.seen.count("svg")
    assert pictures >= 4
    assert page.classes.count("pair") > 4 * pictures
    assert page.seen.count("table") >= pictures // 2 + 4
    assert "CAPACITY_EXHAUSTED" in page.texts["td"]
    assert any("intact" in each for each in page.texts["p"])
    assert page.references == []
