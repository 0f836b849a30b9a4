"""Consents to mass comparison in the profile pack of a development installation (Art. 4(1)).

Benches and tests need one. A centre writes its own into its pack and signs it (``pack sign``).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from appliance.config import profile_pack
from appliance.config.layout import Layout

VALIDITY = timedelta(days=365)


def add(directory: Path, party: str, now: datetime, validity: timedelta = VALIDITY) -> None:
    """Let the pack consent with a Party from yesterday on, and sign it; the service reads it at
    its start. Raises ConfigurationInvalid if the pack does not allow it."""
    layout = Layout(directory)
    pack = json.loads(layout.pack.read_bytes())
    valid_from = now - timedelta(days=1)
    pack.setdefault("consents", []).append(
        {
            "party": party,
            "valid_from": valid_from.isoformat(),
            "valid_until": (valid_from + validity).isoformat(),
        }
    )
    content = json.dumps(pack, indent=2).encode() + b"\n"
    private = (layout.keys / "pack.key").read_bytes()
    layout.pack_signature.write_bytes(profile_pack.sign(content, private))
    layout.pack.write_bytes(content)
