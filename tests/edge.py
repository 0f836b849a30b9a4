"""A real server with mutual TLS on a free port, in front of fake rooms, for one test."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from appliance.access.gatekeeper import Gatekeeper
from appliance.access.revocation import RevocationList
from appliance.api.rooms import Rooms
from appliance.api.server import ApiServer
from appliance.api.tls import TlsFiles
from appliance.client import Client
from appliance.config import profile_pack
from appliance.config.pack_book import PackBook
from appliance.config.settings import Instance, Listen, Settings
from appliance.domain.clock import SystemClock
from appliance.telemetry.metrics import Metrics
from tests import (
    fake_experts,
    fake_offices,
    fake_packs,
    fake_reference,
    fake_rooms,
    fake_supervision,
)
from tests.pki import SERVER_NAME, Authority, Pair, urn, write_server

FINGER = "contact-point-dactyloscopic"
DNA = "contact-point-dna"


@dataclass
class Edge:
    """The running server and what stands behind it."""

    folder: Path
    authority: Authority
    server: ApiServer
    loop: asyncio.AbstractEventLoop
    metrics: Metrics
    desk: fake_rooms.FakeDesk
    reference: fake_reference.FakeReference
    capacity: fake_offices.FakeCapacity
    record: fake_offices.FakeRecord
    port: int = 0

    @property
    def target(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def certificate(self, role: str = FINGER, party: str = "ME") -> Pair:
        """A client certificate of the server's authority."""
        return self.authority.client(urn(party, role))

    def client(
        self, role: str = FINGER, party: str = "ME", *, pair: Pair | None = None, **options: Any
    ) -> Client:
        """A client with a certificate, its own or ``pair``."""
        pair = pair or self.certificate(role, party)
        return Client(
            self.target,
            ca=self.authority.certificate,
            certificate=pair.certificate,
            key=pair.key,
            **options,
        )

    def channel(self, role: str = FINGER, party: str = "ME") -> grpc.Channel:
        """A bare channel, for messages that the client would never send."""
        pair = self.certificate(role, party)
        credentials = grpc.ssl_channel_credentials(
            self.authority.certificate, pair.key, pair.certificate
        )
        return grpc.secure_channel(self.target, credentials)

    def run(self, coroutine: Any, timeout_s: float = 10.0) -> Any:
        """Run a coroutine on the server's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout_s)


@contextmanager
def serving(folder: Path, **rooms: Any) -> Iterator[Edge]:
    """Serve from certificates in ``folder``, ready, until the end of the block.

    ``rooms`` may name any of the Rooms but the gatekeeper instead of the fake one.
    ``rooms`` may name a desk, reference, capacity, outgoing, outages, record or clock instead of
    the fake one.
    """
    authority = Authority()
    write_server(folder, authority)
    clock, metrics = SystemClock(), Metrics()
    pack = profile_pack.parse(profile_pack.default_pack_json(["RS", "ME", "MK"]))
    packs = PackBook([pack], clock)
    desk = rooms.get("desk") or fake_rooms.FakeDesk()
    reference = rooms.get("reference") or fake_reference.FakeReference()
    capacity = rooms.get("capacity") or fake_offices.FakeCapacity()
    record = rooms.get("record") or fake_offices.FakeRecord()
    gatekeeper = Gatekeeper(packs, RevocationList(folder / "revoked.crl"), clock, own_party="RS")
    server = ApiServer(
        Rooms(
            desk=desk,
            mass=rooms.get("mass") or fake_offices.FakeMass(),
            reference=reference,
            duties=rooms.get("duties") or reference,
            notices=fake_reference.FakeReference(),
            capacity=capacity,
            outgoing=rooms.get("outgoing") or fake_offices.FakeOutgoing(),
            outages=rooms.get("outages") or fake_offices.FakeOutages(),
            record=record,
            verification=rooms.get("verification") or fake_experts.FakeVerification(),
            notes=rooms.get("notes") or fake_experts.FakeNotes(),
            statistics=rooms.get("statistics") or fake_experts.FakeStatistics(),
            supervision=rooms.get("supervision") or fake_supervision.NOBODY,
            clock_guard=rooms.get("clock_guard") or fake_packs.FakeGuard(),
            packs=rooms.get("packs") or fake_packs.FakePacks(),
            gatekeeper=gatekeeper,
            clock=rooms.get("clock") or clock,
            status=fake_offices.status,
        ),
        TlsFiles(folder / "ca.crt", folder / "server.crt", folder / "server.key"),
        Settings(
            instance=Instance(party="RS", time_zone="Europe/Belgrade"),
            listen=Listen(host="127.0.0.1", port=0),
        ),
        metrics,
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    edge = Edge(folder, authority, server, loop, metrics, desk, reference, capacity, record)
    edge.port = edge.run(server.start())
    server.set_ready(True)
    try:
        yield edge
    finally:
        edge.run(server.stop(0.2))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    """A running server."""
    with serving(tmp_path) as running:
        yield running


__all__ = ["DNA", "FINGER", "SERVER_NAME", "Edge", "edge", "serving"]
