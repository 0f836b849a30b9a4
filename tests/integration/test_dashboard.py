"""The dashboard over a real service under load: every panel shows something."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.client import ApplianceRefused, LoadItem
from tests.integration.centre import FIRST, SECOND, Centre, terms
from tests.ops.files import OPS, dashboard_queries
from tests.ops.prometheus_server import Prometheus, binary, running

LOAD_LIMIT_S = 40


def make_load(centre: Centre, turn: int) -> None:
    """One turn of everything a service does on an ordinary day."""
    probe = centre.probes[turn % len(centre.probes)]
    with centre.fingers_of(FIRST) as client:
        client.search_finger(terms(FIRST), {"latent": probe})
        with pytest.raises(ApplianceRefused, match="PURPOSE_UNKNOWN"):
            client.search_finger(terms(FIRST, purpose="CURIOSITY"), {"latent": probe})
    with centre.dna_of(SECOND) as client:
        client.search_dna(terms(SECOND, "DNA/UNIDENTIFIED"), {"stain": centre.profiles[3]})
    with centre.administrator() as admin:
        list(admin.load([LoadItem("UL", f"L-{turn}", probe), LoadItem("UL", "L-0", probe)]))


@contextmanager
def under_load(centre: Centre) -> Iterator[list[BaseException]]:
    """Keep the service busy for the time of the block."""
    stopped, failures = threading.Event(), list[BaseException]()

    def work() -> None:
        turn = 0
        try:
            while not stopped.wait(0.1):
                make_load(centre, turn)
                turn += 1
        except BaseException as error:
            failures.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield failures
    finally:
        stopped.set()
        worker.join()


def empty_panels(server: Prometheus) -> dict[str, str]:
    """The panels that show nothing now, or no number, with their queries."""
    empty = {}
    for title, expr in dashboard_queries():
        series = server.query(expr)
        if not series or "NaN" in {each["value"][1] for each in series}:
            empty[title] = expr
    return empty


def test_every_panel_shows_the_service_at_work(own_centre: Centre, tmp_path: Path) -> None:
    binary("prometheus")
    address = own_centre.appliance.address
    assert address is not None
    config = (OPS / "prometheus" / "prometheus.yml").read_text()
    config = config.replace("15s", "1s").replace("127.0.0.1:9464", address.telemetry)
    config = config.replace("rules/", f"{OPS}/prometheus/rules/")
    (tmp_path / "prometheus.yml").write_text(config)
    with (
        running(tmp_path / "prometheus.yml", tmp_path / "storage") as server,
        under_load(own_centre) as failures,
    ):
        give_up = time.monotonic() + LOAD_LIMIT_S
        while (empty := empty_panels(server)) and time.monotonic() < give_up and not failures:
            time.sleep(0.5)
        assert failures == []
        assert empty == {}
        broken = [rule["name"] for rule in server.rules() if rule["health"] == "err"]
        firing = server.query('ALERTS{alertstate="firing", severity="page"}')
    assert broken == []
    assert {each["metric"]["alertname"] for each in firing} <= {"SearchSlow"}
