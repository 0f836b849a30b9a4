"""Memory that is overwritten when it is given back, so that no probe stays in it (Art. 13(3)).

Python, gRPC and protobuf copy what they handle and give the copies back without a thought. The C
library can overwrite every block at that moment: ``perturb`` fills it with a byte, without the
thread caches, which would take blocks before they are filled, and with Python's own small objects
in the same heap. It reads these settings when a process begins, so the service begins anew once.
"""

from __future__ import annotations

import os
import sys

TUNABLES = "glibc.malloc.tcache_count=0:glibc.malloc.perturb=204"
ALLOCATOR = "malloc"


def require() -> None:
    """Start this process anew with the settings unless it runs with them; its pid stays.

    Where the C library is not the GNU one the settings mean nothing and the process goes on as it
    is: ``overwrites`` tells.
    """
    if overwrites() or not _is_glibc():
        return
    former = os.environ.get("GLIBC_TUNABLES", "")
    os.environ["GLIBC_TUNABLES"] = f"{former}:{TUNABLES}" if former else TUNABLES
    os.environ["PYTHONMALLOC"] = ALLOCATOR
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own start


def environment_without() -> dict[str, str]:
    """Return this environment without the settings, to measure what they cost."""
    kept = {**os.environ}
    kept.pop("PYTHONMALLOC", None)
    kept["GLIBC_TUNABLES"] = kept.get("GLIBC_TUNABLES", "").replace(TUNABLES, "").strip(":")
    return kept


def overwrites() -> bool:
    """Say whether memory given back is overwritten in this process."""
    tunables = os.environ.get("GLIBC_TUNABLES", "")
    return _is_glibc() and TUNABLES in tunables and os.environ.get("PYTHONMALLOC") == ALLOCATOR


def _is_glibc() -> bool:
    try:
        return bool(os.confstr("CS_GNU_LIBC_VERSION"))
    except (AttributeError, OSError, ValueError):
        return False
