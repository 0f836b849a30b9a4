"""How a command finds the running appliance and the certificate it is to use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.cli import connection, installation
from appliance.cli.connection import Address
from appliance.config.layout import Layout
from appliance.domain.errors import ConfigurationInvalid

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
WRITTEN = Address("127.0.0.1:40001", "127.0.0.1:40002")


def installed(folder: Path, port: int) -> Layout:
    plan = installation.Plan("RS", ("MK",), port, 9464)
    return installation.make(folder / "centre", plan, NOW)


def test_the_address_is_what_serve_wrote_down(tmp_path: Path) -> None:
    layout = installed(tmp_path, 0)
    connection.write_address(layout, WRITTEN)
    assert connection.read_address(layout) == WRITTEN


@pytest.mark.parametrize("content", [None, "", "{", "[]", "7", '{"grpc": "x"}', '{"port": 1}'])
def test_without_a_usable_note_the_configured_port_is_taken(
    tmp_path: Path, content: str | None
) -> None:
    layout = installed(tmp_path, 50_777)
    if content is not None:
        (layout.data / "address.json").write_text(content)
    found = connection.read_address(layout)
    assert found.grpc.endswith(":50777")
    assert found.telemetry.endswith(":9464")


def test_a_free_port_that_was_never_taken_is_told_as_never_started(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="never started"):
        connection.read_address(installed(tmp_path, 0))


def test_an_unknown_certificate_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    layout = installed(tmp_path, 0)
    with pytest.raises(ConfigurationInvalid) as refused:
        connection.connect(layout.directory, "RS-nobody", "localhost:1")
    for name in ("--as RS-nobody", "RS-administrator", "MK-contact-point-dna"):
        assert name in refused.value.message


def test_a_directory_that_is_no_installation_has_no_certificates(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid, match="there are none"):
        connection.connect(tmp_path, "RS-administrator", "localhost:1")


def test_a_client_is_made_for_a_certificate_that_is_there(tmp_path: Path) -> None:
    layout = installed(tmp_path, 0)
    connection.write_address(layout, WRITTEN)
    with connection.connect(layout.directory, "RS-administrator", None, 1) as client:
        assert client is not None
