"""What the certificates on disk must be before the service starts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from appliance.api.tls import ServerTls, TlsFiles
from appliance.domain.errors import ConfigurationInvalid
from tests.pki import Authority, write_server

NAMES = ("ca.crt", "server.crt", "server.key")


def _files(folder: Path) -> TlsFiles:
    write_server(folder, Authority())
    return TlsFiles(*(folder / name for name in NAMES))


def test_good_files_are_taken_and_their_end_is_told(tmp_path: Path) -> None:
    told: list[datetime] = []
    ServerTls(_files(tmp_path), told.append)

    assert len(told) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    files = _files(tmp_path)
    (tmp_path / name).unlink()

    with pytest.raises(ConfigurationInvalid, match=name):
        ServerTls(files, lambda _: None)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_no_pem_is_refused(tmp_path: Path, name: str) -> None:
    files = _files(tmp_path)
    (tmp_path / name).write_bytes(b"torn")

    with pytest.raises(ConfigurationInvalid, match="TLS: "):
        ServerTls(files, lambda _: None)


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    files = _files(tmp_path)
    files.server_key.write_bytes(Authority().server().key)

    with pytest.raises(ConfigurationInvalid, match="is not the key of"):
        ServerTls(files, lambda _: None)


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    told: list[datetime] = []
    tls = ServerTls(_files(tmp_path), told.append)

    assert tls._changed() is None
    assert len(told) == 1


def test_a_new_key_of_another_certificate_keeps_the_former_pair(tmp_path: Path) -> None:
    told: list[datetime] = []
    files = _files(tmp_path)
    tls = ServerTls(files, told.append)
    files.server_key.write_bytes(Authority().server().key)
    assert tls._changed() is None
    write_server(tmp_path, Authority())

    assert tls._changed() is not None
    assert len(told) == 2
