"""The forms by which duties change hands: for whom, and against which other duty; shape only."""

from collections.abc import Iterable
from uuid import UUID

from wtforms import RadioField, SelectField

from helpdesk.web.fields import BLANK, as_uuid
from helpdesk.web.forms import Form, given
from helpdesk.web.i18n import lazy


class ForForm(Form):
    """For whom a coordinator does it; the page offers only those who may hold the duty."""

    person = SelectField(lazy("Person"), [given(lazy("Choose a person."))], validate_choice=False)

    def __init__(self, people: Iterable[tuple[UUID, str]]) -> None:
        super().__init__()
        self.person.choices = [BLANK, *((str(each), name) for each, name in people)]

    @property
    def may_choose(self) -> bool:
        """Whether there is anybody at all."""
        return len(self.person.choices or ()) > 1

    @property
    def chosen(self) -> UUID | None:
        """Who was chosen; None for nobody and for nonsense."""
        return as_uuid(self.person.data)

    def suggest(self, account_id: UUID | None) -> None:
        """Choose this person beforehand, if he is among those who may be chosen and nobody was chosen yet."""
        if not self.person.data and any(choice[0] == str(account_id) for choice in self.person.choices or ()):
            self.person.data = str(account_id)


class SwapForm(Form):
    """Against which duty of a colleague."""

    theirs = RadioField(
        lazy("For which duty?"), [given(lazy("Choose the duty that you would like to have."))], validate_choice=False
    )

    def __init__(self, duties: Iterable[tuple[UUID, str]]) -> None:
        super().__init__()
        self.theirs.choices = [(str(each), words) for each, words in duties]

    @property
    def chosen(self) -> UUID | None:
        """Which duty was chosen; None for none and for nonsense."""
        return as_uuid(self.theirs.data)
