"""Every bound of the kernels, in one place: what a template or a profile may hold."""

FINGER_MINUTIAE_MAX = 255
"""Minutiae kept per finger template (the count field of ISO/IEC 19794-2:2005 is one byte)."""

COORDINATE_MAX = 65_535
"""Largest coordinate in 1/8 px at 500 ppi: 8,191 px, 41 cm, more than a full palm."""

CODE_BITS = 256
"""Bits of a minutia's stage-1 code: four 64-bit words."""

CODE_WORDS = CODE_BITS // 64

STAGE2_MINUTIAE_MAX = 128
"""Minutiae per print that stage 2 looks at: the best by quality."""

SHORTLIST_MAX = 20_000
"""Candidates that stage 2 rescores at most."""

DNA_SLOTS_MAX = 32
"""Locus slots of a packed DNA profile."""

TOPK_MAX = 20_000
"""Rows that one selection returns at most."""
