"""Whether what is known of an institution may still be trusted."""

from datetime import date


def needs_checking(checked_on: date | None, today: date) -> bool:
    """Whether nobody has checked an institution within the last twelve months. On the very anniversary it still holds."""
    if checked_on is None:
        return True
    return (checked_on.year + 1, checked_on.month, checked_on.day) < (today.year, today.month, today.day)
