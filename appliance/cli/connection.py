"""How commands reach a running appliance: whose certificate, which address."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from appliance.client import Client
from appliance.config import settings
from appliance.config.layout import Layout
from appliance.domain.errors import ConfigurationInvalid

Home = Annotated[
    Path, typer.Option("--home", envvar="APPLIANCE_HOME", help="Directory that init made.")
]
As = Annotated[
    str,
    typer.Option(
        "--as", help="Certificate to use: a name under tls/clients, such as RS-administrator."
    ),
]
Target = Annotated[
    str | None, typer.Option("--target", help="host:port; by default what serve wrote down.")
]
Timeout = Annotated[float, typer.Option("--timeout-s", help="Bound of each call in seconds.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

DEFAULT_HOME = Path("appliance-home")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running appliance listens, each as host:port."""

    grpc: str
    telemetry: str


def _address_file(layout: Layout) -> Path:
    return layout.data / "address.json"


def write_address(layout: Layout, address: Address) -> None:
    """Write down where the service listens, for commands on the same machine."""
    _address_file(layout).write_text(json.dumps(asdict(address)) + "\n", encoding="utf-8")


def read_address(layout: Layout) -> Address:
    """Return where the service listens or last listened; ConfigurationInvalid if it never did."""
    try:
        return Address(**json.loads(_address_file(layout).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        configured = settings.load(layout.directory)
    if configured.listen.port == 0:
        raise ConfigurationInvalid(
            f"{layout.directory}: the service was never started here; run appliance serve"
        )
    return Address(
        f"{configured.listen.host}:{configured.listen.port}",
        f"{configured.telemetry.host}:{configured.telemetry.port}",
    )


def connect(home: Path, name: str, target: str | None, timeout_s: float = 30) -> Client:
    """Return a client that holds the certificate called ``name``.

    Raises ConfigurationInvalid if there is none of that name; the known names are told.
    """
    layout = Layout(home)
    certificate = layout.clients / f"{name}.crt"
    if not certificate.is_file():
        known = sorted(path.stem for path in layout.clients.glob("*.crt"))
        raise ConfigurationInvalid(
            f"--as {name}: no such certificate; there are {', '.join(known) or 'none'}"
        )
    return Client(
        target or read_address(layout).grpc,
        ca=layout.ca_cert,
        certificate=certificate,
        key=layout.clients / f"{name}.key",
        timeout_s=timeout_s,
    )
