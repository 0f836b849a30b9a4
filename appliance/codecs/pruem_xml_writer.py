"""A Prüm DNA message to XML; ``pruem_message`` says from where the structure is."""

from __future__ import annotations

from datetime import UTC
from xml.sax.saxutils import escape, quoteattr

from appliance.codecs.pruem_message import (
    ADDITIONAL_LOCI,
    ISSOL_LOCI,
    DataBlock,
    Header,
    MessageProfile,
    PruemMessage,
    Side,
    require_sound,
)

ROOT = "PRUEMDNAx"
MODE_NAMESPACE = "urn:pruem-appliance:mode"


def locus_element(name: str) -> str:
    """Return the element of a locus."""
    return name.lower().replace(" ", "_")


def write_message(message: PruemMessage) -> bytes:
    """Return a message as UTF-8; raises RequestInvalid for one that breaks the structure."""
    require_sound(message)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<{ROOT} xmlns:a={quoteattr(MODE_NAMESPACE)} a:mode={quoteattr(message.mode)}>",
        *_header(message.header),
        *(line for block in message.blocks for line in _block(block)),
        f"</{ROOT}>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _element(name: str, text: object) -> str:
    return f"<{name}>{escape(str(text))}</{name}>" if text not in ("", None) else f"<{name}/>"


def _header(header: Header) -> list[str]:
    return [
        "<header>",
        _element("direction", header.direction),
        _element("ref", header.ref),
        _element("generator", header.generator),
        _element("schema_version", header.schema_version),
        *_side("requesting", header.requesting),
        *_side("requested", header.requested),
        "</header>",
    ]


def _side(name: str, side: Side | None) -> list[str]:
    if side is None:
        return [f"<{name}/>"]
    sent_at = side.sent_at.astimezone(UTC)
    return [
        f"<{name}>",
        _element("source_isocode", side.source),
        _element("destination_isocode", side.destination),
        _element("request_id", side.request_id),
        _element("date", f"{sent_at:%Y-%m-%d}"),
        _element("time", f"{sent_at:%H:%M:%S}"),
        f"</{name}>",
    ]


def _block(block: DataBlock) -> list[str]:
    return [
        "<datas>",
        _element("reqtype", block.request_type),
        _element("date", block.stored_on),
        _element("type", block.kind),
        _element("result", block.result),
        _element("agency", block.agency),
        _element("profile_ident", block.profile_ident),
        _element("message", block.message),
        *_profile(block.profile),
        _element("match_id", block.match_id),
        _element("quality", block.quality),
        _element("hitcount", block.hit_count),
        _element("rescount", block.result_count),
        "</datas>",
    ]


def _profile(profile: MessageProfile | None) -> list[str]:
    if profile is None:
        return ["<profile/>"]
    values = {name: (low, high) for name, low, high in profile.values}
    lines = ["<profile>"]
    for group, names in (("ess_issol", ISSOL_LOCI), ("additional_loci", ADDITIONAL_LOCI)):
        lines.append(f"<{group}>")
        for name in names:
            if name in values:
                low, high = values[name]
                pair = _element("low_allele", low) + _element("high_allele", high)
                lines.append(f"<{locus_element(name)}>{pair}</{locus_element(name)}>")
        lines.append(f"</{group}>")
    return [
        *lines,
        _element("marker", profile.marker),
        _element("profile_id", profile.profile_id),
        "</profile>",
    ]
