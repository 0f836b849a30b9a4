"""How long the record is kept (Art. 17(4)): calendar years from the act, to the microsecond."""

from __future__ import annotations

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
