"""What the exit status of every command means; the same table stands in the README.

==== ==========================================================================
0    done
1    a defect: something that no rule foresees
2    the command line itself is wrong
3    refused under the rules (role, officer, purpose, capacity, ...)
4    the input cannot be used (malformed template, profile, configuration, file)
5    not reachable or not ready: the same command may succeed later
6    stored data or the record is not what was written
==== ==========================================================================
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status of the ``appliance`` command."""

    DONE = 0
    DEFECT = 1
    USAGE = 2
    REFUSED = 3
    UNUSABLE_INPUT = 4
    UNAVAILABLE = 5
    DAMAGED = 6


_BY_REASON = {
    ExitCode.UNUSABLE_INPUT: (
        "REQUEST_INVALID",
        "TEMPLATE_MALFORMED",
        "TEMPLATE_UNSUPPORTED",
        "PERSONAL_DATA_REFUSED",
        "QUALITY_INSUFFICIENT",
        "CONFIGURATION_INVALID",
        "PACK_SIGNATURE_INVALID",
        "INVALID_ARGUMENT",
    ),
    ExitCode.UNAVAILABLE: (
        "RECORD_UNAVAILABLE",
        "CLOCK_SKEWED",
        "ENGINE_LOADING",
        "DEVICE_LOST",
        "DRAINING",
        "QUEUE_FULL",
        "DEADLINE_TOO_SHORT",
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "RESOURCE_EXHAUSTED",
        "CANCELLED",
    ),
    ExitCode.DAMAGED: ("STORAGE_CORRUPT", "DATA_LOSS"),
    ExitCode.DEFECT: ("INTERNAL", "UNKNOWN", "UNIMPLEMENTED"),
}
"""Reasons of the error table, and names of gRPC codes where the transport itself failed."""


def of_reason(reason: str) -> ExitCode:
    """Return the exit status for the reason of a refusal."""
    for code, reasons in _BY_REASON.items():
        if reason in reasons:
            return code
    return ExitCode.REFUSED
