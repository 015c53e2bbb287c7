"""The form of a pattern: for which post, on which days, and who after whom."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from wtforms import HiddenField, SelectField, StringField

from helpdesk.accounts.models import Membership
from helpdesk.kernel.errors import Refusal
from helpdesk.roster.forms.days import DaysForm, typed_days
from helpdesk.roster.forms.posts import LONGEST_NAME
from helpdesk.roster.labels import SHORT
from helpdesk.roster.labels.posts import TURNS
from helpdesk.roster.models import Pattern, Post
from helpdesk.roster.rules.days import MONTHS, DaysRefusal
from helpdesk.roster.rules.patterns import Pattern as Rule
from helpdesk.roster.rules.patterns import Rotation, TurnUnit
from helpdesk.roster.rules.publishing import PublishRefusal
from helpdesk.roster.rules.weeks import last_of_month
from helpdesk.roster.service.patterns import PatternEntry
from helpdesk.web.fields import (
    BLANK,
    DayField,
    MonthField,
    NumberField,
    VersionedForm,
    WallTimeField,
    as_uuid,
    member,
)
from helpdesk.web.forms import Form, at_most, given
from helpdesk.web.i18n import _, lazy

MOST_TURN = 120
MOST_MONTHS = 13
MOST_GROUPS, MOST_IN_GROUP = 40, 20
GROUP = "group-"
ADD_PERSON, ADD_GROUP = "add-person", "add-group"


class PatternForm(DaysForm, VersionedForm):
    """A pattern as it is described. `groups` holds the ids of those who take turns; each group is on duty together."""

    name = StringField(lazy("Name"), [given(lazy("Write a name by which everybody knows it.")), at_most(LONGEST_NAME)])
    post = SelectField(lazy("Post"), [given(lazy("Choose a post."))], validate_choice=False)
    starts = WallTimeField(lazy("From"), [given(lazy("Write when the duty starts."))])
    ends = WallTimeField(
        lazy("To"),
        [given(lazy("Write when the duty ends."))],
        description=lazy("An end before the start means the next day."),
    )
    groups = HiddenField(lazy("Who takes turns"))
    length = NumberField(lazy("A turn lasts"), least=1, most=MOST_TURN)
    unit = SelectField(lazy("Counted"), validate_choice=False)
    turns_from = DayField(lazy("The first turn begins on"), description=lazy("Leave it empty for the first day."))

    def __init__(self, posts: Sequence[Post], members: Sequence[Membership], data: Mapping[str, Any]) -> None:
        super().__init__(data=dict(data))
        self.offer_days()
        self.post.choices = [BLANK, *((str(each.id), each.name) for each in posts)]
        self.unit.choices = [(each.value, str(words)) for each, words in TURNS.items()]
        self._posts: Mapping[UUID | None, Post] = {each.id: each for each in posts}
        self.people = [
            BLANK,
            *((str(each.account_id), f"{each.account.name} ({SHORT[each.profession]})") for each in members),
        ]
        self.chosen: list[list[str]] = _sent_groups() if request.method == "POST" else list(data.get("chosen", ()))

    def is_sent(self) -> bool:
        """Not when only room for one more was asked for, which a page without scripts sends to get it."""
        return not _adding() and super().is_sent()

    @property
    def turns(self) -> list[list[str]]:
        """The groups as the page shows them: what is chosen, an empty field at the end of each, and an empty group."""
        asked, _colon, number = request.form.get("act", "").partition(":")
        more = int(number) if asked == ADD_PERSON and number.isascii() and number.isdigit() else None
        shown = [[*group, *([""] * (2 if more == place else 1))] for place, group in enumerate(self.chosen)]
        return [*shown, *([[""]] * (2 if asked == ADD_GROUP else 1))][: MOST_GROUPS + 1]

    def entry(self) -> PatternEntry | None:
        """What was described; None, and the sentences beside the fields, while something is missing."""
        first, starts, ends = self.first.data, self.starts.data, self.ends.data
        if not self.is_sent() or first is None or starts is None or ends is None:
            return None
        post = self._posts.get(as_uuid(self.post.data))
        if post is None:
            self.refuse(Refusal(PublishRefusal.POST_MISSING, field="post"))
            return None
        groups = tuple(tuple(UUID(person) for person in group) for group in self.chosen)
        unit = member(TurnUnit, self.unit.data, TurnUnit.OCCURRENCE)
        rotation = Rotation(groups, unit, self.length.data or 1, self.turns_from.data or first)
        return PatternEntry(
            self.name.data or "", post.id, Rule(self.days(first), starts, ends, rotation, ZoneInfo(post.zone))
        )


class DraftForm(Form):
    """From which month to which month patterns are drafted, and which of them."""

    pattern = SelectField(lazy("Pattern"), validate_choice=False)
    first = MonthField(lazy("From the month"), [given(lazy("Choose a month."))])
    last = MonthField(lazy("To the month"), [given(lazy("Choose a month."))])

    def __init__(self, patterns: Sequence[Pattern], data: Mapping[str, Any]) -> None:
        super().__init__(data=dict(data))
        self.pattern.choices = [("", _("all patterns")), *((str(each.id), each.name) for each in patterns)]

    def months(self) -> tuple[date, date] | None:
        """The first and the last day; None, and the sentences beside the fields, for what is no such time."""
        first, last = self.first.data, self.last.data
        if not self.is_sent() or first is None or last is None:
            return None
        if last < first:
            self.refuse(Refusal(DaysRefusal.ENDS_BEFORE, field="last"))
            return None
        if (last.year - first.year) * MONTHS + last.month - first.month >= MOST_MONTHS:
            self.last.errors = [_("Draft at most %(count)s months at once.", count=MOST_MONTHS)]
            return None
        return first, last_of_month(last)


def typed_pattern(pattern: Pattern) -> dict[str, Any]:
    """A pattern as its fields in the browser hold it."""
    return typed_days(pattern.days) | {
        "name": pattern.name,
        "post": str(pattern.post_id),
        "starts": pattern.starts,
        "ends": pattern.ends,
        "chosen": pattern.groups,
        "length": pattern.turn_length,
        "unit": pattern.turn_unit.value,
        "turns_from": None if pattern.turns_from == pattern.first else pattern.turns_from,
        "version": str(pattern.version),
    }


def _adding() -> bool:
    return request.form.get("act", "").partition(":")[0] in {ADD_PERSON, ADD_GROUP}


def _sent_groups() -> list[list[str]]:
    """The groups that were chosen, without empty fields and empty groups."""
    sent = [request.form.getlist(f"{GROUP}{number}")[: MOST_IN_GROUP + 1] for number in range(MOST_GROUPS + 1)]
    chosen = [[person for person in group if as_uuid(person)] for group in sent]
    return [group for group in chosen if group]
