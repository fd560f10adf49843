"""Days of the calendar, UTC."""

from datetime import UTC, date, datetime, timedelta

DAY_MS = 86_400_000


def day_of(at_ms: int) -> str:
    """The day of a time (2026-11-21)."""
    return date_of(at_ms).isoformat()


def date_of(at_ms: int) -> date:
    """The date of a time."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).date()


def start_of(day: date) -> int:
    """The first millisecond of a day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def days_between(first: date, last: date) -> list[str]:
    """All days from one to another, both included (2026-11-21)."""
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def months_between(first: date, last: date) -> list[str]:
    """All months in which some of the days lie (2026-11)."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    numbers = [first.year * 12 + first.month - 1 + number for number in range(count)]
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]
