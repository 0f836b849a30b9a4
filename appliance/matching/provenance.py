"""With which code and model an answer was computed: one digest over all that decides a score."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from appliance.domain.errors import ConfigurationInvalid

_DECIDING = (".py", ".cu", ".cuh", ".npz", ".json")


def _digest_into(folder: resources.abc.Traversable, digest: hashlib._Hash, prefix: str) -> None:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            _digest_into(entry, digest, name)
        elif entry.name.endswith(_DECIDING):
            digest.update(name.encode() + b"\0")
            digest.update(hashlib.sha256(entry.read_bytes()).digest())


@cache
def kernel_digest() -> str:
    """Return the SHA-256 (hex) over the kernels' sources and models as installed.

    Refuses to run on somebody else's distribution of the name ``kernels``: another package of
    that name exists, and its answers are not ours. Raises ConfigurationInvalid.
    """
    root = resources.files("kernels")
    if not (root / "finger" / "layout.py").is_file():
        raise ConfigurationInvalid("the installed package 'kernels' is not the appliance's own")
    digest = hashlib.sha256()
    _digest_into(root, digest, "kernels")
    return digest.hexdigest()
