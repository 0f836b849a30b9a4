# ruff: noqa: N802 - the contract names the methods.
"""ReferenceDataService: loading and looking up one's own reference data (Art. 2, 5)."""

from __future__ import annotations

from collections.abc import AsyncIterator

from appliance.api.call import Call
from appliance.api.converters_reference import counts, named, stored_item
from appliance.api.load_stream import LoadStream
from appliance.api.ports import ReferenceDesk
from appliance.v1 import reference_data_pb2 as pb


class ReferenceDataServicer:
    """The methods of the contract."""

    def __init__(self, desk: ReferenceDesk) -> None:
        self._desk = desk

    async def Load(self, requests: AsyncIterator[pb.LoadRequest], call: Call) -> None:
        """Load batches."""
        await LoadStream(self._desk, call).run(requests)

    async def Count(self, request: pb.CountRequest, call: Call) -> pb.CountResponse:
        """Return the size of each collection."""
        return pb.CountResponse(counts=counts(await call.run(self._desk.count)))

    async def Get(self, request: pb.GetRequest, call: Call) -> pb.GetResponse:
        """Return an item."""
        collection, number = named(request)
        return stored_item(await call.run(self._desk.get, call.principal, collection, number))
