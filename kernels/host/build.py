"""Compile a CUDA source with the system's C++ compiler and launch its kernels on the host.

The source is the one that a GPU gets, unchanged; ``fibre_cuda.h`` lends it the words of CUDA. The
shared library lies in the user's cache folder under the digest of everything it was made from.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from enum import IntEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

KERNELS = Path(__file__).resolve().parents[1]
CACHE_NAME = "pruem-appliance-kernels"
COMPILERS = ("c++", "g++", "clang++")
FLAGS = (
    "-std=c++17",
    "-O1",
    "-fPIC",
    "-shared",
    "-fvisibility=hidden",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unknown-pragmas",
)
SANITIZER_FLAGS = ("-fsanitize=address", "-fsanitize-sections=fibre_shared")
COMPILE_DEADLINE_S = 120

_KERNEL = re.compile(r'extern "C" __global__ void(?:\s+__launch_bounds__\([^)]*\))?\s+(\w+)\s*\(')

Argument = NDArray[np.generic] | np.generic


class FibreError(RuntimeError):
    """A kernel broke a rule of the programming model, or its source could not be compiled."""


class Order(IntEnum):
    """In which order blocks, and the threads of a block, take their turns."""

    FORWARD = 0
    REVERSE = 1
    RANDOM = 2


def compiler() -> str | None:
    """Return the path of the C++ compiler, that of CXX or the first known one; None without."""
    named = os.environ.get("CXX")
    for name in (named,) if named else COMPILERS:
        path = shutil.which(name)
        if path is not None:
            return path
    return None


def kernel_names(source: Path) -> list[str]:
    """Return the names of the kernels that a CUDA source defines, in their order."""
    return _KERNEL.findall(source.read_text(encoding="utf-8"))


def build(source: Path, *, sanitize: bool = False) -> Path:
    """Return the shared library of a CUDA source, compiled now unless the cache holds it.

    ``sanitize`` adds the address sanitizer; such a library loads only into a process that was
    started with ``sanitizer_runtime`` preloaded. FibreError with the compiler's words
    if it refuses. About two seconds; safe from any number of processes.
    """
    path = compiler()
    if path is None:
        raise FibreError("no C++ compiler found; set CXX or install one")
    command = [path, *FLAGS, *(SANITIZER_FLAGS if sanitize else ()), f"-I{KERNELS}"]
    text = _translation_unit(source)
    target = _cache_folder() / f"{source.stem}-{_digest(command, text, source)}.so"
    if not target.exists():
        _compile(command, text, target)
    return target


def _translation_unit(source: Path) -> str:
    entries = "\n".join(f"FIBRE_KERNEL({name})" for name in kernel_names(source))
    return f'#include "host/fibre_cuda.h"\n#include "{source.resolve()}"\n{entries}\n'


def _digest(command: list[str], text: str, source: Path) -> str:
    # By content alone: where the source lies changes nothing in the library.
    placeless = text.replace(str(source.resolve()), source.name)
    made_by = [*command, _compiler_version(command[0]), placeless]
    digest = hashlib.sha256("\0".join(made_by).encode())
    beside = source.resolve().parent.glob("*.cuh")
    headers = {*KERNELS.rglob("*.h"), *KERNELS.rglob("*.cuh"), *beside}
    for content in sorted(path.read_bytes() for path in headers):
        digest.update(hashlib.sha256(content).digest())
    digest.update(source.read_bytes())
    return digest.hexdigest()[:24]


@cache
def _compiler_version(path: str) -> str:
    return _run([path, "--version"]).stdout


def _cache_folder() -> Path:
    """Return the folder of compiled libraries; nobody else may write what this program loads."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / CACHE_NAME
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def sanitizer_runtime() -> Path | None:
    """Return the library that a process must preload for sanitized kernels, None without one."""
    path = compiler()
    if path is None:
        return None
    # A compiler that does not know the file repeats its name.
    named = Path(_run([path, "-print-file-name=libasan.so"]).stdout.strip())
    return named if named.is_absolute() and named.exists() else None


def _compile(command: list[str], text: str, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        unit, library = Path(scratch) / "unit.cpp", Path(scratch) / "unit.so"
        unit.write_text(text, encoding="utf-8")
        done = _run([*command, str(unit), "-o", str(library)])
        if done.returncode != 0:
            raise FibreError(f"{command[0]} refuses {target.stem}:\n{done.stderr}")
        # Whoever renames last wins; all of them made the same file.
        library.replace(target)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (the compiler of this machine, no shell)
        command, capture_output=True, text=True, timeout=COMPILE_DEADLINE_S, check=False
    )


class HostModule:
    """The kernels of one CUDA source, launched on the host.

    Arguments are those of a launch on a device: arrays, passed by address and written in place,
    and numpy scalars of the parameter's type. One launch at a time: the scheduler of a library is
    one, so two threads must not launch from modules of the same source.
    """

    def __init__(self, library: Path, order: Order = Order.FORWARD, seed: int = 0) -> None:
        """Load a library that ``build`` made; ``seed`` matters to the random order alone."""
        self._library = ctypes.CDLL(str(library))
        self._order = order
        self._seed = seed

    def launch(
        self,
        kernel: str,
        grid: tuple[int, ...],
        block: tuple[int, ...],
        *arguments: Argument,
    ) -> None:
        """Run a kernel over a grid to its end; FibreError if it breaks a rule."""
        # Each array here holds one parameter's bytes: an address, or the scalar itself.
        held = [_parameter(argument) for argument in arguments]
        self._require_sizes(kernel, [value.nbytes for value in held])
        entry = getattr(self._library, f"fibre_launch_{kernel}")
        entry.restype = ctypes.c_char_p
        pointers = (ctypes.c_void_p * len(held))(*(value.ctypes.data for value in held))
        extents = [*grid, *[1] * (3 - len(grid)), *block, *[1] * (3 - len(block))]
        shape = (ctypes.c_uint * 6)(*extents)
        error = entry(pointers, shape, ctypes.c_int(self._order), ctypes.c_uint(self._seed))
        if error is not None:
            raise FibreError(f"{kernel}: {error.decode()}")

    def _require_sizes(self, kernel: str, given: list[int]) -> None:
        parameter = getattr(self._library, f"fibre_parameter_{kernel}")
        expected = [int(parameter(number)) for number in range(len(given) + 1)]
        if [*given, 0] != expected:
            raise FibreError(f"{kernel}: arguments of {given} bytes, its parameters {expected}")


def _parameter(argument: Argument) -> NDArray[np.generic]:
    if not isinstance(argument, np.ndarray):
        return np.array([argument])
    if not argument.flags.c_contiguous:
        raise FibreError("an array argument is not contiguous")
    return np.array([argument.ctypes.data], np.uintp)
