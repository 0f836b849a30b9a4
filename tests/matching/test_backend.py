"""Where the kernels run is what was configured, or the start is refused with the reason."""

from __future__ import annotations

import importlib.machinery

import pytest

from appliance.domain.errors import BackendUnavailable, ConfigurationInvalid
from appliance.matching import backend


@pytest.mark.parametrize("configured", ["auto", "cpu"])
def test_the_processor_is_taken_where_nothing_else_is_asked(configured: str) -> None:
    assert backend.choose(configured) == "cpu"


@pytest.mark.parametrize("cupy", [None, importlib.machinery.ModuleSpec("cupy", None)])
def test_cuda_is_refused_by_name_and_never_replaced(
    monkeypatch: pytest.MonkeyPatch, cupy: importlib.machinery.ModuleSpec | None
) -> None:
    monkeypatch.setattr(backend.importlib.util, "find_spec", lambda _name: cupy)
    with pytest.raises(BackendUnavailable) as refused:
        backend.choose("cuda")
    assert refused.value.message.startswith("backend cuda: ")
    assert ("CuPy is not installed" in refused.value.message) == (cupy is None)


@pytest.mark.parametrize("configured", ["", "CPU", "rocm"])
def test_an_unknown_backend_names_the_setting_and_what_it_may_be(configured: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        backend.choose(configured)
    for part in ("matching.backend", repr(configured), "auto, cpu, cuda"):
        assert part in refused.value.message
