"""The client's side of mutual TLS, and the options of its channels."""

from __future__ import annotations

from pathlib import Path

import grpc

from appliance.client import limits

Pem = Path | bytes
"""A PEM file, or its content."""


def _content(pem: Pem) -> bytes:
    return pem.read_bytes() if isinstance(pem, Path) else pem


def credentials(ca: Pem, certificate: Pem, key: Pem) -> grpc.ChannelCredentials:
    """Return credentials that trust only ``ca``; raises OSError when a file cannot be read."""
    return grpc.ssl_channel_credentials(
        root_certificates=_content(ca),
        private_key=_content(key),
        certificate_chain=_content(certificate),
    )


def options(server_name: str | None) -> list[tuple[str, int | str]]:
    """Return channel options; ``server_name`` is expected in the server's certificate instead of
    the host name of the target."""
    chosen: list[tuple[str, int | str]] = [
        ("grpc.max_send_message_length", limits.MESSAGE_BYTES_MAX),
        # Answers carry the records of all candidates of up to 50 probes.
        ("grpc.max_receive_message_length", -1),
        ("grpc.keepalive_time_ms", limits.KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", limits.KEEPALIVE_TIMEOUT_MS),
        # Only ``Attempts`` decides what is sent again.
        ("grpc.enable_retries", 0),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    if server_name is not None:
        chosen.append(("grpc.ssl_target_name_override", server_name))
    return chosen
