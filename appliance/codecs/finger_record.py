"""A finger record of any accepted edition: told apart by its first bytes, then decoded.

INCITS 378-2004 and ISO/IEC 19794-2:2005 carry the same magic and version. Their lengths tell them
apart: INCITS has a two-byte length at byte 8, which is at least its header of 26 bytes, or 0 where
a four-byte length of more than 65,535 follows; ISO has a four-byte length there. INCITS 378-2009
and ISO/IEC 19794-2:2011 share theirs too: only in the latter the lengths of the views add up.
A file of ANSI/NIST-ITL begins with the tag of its first field.
"""

from __future__ import annotations

from appliance.codecs import (
    ansi_nist,
    incits378_2004,
    incits378_2009,
    incits378_2009_am1,
    iso19794_2_2005,
    iso19794_2_2011,
)
from appliance.codecs.finger_views import with_warnings
from appliance.domain import limits
from appliance.domain.errors import TemplateMalformed, TemplateUnsupported
from appliance.domain.finger import FingerTemplate

MAGIC = b"FMR\0"
_VERSION = b" 20\0"
_VERSION_ZERO_PADDED = b"020\0"  # written by a known encoder of INCITS 378-2004
_VERSION_2009_OR_2011 = b"030\0"
_VERSION_AMENDMENT = b"035\0"
_PREFIX_BYTES = 12


def decode(data: bytes) -> FingerTemplate:
    """Return the first view of a record, with a warning where it holds more.

    ``data`` is a whole record of INCITS 378-2004, -2009 or its amendment 1, of ISO/IEC
    19794-2:2005 or :2011, or an ANSI/NIST-ITL file with Type-9 records. Raises TemplateMalformed
    with the byte offset and the rule, TemplateUnsupported for another edition or a size beyond the
    limits, PersonalDataRefused for a file that holds more than prints. About 50 µs for 50 minutiae
    of a binary record; thread-safe.
    """
    views = decode_views(data)
    if len(views) == 1:
        return views[0]
    return with_warnings(views[0], (f"the record holds {len(views)} views, the first is used",))


def decode_views(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return every view of a record in its order; raises as ``decode``. Thread-safe."""
    if len(data) > limits.TEMPLATE_BYTES_MAX:
        raise TemplateUnsupported(
            f"a record of {len(data)} bytes is larger than {limits.TEMPLATE_BYTES_MAX}"
        )
    if ansi_nist.begins(data):
        return ansi_nist.decode_views(data)
    if data[:4] != MAGIC:
        raise TemplateMalformed(
            "the record begins neither with FMR nor with an ANSI/NIST-ITL field", offset=0
        )
    if len(data) < _PREFIX_BYTES:
        raise TemplateMalformed("the record header is cut short", offset=len(data))
    version = data[4:8]
    if version == _VERSION:
        return _first_editions(data)
    if version == _VERSION_ZERO_PADDED:
        tolerated = ("the version is padded with 0, not with a blank",)
        return tuple(with_warnings(view, tolerated) for view in _first_editions(data))
    if version == _VERSION_2009_OR_2011:
        return _later_editions(data)
    if version == _VERSION_AMENDMENT:
        return incits378_2009_am1.decode_views(data)
    raise TemplateUnsupported(
        f"version {version!r} is not accepted", metadata={"edition": f"version {version!r}"}
    )


def decode_subject(data: bytes) -> tuple[FingerTemplate, ...]:
    """Return every view of one person's record, at most VIEWS_PER_SUBJECT_MAX.

    Raises as ``decode``, and TemplateUnsupported for more views. Thread-safe.
    """
    views = decode_views(data)
    if len(views) > limits.VIEWS_PER_SUBJECT_MAX:
        raise TemplateUnsupported(
            f"the record holds {len(views)} views, at most {limits.VIEWS_PER_SUBJECT_MAX} of one"
            " person are compared"
        )
    return views


def held(data: bytes) -> bytes:
    """Return a record that ``decode`` reads in the form in which it may be held.

    That is the record itself; of an ANSI/NIST-ITL file the minutiae alone (``ansi_nist.reduced``),
    which decode to the same template. Raises as ``decode``.
    """
    return ansi_nist.reduced(data)[0] if ansi_nist.begins(data) else data


def _first_editions(data: bytes) -> tuple[FingerTemplate, ...]:
    short = int.from_bytes(data[8:10], "big")
    following = int.from_bytes(data[10:12], "big")
    if short >= incits378_2004.HEADER_BYTES or (
        not short and 0 < following < iso19794_2_2005.HEADER_BYTES
    ):
        return incits378_2004.decode_views(data)
    return iso19794_2_2005.decode_views(data)


def _later_editions(data: bytes) -> tuple[FingerTemplate, ...]:
    if iso19794_2_2011.lengths_add_up(data):
        return iso19794_2_2011.decode_views(data)
    try:
        return incits378_2009.decode_views(data)
    except TemplateMalformed:
        if not iso19794_2_2011.resembles(data):
            raise
    # Neither edition can read it; the one that it resembles says why.
    return iso19794_2_2011.decode_views(data)
