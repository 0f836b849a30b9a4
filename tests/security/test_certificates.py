"""Who gets in: certificates that are expired, revoked, unknown, or for another role."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from typing import Any

import grpc
import pytest

from appliance.api.permissions import ROLES
from appliance.client import ApplianceRefused, LoadItem, rpcs, supervision_rpcs
from appliance.client.refusal import from_rpc_error
from appliance.client.rpcs import Rpc
from appliance.domain.codes import Role
from tests.api.searches import PROFILE, record, terms
from tests.edge import Edge
from tests.pki import Authority, Pair, urn

RPCS = {
    value.path: value
    for module in (rpcs, supervision_rpcs)
    for value in vars(module).values()
    if isinstance(value, Rpc)
}


def _refused(edge: Edge, pair: Pair) -> ApplianceRefused:
    with edge.client(pair=pair, timeout_s=1) as client, pytest.raises(ApplianceRefused) as caught:
        client.search_finger(terms(), {"p": record()})
    return caught.value


def _revoke(edge: Edge, pair: Pair) -> None:
    path = edge.folder / "revoked.crl"
    replacement = path.with_suffix(".new")
    replacement.write_bytes(edge.authority.revoked(pair))
    os.replace(replacement, path)


def test_an_expired_certificate_is_refused_in_the_handshake(edge: Edge) -> None:
    expired = edge.authority.client(urn("ME", "contact-point-dactyloscopic"), age=timedelta(20))

    assert _refused(edge, expired).code == "UNAVAILABLE"
    assert edge.desk.handed_in == {}


def test_a_certificate_of_another_authority_is_refused_in_the_handshake(edge: Edge) -> None:
    stranger = Authority("Another authority").client(urn("ME", "contact-point-dactyloscopic"))

    assert _refused(edge, stranger).code == "UNAVAILABLE"
    assert edge.desk.handed_in == {}


def test_an_authority_of_the_same_name_with_another_key_is_refused(edge: Edge) -> None:
    impostor = Authority().client(urn("ME", "contact-point-dactyloscopic"))

    assert _refused(edge, impostor).code == "UNAVAILABLE"


@pytest.mark.parametrize(
    "uri",
    [
        "urn:pruem:ME:contact-point-vehicles",
        "urn:pruem:XX:contact-point-dactyloscopic",
        "urn:pruem:me:contact-point-dactyloscopic",
        "urn:other:ME:contact-point-dactyloscopic",
        "https://appliance.test/ME",
    ],
)
def test_a_certificate_that_names_no_party_and_role_is_unknown(edge: Edge, uri: str) -> None:
    refused = _refused(edge, edge.authority.client(uri))

    assert (refused.reason, refused.code) == ("CERTIFICATE_UNKNOWN", "UNAUTHENTICATED")


@pytest.mark.requirement("A16.2")
def test_a_revoked_certificate_is_refused_by_name(edge: Edge) -> None:
    pair = edge.certificate()
    _revoke(edge, pair)
    refused = _refused(edge, pair)

    assert (refused.reason, refused.code) == ("CERTIFICATE_REVOKED", "UNAUTHENTICATED")
    assert edge.desk.refusals == [("", None, "", "CERTIFICATE_REVOKED")]


def test_a_revocation_ends_an_open_connection_at_its_next_call(edge: Edge) -> None:
    pair = edge.certificate()
    with edge.client(pair=pair) as client:
        client.search_finger(terms("n-1"), {"p": record()})
        _revoke(edge, pair)
        with pytest.raises(ApplianceRefused) as caught:
            client.search_finger(terms("n-2"), {"p": record()})

    assert caught.value.reason == "CERTIFICATE_REVOKED"
    assert list(edge.desk.handed_in) == [("ME", "n-1")]


def test_a_revocation_ends_a_watch_that_is_open(edge: Edge) -> None:
    pair = edge.certificate()
    with edge.client(pair=pair) as client:
        threading.Timer(0.2, _revoke, (edge, pair)).start()
        with pytest.raises(ApplianceRefused) as caught:
            list(client.watch())

    assert caught.value.reason == "CERTIFICATE_REVOKED"


def test_a_revocation_ends_a_load_at_its_next_batch(edge: Edge) -> None:
    pair = edge.certificate("administrator", "RS")

    def items() -> Any:
        for i in range(20_000):
            if i == 3_000:
                _revoke(edge, pair)
            yield LoadItem("DNA_REFERENCE", f"D-{i}", PROFILE)

    with edge.client(pair=pair) as client, pytest.raises(ApplianceRefused) as caught:
        list(client.load(items()))

    assert caught.value.reason == "CERTIFICATE_REVOKED"
    assert len(edge.reference.items) <= 5_000


def test_an_unusable_revocation_list_lets_nobody_in_and_tells_no_path(edge: Edge) -> None:
    (edge.folder / "revoked.crl").write_bytes(b"torn")
    refused = _refused(edge, edge.certificate())

    assert refused.reason == "CONFIGURATION_INVALID"
    assert str(edge.folder) not in f"{refused} {refused.metadata}"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.requirement("A8.1", "A3.1", "A17.5")
def test_each_role_reaches_its_own_methods_and_no_other(edge: Edge, role: Role) -> None:
    with edge.channel(role.value, "RS") as channel:
        for path, roles in ROLES.items():
            if path.endswith(("/Load", "/WatchAnswers")):
                continue
            reason = "OK"
            try:
                RPCS[path].on(channel, "unary_unary")(RPCS[path].request(), timeout=5)
            except grpc.RpcError as error:
                reason = from_rpc_error(error).reason
            assert (reason != "ROLE_DENIED") == (role in roles), path


@pytest.mark.parametrize("path", [path for path in ROLES if path.endswith(("/Load", "Answers"))])
def test_streams_are_for_their_roles_alone(edge: Edge, path: str) -> None:
    request: Any = RPCS[path].request()
    kind = "stream_stream" if path.endswith("/Load") else "unary_stream"
    for role in set(Role) - set(ROLES[path]):
        sent = iter([request]) if kind == "stream_stream" else request
        with edge.channel(role.value, "RS") as channel, pytest.raises(grpc.RpcError) as caught:
            list(RPCS[path].on(channel, kind)(sent, timeout=5))
        assert from_rpc_error(caught.value).reason == "ROLE_DENIED"


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_the_offices_of_another_party_have_no_power_here(edge: Edge, role: str) -> None:
    with edge.client(role, "ME") as client, pytest.raises(ApplianceRefused) as caught:
        client.status()

    assert caught.value.reason == "CERTIFICATE_UNKNOWN"


def test_new_certificates_of_the_server_apply_to_new_connections(edge: Edge) -> None:
    with edge.client() as open_client:
        open_client.search_finger(terms("n-1"), {"p": record()})
        former, successor = edge.authority, Authority("Successor")
        pair = successor.server()
        (edge.folder / "ca.crt").write_bytes(former.certificate + successor.certificate)
        (edge.folder / "server.key").write_bytes(pair.key)
        (edge.folder / "server.crt").write_bytes(pair.certificate)
        edge.authority = successor
        client_pair = successor.client(urn("MK", "contact-point-dactyloscopic"))
        with edge.client(pair=client_pair) as new_client:
            new_client.search_finger(terms("n-2"), {"p": record()})
        open_client.search_finger(terms("n-3"), {"p": record()})

    assert [number for _, number in edge.desk.handed_in] == ["n-1", "n-2", "n-3"]


def test_a_half_copied_certificate_leaves_the_former_one_in_force(edge: Edge) -> None:
    (edge.folder / "server.crt").write_bytes(edge.authority.server().certificate)
    with edge.client() as client:
        client.search_finger(terms("n-1"), {"p": record()})
    (edge.folder / "server.key").write_bytes(b"torn")
    with edge.client() as client:
        client.search_finger(terms("n-2"), {"p": record()})

    assert len(edge.desk.handed_in) == 2


def test_the_end_of_the_servers_certificate_is_measured(edge: Edge) -> None:
    text = edge.metrics.exposition().decode()
    line = next(
        line
        for line in text.splitlines()
        if line.startswith('appliance_certificate_expiry_timestamp_seconds{role="server"}')
    )

    days_left = (float(line.split()[-1]) - time.time()) / 86_400
    assert 8 < days_left < 10
