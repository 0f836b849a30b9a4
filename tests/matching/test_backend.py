"""Where the kernels run is what was configured, or the start is refused with the reason."""

from __future__ import annotations

import importlib.machinery
import sys
from types import ModuleType

import pytest

from appliance.domain.errors import BackendUnavailable, ConfigurationInvalid
from appliance.matching import backend
from kernels.device import DeviceUnavailable
from kernels.host_device import HostDevice

REASON = "backend cuda: cudaErrorInsufficientDriver: no driver"


def _none(_memory_bytes: int) -> list[backend.OpenDevice]:
    raise BackendUnavailable(REASON)


def _two(_memory_bytes: int) -> list[backend.OpenDevice]:
    return [HostDevice, HostDevice]


def test_the_processor_is_taken_where_it_is_asked_for_whatever_else_is_there() -> None:
    assert backend.choose("cpu", 0, _two) == backend.Choice("cpu", (), "")


@pytest.mark.parametrize("configured", ["auto", "cuda"])
def test_devices_are_taken_where_there_are_any(configured: str) -> None:
    chosen = backend.choose(configured, 0, _two)
    assert (chosen.backend, len(chosen.devices), chosen.reason) == ("cuda", 2, "")


def test_auto_without_a_device_takes_the_processor_and_says_why() -> None:
    assert backend.choose("auto", 0, _none) == backend.Choice("cpu", (), REASON)


def test_cuda_without_a_device_is_refused_and_never_replaced() -> None:
    with pytest.raises(BackendUnavailable) as refused:
        backend.choose("cuda", 0, _none)
    assert refused.value.message == REASON


def test_the_reason_is_that_cupy_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(BackendUnavailable, match=r"CuPy is not installed.*gpu-cuda12"):
        backend.choose("cuda")


def _cupy_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.machinery.ModuleSpec("cupy", None)
    monkeypatch.setattr(backend.importlib.util, "find_spec", lambda _name: spec)


def test_the_reason_is_that_cupy_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    _cupy_is_there(monkeypatch)
    # None makes the import of this very name fail.
    monkeypatch.setitem(sys.modules, "kernels.cuda_device", None)
    monkeypatch.delattr("kernels.cuda_device", raising=False)
    with pytest.raises(BackendUnavailable, match="CuPy cannot be loaded"):
        backend.choose("cuda")


def test_the_reason_is_what_the_driver_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def count() -> int:
        raise DeviceUnavailable("cudaErrorInsufficientDriver: driver version is insufficient")

    _cupy_is_there(monkeypatch)
    fake = ModuleType("kernels.cuda_device")
    fake.count = count  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kernels.cuda_device", fake)
    monkeypatch.setattr("kernels.cuda_device", fake, raising=False)
    with pytest.raises(BackendUnavailable, match="driver version is insufficient"):
        backend.choose("cuda")


@pytest.mark.parametrize("configured", ["", "CPU", "rocm"])
def test_an_unknown_backend_names_the_setting_and_what_it_may_be(configured: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        backend.choose(configured)
    for part in ("matching.backend", repr(configured), "auto, cpu, cuda"):
        assert part in refused.value.message
