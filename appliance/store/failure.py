"""What a failure of SQLite means to the appliance."""

from __future__ import annotations

import apsw

from appliance.domain.errors import (
    ApplianceError,
    InvariantBroken,
    RecordUnavailable,
    StorageCorrupt,
)

_CORRUPT = (apsw.CorruptError, apsw.NotADBError)
_UNAVAILABLE = (
    apsw.FullError,
    apsw.IOError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.ReadOnlyError,
    apsw.CantOpenError,
    apsw.NoMemError,
)
_SYNC_CODES = (apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC)


def is_sync_failure(error: BaseException) -> bool:
    """Say whether a sync failed: what the disk holds is then unknown and the process must end."""
    return isinstance(error, apsw.IOError) and getattr(error, "extendedresult", 0) in _SYNC_CODES


def strikes_all(error: BaseException) -> bool:
    """Say whether the failure is one of the disk, which no work of a group can survive."""
    return isinstance(error, (*_CORRUPT, *_UNAVAILABLE))


def refusal(error: apsw.Error) -> ApplianceError:
    """Return the error class that callers above the store know."""
    if isinstance(error, _CORRUPT):
        return StorageCorrupt(f"the database is damaged: {error}")
    if isinstance(error, _UNAVAILABLE):
        return RecordUnavailable(f"the database cannot be used: {error}")
    return InvariantBroken(f"a statement of ours failed: {error}")
