"""Rooms of supervision in which nobody works: for servers whose tests ask nothing of them."""

from __future__ import annotations

from typing import Any

from appliance.api.ports_supervision import Supervision


class _Nobody:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nobody is here to {name}")


NOBODY = Supervision(_Nobody(), _Nobody(), _Nobody(), _Nobody())
