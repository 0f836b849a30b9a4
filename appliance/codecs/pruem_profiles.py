"""The profiles of a Prüm XML request under Article 4, one after another, as those of other files.

``pruem_message`` says from where the structure is; alleles are read as it writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.codecs import pruem_mapping
from appliance.codecs.pruem_message import DataBlock, Direction, ProfileKind, RequestType
from appliance.codecs.pruem_xml_reader import read_message
from appliance.codecs.pruem_xml_writer import ROOT
from appliance.codecs.xml_reader import BinaryStream
from appliance.domain.codes import Collection
from appliance.domain.dna import DnaProfile
from appliance.domain.errors import ProfileMalformed


@dataclass(frozen=True, slots=True)
class PruemProfile:
    """One profile; ``line`` counts the data blocks of the message from 1."""

    line: int
    reference_number: str
    collection: Collection
    profile: DnaProfile


def is_pruem(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` (1 KiB is enough) looks like such a message."""
    return ROOT.encode() in head or ROOT.encode("utf-16-le") in head


class PruemFile(Iterator[PruemProfile]):
    """The profiles of one message, in its order.

    Gives a PruemProfile or raises ProfileMalformed with the number of its data block and the locus:
    a profile that is refused does not end the file. For one thread.
    """

    def __init__(self, stream: BinaryStream) -> None:
        """Read the message, at most 16 MiB.

        Raises ProfileMalformed for what is no such message, or none that asks for a mass comparison
        (Art. 4), and RequestInvalid with every rule that it breaks.
        """
        message = read_message(stream)
        if message.header.direction is not Direction.REQUEST:
            raise ProfileMalformed("the message is an answer, not a request")
        if any(block.request_type is not RequestType.MASS for block in message.blocks):
            raise ProfileMalformed(
                "the message asks for searches in an individual case (Art. 3), not for a mass"
                " comparison (Art. 4)"
            )
        self._blocks = enumerate(message.blocks, 1)

    def __next__(self) -> PruemProfile:
        number, block = next(self._blocks)
        return PruemProfile(
            number, block.profile_ident, _collection(block), _profile(block, number)
        )


def _profile(block: DataBlock, number: int) -> DnaProfile:
    try:
        return pruem_mapping.probe(block).profile
    except ProfileMalformed as error:
        raise ProfileMalformed(error.rule, locus=error.locus, line=number) from None


def _collection(block: DataBlock) -> Collection:
    stain = block.kind is ProfileKind.STAIN
    return Collection.DNA_UNIDENTIFIED if stain else Collection.DNA_REFERENCE
