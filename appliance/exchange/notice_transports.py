"""How a letter reaches a contact point: a file in a folder that somebody fetches, or a webhook."""

from __future__ import annotations

import os
import re
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from appliance.domain.notice import Notice

WEBHOOK = "https://"
ADDRESS_CHARS_MAX = 512
WEBHOOK_TIMEOUT_S = 10.0
_DROP_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class NoticeUndelivered(Exception):
    """A letter could not be handed over this time; the text says why. Never leaves the courier."""


def fault_of(address: str) -> str:
    """Return what is wrong with an address, "" if it can be delivered to."""
    if len(address) > ADDRESS_CHARS_MAX:
        return f"is longer than {ADDRESS_CHARS_MAX} characters"
    if address.startswith(WEBHOOK) or _DROP_NAME.fullmatch(address):
        return ""
    return "is neither an https URL nor the plain name of a folder"


class Transports:
    """Delivers letters. Thread-safe.

    ``folder`` holds a folder for each plain name; ``authorities`` is a PEM file of further
    certificate authorities for webhooks, beside those of the system.
    """

    def __init__(self, folder: Path, authorities: Path | None = None) -> None:
        self._folder = folder
        self._authorities = authorities

    def deliver(self, notice: Notice, letter: bytes) -> None:
        """Hand a letter over, durably where it is a file. Raises NoticeUndelivered."""
        fault = fault_of(notice.address)
        if fault:
            raise NoticeUndelivered(f"the address {fault}")
        try:
            if notice.address.startswith(WEBHOOK):
                self._post(notice.address, letter)
            else:
                self._drop(notice, letter)
        except (OSError, ValueError) as error:
            # The text of the error may quote what the other side sent, so it is kept short.
            raise NoticeUndelivered(f"{type(error).__name__}: {error}"[:200]) from None

    def _drop(self, notice: Notice, letter: bytes) -> None:
        """Write beside the target and rename, so that a reader never sees half a letter."""
        folder = self._folder / notice.address
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{notice.created_at:%Y%m%dT%H%M%S}-{notice.kind.value}-{notice.number:012d}.json"
        half = folder / f".{name}.half"
        with half.open("wb") as file:
            file.write(letter)
            file.flush()
            os.fsync(file.fileno())
        half.replace(folder / name)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _post(self, url: str, letter: bytes) -> None:
        context = ssl.create_default_context()
        if self._authorities is not None:
            context.load_verify_locations(self._authorities)
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), _NoRedirect()
        )
        request = urllib.request.Request(  # noqa: S310 - fault_of lets https alone pass
            url, data=letter, headers={"Content-Type": "application/json"}, method="POST"
        )
        with opener.open(request, timeout=WEBHOOK_TIMEOUT_S) as response:
            if not 200 <= response.status < 300:
                raise OSError(f"answered with status {response.status}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A notice goes to the address of the pack and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing; the redirection then counts as an error."""
