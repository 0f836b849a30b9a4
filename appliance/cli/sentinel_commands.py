"""``appliance sentinel``: watch the service and tell the contact points when it is lost."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from appliance.cli import connection
from appliance.config import settings
from appliance.config.layout import Layout
from appliance.domain.clock import SystemClock
from appliance.domain.errors import ConfigurationInvalid


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sentinel)


def sentinel(
    home: connection.Home = connection.DEFAULT_HOME,
    readyz: Annotated[
        str, typer.Option(help="Readiness page; by default that of the service of this home.")
    ] = "",
    interval_s: Annotated[
        float, typer.Option(min=0.05, max=15, help="Seconds between two looks.")
    ] = 5.0,
) -> None:
    """Run until SIGTERM or SIGINT; a service lost is told within a minute (IA Art. 5)."""
    from appliance.app.sentinel import Sentinel, readiness
    from appliance.exchange.courier import Courier
    from appliance.exchange.notice_transports import Transports
    from appliance.keys.head_signer import HeadSigner
    from appliance.telemetry import logs

    layout, clock = Layout(home), SystemClock()
    chosen = settings.load(home)
    logs.configure(chosen.telemetry.log_level, sys.stderr)
    watch = Sentinel(_check(layout, readyz, readiness), layout.sentinel, layout.addresses, clock)
    courier = Courier(
        watch.spool,
        Transports(layout.notices, layout.ca_cert),
        HeadSigner.load(layout.head_key),
        chosen.instance.party,
        clock,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: watch.close())
    courier.start()
    watch.run(interval_s, courier.poke)
    courier.close()


def _check(layout: Layout, readyz: str, readiness: Callable[[str], str]) -> Callable[[], str]:
    """Return the question to ask; a restart may move the service to another port."""

    def check() -> str:
        if readyz:
            return readiness(readyz)
        try:
            return readiness(f"http://{connection.read_address(layout).telemetry}/readyz")
        except ConfigurationInvalid as error:
            return error.message

    return check
