"""A log line holds what the allow-list names; everything else stays inside."""

from __future__ import annotations

import ast
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.telemetry import logs
from appliance.telemetry.log_fields import EVENT_WITHHELD

SECRETS = ["RS-CASE-2026-77", "Officer Example", "TP-00000042", "D3S1358=15,16"]
APPLIANCE = Path(logs.__file__).resolve().parents[1]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handlers, level = list(root.handlers), root.level
    root.handlers.clear()
    written = io.StringIO()
    logs.configure("debug", written)
    yield written
    logging.captureWarnings(False)
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook, sys.unraisablehook = before
    logs._write_to(sys.stderr, logging.INFO)


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def _holds_no_secret(stream: io.StringIO) -> bool:
    return not any(secret in stream.getvalue() for secret in SECRETS)


def test_an_allowed_line_passes_whole(stream: io.StringIO) -> None:
    logs.logger("api").info(
        "call ended",
        request_id="0f" * 16,
        method="/appliance.v1.DnaService/Search",
        code="OK",
        duration_ms=12.5,
        party="HU",
    )
    (line,) = _lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "call ended",
        "level": "info",
        "component": "api",
        "request_id": "0f" * 16,
        "method": "/appliance.v1.DnaService/Search",
        "code": "OK",
        "duration_ms": 12.5,
        "party": "HU",
    }


def test_a_field_that_is_not_named_is_dropped_and_counted(stream: io.StringIO) -> None:
    before = logs.dropped_fields()
    logs.logger("exchange").warning(
        "search refused",
        reason="PURPOSE_UNKNOWN",
        case_reference=SECRETS[0],
        officer=SECRETS[1],
        reference_number=SECRETS[2],
        template=b"\x00FMR",
    )
    (line,) = _lines(stream)
    assert line["reason"] == "PURPOSE_UNKNOWN"
    assert line["dropped"] == 4
    assert logs.dropped_fields() == before + 4
    assert _holds_no_secret(stream)


@pytest.mark.parametrize(
    "key",
    [
        "request_id",
        "error_id",
        "method",
        "code",
        "reason",
        "party",
        "collection",
        "where",
        "error_type",
        "check",
        "count",
        "duration_ms",
        "role",
    ],
)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_does_not_pass_under_an_allowed_name(
    stream: io.StringIO, key: str, secret: str
) -> None:
    logs.logger("api").info("call ended", **{key: secret})
    assert _holds_no_secret(stream)


def test_a_secret_inside_a_structure_does_not_pass(stream: io.StringIO) -> None:
    logs.logger("api").info("call ended", count=[SECRETS[0]], party={"case": SECRETS[1]})
    assert _holds_no_secret(stream)
    assert _lines(stream)[0]["dropped"] == 2


def test_an_event_with_a_number_in_it_is_withheld(stream: io.StringIO) -> None:
    logs.logger("api").info("case %s searched", SECRETS[0])
    (line,) = _lines(stream)
    assert line["event"] == EVENT_WITHHELD
    assert _holds_no_secret(stream)


def test_of_an_exception_only_type_and_place_are_told(stream: io.StringIO) -> None:
    try:
        raise ValueError(SECRETS[0])
    except ValueError:
        logs.logger("api").error("call failed", exc_info=True, error_id="ab" * 8)
    (line,) = _lines(stream)
    assert line["error_type"] == "ValueError"
    assert line["where"].startswith(f"{__name__}:")
    assert _holds_no_secret(stream)


def test_what_a_library_logs_or_warns_is_told_without_its_words(stream: io.StringIO) -> None:
    logging.getLogger("asyncio").error("task failed: %s", SECRETS[0])
    warnings.warn(SECRETS[1], stacklevel=1)
    library, warning = _lines(stream)
    assert (library["library"], library["level"]) == ("asyncio", "error")
    assert warning["library"] == "py.warnings"
    assert _holds_no_secret(stream)


def test_an_exception_nobody_caught_does_not_print_its_text(
    stream: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise RuntimeError(SECRETS[0])

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    error = KeyError(SECRETS[1])
    sys.excepthook(KeyError, error, None)
    assert [line["error_type"] for line in _lines(stream)] == ["RuntimeError", "KeyError"]
    printed = capfd.readouterr()
    assert SECRETS[0] not in printed.err
    assert _holds_no_secret(stream)


def test_before_configuration_the_allow_list_stands_already(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs._write_to(sys.stderr, logging.INFO)
    logs.logger("api").info("call ended", case_reference=SECRETS[0])
    printed = capsys.readouterr()
    assert SECRETS[0] not in printed.err + printed.out


def test_lines_below_the_level_are_not_written() -> None:
    written = io.StringIO()
    logs._write_to(written, logging.WARNING)
    try:
        logs.logger("api").info("call ended")
    finally:
        logs._write_to(sys.stderr, logging.INFO)
    assert written.getvalue() == ""


def _is_logger(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return name.strip("_").lower() in {"log", "logger"}


def test_every_event_in_the_code_is_a_literal() -> None:
    """A letters-only name could pass the form of an event, so no event may be put together."""
    levels = {"debug", "info", "warning", "error", "critical", "exception"}
    seen, wrong = 0, []
    for path in sorted(APPLIANCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in levels and _is_logger(node.func.value):
                seen += 1
                literal = len(node.args) == 1 and isinstance(node.args[0], ast.Constant)
                if not literal:
                    wrong.append(f"{path.name}:{node.lineno}")
    assert seen >= 2
    assert wrong == []
