"""An answer says with what it was computed, and does not depend on it."""

from __future__ import annotations

from pathlib import Path

from appliance.matching.engine import CpuEngine
from tests.matching.laboratory import Laboratory, latent


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
