"""JSON lines on one stream, each through the allow-list of ``log_fields``.

Every way to the stream is taken: our own events, what libraries send to ``logging``, warnings,
and exceptions that nobody caught. Of an exception the type and place are told, never the text.
"""

from __future__ import annotations

import logging
import sys
import threading
import types
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger

from appliance.telemetry.log_fields import AllowList, describe_error

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

_allow_list = AllowList()


def _tell_error(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` in any of its forms by the exception's type and place."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event.update(describe_error(error))
    return event


def _write_to(stream: TextIO, level: int) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tell_error,
            _allow_list,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


# The allow-list stands from the first import: a line before configure() must not slip past it.
_write_to(sys.stderr, logging.INFO)


def configure(level: str, stream: TextIO) -> None:
    """Send everything from ``level`` (debug, info, warning, error) up to ``stream``.

    Takes over ``logging``, warnings and the hooks for uncaught exceptions of this process.
    Raises KeyError for another level; the settings admit none.
    """
    number = LEVELS[level]
    _write_to(stream, number)
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[_Libraries()], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def logger(name: str) -> FilteringBoundLogger:
    """Return a logger whose lines carry ``name``; safe to call before configure()."""
    found: FilteringBoundLogger = structlog.get_logger(component=name)
    return found


def dropped_fields() -> int:
    """Return how many fields were kept out of the log since the process began."""
    return _allow_list.dropped


class _Libraries(logging.Handler):
    """What a library says: its message may hold anything, so only its name and place are told."""

    def emit(self, record: logging.LogRecord) -> None:
        level = min(record.levelno, logging.CRITICAL)
        logger("libraries").log(
            level,
            "a library reported",
            library=record.name,
            where=f"{record.module}:{record.lineno}",
            exc_info=record.exc_info,
        )


def _uncaught(
    _kind: type[BaseException], error: BaseException, _trace: types.TracebackType | None
) -> None:
    logger("process").critical("an exception was not caught", exc_info=error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    logger("process").critical("an exception ended a thread", exc_info=args.exc_value)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    logger("process").error("an exception could not be raised", exc_info=args.exc_value)
