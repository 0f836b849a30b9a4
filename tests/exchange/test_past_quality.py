"""A refusal for quality is judged by the figures kept of it, with no probe (IA Art. 11(1))."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.codecs.dna_canonical import canonical_profile
from appliance.domain.admissibility import Outcome, Rule, Verdict
from appliance.domain.codes import SearchType
from appliance.domain.dna_inclusion import require_suitable
from appliance.domain.dna_rule import PCC_SEE
from appliance.domain.errors import QualityInsufficient
from appliance.domain.record import Act
from appliance.domain.search import DnaProbe
from tests.exchange.supervised import AUDITOR, Supervised
from tests.exchange.world import (
    DNA,
    FINGER,
    PACK,
    UNSUITABLE,
    World,
    details,
    finger_probe,
    pack_with,
    request,
)

DNA_TYPE = SearchType.DNA_REFERENCE.value


@pytest.fixture
def supervised(world: World) -> Supervised:
    """A world under supervision."""
    return Supervised(world)


def judged(supervised: Supervised, **measured: str) -> tuple[Verdict, Outcome, str]:
    figures = {f"measured_{name}": text for name, text in measured.items()}
    dna = {"search_type": DNA_TYPE, "certificate": DNA.fingerprint}
    kind = {} if "minutiae" in measured else dna
    entry = supervised.searched(
        act=Act.SEARCH_REFUSED, reason="QUALITY_INSUFFICIENT", **kind, **figures
    )
    (one,) = supervised.desk.check_entry(AUDITOR, entry).acts
    (found,) = [each for each in one.findings if each.rule is Rule.QUALITY]
    return one.verdict, found.outcome, found.remark


@pytest.mark.requirement("A13.3", "A16.3", "I11.1")
def test_a_refusal_keeps_figures_and_no_content_and_is_judged_by_them(
    supervised: Supervised,
) -> None:
    unsuitable = replace(finger_probe(), template=UNSUITABLE)
    with pytest.raises(QualityInsufficient):
        supervised.world.desk.submit(FINGER, request("Q-1", unsuitable))
    (entry,) = supervised.world.acts(Act.SEARCH_REFUSED)
    figures = {name: text for name, text in details(entry).items() if name.startswith("measured")}
    expected = {"measured_minutiae": "0", "measured_minutiae_min": str(PACK.minutiae_min)}
    assert expected == figures
    (one,) = supervised.desk.check_request(AUDITOR, "MK", "Q-1").acts
    assert one.verdict is Verdict.RIGHTLY_REFUSED
    (found,) = [each for each in one.findings if each.rule is Rule.QUALITY]
    assert (found.reason, found.remark) == (
        "QUALITY_INSUFFICIENT",
        f"0 minutiae, at least {PACK.minutiae_min} were needed",
    )


@pytest.mark.requirement("A16.3", "I11.1")
def test_a_refusal_of_a_suitable_probe_was_wrong(supervised: Supervised) -> None:
    assert judged(supervised, minutiae=str(PACK.minutiae_min)) == (
        Verdict.WRONGLY_REFUSED,
        Outcome.KEPT,
        f"{PACK.minutiae_min} minutiae, at least {PACK.minutiae_min} were needed",
    )
    assert judged(supervised, full_loci="5")[0] is Verdict.RIGHTLY_REFUSED
    assert judged(supervised, full_loci="6")[0] is Verdict.WRONGLY_REFUSED


@pytest.mark.requirement("A11.1", "A16.3")
def test_the_threshold_is_that_of_the_pack_of_its_time(supervised: Supervised) -> None:
    lower = pack_with(version="2", serial=2, minutiae_min=1)
    before = supervised.searched(
        act=Act.SEARCH_REFUSED, reason="QUALITY_INSUFFICIENT", measured_minutiae="2"
    )
    supervised.clock.advance(hours=1)
    supervised.world.packs.add(lower, supervised.clock.now())
    after = judged(supervised, minutiae="2")
    (one,) = supervised.desk.check_entry(AUDITOR, before).acts
    assert (one.verdict, after[0]) == (Verdict.RIGHTLY_REFUSED, Verdict.WRONGLY_REFUSED)


@pytest.mark.requirement("A16.3", "I7.3")
@pytest.mark.parametrize(
    ("compared", "of_group", "verdict"),
    [
        ("5", "6", Verdict.RIGHTLY_REFUSED),
        ("6", "5", Verdict.RIGHTLY_REFUSED),
        ("6", "6", Verdict.WRONGLY_REFUSED),
    ],
)
def test_a_persons_profile_is_judged_by_the_loci_of_the_rule(
    supervised: Supervised, compared: str, of_group: str, verdict: Verdict
) -> None:
    found = judged(
        supervised, compared_full_loci=compared, full_loci_of_ESS_12=of_group, min_full_loci="6"
    )
    assert found[0] is verdict


def test_a_refused_profile_tells_its_figures_and_no_locus() -> None:
    profile = canonical_profile((("TH01", ("6", "9.3")), ("FGA", ("22", "24"))))
    with pytest.raises(QualityInsufficient) as refused:
        require_suitable(DnaProbe("D-1", profile), PCC_SEE, person=True)
    assert refused.value.metadata == {
        "rule_profile": "PCC-SEE/1",
        "min_full_loci": "6",
        "compared_full_loci": "2",
        "full_loci_of_ESS_12": "2",
    }


@pytest.mark.requirement("A16.3", "I11.1")
def test_a_refusal_by_quality_is_judged_by_the_threshold_of_its_search_type(
    supervised: Supervised,
) -> None:
    least = PACK.quality_min[SearchType.LT_TP]
    assert least < PACK.quality_min[SearchType.TP_TP]
    remark = "{} points of quality, at least {} were needed"
    for quality, verdict, outcome in (
        (least - 1, Verdict.RIGHTLY_REFUSED, Outcome.BROKEN),
        (least, Verdict.WRONGLY_REFUSED, Outcome.KEPT),
    ):
        found = judged(
            supervised,
            minutiae=str(PACK.minutiae_min),
            quality=str(quality),
            quality_min=str(least),
            quality_model="1",
        )
        kept = "" if outcome is Outcome.BROKEN else f"{PACK.minutiae_min} minutiae, "
        assert found[:2] == (verdict, outcome)
        assert found[2].startswith(kept)
        assert found[2].endswith(remark.format(quality, least))
