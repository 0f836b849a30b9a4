"""Which fields may stand in a log line, and what form their values may have.

A log leaves the appliance's hands: it is shipped, indexed and kept by others. So nothing passes
that is not named here, and a named field passes only in its form. Case references, officers,
reference numbers, templates, profiles and the text of exceptions have no field, hence no way out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Lock
from typing import Any

from appliance.telemetry import labels

EVENT_CHARS_MAX = 120
FRAMES_MAX = 8
EVENT_WITHHELD = "an event was withheld: its text is not plain words"


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in words)


_NUMBERS = frozenset(
    {
        *("bytes", "count", "depth", "duration_ms", "entries", "epoch", "heads", "line"),
        *("migration", "port", "probes", "seconds", "sequence", "workers"),
    }
)

# Events are plain words without digits, so that no number of a case or a record fits into one.
_FORMS = {
    key: re.compile(form)
    for key, form in {
        "event": rf"[A-Za-z][A-Za-z ,.;:'()_-]{{0,{EVENT_CHARS_MAX - 1}}}",
        "level": r"debug|info|warning|error|critical",
        "timestamp": r"[0-9T:.Z-]{20,32}",
        "component": r"[a-z_.]{1,64}",
        "library": r"[A-Za-z_.]{1,64}",
        "request_id": r"[0-9a-f-]{8,36}",
        "error_id": r"[0-9a-f-]{8,36}",
        "method": rf"(/[a-z.]{{1,32}}v1\.[A-Za-z]{{1,64}}/)?({_any_of(labels.METHODS)})",
        "code": _any_of(labels.GRPC_CODES),
        "reason": _any_of(labels.REJECTION_REASONS),
        "party": r"[A-Z]{2}",
        "role": r"[a-z-]{1,32}",
        "collection": _any_of(labels.COLLECTIONS),
        "modality": _any_of(labels.MODALITIES),
        "stage": _any_of(labels.STAGES),
        "backend": _any_of(labels.BACKENDS),
        "check": r"[a-z_ -]{1,32}",
        "version": r"[0-9A-Za-z.+-]{1,32}",
        "pack_version": r"[0-9A-Za-z.+-]{1,32}",
        "kernel_digest": r"[0-9a-f]{8,64}",
        "signal": r"SIG[A-Z0-9]{2,8}",
        "error_type": r"[A-Za-z_]{1,64}",
        "where": r"[A-Za-z0-9_.]{1,200}:[0-9]{1,6}( < [A-Za-z0-9_.]{1,200}:[0-9]{1,6})*",
    }.items()
}


class AllowList:
    """The last processor before a line is written. Thread-safe.

    ``dropped`` counts the fields and events that did not pass since the process began.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.dropped = 0

    def __call__(self, logger: Any, method: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the line with allowed fields only, and how many were left out."""
        kept = {key: value for key, value in event.items() if _passes(key, value)}
        left_out = len(event) - len(kept)
        kept.setdefault("event", EVENT_WITHHELD)
        if left_out:
            kept["dropped"] = left_out
            with self._lock:
                self.dropped += left_out
        return kept


def _passes(key: str, value: object) -> bool:
    if key in _NUMBERS:
        return isinstance(value, (int, float))
    form = _FORMS.get(key)
    return form is not None and isinstance(value, str) and form.fullmatch(value) is not None


def describe_error(error: BaseException) -> dict[str, str]:
    """Return what may be said of an exception: its type and where, never its text."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    described = {"error_type": type(error).__name__}
    if frames:
        described["where"] = " < ".join(reversed(frames[-FRAMES_MAX:]))
    return described
