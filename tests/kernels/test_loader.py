"""A device gets machine code of the sources as installed, or the reason why there is none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kernels import binaries, loader
from kernels.binaries import BinaryChanged, Code
from kernels.compile import CompileError, Nvrtc, sources
from kernels.device import DNA, SELECT, STAGE1, DeviceUnavailable
from kernels.host.build import kernel_names


@cache
def _codes(architecture: int = 90) -> list[Code]:
    compiler = Nvrtc()
    return [
        Code(source, architecture, compiler.compile(source, architecture).image, "test")
        for source in sources()
    ]


def _refuse_to_compile() -> None:
    raise CompileError("NVRTC is not installed")


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "Nvrtc", _refuse_to_compile)


def test_the_sources_of_the_port_are_all_there_are() -> None:
    assert {STAGE1, SELECT, DNA} == set(sources())


@pytest.mark.usefixtures("no_compiler")
@pytest.mark.parametrize("architecture", [90, 91, 99])
def test_what_was_compiled_beforehand_is_taken_without_a_compiler(
    tmp_path: Path, architecture: int
) -> None:
    binaries.write(tmp_path, _codes())
    assert loader.load(architecture, tmp_path) == _codes()


def test_a_folder_without_files_has_them_compiled_for_the_very_device(tmp_path: Path) -> None:
    codes = loader.load(75, tmp_path)
    assert [(code.source, code.architecture) for code in codes] == [(s, 75) for s in sources()]
    assert all(code.image.startswith(b"\x7fELF") for code in codes)
    assert all(code.origin == f"NVRTC {Nvrtc().version()} at the start" for code in codes)


def test_the_machine_code_names_the_kernels_that_it_holds() -> None:
    held = {
        architecture: {
            name
            for code in (_codes(architecture) if architecture == 90 else loader.load(architecture))
            for name in kernel_names(code.source)
            if name.encode() in code.image
        }
        for architecture in (75, 90)
    }
    every = {name for source in sources() for name in kernel_names(source)}
    assert held[90] == every
    assert held[75] == every - {"stage1_scores_b1"}


@pytest.mark.usefixtures("no_compiler")
@pytest.mark.parametrize("architecture", [80, 89, 100])
def test_a_device_that_nothing_serves_is_refused_with_the_reason(
    tmp_path: Path, architecture: int
) -> None:
    binaries.write(tmp_path, _codes())
    with pytest.raises(DeviceUnavailable) as refused:
        loader.load(architecture, tmp_path)
    assert f"{architecture // 10}.{architecture % 10}" in str(refused.value)
    assert "NVRTC is not installed" in str(refused.value)


def test_a_device_older_than_all_kernels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailable, match=r"7\.0, 7\.5 is the least"):
        loader.load(70, tmp_path)


def test_a_device_that_the_compiler_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailable, match="knows no such device"):
        loader.load(990, tmp_path)


@pytest.mark.usefixtures("no_compiler")
def test_code_of_other_sources_is_never_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(binaries, "source_digest", lambda _source: "an earlier version")
        binaries.write(tmp_path, _codes())
    with pytest.raises(DeviceUnavailable, match="no precompiled kernels"):
        loader.load(90, tmp_path)


def test_a_file_that_was_changed_is_refused_and_not_replaced_in_silence(tmp_path: Path) -> None:
    binaries.write(tmp_path, _codes())
    changed = tmp_path / "stage1.sm_90.cubin"
    changed.write_bytes(changed.read_bytes()[:-1] + b"\0")
    image = bytearray(changed.read_bytes())
    image[100] ^= 1
    changed.write_bytes(bytes(image))
    with pytest.raises(BinaryChanged, match=r"stage1\.sm_90\.cubin"):
        binaries.read(tmp_path, STAGE1, 90)
    with pytest.raises(DeviceUnavailable, match="install it again"):
        loader.load(90, tmp_path)
    changed.unlink()
    with pytest.raises(DeviceUnavailable, match=r"stage1\.sm_90\.cubin"):
        loader.load(90, tmp_path)


def test_the_digest_names_every_byte_of_the_code_and_its_device() -> None:
    codes = _codes()
    first = codes[0]
    digests = {
        binaries.digest(codes),
        binaries.digest([Code(first.source, 80, first.image, "test"), *codes[1:]]),
        binaries.digest([Code(first.source, 90, first.image + b"\0", "test"), *codes[1:]]),
    }
    assert len(digests) == 3
    assert binaries.digest(codes[::-1]) == binaries.digest(codes)


def test_a_changed_header_makes_another_source_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = tmp_path / "shared.cuh"
    monkeypatch.setattr(binaries, "KERNELS", tmp_path)
    digests = set()
    for text in ("// one\n", "// two\n"):
        header.write_text(text)
        digests.add(binaries.source_digest(SELECT))
    assert len(digests) == 2
