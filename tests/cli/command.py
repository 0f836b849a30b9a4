"""The command line as its users run it: a process with arguments, output and exit status."""

from __future__ import annotations

import subprocess
import sys


def appliance(*arguments: object, timeout_s: float = 240) -> subprocess.CompletedProcess[str]:
    """Run ``appliance`` with the arguments."""
    return subprocess.run(
        [sys.executable, "-m", "appliance.cli.main", *(str(each) for each in arguments)],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
