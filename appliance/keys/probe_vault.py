"""The probe vault: keys of probes, each overwritten once its probe is answered.

Art. 13(3) has supplied data deleted once the comparison is answered; ``key_vault`` says how.
"""

from __future__ import annotations

from appliance.keys.key_vault import SLOT_BYTES, KeyDestroyed, KeyVault

__all__ = ["SLOT_BYTES", "KeyDestroyed", "ProbeVault"]


class ProbeVault(KeyVault):
    """Keys of probes; on start every key but those of queued requests is destroyed."""

    CONTENT = "probe"
    MAGIC = b"PRUMVLT1"
    SLOTS_MAX = 1 << 20  # a full queue of requests, each with as many probes as one may bring
