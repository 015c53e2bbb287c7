"""The forms of a line: shape only; what it means is judged by the rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField

from helpdesk.desks.models import Desk
from helpdesk.kernel.languages import LANGUAGES, language_name
from helpdesk.telephony.labels import CIRCLES, ORDERS, PROFILES, waiting_minutes
from helpdesk.telephony.rules.plan import LONGEST_RING, MOST_WAITING, SHORTEST_RING, Circle, Help, Order, Plan, Profile
from helpdesk.telephony.rules.settings import LONGEST_NAME, LONGEST_WHY, LineSettings
from helpdesk.web.fields import BLANK, NumberField, VersionedForm, member
from helpdesk.web.forms import Form, at_most, given
from helpdesk.web.i18n import lazy, locale

_MINUTE = 60
_TAGS = frozenset(each.tag for each in LANGUAGES)


class OrderedField(SelectMultipleField):
    """Several choices in an order: each place is a list of its own on the page, and they are sent under one name."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(dict.fromkeys(each for each in valuelist if each))


class LineForm(VersionedForm):
    """A line as it is set."""

    name = StringField(
        lazy("Name of the line"),
        [at_most(LONGEST_NAME)],
        description=lazy("Colleagues hear it when their telephone rings. Callers never do."),
    )
    languages = OrderedField(
        lazy("Languages in the order of the menu"),
        validate_choice=False,
        description=lazy("The first one gets key 1. A line with one language has no menu."),
    )
    helps = BooleanField(lazy("Ask callers whether they want a psychologist or a lawyer"))
    order = RadioField(lazy("How telephones ring"), validate_choice=False)
    circles = OrderedField(
        lazy("Whom the telephone rings, one after the other"),
        validate_choice=False,
        description=lazy("If nobody of the first can answer, the second is asked, and so on."),
    )
    other_desk = SelectField(
        lazy("The desk that helps out"),
        validate_choice=False,
        description=lazy("Only desks whose coordinator has agreed can be chosen."),
    )
    ring_seconds = NumberField(
        lazy("Seconds for which a telephone rings"),
        least=SHORTEST_RING,
        most=LONGEST_RING,
        validators=[given()],
    )
    waiting_minutes = NumberField(
        lazy("Minutes for which callers wait at most"),
        least=0,
        most=MOST_WAITING // _MINUTE,
        validators=[given()],
        description=lazy("0 means that nobody is asked to wait."),
    )
    voicemail = BooleanField(lazy("Callers may leave a message"))
    call_back = BooleanField(lazy("Callers may ask to be called back"))
    profile = RadioField(lazy("What the telephone provider can do"), validate_choice=False)
    why = StringField(lazy("Why it is changed"), [at_most(LONGEST_WHY)])

    def __init__(self, desks: Sequence[Desk], data: Mapping[str, Any]) -> None:
        super().__init__(data=dict(data))
        tag = locale().tag
        self.languages.choices = [(each.tag, language_name(each.tag, tag)) for each in LANGUAGES]
        self.order.choices = [(each.value, str(ORDERS[each])) for each in Order]
        self.circles.choices = [(each.value, str(CIRCLES[each])) for each in Circle]
        self.other_desk.choices = [BLANK, *((each.id, each.name(tag)) for each in desks)]
        self.profile.choices = [(each.value, str(PROFILES[each])) for each in Profile]

    def settings(self, before: LineSettings) -> LineSettings | None:
        """What was set; None, and the sentences beside the fields, while something is missing.

        A limit of odd seconds, which no page can show, stays as it is unless another number of minutes was written.
        """
        ring, wait = self.ring_seconds.data, self.waiting_minutes.data
        if not self.is_sent() or ring is None or wait is None:
            return None
        plan = Plan(
            order=member(Order, self.order.data, before.plan.order),
            ring_seconds=ring,
            waiting_seconds=before.plan.waiting_seconds if wait == waiting_minutes(before.plan) else wait * _MINUTE,
            helps=tuple(Help) if self.helps.data else (),
            circles=tuple(Circle(each) for each in self.circles.data or () if each in set(Circle)),
            other_desk=self.other_desk.data or "",
            voicemail=bool(self.voicemail.data),
            call_back=bool(self.call_back.data),
            profile=member(Profile, self.profile.data, before.plan.profile),
        )
        languages = tuple(each for each in self.languages.data or () if each in _TAGS)
        return LineSettings(" ".join((self.name.data or "").split()), languages, plan)


class HelpForm(Form):
    """For which other desks this one helps out."""

    helped = SelectMultipleField(lazy("We help out these desks"), validate_choice=False)

    def __init__(self, desks: Sequence[Desk], helped: Sequence[str]) -> None:
        super().__init__(data={"helped": list(helped)})
        self.helped.choices = [(each.id, each.name(locale().tag)) for each in desks]

    def chosen(self) -> list[str] | None:
        """The desks chosen; None while nothing was sent. What is no choice is left out."""
        offered = {each[0] for each in self.helped.choices or ()}
        return [each for each in self.helped.data or () if each in offered] if self.is_sent() else None


def typed_settings(settings: LineSettings) -> dict[str, Any]:
    """A line as its fields in the browser hold it."""
    plan = settings.plan
    return {
        "name": settings.name,
        "languages": list(settings.languages),
        "helps": bool(plan.helps),
        "order": plan.order.value,
        "circles": [each.value for each in plan.circles],
        "other_desk": plan.other_desk,
        "ring_seconds": plan.ring_seconds,
        "waiting_minutes": waiting_minutes(plan),
        "voicemail": plan.voicemail,
        "call_back": plan.call_back,
        "profile": plan.profile.value,
    }
