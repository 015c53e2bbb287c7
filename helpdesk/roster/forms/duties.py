"""The form by which a coordinator drafts a duty: shape only; what it means is judged by the rules."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from wtforms import HiddenField, SelectField, StringField

from helpdesk.accounts.models import Account, Membership
from helpdesk.kernel.errors import Refusal
from helpdesk.premises.models import Room
from helpdesk.roster.labels import SHORT
from helpdesk.roster.labels.grid import reasons
from helpdesk.roster.models import Draft, Duty, Post
from helpdesk.roster.rules.fitness import Judgement
from helpdesk.roster.rules.publishing import PublishRefusal
from helpdesk.roster.service import Plan
from helpdesk.web.fields import BLANK, DayField, WallTimeField, as_uuid
from helpdesk.web.forms import Form, at_most, given
from helpdesk.web.i18n import _, lazy

LONGEST_REASON = 200


class DutyForm(Form):
    """For which post, who, on which day, from when to when, and in which room if not in the post's own.

    `version` names what was on the page when it was typed over: the duty or the draft, and its version.
    """

    post = SelectField(lazy("Post"), [given(lazy("Choose a post."))], validate_choice=False)
    person = SelectField(lazy("Person"), validate_choice=False)
    day = DayField(lazy("Day"), [given(lazy("Choose a day."))])
    starts = WallTimeField(lazy("From"), [given(lazy("Write when the duty starts."))])
    ends = WallTimeField(
        lazy("To"),
        [given(lazy("Write when the duty ends."))],
        description=lazy("An end before the start means the next day."),
    )
    room = SelectField(lazy("Room"), validate_choice=False)
    why = StringField(lazy("Reason"), [at_most(LONGEST_REASON)])
    version = HiddenField()

    def __init__(self, posts: Sequence[Post], rooms: Sequence[Room], data: Mapping[str, Any]) -> None:
        super().__init__(data=dict(data))
        self.post.choices = [BLANK, *((str(each.id), each.name) for each in posts)]
        self.room.choices = [("", _("the post's own")), *((str(each.id), _room(each)) for each in rooms)]
        self._posts = {each.id for each in posts}
        self._rooms = {each.id for each in rooms}

    def offer(self, people: Sequence[tuple[Membership, Judgement]], holder: Account | None) -> None:
        """Show everybody: first those who may hold the duty, then the others with the first reason why not.

        A holder who has left the desk stands among the others, so that saving something else does not let go of him unasked.
        """
        fit = [_choice(member) for member, judgement in people if judgement.is_fit]
        unfit = [
            (str(member.account_id), f"{_choice(member)[1]}: {reasons(judgement)[0]}")
            for member, judgement in people
            if not judgement.is_fit
        ]
        if holder is not None and all(member.account_id != holder.id for member, _judgement in people):
            unfit.append((str(holder.id), f"{holder.name}: {reasons(Judgement.of_stranger())[0]}"))
        nobody = [("", _("nobody yet"))]
        self.person.choices = {
            _("Can hold this duty"): [*nobody, *fit],
            **({_("Something stands against it"): unfit} if unfit else {}),
        }

    def plan(self, zone: ZoneInfo) -> Plan | None:
        """What was agreed on; None, and the sentences beside the fields, while something is missing."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if not self.is_sent() or day is None or starts is None or ends is None:
            return None
        post, room = as_uuid(self.post.data), as_uuid(self.room.data)
        if post is None or post not in self._posts:
            self.refuse(Refusal(PublishRefusal.POST_MISSING, field="post"))
            return None
        room = room if room in self._rooms else None
        return Plan(post, as_uuid(self.person.data), day, starts, ends, zone, room)

    def known_version(self, shown: Duty | Draft) -> int:
        return _known(self.version.data, shown)


class MoveForm(Form):
    """What a moved or lengthened bar of the grid sends: when it is now and, if it changed rows, for which post."""

    post = HiddenField()
    day = DayField(validators=[given()])
    starts = WallTimeField(validators=[given()])
    ends = WallTimeField(validators=[given()])
    version = HiddenField()

    def known_version(self, shown: Duty | Draft) -> int:
        return _known(self.version.data, shown)

    def moved(self, plan: Plan) -> Plan | None:
        """The same duty at its new place, or None for what is no place. In another row it has that post's room."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if not self.is_sent() or day is None or starts is None or ends is None:
            return None
        post = as_uuid(self.post.data) or plan.post_id
        return Plan(post, plan.account_id, day, starts, ends, plan.zone, plan.room_id if post == plan.post_id else None)


class WhyForm(Form):
    """The reason for cancelling what people rely on."""

    why = StringField(lazy("Reason"), [given(lazy("Write why.")), at_most(LONGEST_REASON)])


def kind_of(shown: Duty | Draft) -> str:
    return "draft" if isinstance(shown, Draft) else "duty"


def token_of(shown: Duty | Draft) -> str:
    """What names a version of a duty or draft on a page."""
    return f"{kind_of(shown)}-{shown.version}"


def typed(shown: Duty | Draft, room_id: UUID | None) -> dict[str, Any]:
    """A duty or draft as its fields in the browser hold it."""
    own = None if room_id == shown.post.room_id else room_id
    return {
        "post": str(shown.post_id),
        "person": str(shown.account_id or ""),
        "day": shown.day,
        "starts": shown.starts,
        "ends": shown.ends,
        "room": str(own or ""),
        "version": token_of(shown),
    }


def asked_for(post: Post | None) -> dict[str, Any]:
    """What the address of a new duty says: the post, the day and, for a gap, the hours; else those of the post."""
    return {
        "post": str(post.id) if post else "",
        "day": _day(request.args.get("day", "")),
        "starts": _time(request.args.get("starts", "")) or (post.starts if post else None),
        "ends": _time(request.args.get("ends", "")) or (post.ends if post else None),
    }


def _known(token: str | None, shown: Duty | Draft) -> int:
    """The version of what is there now that the reader saw; none if it was something else, such as the duty before it was drafted over."""
    kind, _dash, number = (token or "").partition("-")
    is_number = number.isascii() and number.isdigit() and len(number) < 9  # noqa: PLR2004  nobody saves that often
    return int(number) if kind == kind_of(shown) and is_number else 0


def _choice(member: Membership) -> tuple[str, str]:
    return str(member.account_id), f"{member.account.name} ({SHORT[member.profession]})"


def _room(room: Room) -> str:
    return f"{room.place.name}, {room.name}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
