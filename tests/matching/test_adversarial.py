"""No template made to be like every print reaches the decision, as a probe or as reference data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appliance.cli import generated_data
from appliance.cli.impressions import by_finger, read_set
from appliance.codecs import finger_record
from appliance.domain.codes import Collection, SearchType
from appliance.domain.finger import FingerTemplate
from appliance.domain.reference_data import LoadItem
from appliance.gallery.epoch import Epoch
from appliance.matching import calibration, encoder, finger_search, print_parts
from appliance.matching.encoder import minutiae_array
from kernels.finger import population
from tests.matching import made_attacks, made_fingers, shelf
from tests.matching.laboratory import PACK
from tests.shared_data import shared_data_dir

SETS = ("fvc2000_db2b", "fvc2000_db3b", "fvc2002_db1b", "fvc2002_db3b", "neuro_uareu")
APART = "fvc2002_db4b"
"""Whose fingers the attacks are made of: those of the gallery would rightly match."""

FALSE_POSITIVES = PACK.false_positives_per_search[SearchType.TP_TP]
DEPTH = 40
REFERENCES_PROBED = 60


def _epoch(templates: Sequence[FingerTemplate]) -> Epoch:
    packed = encoder.encode_finger(templates)
    return shelf.epoch(
        [LoadItem(Collection.TP, f"R-{n}", b"", blob) for n, blob in enumerate(packed)]
    )


def _best(probe: FingerTemplate, epoch: Epoch) -> int:
    (blob,) = encoder.encode_finger([probe])
    found = finger_search.search(blob, epoch, DEPTH)
    return calibration.shipped().meaning(found[0].raw) if found else 0


def _none_reaches(prints: Sequence[FingerTemplate], others: Sequence[FingerTemplate]) -> None:
    attacks = made_attacks.attacks(others)
    least = calibration.threshold_hundredths(len(prints), FALSE_POSITIVES)
    gallery, attackers = _epoch(prints), _epoch(list(attacks.values()))
    probes = {name: _best(each, gallery) for name, each in attacks.items()}
    reached = {name: score for name, score in probes.items() if score >= least}
    assert reached == {}
    step = max(1, len(prints) // REFERENCES_PROBED)
    met = [_best(each, attackers) for each in prints[::step]]
    assert max(met) < least


def _generated(fingers: int, seed: int) -> list[FingerTemplate]:
    return [
        finger_record.decode(record)
        for (record,) in generated_data.finger_records(fingers, 1, seed)
    ]


def test_no_made_up_template_reaches_the_decision_against_generated_prints() -> None:
    _none_reaches(_generated(60, 31), _generated(40, 32))


def test_no_made_up_template_reaches_the_decision_against_real_prints() -> None:
    root = shared_data_dir() / "fingerprints" / "templates"
    _none_reaches(_real(root, SETS), _real(root, (APART,)))


def _real(root: Path, sets: Sequence[str]) -> list[FingerTemplate]:
    """Return the first impression of each finger by each extractor."""
    found = []
    for folder in (path for name in sets for path in sorted(root.glob(f"*/{name}"))):
        for first, *_ in by_finger(read_set(folder)).values():
            if first.template is not None and first.template.minutiae:
                found.append(first.template)
    return found


def test_a_mate_reaches_the_decision_among_as_many() -> None:
    """The threshold that keeps the attacks out lets prints of one finger in."""
    gallery = _epoch([finger_record.decode(first) for first, _ in made_fingers.records()])
    least = calibration.threshold_hundredths(len(made_fingers.records()), FALSE_POSITIVES)
    reached = [_best(made_fingers.probe(finger), gallery) >= least for finger in range(12)]
    assert sum(reached) >= 11


def test_a_grid_denser_than_ridges_is_thinned_and_no_print_is() -> None:
    dense = minutiae_array(made_attacks.grid(9, "as an arch"))
    (kept,) = print_parts.parts_of(dense)
    assert 10 < len(kept) < len(dense) // 5
    for (minutiae,) in population.generate(40, 1, 5, population.NOISY):
        assert len(print_parts.parts_of(minutiae)[0]) == len(minutiae)


def test_no_print_of_the_public_sets_is_thinned() -> None:
    root = shared_data_dir() / "fingerprints" / "templates"
    for each in _real(root, (*SETS, APART)):
        assert len(print_parts.parts_of(minutiae_array(each))[0]) == len(each.minutiae)
