"""Who calls: the Party and role that a verified client certificate names."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.codes import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """``fingerprint``, the certificate's SHA-256 (hex), names the caller in the record."""

    party: str
    role: Role
    fingerprint: str
