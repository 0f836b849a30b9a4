"""Where the operator's files lie, and the few things the tests read out of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
OPS = REPOSITORY / "ops"
RULES = sorted((OPS / "prometheus" / "rules").glob("*.yml"))
RULE_TESTS = sorted((OPS / "prometheus" / "tests").glob("*.yml"))
RUNBOOKS = OPS / "runbooks"

_RULE = re.compile(
    r"^      - (?P<kind>alert|record): (?P<name>\S+)\n        expr: \|\n(?P<expr>(?: {10}.*\n)+)"
    r"(?P<rest>(?: {8}.*\n)*)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Rule:
    """One rule as the file states it."""

    name: str
    is_alert: bool
    expr: str
    rest: str


def rules() -> list[Rule]:
    """Return every rule of every file; all are written in one form."""
    return [
        Rule(found["name"], found["kind"] == "alert", found["expr"], found["rest"])
        for path in RULES
        for found in _RULE.finditer(path.read_text())
    ]


def dashboard() -> dict[str, Any]:
    """Return the dashboard."""
    path = OPS / "grafana" / "dashboards" / "appliance-overview.json"
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def panels() -> list[dict[str, Any]]:
    """Return the panels that show data, without the rows that only order them."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def dashboard_queries() -> list[tuple[str, str]]:
    """Return (panel title, PromQL with every variable filled in)."""
    filled = {"$instance": ".+", "$modality": ".+", "$__rate_interval": "10s"}
    queries = []
    for panel in panels():
        for target in panel["targets"]:
            expr = target["expr"]
            for variable, value in filled.items():
                expr = expr.replace(variable, value)
            queries.append((panel["title"], expr))
    return queries
