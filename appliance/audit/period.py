"""How long what is kept (Art. 17(4), (6)): calendar years and months, to the microsecond."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta


def years_after(at: datetime, years: int) -> datetime:
    """Return the same time of the same day ``years`` later; 1 March for an absent 29 February."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, month=3, day=1)


def day_is_over(day: date, years: int, now: datetime) -> bool:
    """Say whether all that happened on a day (UTC) is ``years`` ago."""
    ends_at = datetime.combine(day, time(), UTC) + timedelta(days=1)
    return years_after(ends_at, years) <= now


def months_before(at: datetime, months: int) -> datetime:
    """Return the instant that is ``months`` earlier: what was then or before is as old as that.

    Where the month has no such day, its last microsecond.
    """
    years, month = divmod(at.month - 1 - months, 12)
    year, month = at.year + years, month + 1
    if at.day <= calendar.monthrange(year, month)[1]:
        return at.replace(year=year, month=month)
    following = at.replace(year=year + month // 12, month=month % 12 + 1, day=1)
    begins = following.replace(hour=0, minute=0, second=0, microsecond=0)
    return begins - timedelta(microseconds=1)
