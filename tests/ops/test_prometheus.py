"""A real Prometheus scrapes a telemetry server; every query and every rule is executed."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.telemetry.http import TelemetryServer
from appliance.telemetry.metrics import Metrics
from tests.ops.files import OPS, RULE_TESTS, RULES, RUNBOOKS, dashboard_queries, rules
from tests.ops.prometheus_server import Prometheus, binary, running
from tests.telemetry.populated import populate

SCRAPES_LIMIT_S = 30


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus with our own configuration, only faster, that has scraped a busy appliance."""
    binary("prometheus")
    folder = tmp_path_factory.mktemp("prometheus")
    metrics = Metrics()
    server = TelemetryServer("127.0.0.1", 0, metrics, lambda: True, list)
    server.start()
    stopped = threading.Event()

    def be_busy() -> None:
        while not stopped.is_set():
            populate(metrics, time.time())
            stopped.wait(0.2)

    busy = threading.Thread(target=be_busy)
    busy.start()
    config = (OPS / "prometheus" / "prometheus.yml").read_text()
    config = config.replace("15s", "1s").replace("127.0.0.1:9464", f"127.0.0.1:{server.port}")
    config = config.replace("rules/", f"{OPS}/prometheus/rules/")
    path = folder / "prometheus.yml"
    path.write_text(config)
    try:
        with running(path, folder / "data") as running_server:
            _wait_for_scrapes(running_server)
            yield running_server
    finally:
        stopped.set()
        busy.join()
        server.stop()


def _wait_for_scrapes(server: Prometheus) -> None:
    """Wait until two scrapes let rates be formed and each rule was evaluated once."""
    give_up = time.monotonic() + SCRAPES_LIMIT_S
    while True:
        rates = server.query("rate(appliance_audit_leaves_total[10s])")
        if rates and all(rule["health"] == "ok" for rule in server.rules()):
            return
        assert time.monotonic() < give_up, "the appliance was not scraped"
        time.sleep(0.2)


@pytest.mark.parametrize(("title", "expr"), dashboard_queries())
def test_a_panel_shows_data(prometheus: Prometheus, title: str, expr: str) -> None:
    series = prometheus.query(expr)
    assert series, f"{title}: no series"
    assert "NaN" not in {found["value"][1] for found in series}


def test_every_rule_is_evaluated_without_an_error(prometheus: Prometheus) -> None:
    loaded = prometheus.rules()
    assert sorted(rule["name"] for rule in loaded) == sorted(rule.name for rule in rules())
    assert [rule["name"] for rule in loaded if rule["health"] != "ok"] == []


def test_the_alerts_of_a_damaged_store_reach_the_operator(prometheus: Prometheus) -> None:
    """The populated metrics report damage once; the whole way to a firing alert is real."""
    firing = {
        found["metric"]["alertname"] for found in prometheus.query('ALERTS{alertstate="firing"}')
    }
    assert {"StorageCorruption", "AuditVerifyFailed"} <= firing
    assert "NotReady" not in firing


def test_the_configuration_and_rules_are_valid() -> None:
    config = OPS / "prometheus" / "prometheus.yml"
    _promtool("check", "config", config)
    _promtool("check", "rules", *RULES)


@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: str(path.stem))
def test_alerts_fire_when_they_should_and_only_then(path: Path) -> None:
    _promtool("test", "rules", path)


def _promtool(*arguments: str | Path) -> None:
    done = subprocess.run(
        [binary("promtool"), *arguments], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_severity_words_runbook_and_a_test() -> None:
    tested = "".join(path.read_text() for path in RULE_TESTS)
    alerts = [rule for rule in rules() if rule.is_alert]
    assert len(alerts) >= 18
    for alert in alerts:
        assert any(f"severity: {kind}\n" in alert.rest for kind in ("page", "ticket")), alert.name
        assert "summary: " in alert.rest, alert.name
        assert "$labels." in alert.rest, alert.name
        assert f"runbook: ops/runbooks/{alert.name}.md\n" in alert.rest, alert.name
        assert (RUNBOOKS / f"{alert.name}.md").is_file(), alert.name
        assert f"- alertname: {alert.name}\n" in tested, alert.name


def test_every_runbook_belongs_to_an_alert() -> None:
    names = {rule.name for rule in rules() if rule.is_alert}
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == names
