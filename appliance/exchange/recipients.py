"""Who has received an item of reference data: found from the record (Art. 15(1), 18(1))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.audit.record import Record
from appliance.domain.codes import Collection
from appliance.domain.notice import NoticeKind
from appliance.domain.record import Act
from appliance.exchange.notices import FACT_CHARS_MAX, NoticeBoard
from appliance.store.database import Transaction

SUPPLIES = frozenset({Act.SEARCH_ANSWERED, Act.MASS_COMPARISON_ANSWERED})


@dataclass(slots=True)
class Recipients:
    """Parties with the numbers of their requests, as far as entry ``seen_until``."""

    requests: dict[str, list[str]] = field(default_factory=dict)
    seen_until: int = 0


def of_item(
    record: Record, collection: Collection, reference_number: str, after: int = 0
) -> Recipients:
    """Return who received an item according to the entries after a sequence."""
    found = Recipients(seen_until=after)
    while page := record.about(collection, reference_number, found.seen_until):
        for entry in page:
            found.seen_until = entry.sequence
            if entry.act in SUPPLIES:
                number = dict(entry.details).get("request_number", "")
                found.requests.setdefault(entry.party, []).append(number)
    return found


def tell(
    tx: Transaction,
    board: NoticeBoard,
    kind: NoticeKind,
    subject: tuple[Collection, str],
    recipients: Recipients,
    facts: Mapping[str, str],
) -> int:
    """Post a notice to every recipient; return how many Parties there are.

    A Party that names no address is counted all the same: the record says who had to be told.
    """
    collection, reference_number = subject
    for party, numbers in sorted(recipients.requests.items()):
        said = {
            **facts,
            "collection": collection.value,
            "reference_number": reference_number,
            "requests": str(len(numbers)),
            "request_numbers": _fitting(numbers),
        }
        board.post(tx, kind, party, collection.category, said)
    return len(recipients.requests)


def _fitting(numbers: list[str]) -> str:
    """Return as many of the latest numbers, one a line, as a fact may hold."""
    text = ""
    for number in reversed(list(dict.fromkeys(numbers))):
        longer = f"{text}\n{number}" if text else number
        if len(longer) > FACT_CHARS_MAX:
            break
        text = longer
    return text
