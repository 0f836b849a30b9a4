"""``appliance init``: everything a first start needs, in one directory that did not exist before.

Settings, keys, the default profile pack under a new signature key, and a development certificate
authority with certificates for the server, two Parties, an administrator and an auditor. It writes
into an empty directory beside the target and renames it, so that a half-made installation is never
taken for a whole one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib import resources
from pathlib import Path

from appliance.access.development_ca import DevelopmentCa, KeyPair
from appliance.config import profile_pack
from appliance.config.layout import Layout
from appliance.domain.codes import Role, party_code
from appliance.domain.errors import ConfigurationInvalid
from appliance.keys.head_signer import HeadSigner
from appliance.keys.master_key import MasterKey

OFFICER_DAYS = 365
PILOT_DAYS = 365
SERVER_HOSTS = ("localhost", "127.0.0.1", "::1")
TIME_ZONES = {
    "AL": "Europe/Tirane",
    "AT": "Europe/Vienna",
    "BA": "Europe/Sarajevo",
    "BG": "Europe/Sofia",
    "HU": "Europe/Budapest",
    "MD": "Europe/Chisinau",
    "ME": "Europe/Podgorica",
    "MK": "Europe/Skopje",
    "RO": "Europe/Bucharest",
    "RS": "Europe/Belgrade",
    "SI": "Europe/Ljubljana",
}
"""The declared zone of each Party's capital; appliance.toml may say otherwise."""

_CONTACT_POINTS = (Role.CONTACT_POINT_DACTYLOSCOPIC, Role.CONTACT_POINT_DNA)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make: ``party`` owns the appliance, ``peers`` may search it, ports 0 are free ones.

    ``hosts`` are DNS names and addresses for the server certificate beside the local ones. A
    ``pilot`` installation is for the evaluation, with test data, for PILOT_DAYS (Art. 21).
    """

    party: str
    peers: tuple[str, ...]
    port: int
    telemetry_port: int
    hosts: tuple[str, ...] = ()
    pilot: bool = False


def default_peers(party: str) -> tuple[str, ...]:
    """Return two other Parties, for a first try."""
    return tuple(each for each in ("MK", "BA", "RS") if each != party)[:2]


def client_name(party: str, role: Role) -> str:
    """Return the file stem of a client certificate."""
    return f"{party}-{role.value}"


def make(directory: Path, plan: Plan, now: datetime) -> Layout:
    """Make the installation. Raises ConfigurationInvalid and leaves nothing behind if it cannot."""
    for code in (plan.party, *plan.peers):
        party_code(code)
    if plan.party in plan.peers or len(set(plan.peers)) != len(plan.peers) or not plan.peers:
        raise ConfigurationInvalid("peers: name at least one Party, each once, and not the own one")
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ConfigurationInvalid(f"{directory}: exists and is not an empty directory")
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        _fill(Layout(draft), plan, now)
        os.replace(draft, directory)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Layout(directory)


def _fill(layout: Layout, plan: Plan, now: datetime) -> None:
    for folder in (layout.keys, layout.tls, layout.clients, layout.data):
        folder.mkdir(mode=0o700)
    layout.settings.write_text(_settings(plan), encoding="utf-8")
    layout.officers.write_text(_officers(plan, now), encoding="utf-8")
    MasterKey.create(layout.master_key)
    layout.head_public_key.write_bytes(HeadSigner.create(layout.head_key).public_bytes)
    _write_pack(layout, plan, now)
    _write_certificates(layout, plan, now)


def _settings(plan: Plan) -> str:
    """Return the commented reference file with this installation's own values."""
    text = resources.files("appliance.config").joinpath("reference.toml").read_text("utf-8")
    zone = TIME_ZONES.get(plan.party, "UTC")
    for old, new in (
        ('party = "RS"', f'party = "{plan.party}"'),
        ('time_zone = "Europe/Belgrade"', f'time_zone = "{zone}"'),
        ("pilot = false", f"pilot = {str(plan.pilot).lower()}"),
        ("port = 50051", f"port = {plan.port}"),
        ("port = 9464", f"port = {plan.telemetry_port}"),
    ):
        if old not in text:
            raise ConfigurationInvalid(f"the reference settings lack {old!r}")
        text = text.replace(old, new, 1)
    return text


def officer_id(party: str) -> str:
    """Return the one officer that a new installation lists for a Party."""
    return f"{party}-OFFICER-1"


def _officers(plan: Plan, now: datetime) -> str:
    begin = (now - timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")
    end = (now + timedelta(days=OFFICER_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    entries = [
        f'[[officer]]\nparty = "{party}"\nid = "{officer_id(party)}"\n'
        f'categories = ["dna", "dactyloscopic"]\nvalid_from = {begin}\nvalid_until = {end}\n'
        for party in plan.peers
    ]
    head = "# The officers authorised to search, as each Party named them (Art. 17(2)(a)).\n\n"
    return head + "\n".join(entries)


def _write_pack(layout: Layout, plan: Plan, now: datetime) -> None:
    private, public = profile_pack.generate_key()
    parties = (plan.party, *plan.peers)
    today = datetime.combine(now, time.min, UTC)
    if plan.pilot:
        end = today + timedelta(days=PILOT_DAYS)
        pack = profile_pack.default_pack_json(parties, today, pilot_until=end)
    else:
        pack = profile_pack.default_pack_json(parties)
    layout.pack.write_bytes(pack)
    layout.pack_signature.write_bytes(profile_pack.sign(pack, private))
    layout.pack_key.write_bytes(public)
    _write_private(layout.keys / "pack.key", private)


def _write_certificates(layout: Layout, plan: Plan, now: datetime) -> None:
    authority = DevelopmentCa(plan.party, now)
    layout.ca_cert.write_bytes(authority.pair.certificate)
    _write_private(layout.tls / "ca.key", authority.pair.key)
    server = authority.server((*SERVER_HOSTS, *plan.hosts))
    layout.server_cert.write_bytes(server.certificate)
    _write_private(layout.server_key, server.key)
    layout.crl.write_bytes(authority.revocation_list())
    own = [(plan.party, role) for role in (Role.ADMINISTRATOR, Role.AUDITOR, *_CONTACT_POINTS)]
    theirs = [(party, role) for party in plan.peers for role in _CONTACT_POINTS]
    for party, role in (*own, *theirs):
        _write_pair(layout.clients, client_name(party, role), authority.client(party, role))


def _write_pair(folder: Path, name: str, pair: KeyPair) -> None:
    (folder / f"{name}.crt").write_bytes(pair.certificate)
    _write_private(folder / f"{name}.key", pair.key)


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def parties_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return Party codes as given on the command line, each checked."""
    return tuple(party_code(name, "--peer") for name in names)
