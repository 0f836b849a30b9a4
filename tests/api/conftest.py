"""The running server, for every test of this folder."""

from tests.edge import edge

__all__ = ["edge"]
