"""What callers hand to a mass comparison and get from it, as plain frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from appliance.client import limits, messages
from appliance.client.values import USUAL_READING, Profile, Reading
from appliance.v1 import mass_comparison_pb2 as pb

KINDS = {"unidentified": pb.PROFILE_KIND_UNIDENTIFIED, "reference": pb.PROFILE_KIND_REFERENCE}


@dataclass(frozen=True, slots=True)
class MassTerms:
    """What is asked (Art. 4(1), 17(2)).

    ``job_number`` is the caller's own, unique for its Party; the same job may be opened again under
    it. ``legal_basis`` names the provision of national law under which unidentified profiles are
    supplied, and the consent.
    """

    job_number: str
    purpose: str
    officer: str
    ordering_officer: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class MassItem:
    """One profile to compare; ``kind`` "reference" is refused by the appliance."""

    reference_number: str
    profile: Profile
    reading: Reading = USUAL_READING
    kind: str = "unidentified"


@dataclass(frozen=True, slots=True)
class Refused:
    """A profile that was left out; ``number`` counts all that were sent, from 1."""

    number: int
    reference_number: str
    reason: str
    message: str
    locus: str


@dataclass(frozen=True, slots=True)
class SentBatch:
    """A batch that is durable: ``sent`` profiles of it, ``accepted`` of them; ``received`` are
    those accepted of the whole job so far."""

    batch_number: int
    sent: int
    accepted: int
    received: int
    refused: tuple[Refused, ...]


@dataclass(slots=True)
class Outgoing:
    """A batch under way; ``first`` is the number of its first profile among all."""

    message: pb.SendRequest
    first: int
    names: list[str] = field(default_factory=list)

    def sent(self, response: pb.SendResponse | None) -> SentBatch:
        """Join the acknowledgement; RuntimeError when there is none or it is another batch's."""
        if response is None or response.batch_number != self.message.batch_number:
            raise RuntimeError(f"batch {self.message.batch_number} was not acknowledged")
        return SentBatch(
            response.batch_number,
            len(self.names),
            response.accepted,
            response.profiles_received,
            tuple(
                Refused(
                    self.first + each.position,
                    self.names[each.position],
                    each.reason,
                    each.message,
                    each.locus,
                )
                for each in response.refusals
            ),
        )


def outgoing(job_number: str, items: Iterable[MassItem]) -> Iterator[Outgoing]:
    """Cut ``items`` into batches within the limits; the same items are always cut the same way."""
    batch, size = Outgoing(pb.SendRequest(job_number=job_number, batch_number=1), 1), 0
    for item in items:
        message = pb.MassProfile(
            reference_number=item.reference_number,
            kind=_kind(item.kind),
            profile=messages.dna_profile(item.profile, item.reading),
        )
        item_bytes = message.ByteSize()
        full = len(batch.names) == limits.LOAD_BATCH_ITEMS
        if batch.names and (full or size + item_bytes > limits.LOAD_BATCH_BYTES):
            yield batch
            number, first = batch.message.batch_number + 1, batch.first + len(batch.names)
            batch = Outgoing(pb.SendRequest(job_number=job_number, batch_number=number), first)
            size = 0
        batch.message.profiles.append(message)
        batch.names.append(item.reference_number)
        size += item_bytes
    if batch.names:
        yield batch


def _kind(name: str) -> pb.ProfileKind:
    if name not in KINDS:
        raise ValueError(f"{name!r} is none of {', '.join(KINDS)}")
    return KINDS[name]


def open_request(terms: MassTerms) -> pb.OpenRequest:
    """Build a request to open a job."""
    return pb.OpenRequest(
        comparison=pb.MassComparison(
            job_number=terms.job_number,
            purpose=terms.purpose,
            officer=terms.officer,
            ordering_officer=terms.ordering_officer,
            legal_basis=terms.legal_basis,
        )
    )
