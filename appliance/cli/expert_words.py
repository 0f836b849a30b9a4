"""Verification in the words of a terminal and a report."""

from __future__ import annotations

import shlex

from appliance.v1 import codes_pb2, note_pb2, statistics_pb2, verification_pb2

RULE = (
    "A match is what the machine found. Only an expert of the searching Party makes it a hit or "
    "a no-hit, after comparing (Art. 1(3)(r), (s), 6(2)); the Party that supplied it is then told "
    "(Art. 19). A no-match is always a no-hit and needs no statement."
)


def verification(number: int) -> str:
    """Return where a verification stands, empty where nothing is known of it."""
    name = verification_pb2.Verification.Name(verification_pb2.Verification.ValueType(number))
    known = name.removeprefix("VERIFICATION_").lower().replace("_", " ")
    return "" if known == "unspecified" else known.replace("no hit", "no-hit")


def outcome(number: int) -> str:
    """Return what an expert said."""
    name = verification_pb2.ExpertOutcome.Name(verification_pb2.ExpertOutcome.ValueType(number))
    return name.removeprefix("EXPERT_OUTCOME_").lower().replace("_", "-")


def occasion(number: int) -> str:
    """Return what a note says has happened."""
    name = note_pb2.NoteOccasion.Name(note_pb2.NoteOccasion.ValueType(number))
    return name.removeprefix("NOTE_OCCASION_").lower()


def collection(number: int) -> str:
    """Return the name of a collection."""
    name = codes_pb2.Collection.Name(codes_pb2.Collection.ValueType(number))
    return name.removeprefix("COLLECTION_")


def match_class(number: int) -> str:
    """Return a match class: the kind of the probe, then the kind of the data."""
    name = statistics_pb2.MatchClass.Name(statistics_pb2.MatchClass.ValueType(number))
    return name.removeprefix("MATCH_CLASS_").lower().replace("_", "–")


def how_to_record(
    request_number: str, probe: str, collection_number: int, reference_number: str
) -> str:
    """Return the command by which an expert records what one match is."""
    named = (request_number, probe, collection(collection_number), reference_number)
    words = " ".join(shlex.quote(each) for each in named)
    return f"appliance verify hit {words} --officer OFFICER --as CERTIFICATE"
