"""Fingerprint search: 256-bit minutia codes over the whole gallery, geometry on the short list."""
