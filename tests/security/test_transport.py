"""What the socket takes: mutual TLS 1.2 or newer, bounded messages, known fields."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.api.closed_schema import decoded
from appliance.api.permissions import ROLES
from appliance.client import rpcs, supervision_rpcs
from appliance.client.refusal import from_rpc_error
from appliance.client.rpcs import CHECK_QUALITY, SEARCH_DNA, SEARCH_FINGER, Rpc
from appliance.domain.errors import RequestInvalid
from appliance.domain.limits import MESSAGE_BYTES_MAX
from appliance.v1 import codes_pb2, dna_pb2, reference_data_pb2
from tests.api.searches import record
from tests.edge import DNA, Edge

UNKNOWN_FIELD = bytes([0x9A, 0x06, 3]) + b"Ana"  # field 99, a text of three letters
RPCS = {
    value.path: value
    for module in (rpcs, supervision_rpcs)
    for value in vars(module).values()
    if isinstance(value, Rpc)
}


def _handshake(edge: Edge, tmp_path: Path, version: ssl.TLSVersion, ciphers: str) -> str | None:
    pair = edge.certificate()
    (tmp_path / "client.pem").write_bytes(pair.key + pair.certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=edge.authority.certificate.decode())
    context.load_cert_chain(tmp_path / "client.pem")
    context.set_ciphers(ciphers)
    context.set_alpn_protocols(["h2"])
    context.minimum_version = version
    context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", edge.port), 5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        return secured.version()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_current_versions_of_tls_are_spoken(
    edge: Edge, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    spoken = _handshake(edge, tmp_path, version, "ECDHE+AESGCM")

    assert spoken == version.name.replace("_", ".")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.requirement("A16.2")
def test_old_versions_of_tls_are_refused(
    edge: Edge, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    # Security level 0 lets our own side try; the refusal below is the server's.
    with pytest.raises((ssl.SSLError, ConnectionError), match=r"(?i)alert|reset|eof|closed"):
        _handshake(edge, tmp_path, version, "ALL:@SECLEVEL=0")


@pytest.mark.parametrize("ciphers", ["AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA256"])
@pytest.mark.requirement("A16.2", "A10.2")
def test_suites_without_forward_secrecy_or_authenticated_encryption_are_refused(
    edge: Edge, tmp_path: Path, ciphers: str
) -> None:
    # Under an elliptic key there is no suite without forward secrecy that could be refused.
    pair = edge.authority.server(rsa.generate_private_key(65_537, 2_048))
    (edge.folder / "server.key").write_bytes(pair.key)
    (edge.folder / "server.crt").write_bytes(pair.certificate)
    version = ssl.TLSVersion.TLSv1_2
    assert _handshake(edge, tmp_path, version, "ECDHE-RSA-AES128-GCM-SHA256") == "TLSv1.2"
    with pytest.raises((ssl.SSLError, ConnectionError)):
        _handshake(edge, tmp_path, version, ciphers)


@pytest.mark.requirement("I4.1", "A10.2", "I9.3")
def test_plaintext_is_refused(edge: Edge) -> None:
    channel = grpc.insecure_channel(edge.target)
    with channel, pytest.raises(grpc.RpcError) as caught:
        CHECK_QUALITY.on(channel, "unary_unary")(CHECK_QUALITY.request(), timeout=2)

    assert from_rpc_error(caught.value).code == "UNAVAILABLE"


@pytest.mark.requirement("A3.1", "A16.1")
def test_a_connection_without_a_client_certificate_is_refused(edge: Edge) -> None:
    credentials = grpc.ssl_channel_credentials(edge.authority.certificate)
    channel = grpc.secure_channel(edge.target, credentials)
    with channel, pytest.raises(grpc.RpcError) as caught:
        CHECK_QUALITY.on(channel, "unary_unary")(CHECK_QUALITY.request(), timeout=2)

    assert from_rpc_error(caught.value).code == "UNAVAILABLE"


def test_a_message_over_the_limit_is_refused_and_the_next_one_is_served(edge: Edge) -> None:
    with edge.channel() as channel:
        check = CHECK_QUALITY.on(channel, "unary_unary")
        with pytest.raises(grpc.RpcError) as caught:
            check(CHECK_QUALITY.request(record=bytes(MESSAGE_BYTES_MAX)))
        served = check(CHECK_QUALITY.request(record=record(20)))

    assert from_rpc_error(caught.value).code == "RESOURCE_EXHAUSTED"
    assert served.minutiae_count == 20


@pytest.mark.parametrize("path", [path for path in ROLES if not path.endswith("/WatchAnswers")])
@pytest.mark.requirement("I7.1", "I3.1", "A2.2")
def test_every_method_refuses_fields_outside_of_the_contract(edge: Edge, path: str) -> None:
    role = ROLES[path][0].value
    rpc = RPCS[path]
    request: Any = rpc.request.FromString(UNKNOWN_FIELD)
    kind = "stream_stream" if path.endswith("/Load") else "unary_stream"
    sent = iter([request]) if path.endswith("/Load") else request
    with edge.channel(role, "RS") as channel, pytest.raises(grpc.RpcError) as caught:
        list(rpc.on(channel, kind)(sent, timeout=5))

    refused = from_rpc_error(caught.value)
    assert refused.reason == "REQUEST_INVALID"
    assert [v.field for v in refused.violations] == ["#99"]
    assert "Ana" not in str(refused)


@pytest.mark.requirement("I7.1", "A1.2")
def test_a_field_hidden_deep_within_a_search_is_refused_and_the_refusal_recorded(
    edge: Edge,
) -> None:
    search = dna_pb2.DnaSearch(
        request_number="n-1", search_type=codes_pb2.SEARCH_TYPE_DNA_REFERENCE
    )
    locus = search.probes.add(reference_number="p").profile.loci.add(name="TH01", values=["9"])
    locus.MergeFromString(UNKNOWN_FIELD)
    with edge.channel(DNA) as channel, pytest.raises(grpc.RpcError) as caught:
        SEARCH_DNA.on(channel, "unary_unary")(SEARCH_DNA.request(search=search))

    violations = from_rpc_error(caught.value).violations
    assert [v.field for v in violations] == ["search.probes[0].profile.loci[0].#99"]
    assert [reason for *_, reason in edge.desk.refusals] == ["REQUEST_INVALID"]


def test_known_fields_pass_the_closed_schema() -> None:
    batch = reference_data_pb2.LoadRequest(batch_number=1)
    batch.items.add(collection=codes_pb2.COLLECTION_TP, reference_number="a", finger_record=b"x")

    assert decoded(type(batch), batch.SerializeToString()) == batch


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
@pytest.mark.requirement("A7.1", "A13.2")
def test_bytes_that_pass_hold_nothing_but_known_fields(data: bytes) -> None:
    try:
        message: Message = decoded(SEARCH_FINGER.request, data)
    except RequestInvalid:
        return
    known = SEARCH_FINGER.request.FromString(data)
    known.DiscardUnknownFields()

    assert known.SerializeToString() == message.SerializeToString()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=200))
def test_garbage_on_the_wire_is_an_invalid_request_and_tells_nothing(
    edge: Edge, data: bytes
) -> None:
    channel = edge.__dict__.setdefault("garbage_channel", edge.channel())
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary("/appliance.v1.DactyloscopicService/Search")(data, timeout=5)

    refused = from_rpc_error(caught.value)
    assert (refused.reason, refused.code) == ("REQUEST_INVALID", "INVALID_ARGUMENT")
    assert "DecodeError" not in str(caught.value)


def test_garbage_in_a_stream_is_an_invalid_request(edge: Edge) -> None:
    with edge.channel("administrator", "RS") as channel, pytest.raises(grpc.RpcError) as caught:
        list(channel.stream_stream("/appliance.v1.ReferenceDataService/Load")(iter([b"\xff"])))

    assert from_rpc_error(caught.value).reason == "REQUEST_INVALID"
