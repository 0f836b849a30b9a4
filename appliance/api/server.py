"""The gRPC server: stages, servicers, TLS, health and an orderly stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from appliance.api import limits, stages
from appliance.api.admin_service import AdminServicer
from appliance.api.audit_service import AuditServicer
from appliance.api.authority_service import AuthorityServicer
from appliance.api.capacity_service import CapacityServicer
from appliance.api.dactyloscopic_service import DactyloscopicServicer
from appliance.api.data_duties_service import DataDutiesServicer
from appliance.api.dna_service import DnaServicer
from appliance.api.health import HealthServicer
from appliance.api.mass_comparison_service import MassComparisonServicer
from appliance.api.note_service import NoteServicer
from appliance.api.outage_service import OutageServicer
from appliance.api.pipeline import Pipeline
from appliance.api.random_check_service import RandomCheckServicer
from appliance.api.reference_data_service import ReferenceDataServicer
from appliance.api.register_service import RegisterServicer
from appliance.api.request_service import RequestServicer
from appliance.api.rooms import Rooms
from appliance.api.statistics_service import StatisticsServicer
from appliance.api.supervision_service import SupervisionServicer
from appliance.api.tls import ServerTls, TlsFiles
from appliance.api.verification_service import VerificationServicer
from appliance.config.settings import Settings
from appliance.domain.errors import ConfigurationInvalid
from appliance.domain.limits import CONCURRENT_CALLS_MAX, MESSAGE_BYTES_MAX
from appliance.telemetry.metrics import Metrics
from appliance.v1 import (
    admin_pb2_grpc,
    audit_pb2_grpc,
    authority_pb2_grpc,
    capacity_pb2_grpc,
    dactyloscopic_pb2_grpc,
    data_duties_pb2_grpc,
    dna_pb2_grpc,
    mass_comparison_pb2_grpc,
    note_pb2_grpc,
    outages_pb2_grpc,
    random_check_pb2_grpc,
    reference_data_pb2_grpc,
    register_pb2_grpc,
    requests_pb2_grpc,
    statistics_pb2_grpc,
    supervision_pb2_grpc,
    verification_pb2_grpc,
)

SERVICES = (
    "DactyloscopicService",
    "DnaService",
    "MassComparisonService",
    "ReferenceDataService",
    "DataDutiesService",
    "CapacityService",
    "AdminService",
    "AuditService",
    "VerificationService",
    "NoteService",
    "StatisticsService",
    "RequestService",
    "OutageService",
    "SupervisionService",
    "AuthorityService",
    "RandomCheckService",
    "RegisterService",
)
_HEALTH_NAMES = ("", *(f"appliance.v1.{name}" for name in SERVICES))
_STREAMS = ("/WatchAnswers", "/Load", "/Send", "/WatchMatches")

_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_send_message_length", -1),  # an answer carries the records of its candidates
    ("grpc.max_connection_age_ms", limits.CONNECTION_AGE_MAX_MS),
    ("grpc.max_connection_age_grace_ms", limits.CONNECTION_AGE_GRACE_MS),
    ("grpc.keepalive_time_ms", limits.KEEPALIVE_MS),
    ("grpc.keepalive_timeout_ms", limits.KEEPALIVE_TIMEOUT_MS),
    ("grpc.http2.min_ping_interval_without_data_ms", limits.PING_INTERVAL_MIN_MS),
    ("grpc.so_reuseport", 0),  # a second process on the port is a mistake, not a helper
)


class ApiServer:
    """The edge of the appliance, for one event loop; NOT_SERVING until ``set_ready(True)``."""

    def __init__(
        self, rooms: Rooms, tls: TlsFiles, settings: Settings, metrics: Metrics | None = None
    ) -> None:
        self._rooms = rooms
        self._tls = tls
        self._settings = settings
        self._metrics = metrics
        self._gate = stages.Gate()
        self._threads = ThreadPoolExecutor(limits.ROOM_THREADS_MAX, "api")
        # Watchers sleep in their threads, so they must not share those that serve calls.
        self._watch_threads = ThreadPoolExecutor(limits.WATCH_THREADS_MAX, "api-watch")
        self._health = HealthServicer()
        self._server: grpc.aio.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> int:
        """Listen and return the bound port; raises ConfigurationInvalid."""
        self._loop = asyncio.get_running_loop()
        credentials = ServerTls(self._tls, self._observe_expiry).credentials()
        self._server = grpc.aio.server(
            interceptors=[Pipeline(self._stages(), self._threads)],
            options=_OPTIONS,
            maximum_concurrent_rpcs=CONCURRENT_CALLS_MAX + limits.SPARE_CALLS,
        )
        for add, servicer in self._servicers():
            add(servicer, self._server)
        await self._tell_health(False)
        address = f"{self._settings.listen.host}:{self._settings.listen.port}"
        try:
            port = self._server.add_secure_port(address, credentials)
        except RuntimeError:
            raise ConfigurationInvalid(f"listen: cannot bind to {address}") from None
        await self._server.start()
        return port

    def set_ready(self, ready: bool) -> None:
        """Open or close the gate and tell the health service; from any thread, after start."""
        if self._loop is None:
            raise RuntimeError("the server has not been started")
        self._gate.ready = ready
        asyncio.run_coroutine_threadsafe(self._tell_health(ready), self._loop)

    async def stop(self, grace_s: float) -> None:
        """Take no new work, give what runs ``grace_s`` to finish, then close."""
        self._gate.draining = True
        await self._health.stop()
        if self._server is not None:
            await self._server.stop(grace_s)
        self._threads.shutdown(wait=False)
        self._watch_threads.shutdown(wait=False)

    def _stages(self) -> list[stages.Stage]:
        measured = [] if self._metrics is None else [stages.Measured(self._metrics)]
        return [
            stages.Scrub(),
            stages.RequestId(),
            *measured,
            stages.Crowd(CONCURRENT_CALLS_MAX),
            stages.Deadline(lambda method: method.endswith(_STREAMS)),
            self._gate,
            stages.RecordedRefusals(self._rooms.desk),
            stages.Identity(self._rooms.gatekeeper),
            stages.RoleCheck(),
        ]

    def _servicers(self) -> list[tuple[Callable[[Any, Any], None], object]]:
        rooms = self._rooms
        watching = (self._watch_threads, lambda: self._gate.draining)
        own_party = self._settings.instance.party
        return [
            (health_pb2_grpc.add_HealthServicer_to_server, self._health),
            (
                dactyloscopic_pb2_grpc.add_DactyloscopicServiceServicer_to_server,
                DactyloscopicServicer(rooms.desk, *watching),
            ),
            (dna_pb2_grpc.add_DnaServiceServicer_to_server, DnaServicer(rooms.desk, *watching)),
            (
                mass_comparison_pb2_grpc.add_MassComparisonServiceServicer_to_server,
                MassComparisonServicer(rooms.mass, *watching),
            ),
            (
                reference_data_pb2_grpc.add_ReferenceDataServiceServicer_to_server,
                ReferenceDataServicer(rooms.reference),
            ),
            (
                data_duties_pb2_grpc.add_DataDutiesServiceServicer_to_server,
                DataDutiesServicer(rooms.duties, rooms.notices),
            ),
            (
                capacity_pb2_grpc.add_CapacityServiceServicer_to_server,
                CapacityServicer(rooms.capacity, rooms.outgoing, rooms.clock, own_party),
            ),
            (
                admin_pb2_grpc.add_AdminServiceServicer_to_server,
                AdminServicer(rooms.status, rooms.packs, rooms.clock_guard),
            ),
            (audit_pb2_grpc.add_AuditServiceServicer_to_server, AuditServicer(rooms.record)),
            (
                verification_pb2_grpc.add_VerificationServiceServicer_to_server,
                VerificationServicer(rooms.verification),
            ),
            (note_pb2_grpc.add_NoteServiceServicer_to_server, NoteServicer(rooms.notes)),
            (
                statistics_pb2_grpc.add_StatisticsServiceServicer_to_server,
                StatisticsServicer(rooms.statistics),
            ),
            (requests_pb2_grpc.add_RequestServiceServicer_to_server, RequestServicer(rooms.desk)),
            (outages_pb2_grpc.add_OutageServiceServicer_to_server, OutageServicer(rooms.outages)),
            *_supervisors(rooms),
        ]

    async def _tell_health(self, ready: bool) -> None:
        serving = health_pb2.HealthCheckResponse.ServingStatus
        status = serving.SERVING if ready else serving.NOT_SERVING
        for name in _HEALTH_NAMES:
            await self._health.set(name, status)

    def _observe_expiry(self, role: str, expires_at: datetime) -> None:
        if self._metrics is not None:
            self._metrics.certificate_expiry(role, expires_at.timestamp())


def _supervisors(rooms: Rooms) -> list[tuple[Callable[[Any, Any], None], object]]:
    wing = rooms.supervision
    return [
        (
            supervision_pb2_grpc.add_SupervisionServiceServicer_to_server,
            SupervisionServicer(wing.desk),
        ),
        (
            authority_pb2_grpc.add_AuthorityServiceServicer_to_server,
            AuthorityServicer(wing.authorities, rooms.clock),
        ),
        (
            random_check_pb2_grpc.add_RandomCheckServiceServicer_to_server,
            RandomCheckServicer(wing.samples),
        ),
        (
            register_pb2_grpc.add_RegisterServiceServicer_to_server,
            RegisterServicer(wing.register),
        ),
    ]
