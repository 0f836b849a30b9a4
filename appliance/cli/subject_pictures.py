"""The fingers of a candidate beside those of the probe, one picture for each that corresponds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appliance.cli import answer_tables, finger_svg
from appliance.codecs import finger_record
from appliance.domain.finger import FingerTemplate
from appliance.domain.search import MinutiaPair
from appliance.v1 import dactyloscopic_pb2


def of_candidate(
    probe: Sequence[FingerTemplate],
    candidate: dactyloscopic_pb2.FingerCandidate,
    probe_title: str,
) -> Iterator[str]:
    """Yield SVG elements, the strongest finger first; ``probe`` are the views searched with.

    Where there is more than one, each says of which position it is.
    """
    theirs = finger_record.decode_views(candidate.record)
    several = len(candidate.fingers) > 1
    for finger in candidate.fingers:
        where = f", position {answer_tables.positions(finger)}" if several else ""
        yield finger_svg.draw(
            probe[finger.probe_view],
            theirs[finger.candidate_view],
            [
                MinutiaPair(pair.probe_index, pair.candidate_index, pair.similarity, pair.residual)
                for pair in finger.pairs
            ],
            probe_title + where,
            candidate.reference_number + where,
        )
