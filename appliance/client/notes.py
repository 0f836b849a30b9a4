"""Notes over gRPC: ``client.notes`` lists and removes them for the owner's administrator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

from appliance.client import limits, messages, rpcs
from appliance.client.calls import AsyncCaller, Caller
from appliance.v1 import note_pb2


def _page(
    after: int, collection: str, reference_number: str, removed: bool
) -> note_pb2.ListNotesRequest:
    request = note_pb2.ListNotesRequest(
        after=after,
        notes_max=limits.PAGE_ENTRIES,
        reference_number=reference_number,
        removed=removed,
    )
    if collection:
        request.collection = messages.collection(collection)
    return request


class NoteCalls:
    """The calls of NoteService; every method raises ApplianceRefused."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    def list(
        self, collection: str = "", reference_number: str = "", removed: bool = False
    ) -> Generator[note_pb2.Note, None, None]:
        """Yield notes, page by page; ``removed`` adds those removed."""
        after = 0
        while True:
            asked = _page(after, collection, reference_number, removed)
            page = self._call(rpcs.NOTES, asked).notes
            yield from page
            if len(page) < limits.PAGE_ENTRIES:
                return
            after = page[-1].number

    def remove(self, number: int, reason: str) -> None:
        """Remove a note for a reason."""
        self._call(rpcs.REMOVE_NOTE, rpcs.REMOVE_NOTE.request(number=number, reason=reason))


class AsyncNoteCalls:
    """The same calls, awaited."""

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call

    async def list(
        self, collection: str = "", reference_number: str = "", removed: bool = False
    ) -> AsyncGenerator[note_pb2.Note, None]:
        """Yield notes, page by page; ``removed`` adds those removed."""
        after = 0
        while True:
            asked = _page(after, collection, reference_number, removed)
            page = (await self._call(rpcs.NOTES, asked)).notes
            for note in page:
                yield note
            if len(page) < limits.PAGE_ENTRIES:
                return
            after = page[-1].number

    async def remove(self, number: int, reason: str) -> None:
        """Remove a note for a reason."""
        await self._call(rpcs.REMOVE_NOTE, rpcs.REMOVE_NOTE.request(number=number, reason=reason))
