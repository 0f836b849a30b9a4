"""Where everything of one installation lies under its directory: the one place that knows paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of the installation in ``directory``; nothing is created or read here."""

    directory: Path

    @property
    def settings(self) -> Path:
        """The administrator's settings (TOML)."""
        return self.directory / "appliance.toml"

    @property
    def officers(self) -> Path:
        """The officers authorised to search, by Party (Art. 17(2)(a))."""
        return self.directory / "officers.toml"

    @property
    def pack(self) -> Path:
        """The profile pack in force (JSON)."""
        return self.directory / "profile_pack.json"

    @property
    def pack_signature(self) -> Path:
        """The detached Ed25519 signature of the profile pack, raw."""
        return self.directory / "profile_pack.sig"

    @property
    def pack_key(self) -> Path:
        """The public key that profile packs are signed under, raw."""
        return self.keys / "pack.pub"

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.directory / "keys"

    @property
    def master_key(self) -> Path:
        """The key that wraps every data key."""
        return self.keys / "master.key"

    @property
    def head_key(self) -> Path:
        """The private key that signs heads of the record."""
        return self.keys / "head.key"

    @property
    def head_public_key(self) -> Path:
        """The public half of the head key, raw; hand it to whoever checks the record."""
        return self.keys / "head.pub"

    @property
    def tls(self) -> Path:
        """The folder of certificates."""
        return self.directory / "tls"

    @property
    def ca_cert(self) -> Path:
        """The authorities whose client certificates are accepted (PEM)."""
        return self.tls / "ca.crt"

    @property
    def server_cert(self) -> Path:
        """The server's own certificate chain (PEM)."""
        return self.tls / "server.crt"

    @property
    def server_key(self) -> Path:
        """The private key of the server's certificate (PEM)."""
        return self.tls / "server.key"

    @property
    def crl(self) -> Path:
        """The certificates no longer accepted (PEM), signed by their authority."""
        return self.tls / "revoked.crl"

    @property
    def clients(self) -> Path:
        """The folder of client certificates made at the first start."""
        return self.tls / "clients"

    @property
    def data(self) -> Path:
        """The folder of everything the service writes."""
        return self.directory / "data"

    @property
    def database(self) -> Path:
        """The database: catalogue, requests, capacities, record."""
        return self.data / "appliance.db"

    @property
    def segments(self) -> Path:
        """The folder of encrypted reference data."""
        return self.data / "segments"

    @property
    def probe_keys(self) -> Path:
        """The slots of the probes' keys; overwriting a slot erases its probe."""
        return self.data / "probe.keys"

    @property
    def record_keys(self) -> Path:
        """The slots of the record's keys, one a day; overwriting a slot erases its day."""
        return self.data / "record.keys"

    @property
    def batch_keys(self) -> Path:
        """The slots of the keys of mass comparisons' batches, as those of the probes."""
        return self.data / "batch.keys"

    @property
    def heads_log(self) -> Path:
        """The signed heads of the record, outside the database on purpose."""
        return self.data / "heads.log"

    @property
    def notices(self) -> Path:
        """The folders into which notices to contact points are dropped."""
        return self.directory / "notices"

    @property
    def sentinel(self) -> Path:
        """What the sentinel keeps: notices on their way, and since when the service is lost."""
        return self.data / "sentinel"

    @property
    def addresses(self) -> Path:
        """Where notices go, as the profile pack in force says; written by the service."""
        return self.data / "contact_points.json"
