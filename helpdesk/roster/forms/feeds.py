"""The form by which somebody asks for the address of a calendar."""

from wtforms import RadioField, StringField

from helpdesk.web.forms import Form, at_most, given
from helpdesk.web.i18n import lazy

OWN, DESK = "own", "desk"
LONGEST_NAME = 60


class FeedForm(Form):
    """For which device, and whose duties: one's own, or for whoever plans them, all of the desk."""

    name = StringField(
        lazy("Where will you use it?"),
        [given(lazy("Write where you will use the address.")), at_most(LONGEST_NAME)],
        description=lazy("For example: my phone. The name helps you later to revoke the right address."),
    )
    whose = RadioField(lazy("Which duties?"), validate_choice=False, default=OWN)

    def __init__(self, *, may_plan: bool) -> None:
        super().__init__()
        self.may_plan = may_plan
        choices = [(OWN, lazy("My duties")), (DESK, lazy("All duties of this desk, with the names of the people"))]
        self.whose.choices = choices if may_plan else choices[:1]

    @property
    def is_of_desk(self) -> bool:
        return self.may_plan and self.whose.data == DESK
