"""The vault of mass comparisons: keys of batches, each overwritten once its batch is compared.

Art. 13(3) has supplied data deleted immediately after the comparison; ``key_vault`` says how.
"""

from __future__ import annotations

from appliance.domain import limits
from appliance.keys.key_vault import KeyVault


class MassVault(KeyVault):
    """Keys of batches; on start every key but those of batches still held is destroyed."""

    CONTENT = "batch"
    MAGIC = b"PRUMMCV1"
    SLOTS_MAX = limits.MASS_JOBS_MAX * limits.MASS_BATCHES_MAX
