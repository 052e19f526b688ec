"""Days and months in UTC, as contracts.md §0 buckets them."""

from datetime import UTC, date, datetime, time, timedelta

MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
DAY_SECONDS = 86_400


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), UTC)


def month_of(moment: datetime | date) -> date:
    """The first day of the month."""
    return date(moment.year, moment.month, 1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def last_moment(month: date) -> datetime:
    """The last moment of a month."""
    return midnight(next_month(month)) - MOMENT


def months_between(first: date, last: date) -> list[date]:
    """Every month from first to last."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def month_number(month: date) -> int:
    """Months on a line, to subtract."""
    return month.year * 12 + month.month


def last_month(as_of: datetime) -> date:
    """The last month that has begun before as_of."""
    return month_of(as_of - MOMENT)


def days_between(earlier: datetime, later: datetime) -> float:
    """Days with their fraction."""
    return (later - earlier) / DAY


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
