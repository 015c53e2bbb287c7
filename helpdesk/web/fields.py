"""Fields for days, wall times, whole numbers and ids, and what is typed into them, refused in our own words."""

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from wtforms import DateField, Field, HiddenField, TimeField
from wtforms import MonthField as MonthOfLibrary
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from helpdesk.web.forms import Form
from helpdesk.web.i18n import LazyText, _, lazy

Choice = TypeVar("Choice", bound=StrEnum)
BLANK = ("", "—")
# No roster is older or reaches further, and the rules need a day on both sides.
EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)


class InOurWords(Field):
    """A field whose text is refused in our own words; an empty one is left to the validators."""

    refused: LazyText

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if any(text.strip() for text in valuelist):
            try:
                super().process_formdata(valuelist)
            except ValueError:
                raise ValueError(str(self.refused)) from None

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  the library's signature
        if self.process_errors:
            raise StopValidation


class DayField(InOurWords, DateField):
    refused = lazy("Write a day that is in the calendar.")

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not EARLIEST <= self.data <= LATEST:
            self.data = None
            raise ValueError(str(self.refused))


class MonthField(InOurWords, MonthOfLibrary):
    """A month, as the first of its days."""

    refused = lazy("Write the month like 2026-12.")

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not EARLIEST <= self.data <= LATEST:
            self.data = None
            raise ValueError(str(self.refused))


class WallTimeField(InOurWords, TimeField):
    refused = lazy("Write the time like 18:30.")


class NumberField(Field):
    """A whole number within limits; what is no such number stays on the page as it was typed."""

    widget = TextInput()
    data: int | None

    def __init__(self, label: str, *, least: int, most: int, **options: Any) -> None:  # noqa: ANN401  of the library
        super().__init__(label, **options)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        if not (text.isascii() and text.isdigit() and len(text) < 7 and self.least <= int(text) <= self.most):  # noqa: PLR2004  longer is no number of ours
            raise ValueError(_("Write a whole number from %(least)s to %(most)s.", least=self.least, most=self.most))
        self.data = int(text)

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  the library's signature
        if self.process_errors:
            raise StopValidation

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class VersionedForm(Form):
    """What is typed over something that somebody else may have saved meanwhile."""

    version = HiddenField()

    @property
    def known_version(self) -> int:
        """The version that was on the page when it was typed over."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004  nobody saves that often

    def has_seen(self, version: int) -> None:
        """Show the page again with the present version: what is saved from now on was typed with that in sight."""
        self.version.data = str(version)


def as_uuid(text: str | None) -> UUID | None:
    """The id that a choice stands for, or None for none and for nonsense."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def member(kind: type[Choice], text: str | None, otherwise: Choice) -> Choice:
    """The member of a closed set that a choice stands for."""
    return next((each for each in kind if each.value == text), otherwise)
