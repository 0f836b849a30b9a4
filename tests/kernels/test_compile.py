"""The CUDA sources compile for every supported device, into the machine code they count on."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from kernels.compile import ARCHITECTURES, Binary, CompileError, Nvrtc, disassemble, main, sources
from kernels.host.build import kernel_names

TENSOR_CORES_OF_BITS = {80, 86, 89, 90}
NATIVE_PRODUCT = "BMMA.168256.AND.POPC"
REGISTERS_MAX = 128
"""Two blocks of 256 threads share the 65,536 registers of a multiprocessor."""

SHARED_BYTES_MAX = 48 * 1024
"""What a block gets on every device without asking."""


@cache
def _binary(source: Path, architecture: int) -> Binary:
    return Nvrtc().compile(source, architecture)


def _function(code: str, kernel: str) -> str:
    """Return the part of a disassembly that belongs to one kernel."""
    (part,) = re.findall(rf"\n\.text\.{kernel}:\n(.*?)(?=\n\t\.section|\Z)", code, re.DOTALL)
    return str(part)


EVERY_SOURCE = pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
EVERY_ARCHITECTURE = pytest.mark.parametrize("architecture", ARCHITECTURES)


def test_the_compiler_knows_every_supported_architecture() -> None:
    assert Nvrtc().architectures() == list(ARCHITECTURES)


@EVERY_SOURCE
@EVERY_ARCHITECTURE
def test_every_kernel_compiles_without_a_warning_or_a_spill(
    source: Path, architecture: int
) -> None:
    binary = _binary(source, architecture)
    expected = set(kernel_names(source))
    if architecture not in TENSOR_CORES_OF_BITS:
        expected.discard("stage1_scores_b1")
    assert set(binary.resources) == expected
    assert "warning" not in binary.log
    for kernel, taken in binary.resources.items():
        spilled = taken.stack_bytes, taken.spill_store_bytes, taken.spill_load_bytes
        assert spilled == (0, 0, 0), kernel
        assert 0 < taken.registers <= REGISTERS_MAX, kernel
        assert taken.shared_bytes <= SHARED_BYTES_MAX, kernel


@pytest.mark.parametrize("architecture", sorted(TENSOR_CORES_OF_BITS))
def test_the_product_of_bits_is_one_instruction(architecture: int) -> None:
    (source,) = (source for source in sources() if source.stem == "stage1")
    code = _function(disassemble(_binary(source, architecture).image), "stage1_scores_b1")
    # One product for each of eight tiles, and one more that counts the bits of its columns.
    assert code.count(NATIVE_PRODUCT) == 16
    # Where a device lacks the instruction, the assembler calls a routine of its own, on bytes.
    assert "_mma_" not in code
    assert "IMMA" not in code


def test_the_command_reports_every_kernel_and_writes_the_machine_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["compile", "--out", str(tmp_path / "cubins")])
    main()
    lines = capsys.readouterr().out.splitlines()[1:]
    assert {line.split()[0] for line in lines} == {
        kernel for source in sources() for kernel in kernel_names(source)
    }
    written = {path.name for path in (tmp_path / "cubins").iterdir()}
    cubins = {f"{s.stem}.sm_{a}.cubin" for s in sources() for a in ARCHITECTURES}
    assert written == {*cubins, "cubins.list"}
    image = (tmp_path / "cubins" / "select.sm_90.cubin").read_bytes()
    assert image.startswith(b"\x7fELF")


def test_a_source_that_is_refused_is_reported_in_the_compilers_words(tmp_path: Path) -> None:
    source = tmp_path / "broken.cu"
    source.write_text('extern "C" __global__ void broken(int* out) { *out = absent; }\n')
    with pytest.raises(CompileError, match="absent"):
        Nvrtc().compile(source, 90)
