"""The forms beside a call-back: shape only; whether it is safe is judged by the rules."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectField, TextAreaField
from wtforms.validators import ValidationError

from helpdesk.accounts.models import Account
from helpdesk.telephony.models import CallBack
from helpdesk.telephony.rules.call_backs import ENDED_BY_PEOPLE, TRIED_BY_PEOPLE, Outcome, Tried
from helpdesk.telephony.views.call_back_words import OUTCOMES, TRIED
from helpdesk.web.fields import BLANK, VersionedForm
from helpdesk.web.forms import at_most, options
from helpdesk.web.i18n import _, lazy

LONGEST_REASON = 500


class StepForm(VersionedForm):
    """A button that changes a call-back."""


class HandForm(VersionedForm):
    """To whom a call-back is handed; nobody means that it waits for whoever takes it on."""

    to = SelectField(lazy("Hand to"), validate_choice=False)

    def __init__(self, colleagues: Sequence[Account], **options_of_form: Any) -> None:  # noqa: ANN401  of the library
        super().__init__(**options_of_form)
        self.to.choices = options(
            [("", lazy("nobody has taken it on yet")), *((str(each.id), each.name) for each in colleagues)]
        )


class AgreeForm(VersionedForm):
    """What the person said about being called."""

    from_hour = SelectField(lazy("Safe from"), validate_choice=False)
    until_hour = SelectField(lazy("Safe until"), validate_choice=False)
    machine_ok = BooleanField(
        lazy("The person agreed that we may leave a message on a machine"),
        description=lazy("Only if the person said so. A message is spoken by you, never by the system."),
    )

    def __init__(self, call_back: CallBack, **options_of_form: Any) -> None:  # noqa: ANN401  of the library
        held = {
            "from_hour": _text(call_back.from_hour),
            "until_hour": _text(call_back.until_hour),
            "machine_ok": call_back.machine_ok,
        }
        super().__init__(data=held, **options_of_form)
        self.from_hour.choices = options([BLANK, *((str(hour), f"{hour}:00") for hour in range(24))])
        self.until_hour.choices = options([BLANK, *((str(hour), f"{hour}:00") for hour in range(1, 25))])

    def hours(self) -> tuple[int | None, int | None]:
        return _number(self.from_hour.data), _number(self.until_hour.data)


class DialForm(VersionedForm):
    """Why somebody is called in spite of what speaks against it."""

    override = TextAreaField(lazy("Why you call in spite of this"), [at_most(LONGEST_REASON)])


class TellForm(VersionedForm):
    """What became of an attempt."""

    tried = RadioField(lazy("What became of it"), validate_choice=False, default="")

    def __init__(self, **options_of_form: Any) -> None:  # noqa: ANN401  of the library
        super().__init__(**options_of_form)
        self.tried.choices = options((each.value, TRIED[each]) for each in TRIED_BY_PEOPLE)

    def chosen(self) -> Tried | None:
        return next((each for each in TRIED_BY_PEOPLE if each.value == self.tried.data), None)

    def validate_tried(self, _field: Field) -> None:
        if self.chosen() is None:
            raise ValidationError(_("Choose what became of it."))


class EndForm(VersionedForm):
    """How the work ends."""

    outcome = RadioField(lazy("How it ended"), validate_choice=False, default="")

    def __init__(self, **options_of_form: Any) -> None:  # noqa: ANN401  of the library
        super().__init__(**options_of_form)
        self.outcome.choices = options((each.value, OUTCOMES[each]) for each in ENDED_BY_PEOPLE)

    def chosen(self) -> Outcome | None:
        return next((each for each in ENDED_BY_PEOPLE if each.value == self.outcome.data), None)

    def validate_outcome(self, _field: Field) -> None:
        if self.chosen() is None:
            raise ValidationError(_("Choose how it ended."))


def _text(hour: int | None) -> str:
    return "" if hour is None else str(hour)


def _number(text: str | None) -> int | None:
    """An hour, or None for none and for nonsense; what it may be is checked by the rules."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 2 else None  # noqa: PLR2004
