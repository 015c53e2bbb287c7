"""The public holidays of Poland, computed and never typed in: 13 days a year, 14 from 2025 (Act of 6 December 2024, 24 December)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from holidays import country_holidays

_YEARS_KEPT = 256


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """A day free of work by the Act of 18 January 1951 on days free of work."""

    day: date
    name_pl: str
    name_en: str

    def name(self, locale_tag: str) -> str:
        """The name in Polish for a Polish reader ("pl", "pl-PL"), else in English."""
        return self.name_pl if locale_tag.lower().startswith("pl") else self.name_en


@lru_cache(maxsize=_YEARS_KEPT)
def public_holidays(year: int) -> tuple[Holiday, ...]:
    """The public holidays of a year in the order of days, Sundays among them.

    A day off that an employer gives for a holiday on a Saturday is not one. Empty before 1925 and after 2100, of which
    the library knows nothing.
    """
    polish, english = (
        country_holidays("PL", years=year, language=language, observed=False) for language in ("pl", "en_US")
    )
    return tuple(Holiday(day, polish[day], english[day]) for day in sorted(polish))


def is_public_holiday(day: date) -> bool:
    return day in _by_day(day.year)


def holiday_on(day: date) -> Holiday | None:
    """The public holiday that falls on this day."""
    return _by_day(day.year).get(day)


@lru_cache(maxsize=_YEARS_KEPT)
def _by_day(year: int) -> dict[date, Holiday]:
    return {holiday.day: holiday for holiday in public_holidays(year)}
