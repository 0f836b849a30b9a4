"""Frozen types, limits and errors that every room shares; standard library only, no I/O."""
