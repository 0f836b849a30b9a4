"""An answer says with what it was computed, and does not depend on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.codecs.dna_record import encode_dna_record
from appliance.domain.codes import Collection, SearchType
from appliance.domain.reference_data import LoadItem
from appliance.domain.search import DnaProbe
from appliance.matching.engine import CpuEngine
from tests.matching.fleets import made_fleet
from tests.matching.laboratory import Laboratory, latent, nothing, request
from tests.matching.made_profiles import profile


class NamedEngine(CpuEngine):
    """The processor under another name."""

    backend = "cuda"
    kernel_build = "ab" * 32 + " NVRTC 12.9 beforehand"


def test_an_answer_names_the_engine_that_compared_and_its_machine_code(tmp_path: Path) -> None:
    outcomes = []
    for number, engine in enumerate((CpuEngine(), NamedEngine())):
        with Laboratory.opened(tmp_path / str(number), engine=engine) as laboratory:
            laboratory.load_fingers(*range(4))
            outcomes.append(laboratory.searching(latent(2)))
    assert [each.provenance.backend for each in outcomes] == ["cpu", "cuda"]
    assert [each.provenance.kernel_build for each in outcomes] == ["", NamedEngine.kernel_build]
    assert outcomes[0].items == outcomes[1].items


@pytest.mark.parametrize("devices", [1, 2])
def test_devices_give_the_answers_of_the_processor_down_to_the_evidence(
    tmp_path: Path, devices: int
) -> None:
    received = profile()
    held = LoadItem(Collection.DNA_REFERENCE, "D-1", encode_dna_record(received), received.codes)
    stain = request(SearchType.DNA_REFERENCE, DnaProbe("P-1", received))
    answers = []
    with made_fleet(devices) as made:
        for number, engine in enumerate((CpuEngine(), made.fleet)):
            with Laboratory.opened(tmp_path / str(number), engine=engine) as laboratory:
                laboratory.load([held])
                told = []
                for fingers in ((0, 1, 2), (3, 4)):
                    laboratory.load_fingers(*fingers)
                    told += [laboratory.searching(each).items for each in (latent(1), stain)]
                laboratory.gallery.delete(Collection.TP, "F-1", nothing)
                answers.append([*told, laboratory.searching(latent(1)).items])
        assert made.fallbacks == []
        assert all(device.launches for device in made.devices)
    assert answers[0] == answers[1]
    assert answers[0][1][0].dna_matches
