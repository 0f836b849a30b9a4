"""The record of supplies as messages."""

from __future__ import annotations

from appliance.api.converters_answer import timestamp
from appliance.api.ports_record import RecordHead
from appliance.domain.record import RecordEntry, RecordLeaf
from appliance.v1 import audit_pb2 as pb


def entry_message(entry: RecordEntry) -> pb.RecordEntry:
    """Return an entry as a message."""
    return pb.RecordEntry(
        sequence=entry.sequence,
        recorded_at=timestamp(entry.recorded_at),
        act=entry.act.value,
        party=entry.party,
        details=[pb.RecordDetail(name=name, value=value) for name, value in entry.details],
        leaf_hash=entry.leaf_hash,
        subjects=[
            pb.RecordSubject(collection=collection.value, reference_number=number)
            for collection, number in entry.subjects
        ],
        salt=entry.salt,
    )


def leaf_message(leaf: RecordLeaf) -> pb.RecordLeaf:
    """Return a leaf as a message."""
    return pb.RecordLeaf(sequence=leaf.sequence, leaf_hash=leaf.leaf_hash, leaf=leaf.content or b"")


def head_message(head: RecordHead) -> pb.RecordHead:
    """Return a head as a message."""
    return pb.RecordHead(
        number=head.number,
        size=head.size,
        root=head.root,
        signed_at=timestamp(head.signed_at),
        line=head.line(),
    )
