"""Mutual TLS whose certificates are exchanged without a restart.

gRPC's own defaults refuse TLS 1.1, CBC suites and RSA key exchange. New files apply to new
connections; old ones end with the connection's age, and revocation is checked at every call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from appliance.domain.errors import ConfigurationInvalid
from appliance.telemetry.logs import logger

_log = logger("tls")

Version = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the authorities of clients, the server's certificate chain and its key."""

    ca_cert: Path
    server_cert: Path
    server_key: Path

    def version(self) -> Version:
        """Return what changes when a file does; raises OSError."""
        stats = (path.stat() for path in (self.ca_cert, self.server_cert, self.server_key))
        return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats)


@dataclass(frozen=True, slots=True)
class _Loaded:
    configuration: Any
    expires_at: dict[str, datetime]


class ServerTls:
    """The server's credentials. Thread-safe: gRPC asks from threads of its own.

    ``observe_expiry`` is told when the certificates in use end, at the start and at every exchange:
    the "server" its own, the "authority" the first of all accepted. Raises ConfigurationInvalid
    when the first files cannot be used; later unusable files are logged and the former ones stay in
    force, so that a half-copied key never closes the service.
    """

    def __init__(self, files: TlsFiles, observe_expiry: Callable[[str, datetime], None]) -> None:
        self._files = files
        self._observe_expiry = observe_expiry
        self._lock = threading.Lock()
        try:
            self._version = files.version()
            loaded = _load(files)
        except OSError as error:
            raise ConfigurationInvalid(f"TLS: {error.filename}: {error.strerror}") from None
        self._first = loaded.configuration
        self._tell_expiry(loaded)

    def credentials(self) -> grpc.ServerCredentials:
        """Return credentials that require a client certificate."""
        dynamic: Any = grpc.dynamic_ssl_server_credentials
        credentials: grpc.ServerCredentials = dynamic(
            self._first, self._changed, require_client_authentication=True
        )
        return credentials

    def _changed(self) -> Any:
        """Return a new configuration, None to keep the present one; asked at each connection."""
        with self._lock:
            try:
                version = self._files.version()
                if version == self._version:
                    return None
                loaded = _load(self._files)
            except (OSError, ConfigurationInvalid) as error:
                _log.error("the new certificates cannot be used", exc_info=error)
                return None
            self._version = version
        self._tell_expiry(loaded)
        _log.info("the certificates were exchanged")
        return loaded.configuration

    def _tell_expiry(self, loaded: _Loaded) -> None:
        for role, expires_at in loaded.expires_at.items():
            self._observe_expiry(role, expires_at)


def _load(files: TlsFiles) -> _Loaded:
    authorities = files.ca_cert.read_bytes()
    chain = files.server_cert.read_bytes()
    key = files.server_key.read_bytes()
    try:
        accepted = x509.load_pem_x509_certificates(authorities)
        certificate = x509.load_pem_x509_certificates(chain)[0]
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise ConfigurationInvalid(f"TLS: {error}") from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise ConfigurationInvalid(f"TLS: {files.server_key} is not the key of {files.server_cert}")
    make: Any = grpc.ssl_server_certificate_configuration
    return _Loaded(
        make([(key, chain)], root_certificates=authorities),
        {
            "server": certificate.not_valid_after_utc,
            "authority": min(each.not_valid_after_utc for each in accepted),
        },
    )
