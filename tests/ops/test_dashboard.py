"""The dashboard's form: what Grafana and a tired operator rely on."""

from __future__ import annotations

import re

import pytest

from appliance.telemetry.catalogue import table
from tests.ops.files import REPOSITORY, RUNBOOKS, dashboard, dashboard_queries, panels, rules

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
OF_THE_LIBRARY_OR_OTHERS = {
    "up",
    "process_start_time_seconds",
    "process_resident_memory_bytes",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_timex_offset_seconds",
    "node_timex_sync_status",
}


def _metrics_in(expr: str) -> set[str]:
    plain = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(by|on|ignoring) \([^)]*\)', "", expr)
    words = set(re.findall(r"\b[a-z_:]+[a-z0-9_:]*\b(?!\s*\()", plain))
    names = {word for word in words if "_" in word and ":" not in word}
    return {re.sub(r"(_seconds|_probes)_(bucket|sum|count)$", r"\1", name) for name in names}


def test_the_dashboard_is_the_same_wherever_it_is_installed() -> None:
    board = dashboard()
    assert board["uid"] == "appliance-overview"
    assert board["editable"] is False
    assert "__inputs" not in board
    assert int(board["refresh"].removesuffix("s")) >= 10


def test_the_data_source_is_chosen_by_a_variable_everywhere() -> None:
    variables = {variable["name"]: variable for variable in dashboard()["templating"]["list"]}
    assert {"datasource", "instance", "modality"} <= set(variables)
    assert (variables["datasource"]["type"], variables["datasource"]["query"]) == (
        "datasource",
        "prometheus",
    )
    sources = [panel["datasource"] for panel in panels()]
    sources += [target["datasource"] for panel in panels() for target in panel["targets"]]
    assert all(source == DATASOURCE for source in sources)


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: str(panel["title"]))
def test_a_panel_says_what_it_shows_and_in_which_unit(panel: dict[str, object]) -> None:
    assert panel["title"]
    assert len(str(panel["description"])) > 10
    assert panel["fieldConfig"]["defaults"]["unit"]  # type: ignore[index]
    assert panel["targets"]


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    everything = dashboard()["panels"]
    ids = [panel["id"] for panel in everything]
    assert len(set(ids)) == len(ids)
    cells = [
        (x, y)
        for panel in everything
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_every_runbook_that_a_panel_names_exists() -> None:
    named = [
        link["url"].rpartition("/")[2] for panel in panels() for link in panel.get("links", [])
    ]
    assert named
    assert [name for name in named if not (RUNBOOKS / name).is_file()] == []


def test_every_metric_of_panels_and_rules_is_declared() -> None:
    declared = set(re.findall(r"^\| `(\w+)`", table(), re.MULTILINE)) | OF_THE_LIBRARY_OR_OTHERS
    used = set().union(*(_metrics_in(expr) for _, expr in dashboard_queries()))
    used |= set().union(*(_metrics_in(rule.expr) for rule in rules()))
    assert {"appliance_ready", "grpc_server_handling_seconds", "appliance_batch_probes"} <= used
    assert used <= declared


def test_every_query_is_promql() -> None:
    parser = pytest.importorskip("promql_parser")
    for _, expr in dashboard_queries():
        parser.parse(expr)
    for rule in rules():
        parser.parse(rule.expr)


def test_the_table_of_metrics_is_up_to_date() -> None:
    assert table() == (REPOSITORY / "ops" / "METRICS.md").read_text()
