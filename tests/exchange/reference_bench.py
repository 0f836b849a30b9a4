"""Reference data for tests of the exchange: items that need no kernels to be packed and held."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.codecs.finger_writer import encode_iso19794_2_2005
from appliance.domain.codes import Collection
from appliance.domain.dna import DnaProfile
from appliance.domain.finger import FingerTemplate, Minutia
from appliance.exchange.preparation import RawItem


class TupleAssembler:
    """Keeps packed items as they are."""

    def assemble(self, packed: Sequence[bytes]) -> object:
        return tuple(packed)

    def rows(self, packed: Sequence[bytes]) -> Sequence[int]:
        return [1] * len(packed)

    def concatenate(self, residents: Sequence[object]) -> object:
        return tuple(each for resident in residents for each in packed_of(resident))

    def nbytes(self, resident: object) -> int:
        return sum(len(each) for each in packed_of(resident))


def packed_of(resident: object) -> tuple[bytes, ...]:
    """Return the packed items of a resident gallery."""
    assert isinstance(resident, tuple)
    return resident


class TuplePacker:
    """Packs a record as its number of minutiae, a profile as its codes."""

    def encode_records(self, records: Sequence[Sequence[FingerTemplate]]) -> list[bytes]:
        return [bytes([sum(len(view.minutiae) for view in views)]) for views in records]

    def sequence_warnings(self, views: Sequence[FingerTemplate], packed: bytes) -> tuple[str, ...]:
        return tuple(f"view {n} is empty" for n, v in enumerate(views) if not v.minutiae)

    def pack_dna(self, profile: DnaProfile) -> bytes:
        return profile.codes


def finger_bytes(minutiae: int = 3) -> bytes:
    """Return a finger minutiae record."""
    points = tuple(Minutia(80 * n, 80 * n, n, 1, 50) for n in range(1, minutiae + 1))
    return encode_iso19794_2_2005(FingerTemplate(points, 3200, 3200, 2, 0, 80, "test"))


def finger(number: str, minutiae: int = 3, collection: Collection = Collection.TP) -> RawItem:
    """Return a print to load."""
    return RawItem(collection, number, finger_bytes(minutiae), None)
