"""Refusals that speak of the appliance, not of the request: its state, its files, its defects.

Import them from ``appliance.domain.errors``, which has every refusal.
"""

from __future__ import annotations

from appliance.domain.error_base import ApplianceError


class QueueFull(ApplianceError):
    """More requests wait than the queue may hold."""

    reason = "QUEUE_FULL"

    def __init__(self, *, depth_max: int, retry_after_s: int = 5) -> None:
        super().__init__(f"{depth_max} requests are waiting; try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class RecordUnavailable(ApplianceError):
    """The record of the supply cannot be written, so nothing is searched (Art. 17)."""

    reason = "RECORD_UNAVAILABLE"


class EngineLoading(ApplianceError):
    """The gallery is not resident yet."""

    reason = "ENGINE_LOADING"


class DeviceLost(ApplianceError):
    """A compute device failed and no other could take over."""

    reason = "DEVICE_LOST"


class Draining(ApplianceError):
    """The service is stopping and takes no new work."""

    reason = "DRAINING"


class BackendUnavailable(ApplianceError):
    """The configured compute backend cannot be used on this machine; the message says why."""

    reason = "DEVICE_LOST"


class StorageCorrupt(ApplianceError):
    """A stored byte is not what was written; nothing is answered from it."""

    reason = "STORAGE_CORRUPT"


class DeadlineTooShort(ApplianceError):
    """The client's deadline leaves no time for meaningful work."""

    reason = "DEADLINE_TOO_SHORT"


class PackSignatureInvalid(ApplianceError):
    """The profile pack is not signed under a key of this installation (Art. 20(2))."""

    reason = "PACK_SIGNATURE_INVALID"


class PackOutdated(ApplianceError):
    """The profile pack is not newer than one that was activated already."""

    reason = "PACK_OUTDATED"


class PackDatesConflict(ApplianceError):
    """The effective date of the profile pack is past, or lies before that of another one."""

    reason = "PACK_DATES_CONFLICT"


class PackUnknown(ApplianceError):
    """No profile pack of this version was ever activated here."""

    reason = "PACK_UNKNOWN"


class ClockSkewed(ApplianceError):
    """The clock of the machine was set back or forward by more than is tolerated."""

    reason = "CLOCK_SKEWED"


class ConfigurationInvalid(ApplianceError):
    """A configuration, officer list or profile pack that cannot be used."""

    reason = "CONFIGURATION_INVALID"


class FrequencyTableInvalid(ConfigurationInvalid):
    """A table of allele frequencies that cannot be used; the message names line and locus."""

    def __init__(self, rule: str, *, line: int = 0, locus: str = "") -> None:
        where = ["allele frequencies"]
        where += [f"line {line}"] if line else []
        where += [f"locus {locus}"] if locus else []
        super().__init__(
            f"{', '.join(where)}: {rule}",
            metadata={"rule": rule, "locus": locus, "line": str(line)},
        )
        self.rule = rule
        self.locus = locus
        self.line = line


class InvariantBroken(ApplianceError):
    """Something that cannot be, was; the process must not go on as if it were not."""
