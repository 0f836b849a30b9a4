"""Machine code for a device: compiled beforehand where the package brings it, at start elsewhere.

``kernels/cubins`` holds what ``python -m kernels.compile`` wrote when the package was built.
"""

from __future__ import annotations

from pathlib import Path

from kernels import binaries
from kernels.binaries import BinaryChanged, Code
from kernels.compile import CompileError, Nvrtc, sources
from kernels.device import ARCHITECTURE_MIN, DeviceUnavailable


def load(architecture: int, folder: Path = binaries.FOLDER) -> list[Code]:
    """Return machine code of every source for a device of a compute capability, ten times.

    DeviceUnavailable with the reason: the device is too old, a file was damaged, or nothing
    precompiled fits and the compiler is missing or refuses.
    """
    if architecture < ARCHITECTURE_MIN:
        raise DeviceUnavailable(
            f"the device has compute capability {_dotted(architecture)},"
            f" {_dotted(ARCHITECTURE_MIN)} is the least that is supported"
        )
    try:
        found = [binaries.read(folder, source, architecture) for source in sources()]
    except (BinaryChanged, OSError) as error:
        raise DeviceUnavailable(str(error)) from error
    ready = [code for code in found if code is not None]
    # All of one making: a mixture would be code that nobody has tested together.
    return ready if len(ready) == len(found) else _compiled(architecture)


def _compiled(architecture: int) -> list[Code]:
    """Compile every source now: about a tenth of a second each."""
    try:
        compiler = Nvrtc()
        best = binaries.serving(architecture, compiler.supported())
        if best is None:
            raise CompileError(f"NVRTC {compiler.version()} knows no such device")
        origin = f"NVRTC {compiler.version()} at the start"
        return [
            Code(source, best, compiler.compile(source, best).image, origin) for source in sources()
        ]
    except CompileError as error:
        raise DeviceUnavailable(
            f"no precompiled kernels serve compute capability {_dotted(architecture)}: {error}"
        ) from error


def _dotted(architecture: int) -> str:
    return f"{architecture // 10}.{architecture % 10}"
