"""What the wheel holds beside its sources: machine code for CUDA devices, where NVRTC is at hand.

Without it the wheel is built all the same, and the kernels are compiled at the start of a service
that has a device. ``python -m build --no-isolation`` in an environment with ``.[dev]`` finds it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INTO = "kernels/cubins"


class CubinHook(BuildHookInterface[Any]):
    """Called by hatchling for each build of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every source and add the files; an editable installation needs none."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from kernels.compile import CompileError, Nvrtc, compile_all, write_all

        try:
            compiler = Nvrtc()
            self._folder = tempfile.TemporaryDirectory()
            written = write_all(Path(self._folder.name), compiler, compile_all(compiler))
        except CompileError as error:
            self.app.display_warning(f"the wheel holds no machine code for devices: {error}")
            return
        for path in written:
            build_data["force_include"][str(path)] = f"{INTO}/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled, which the wheel holds now."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
