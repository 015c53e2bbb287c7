"""As what everybody works at a desk, and for what they are qualified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.accounts.models import Membership
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries
from helpdesk.roster.forms.settings import EngageForm, QualifyForm
from helpdesk.roster.labels.settings import ENGAGEMENTS
from helpdesk.roster.models import Qualification
from helpdesk.roster.rules.rest import Engagement
from helpdesk.roster.service import settings as service
from helpdesk.roster.views.blueprint import staff
from helpdesk.roster.views.deeds import done
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.fields import as_uuid, member
from helpdesk.web.i18n import locale
from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Somebody of the desk with what the rules need to know of them."""

    name: str
    profession: str
    engagement: str
    languages: str
    qualifications: Sequence[Qualification]


@staff.get("/roster/settings")
@requires(Permission.DUTY_MANAGE)
def settings(desk_id: str) -> ResponseReturnValue:
    """As what everybody works here, and for what they are qualified."""
    return _people_page(desk_id, *_people_forms(desk_id))


@staff.post("/roster/settings/engage")
@requires(Permission.DUTY_MANAGE)
def engage(desk_id: str) -> ResponseReturnValue:
    engaged, qualified = _people_forms(desk_id)
    person, first = as_uuid(engaged.person.data), engaged.first_day.data
    if not engaged.is_sent() or person is None or first is None:
        return _people_page(desk_id, engaged, qualified)
    kind = member(Engagement, engaged.kind.data, Engagement.EMPLOYEE)
    return done(
        engaged,
        lambda: service.engage(session(), person, kind, first, actor=identity.actor(), now=utcnow()),
        lambda: _people_page(desk_id, engaged, qualified),
        url_for("roster.settings", desk_id=desk_id),
    )


@staff.post("/roster/settings/qualify")
@requires(Permission.DUTY_MANAGE)
def qualify(desk_id: str) -> ResponseReturnValue:
    engaged, qualified = _people_forms(desk_id)
    person, name = as_uuid(qualified.person.data), qualified.name.data or ""
    if not qualified.is_sent() or person is None:
        return _people_page(desk_id, engaged, qualified)
    until = qualified.last_day.data
    return done(
        qualified,
        lambda: service.qualify(session(), person, name, until, actor=identity.actor(), now=utcnow()),
        lambda: _people_page(desk_id, engaged, qualified),
        url_for("roster.settings", desk_id=desk_id),
    )


@staff.post("/roster/settings/qualifications/<uuid:qualification_id>/remove")
@requires(Permission.DUTY_MANAGE)
def unqualify(desk_id: str, qualification_id: UUID) -> ResponseReturnValue:
    service.unqualify(session(), qualification_id, actor=identity.actor(), now=utcnow())
    return redirect(url_for("roster.settings", desk_id=desk_id))


def _people_forms(desk_id: str) -> tuple[EngageForm, QualifyForm]:
    members = accounts.memberships(session(), desk_id)
    return EngageForm(members), QualifyForm(members)


def _people_page(desk_id: str, engaged: EngageForm, qualified: QualifyForm) -> str:
    kinds = queries.engagements(session(), day_of(utcnow()))
    held: dict[UUID, list[Qualification]] = {}
    for each in queries.all_qualifications(session()):
        held.setdefault(each.account_id, []).append(each)
    members = accounts.memberships(session(), desk_id)
    people = [
        _person(each, kinds, held.get(each.account_id, [])) for each in members if service.is_ever_on_duty(each.actor)
    ]
    page_form = qualified if qualified.errors else engaged
    return render_template(
        "roster/settings_people.html",
        desk_id=desk_id,
        people=people,
        engaged=engaged,
        qualified=qualified,
        page_form=page_form,
        today=day_of(utcnow()),
    )


def _person(found: Membership, kinds: Mapping[UUID, Engagement], held: Sequence[Qualification]) -> ShownPerson:
    kind = kinds.get(found.account_id)
    return ShownPerson(
        found.account.name,
        str(PROFESSIONS[found.profession]),
        str(ENGAGEMENTS[kind]) if kind else "",
        ", ".join(language_name(tag, locale().tag) for tag in found.account.languages),
        held,
    )
