"""Where the kernels run: chosen once at start, and never changed in silence."""

from __future__ import annotations

import importlib.util

from appliance.domain.errors import BackendUnavailable, ConfigurationInvalid

CPU = "cpu"
CUDA = "cuda"
AUTO = "auto"


def choose(configured: str) -> str:
    """Return the backend to use for ``configured``: auto, cpu or cuda.

    ``auto`` takes what this installation can run. ``cuda`` where it cannot run raises
    BackendUnavailable with the reason: an operator who paid for a GPU must not be served by a CPU
    unknowingly. Anything else raises ConfigurationInvalid.
    """
    if configured in (CPU, AUTO):
        return CPU
    if configured == CUDA:
        raise BackendUnavailable(why_no_cuda())
    raise ConfigurationInvalid(f"matching.backend: {configured!r} is none of {AUTO}, {CPU}, {CUDA}")


def why_no_cuda() -> str:
    """Return the sentence that says why the CUDA backend cannot be used here."""
    if importlib.util.find_spec("cupy") is None:
        return "backend cuda: CuPy is not installed, and this version has no CUDA backend yet"
    return "backend cuda: this version has no CUDA backend yet; use auto or cpu"
