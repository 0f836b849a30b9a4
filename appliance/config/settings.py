"""What the administrator sets: one TOML file, every key typed and bounded, unknown keys refused.

``reference.toml`` beside this module explains each key and states the defaults.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from appliance.config.layout import Layout
from appliance.domain import limits
from appliance.domain.errors import ConfigurationInvalid

Port = Annotated[int, Meta(ge=0, le=65_535)]
Positive = Annotated[int, Meta(ge=1)]


class Instance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose appliance this is: no default, nobody runs as somebody else by oversight.

    A ``pilot`` installation is for the evaluation before the exchange, with test data (Art. 21).
    """

    party: Annotated[str, Meta(pattern="^[A-Z]{2}$")]
    time_zone: str
    pilot: bool = False


class Listen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the gRPC service listens; port 0 takes any free one."""

    host: str = "127.0.0.1"
    port: Port = 50051


class Telemetry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where metrics and health are served, and how much is logged."""

    host: str = "127.0.0.1"
    port: Port = 9464
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class Matching(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How searches are computed."""

    backend: Literal["auto", "cpu", "cuda"] = "auto"
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    queue_depth_max: Annotated[int, Meta(ge=1, le=limits.QUEUE_DEPTH_MAX)] = limits.QUEUE_DEPTH_MAX
    batch_max: Annotated[int, Meta(ge=1, le=256)] = 16
    batch_wait_ms: Annotated[float, Meta(ge=0, le=100)] = 2.0
    memory_budget_bytes: Positive = 8 * 1024**3
    device_memory_bytes: Annotated[int, Meta(ge=0)] = 0


class Exchange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the Agreement's searches are kept and bounded."""

    answer_retention_h: Annotated[int, Meta(ge=1, le=720)] = 24
    backup_retention_d: Annotated[int, Meta(ge=0, le=3650)] = 30
    clock_skew_max_s: Annotated[int, Meta(ge=5, le=3600)] = 60
    head_interval_s: Annotated[int, Meta(ge=1, le=3600)] = 10
    heads_export: Annotated[str, Meta(max_length=4096, pattern="^(/.*)?$")] = ""
    candidates_max: Annotated[int, Meta(ge=1, le=limits.DNA_MATCHES_PER_ANSWER_MAX)] = (
        limits.DNA_MATCHES_PER_ANSWER_MAX
    )


class Dna(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By which population a DNA match is weighed; without a table nothing is claimed."""

    population_file: Annotated[str, Meta(max_length=limits.FREQUENCY_FILE_PATH_CHARS_MAX)] = ""
    population: Annotated[str, Meta(max_length=limits.POPULATION_NAME_CHARS_MAX)] = ""
    population_source: Annotated[str, Meta(max_length=limits.POPULATION_NAME_CHARS_MAX)] = ""
    theta: Annotated[float, Meta(ge=0, le=0.2)] = 0.01
    minimum_frequency: Annotated[float, Meta(ge=0, le=0.5)] = 0.0


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything the administrator sets. Immutable."""

    instance: Instance
    listen: Listen = Listen()
    telemetry: Telemetry = Telemetry()
    matching: Matching = Matching()
    exchange: Exchange = Exchange()
    dna: Dna = Dna()

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose midnight opens the capacities anew."""
        return ZoneInfo(self.instance.time_zone)


def parse(text: bytes) -> Settings:
    """Return the settings in TOML ``text``. Raises ConfigurationInvalid with key and reason."""
    try:
        settings = msgspec.toml.decode(text, type=Settings)
    except msgspec.ValidationError as error:
        raise ConfigurationInvalid(f"settings: {_by_key(str(error))}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"settings are not TOML: {error}") from None
    try:
        settings.zone.utcoffset(None)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationInvalid(
            f"settings: instance.time_zone: {settings.instance.time_zone!r} is no IANA time zone"
        ) from None
    _require_usable(settings.dna)
    return settings


def _require_usable(dna: Dna) -> None:
    """Raise ConfigurationInvalid for a population without a table and the other way round."""
    path = PurePosixPath(dna.population_file)
    if path.is_absolute() or ".." in path.parts:
        raise ConfigurationInvalid("settings: dna.population_file: must lie in the installation")
    if bool(dna.population_file) != bool(dna.population):
        raise ConfigurationInvalid(
            "settings: dna.population: it and population_file are set together or not at all"
        )


def load(directory: Path) -> Settings:
    """Return the settings of the installation in ``directory``. Raises ConfigurationInvalid."""
    path = Layout(directory).settings
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigurationInvalid(f"settings: {path}: {error.strerror}") from None
    return parse(text)


def _by_key(message: str) -> str:
    """Put the key before the reason: "reason - at `$.a.b`" becomes "a.b: reason"."""
    reason, found, place = message.rpartition(" - at `$.")
    return f"{place.rstrip('`')}: {reason}" if found else message
