"""Certificates on a running appliance, from the authority that init made: who gets in, who not."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import grpc
import pytest
from cryptography import x509

from appliance.client import ApplianceRefused, Client
from appliance.client.refusal import from_rpc_error
from appliance.client.rpcs import CHECK_QUALITY
from appliance.config.layout import Layout
from tests.integration.centre import FIRST, OWNER, SECOND, Centre, terms
from tests.pki import Authority, Pair, urn

FINGER = "contact-point-dactyloscopic"
GIVE_UP_S = 3.0


class Hall:
    """A running centre whose certificates the tests may change."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.layout = Layout(centre.appliance.home)
        key = (self.layout.tls / "ca.key").read_bytes()
        self.authority = Authority.kept(self.layout.ca_cert.read_bytes(), key)

    @property
    def target(self) -> str:
        assert self.centre.appliance.address is not None
        return self.centre.appliance.address.grpc

    def client(self, pair: Pair) -> Client:
        ca = self.layout.ca_cert.read_bytes()
        return Client(
            self.target, ca=ca, certificate=pair.certificate, key=pair.key, timeout_s=GIVE_UP_S
        )

    def refusal(self, pair: Pair, party: str = FIRST) -> ApplianceRefused:
        """Search with a certificate that must not get in."""
        with self.client(pair) as client, pytest.raises(ApplianceRefused) as told:
            client.search_finger(terms(party), {"latent": self.centre.probes[0]})
        return told.value

    def search(self, client: Client, party: str = FIRST) -> str:
        """Search and return whose finger came first."""
        answer = client.search_finger(terms(party), {"latent": self.centre.probes[0]})
        return answer.results[0].candidates[0].reference_number

    def replace(self, path: Path, content: bytes) -> None:
        """Put a file in place at once, as an operator's tool does."""
        new = path.with_suffix(".new")
        new.write_bytes(content)
        os.replace(new, path)

    def received(self) -> int:
        """How many searches were taken."""
        with self.centre.auditor() as auditor:
            return [entry.act for entry in auditor.record_entries()].count("search_received")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A running centre of RS."""
    home = tmp_path_factory.mktemp("certificates") / "home"
    with Centre.start(home, fingers=20, profiles=10) as centre:
        yield Hall(centre)


@pytest.mark.parametrize("age", [timedelta(days=20), timedelta(days=-5)], ids=["old", "early"])
def test_a_certificate_outside_its_days_reaches_nothing(hall: Hall, age: timedelta) -> None:
    before = hall.received()
    refused = hall.refusal(hall.authority.client(urn(FIRST, FINGER), age=age))
    assert refused.code in ("UNAVAILABLE", "UNAUTHENTICATED")
    assert hall.received() == before


def test_a_party_outside_the_agreement_is_unknown_and_one_not_evaluated_is_told_so(
    hall: Hall,
) -> None:
    refused = hall.refusal(hall.authority.client(urn("XX", FINGER)))
    assert (refused.reason, refused.code) == ("CERTIFICATE_UNKNOWN", "UNAUTHENTICATED")
    refused = hall.refusal(hall.authority.client(urn("HU", FINGER)), "HU")
    assert (refused.reason, refused.code) == ("PARTY_NOT_EVALUATED", "FAILED_PRECONDITION")


@pytest.mark.requirement("A3.1", "A8.1")
def test_another_role_or_another_partys_certificate_does_not_do(hall: Hall) -> None:
    dna = hall.authority.client(urn(FIRST, "contact-point-dna"))
    assert hall.refusal(dna).reason == "ROLE_DENIED"
    foreign_auditor = hall.authority.client(urn(FIRST, "auditor"))
    assert hall.refusal(foreign_auditor).reason == "CERTIFICATE_UNKNOWN"
    # The Party is the certificate's: the officer of another is nobody here, its answers neither.
    asked = terms(FIRST)
    with hall.centre.fingers_of(FIRST) as client:
        client.search_finger(asked, {"latent": hall.centre.probes[0]})
    second = hall.authority.client(urn(SECOND, FINGER))
    assert hall.refusal(second, FIRST).reason == "OFFICER_NOT_AUTHORISED"
    with hall.client(second) as client, pytest.raises(ApplianceRefused) as told:
        client.answer(asked.request_number)
    assert told.value.reason == "REFERENCE_UNKNOWN"


def test_a_certificate_revoked_while_its_connection_is_open_ends_there(hall: Hall) -> None:
    pair, other = (hall.authority.client(urn(FIRST, FINGER)) for _ in range(2))
    before = hall.layout.crl.read_bytes()
    with hall.client(pair) as client, hall.client(other) as bystander:
        assert hall.search(client) == "F-0"
        hall.replace(hall.layout.crl, hall.authority.revoked(pair))
        with pytest.raises(ApplianceRefused) as told:
            hall.search(client)
        assert told.value.reason == "CERTIFICATE_REVOKED"
        assert hall.search(bystander) == "F-0"
        # A list that our authority did not sign lets nobody in, whatever it says.
        hall.replace(hall.layout.crl, Authority().revoked())
        with pytest.raises(ApplianceRefused) as told:
            hall.search(bystander)
        assert told.value.reason == "CONFIGURATION_INVALID"
        hall.replace(hall.layout.crl, before)
        assert hall.search(client) == "F-0"
    with hall.centre.auditor() as auditor:
        refused = [e for e in auditor.record_entries() if e.act == "search_refused"]
    reasons = [each.value for entry in refused for each in entry.details if each.name == "reason"]
    assert "CERTIFICATE_REVOKED" in reasons


def served(hall: Hall) -> int:
    """The serial number of the certificate that the service shows now."""
    context = ssl.create_default_context(cafile=str(hall.layout.ca_cert))
    pair = hall.layout.clients / f"{FIRST}-{FINGER}"
    context.load_cert_chain(pair.with_suffix(".crt"), pair.with_suffix(".key"))
    context.set_alpn_protocols(["h2"])
    host, port = hall.target.rsplit(":", 1)
    with (
        socket.create_connection((host, int(port)), 5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        der = secured.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der).serial_number


def test_the_servers_certificate_is_exchanged_while_it_serves(hall: Hall) -> None:
    pair = hall.authority.server()
    with hall.centre.fingers_of(FIRST) as before:
        assert hall.search(before) == "F-0"
        assert served(hall) != pair.serial
        hall.replace(hall.layout.server_key, pair.key)
        hall.replace(hall.layout.server_cert, pair.certificate)
        assert served(hall) == pair.serial
        assert hall.search(before) == "F-0"
    with hall.centre.fingers_of(FIRST) as after:
        assert hall.search(after) == "F-0"


@pytest.mark.requirement("I4.1", "I9.3")
def test_neither_plain_text_nor_a_connection_without_certificate_is_served(hall: Hall) -> None:
    credentials = grpc.ssl_channel_credentials(hall.layout.ca_cert.read_bytes())
    for channel in (
        grpc.insecure_channel(hall.target),
        grpc.secure_channel(hall.target, credentials),
    ):
        with channel, pytest.raises(grpc.RpcError) as told:
            CHECK_QUALITY.on(channel, "unary_unary")(CHECK_QUALITY.request(), timeout=GIVE_UP_S)
        assert from_rpc_error(told.value).code == "UNAVAILABLE"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_1_1_is_refused(hall: Hall) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(hall.layout.ca_cert)
    pair = hall.layout.clients / f"{OWNER}-administrator"
    context.load_cert_chain(pair.with_suffix(".crt"), pair.with_suffix(".key"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    host, port = hall.target.rsplit(":", 1)
    with (
        socket.create_connection((host, int(port)), 5) as plain,
        pytest.raises((ssl.SSLError, ConnectionError), match=r"(?i)alert|reset|eof|closed"),
    ):
        context.wrap_socket(plain, server_hostname="localhost")
