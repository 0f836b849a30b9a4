"""Compile every CUDA source for every device it may meet, on a machine that need not have one.

``python -m kernels.compile`` prints what each kernel takes of a device; ``--out FOLDER`` also
writes the machine code, one file for each source and architecture. Needs NVRTC, the compiler as a
library (package ``nvidia-cuda-nvrtc-cu12`` or ``nvidia-cuda-nvrtc``), but no driver.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kernels.binaries import KERNELS, Code, write

ARCHITECTURES = (75, 80, 86, 89, 90, 100, 120)
"""Compute capabilities, ten times: Turing, Ampere, Ada, Hopper and two Blackwells."""

FLAGS = ("--std=c++17", "--ptxas-options=-v", f"-I{KERNELS}")
DISASSEMBLE_DEADLINE_S = 60

_ENTRY = re.compile(r"Compiling entry function '(\w+)'")
_STACK = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
_USED = re.compile(r"Used (\d+) registers(?:.*?, (\d+) bytes smem)?")


class CompileError(RuntimeError):
    """The device compiler is missing or refuses a source, in its own words."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What one thread of a kernel takes of a device, and one block of shared memory."""

    registers: int
    stack_bytes: int
    spill_store_bytes: int
    spill_load_bytes: int
    shared_bytes: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Machine code of one source for one architecture; ``log`` is what the compiler said."""

    source: Path
    architecture: int
    image: bytes
    log: str
    resources: Mapping[str, Resources]


def sources() -> list[Path]:
    """Return every CUDA source, sorted."""
    return sorted(KERNELS.glob("*/*.cu"))


class Nvrtc:
    """NVRTC as installed with pip or in the system; CompileError without it."""

    def __init__(self) -> None:
        """Load the newest one found."""
        self._library = _load()
        self._library.nvrtcGetErrorString.restype = ctypes.c_char_p

    def version(self) -> str:
        """Return the compiler's version, such as 12.9."""
        major, minor = ctypes.c_int(), ctypes.c_int()
        self._require(self._library.nvrtcVersion(ctypes.byref(major), ctypes.byref(minor)))
        return f"{major.value}.{minor.value}"

    def architectures(self) -> list[int]:
        """Return those of ARCHITECTURES for which this version can compile."""
        known = self.supported()
        return [architecture for architecture in ARCHITECTURES if architecture in known]

    def supported(self) -> list[int]:
        """Return every architecture for which this version can compile."""
        count = ctypes.c_int()
        self._require(self._library.nvrtcGetNumSupportedArchs(ctypes.byref(count)))
        known = (ctypes.c_int * count.value)()
        self._require(self._library.nvrtcGetSupportedArchs(known))
        return list(known)

    def compile(self, source: Path, architecture: int) -> Binary:
        """Return the machine code of a source; CompileError with the log if it is refused."""
        program = ctypes.c_void_p()
        text, name = source.read_bytes(), source.name.encode()
        self._require(
            self._library.nvrtcCreateProgram(ctypes.byref(program), text, name, 0, None, None)
        )
        try:
            flags = [flag.encode() for flag in (*FLAGS, f"--gpu-architecture=sm_{architecture}")]
            given = (ctypes.c_char_p * len(flags))(*flags)
            status = self._library.nvrtcCompileProgram(program, len(flags), given)
            log = self._fetch(program, "ProgramLog").rstrip(b"\0").decode()
            if status != 0:
                raise CompileError(f"{source.name} for sm_{architecture}:\n{log}")
            image = self._fetch(program, "CUBIN")
        finally:
            self._require(self._library.nvrtcDestroyProgram(ctypes.byref(program)))
        return Binary(source, architecture, image, log, _resources(log))

    def _fetch(self, program: ctypes.c_void_p, what: str) -> bytes:
        size = ctypes.c_size_t()
        self._require(self._library[f"nvrtcGet{what}Size"](program, ctypes.byref(size)))
        buffer = ctypes.create_string_buffer(size.value)
        self._require(self._library[f"nvrtcGet{what}"](program, buffer))
        return buffer.raw

    def _require(self, status: int) -> None:
        if status != 0:
            raise CompileError(self._library.nvrtcGetErrorString(status).decode())


def _load() -> ctypes.CDLL:
    found = sorted(_installed("lib/libnvrtc.so.*[0-9]"), key=_version)
    path = str(found[-1]) if found else ctypes.util.find_library("nvrtc")
    if path is None:
        raise CompileError("NVRTC is not installed")
    # Some packages do not tell the loader where its second half lies.
    for half in Path(path).parent.glob("libnvrtc-builtins.so.*") if found else ():
        ctypes.CDLL(str(half), mode=ctypes.RTLD_GLOBAL)
    return ctypes.CDLL(path)


def _version(library: Path) -> list[int]:
    return [int(number) for number in library.name.partition(".so.")[2].split(".")]


def _installed(pattern: str) -> Iterator[Path]:
    """Yield the files of the compiler's packages, all of which lie under one namespace."""
    spec = importlib.util.find_spec("nvidia")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        yield from (path for path in Path(folder).glob(f"*/{pattern}") if ".alt." not in path.name)


def _resources(log: str) -> dict[str, Resources]:
    """Read the assembler's report: each kernel's name, then its stack, then its registers."""
    found: dict[str, Resources] = {}
    for part in log.split("ptxas info    : Compiling")[1:]:
        entry, stack, used = (
            _ENTRY.search("Compiling" + part),
            _STACK.search(part),
            _USED.search(part),
        )
        if entry is None or stack is None or used is None:
            raise CompileError(f"cannot read the assembler's report:\n{part}")
        frame, stores, loads = (int(number) for number in stack.groups())
        registers, shared = int(used[1]), int(used[2] or 0)
        found[entry[1]] = Resources(registers, frame, stores, loads, shared)
    return found


def disassemble(image: bytes) -> str:
    """Return machine code as text; CompileError without ``nvdisasm`` (``nvidia-cuda-nvdisasm``)."""
    program = next(_installed("bin/nvdisasm"), None)
    if program is None:
        raise CompileError("nvdisasm is not installed")
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(image)
        file.flush()
        done = subprocess.run(  # noqa: S603 (a program of a package, no shell)
            [str(program), "--print-code", file.name],
            capture_output=True,
            text=True,
            timeout=DISASSEMBLE_DEADLINE_S,
            check=False,
        )
    if done.returncode != 0:
        raise CompileError(f"nvdisasm: {done.stderr}")
    return done.stdout


def compile_all(compiler: Nvrtc) -> list[Binary]:
    """Return every source for every architecture: two to three seconds."""
    return [
        compiler.compile(source, architecture)
        for source in sources()
        for architecture in compiler.architectures()
    ]


def write_all(folder: Path, compiler: Nvrtc, every: Sequence[Binary]) -> list[Path]:
    """Write machine code and its list into a folder; return the files."""
    origin = f"NVRTC {compiler.version()} beforehand"
    return write(
        folder, [Code(each.source, each.architecture, each.image, origin) for each in every]
    )


def main() -> None:
    """Compile all; print one line for each kernel and architecture."""
    parser = argparse.ArgumentParser(description="Compile the CUDA sources without a device.")
    parser.add_argument("--out", type=Path, help="folder for the machine code")
    folder: Path | None = parser.parse_args().out
    compiler = Nvrtc()
    columns = "{:<22}{:>6}{:>11}{:>8}{:>12}{:>8}\n"
    sys.stdout.write(columns.format("kernel", "sm", "registers", "stack", "spilled", "shared"))
    every = compile_all(compiler)
    for binary in every:
        for kernel, taken in binary.resources.items():
            spilled = taken.spill_store_bytes + taken.spill_load_bytes
            figures = taken.registers, taken.stack_bytes, spilled, taken.shared_bytes
            sys.stdout.write(columns.format(kernel, binary.architecture, *figures))
    if folder is not None:
        write_all(folder, compiler, every)


if __name__ == "__main__":
    main()
