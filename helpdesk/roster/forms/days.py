"""The fields that say on which days something happens, for posts and patterns alike."""

from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField

from helpdesk.roster.labels.posts import HOLIDAYS, NTHS, RHYTHMS, weekday
from helpdesk.roster.rules.days import LAST, WEEK, Days, Holidays, Rhythm
from helpdesk.web.fields import DayField, NumberField, member
from helpdesk.web.forms import Form, given
from helpdesk.web.i18n import lazy

MOST_EVERY = 120
_WEEKDAYS = frozenset(str(number) for number in range(WEEK))


class DaysForm(Form):
    """On which days, from when until when."""

    rhythm = RadioField(lazy("It happens"), validate_choice=False)
    weekdays = SelectMultipleField(lazy("Days of the week"), coerce=str, validate_choice=False)
    every = NumberField(
        lazy("Every"), least=1, most=MOST_EVERY, description=lazy("1 is every week or month, 2 every other one.")
    )
    anchor = DayField(
        lazy("Counted from the week or month of"), description=lazy("Only for every other week and the like.")
    )
    month_day = NumberField(lazy("Day of the month"), least=1, most=31, description=lazy("From 1 to 28."))
    last_day = BooleanField(lazy("The last day of the month"))
    nth = SelectField(lazy("Which one of the month"), validate_choice=False)
    holidays = RadioField(lazy("Public holidays"), validate_choice=False)
    first = DayField(lazy("From the day"), [given(lazy("Write from which day on."))])
    last = DayField(lazy("To the day"))

    def offer_days(self) -> None:
        """Fill in the choices, in the reader's language."""
        self.rhythm.choices = [(each.value, str(words)) for each, words in RHYTHMS.items()]
        self.weekdays.choices = [(str(number), weekday(number)) for number in range(WEEK)]
        self.nth.choices = [(str(number), str(words)) for number, words in NTHS.items()]
        self.holidays.choices = [(each.value, str(words)) for each, words in HOLIDAYS.items()]

    def days(self, first: date) -> Days:
        """The days that were described. What they contradict is judged by the rules."""
        rhythm = member(Rhythm, self.rhythm.data, Rhythm.WEEKLY)
        month_day = LAST if self.last_day.data else self.month_day.data
        return Days(
            rhythm=rhythm,
            weekdays=frozenset(int(each) for each in self.weekdays.data or () if each in _WEEKDAYS),
            every=self.every.data or 1,
            anchor=self.anchor.data or first,
            month_day=month_day if rhythm is Rhythm.MONTHLY_DAY else None,
            nth=_nth(self.nth.data or "") if rhythm is Rhythm.MONTHLY_WEEKDAY else None,
            holidays=member(Holidays, self.holidays.data, Holidays.WORKED),
            first=first,
            last=self.last.data,
        )


def typed_days(days: Days) -> dict[str, Any]:
    """Days as their fields in the browser hold them."""
    is_last = days.month_day == LAST
    return {
        "rhythm": days.rhythm.value,
        "weekdays": [str(number) for number in sorted(days.weekdays)],
        "every": days.every,
        "anchor": None if days.anchor == days.first else days.anchor,
        "month_day": None if is_last else days.month_day,
        "last_day": is_last,
        "nth": str(days.nth or 1),
        "holidays": days.holidays.value,
        "first": days.first,
        "last": days.last,
    }


def fresh_days(first: date) -> dict[str, Any]:
    """What the fields hold before anything was typed: every day of the week from a day on."""
    return typed_days(Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset(range(WEEK)), anchor=first, first=first))


def _nth(text: str) -> int | None:
    return next((number for number in NTHS if str(number) == text), None)
