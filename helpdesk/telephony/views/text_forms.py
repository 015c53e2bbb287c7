"""The form with which a text message is answered: shape only; whether it may be sent is judged by the rules."""

from typing import Any

from wtforms import BooleanField, SelectField

from helpdesk.telephony.labels import ANSWERS
from helpdesk.telephony.rules.texts import Answer
from helpdesk.web.fields import BLANK
from helpdesk.web.forms import Form, given, options
from helpdesk.web.i18n import lazy


class AnswerForm(Form):
    """One of the fixed sentences, and the word that the note on safe contact was read."""

    answer = SelectField(lazy("Answer"), [given(lazy("Choose an answer."))], validate_choice=False)
    read = BooleanField(lazy("I have read how this person can be reached safely."))

    def __init__(self, **options_of_form: Any) -> None:  # noqa: ANN401  of the library
        super().__init__(**options_of_form)
        self.answer.choices = options([BLANK, *((each.value, ANSWERS[each]) for each in Answer)])

    @property
    def chosen(self) -> Answer | None:
        """The sentence, or None for one that there is not."""
        return next((each for each in Answer if each.value == self.answer.data), None)
