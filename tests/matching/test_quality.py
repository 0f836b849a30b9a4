"""What is too little for an automated comparison, at the very limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.domain.codes import SearchType
from appliance.domain.errors import QualityInsufficient
from appliance.domain.finger import Minutia
from appliance.domain.search import DnaProbe, FingerProbe
from appliance.matching import quality
from appliance.matching.quality import QualityRule
from tests.matching import made_fingers
from tests.matching.laboratory import PACK, Laboratory
from tests.matching.made_fingers import template
from tests.matching.made_profiles import STAIN, profile

RULE = QualityRule(minutiae_min=12, full_loci_min=len(STAIN))
HALF_READ = ("22", "*")


def finger(minutiae: int) -> FingerProbe:
    return FingerProbe("P-1", template((Minutia(80, 80, 0, 1, 50),) * minutiae))


def refusal(probe: FingerProbe | DnaProbe) -> QualityInsufficient:
    with pytest.raises(QualityInsufficient) as refused:
        quality.check(probe, RULE)
    assert probe.reference_number in refused.value.message
    return refused.value


@pytest.mark.parametrize("minutiae", [12, 13, 255])
def test_enough_minutiae_are_suitable(minutiae: int) -> None:
    quality.check(finger(minutiae), RULE)


@pytest.mark.parametrize("minutiae", [0, 1, 11])
def test_too_few_minutiae_are_refused_with_both_figures(minutiae: int) -> None:
    told = refusal(finger(minutiae))
    assert told.metadata == {"minutiae": str(minutiae), "minutiae_min": "12"}


@pytest.mark.requirement("I11.1")
def test_a_print_of_too_low_a_quality_is_refused_with_figure_threshold_and_model() -> None:
    line = FingerProbe("P-1", template(tuple(Minutia(80 * n, 900, 0, 1, 50) for n in range(20))))
    grade = quality.of_template(line.template)
    assert 0 < grade < 50
    quality.check(line, QualityRule(12, 8, quality_min=grade))
    with pytest.raises(QualityInsufficient) as refused:
        quality.check(line, QualityRule(12, 8, quality_min=grade + 1))
    assert f"P-1: quality {grade} of 100, at least {grade + 1} is" in refused.value.message
    assert refused.value.metadata == {
        "quality": str(grade),
        "quality_min": str(grade + 1),
        "quality_model": "1",
    }


def test_a_generated_print_has_a_high_quality() -> None:
    assert min(quality.of_template(made_fingers.probe(finger)) for finger in range(8)) > 60


def test_a_profile_with_just_enough_full_loci_is_suitable() -> None:
    quality.check(DnaProbe("D-1", profile()), RULE)
    quality.check(DnaProbe("D-1", profile(SE33=("20", "21"))), RULE)


@pytest.mark.parametrize(
    "changes",
    [
        {"FGA": ()},
        {"FGA": HALF_READ},
        {"FGA": HALF_READ, "AMELOGENIN": ("X", "Y")},
        {"FGA": (), "SE33": HALF_READ},
    ],
    ids=["missing", "wildcard", "amelogenin does not help", "a half-read one does not help"],
)
def test_one_full_locus_too_few_is_refused_with_both_figures(
    changes: dict[str, tuple[str, ...]],
) -> None:
    told = refusal(DnaProbe("D-1", profile(**changes)))
    assert told.metadata == {"full_loci": "7", "full_loci_min": "8"}


def test_a_profile_of_amelogenin_alone_has_no_full_locus() -> None:
    only_sex = dict.fromkeys(STAIN, ())
    told = refusal(DnaProbe("D-1", profile(**only_sex, AMELOGENIN=("X", "Y"))))
    assert told.metadata["full_loci"] == "0"


@pytest.mark.requirement("I11.1")
def test_each_search_type_has_its_own_least_quality(tmp_path: Path) -> None:
    line = tuple(Minutia(80 * n, 900, 0, 1, 50) for n in range(20))
    poor = FingerProbe("P", template(line))
    least = dict.fromkeys(PACK.quality_min, 0) | {SearchType.TP_TP: 90}
    with Laboratory.opened(tmp_path / "laboratory", quality_min=least) as laboratory:
        check = laboratory.matcher.check_quality
        check(poor, laboratory.pack, SearchType.LT_TP)
        check(poor, laboratory.pack)
        with pytest.raises(QualityInsufficient, match="at least 90"):
            check(poor, laboratory.pack, SearchType.TP_TP)
