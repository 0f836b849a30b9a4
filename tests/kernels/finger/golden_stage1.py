"""Digests that pin stage 1 for good: ``python -m tests.kernels.finger.golden_stage1`` rewrites.

A code stored by one release must mean the same to the next, so a changed digest is a new model.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from kernels.finger import encode_tables
from kernels.finger.encode_cpu import encode_batch
from kernels.finger.layout import assemble
from kernels.finger.projection import shipped
from kernels.finger.stage1_cpu import scores

from .generated_minutiae import edge_templates, minutiae

FILE = Path(__file__).with_name("golden_stage1.json")


def compute() -> dict[str, str]:
    """Return the digests of tables, projection, codes and scores as this program makes them."""
    rng = np.random.Generator(np.random.PCG64(2_026))
    templates = [*edge_templates(rng), *(minutiae(rng, n, 2_500) for n in range(20, 80))]
    blobs = encode_batch(templates)
    gallery = assemble(blobs)
    matrix = np.stack([scores(blob, gallery) for blob in blobs]).astype("<i4")
    return {
        "tables_sha256": encode_tables.DIGEST,
        "projection_sha256": shipped().digest(),
        "blobs_sha256": hashlib.sha256(b"".join(blobs)).hexdigest(),
        "scores_sha256": hashlib.sha256(matrix.tobytes()).hexdigest(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(compute(), indent=2) + "\n", encoding="utf-8")
