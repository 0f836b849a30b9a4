"""What the certificates on disk must be before the service starts."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance.api.tls import ServerTls, TlsFiles
from appliance.domain.errors import ConfigurationInvalid
from tests.pki import Authority, write_server

NAMES = ("ca.crt", "server.crt", "server.key")


def _files(folder: Path) -> TlsFiles:
    write_server(folder, Authority())
    return TlsFiles(*(folder / name for name in NAMES))


class _Told(dict[str, datetime]):
    """What was told of each role last, and how often anything was."""

    times = 0

    def __call__(self, role: str, expires_at: datetime) -> None:
        self[role] = expires_at
        self.times += 1


def test_good_files_are_taken_and_their_ends_are_told(tmp_path: Path) -> None:
    told = _Told()
    ServerTls(_files(tmp_path), told)

    assert set(told) == {"server", "authority"}
    assert told["server"] < told["authority"]


def test_of_several_authorities_the_first_to_end_is_told(tmp_path: Path) -> None:
    files, told = _files(tmp_path), _Told()
    alone = files.ca_cert.read_bytes()
    files.ca_cert.write_bytes(alone + Authority("Ends soon", timedelta(days=2)).certificate)
    tls = ServerTls(files, told)
    soon = told["authority"]
    files.ca_cert.write_bytes(alone)
    tls._changed()

    assert soon < told["server"] < told["authority"]


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    files = _files(tmp_path)
    (tmp_path / name).unlink()

    with pytest.raises(ConfigurationInvalid, match=name):
        ServerTls(files, lambda _role, _at: None)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_no_pem_is_refused(tmp_path: Path, name: str) -> None:
    files = _files(tmp_path)
    (tmp_path / name).write_bytes(b"torn")

    with pytest.raises(ConfigurationInvalid, match="TLS: "):
        ServerTls(files, lambda _role, _at: None)


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    files = _files(tmp_path)
    files.server_key.write_bytes(Authority().server().key)

    with pytest.raises(ConfigurationInvalid, match="is not the key of"):
        ServerTls(files, lambda _role, _at: None)


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    told = _Told()
    tls = ServerTls(_files(tmp_path), told)

    assert tls._changed() is None
    assert told.times == 2


def test_a_new_key_of_another_certificate_keeps_the_former_pair(tmp_path: Path) -> None:
    told = _Told()
    files = _files(tmp_path)
    tls = ServerTls(files, told)
    files.server_key.write_bytes(Authority().server().key)
    assert tls._changed() is None
    write_server(tmp_path, Authority())

    assert tls._changed() is not None
    assert told.times == 4
