"""The people of a desk, for its administrators: who works here and as what. Other desks do not appear."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries
from helpdesk.accounts.forms import EmptyForm, KnownPersonForm, NewcomerForm, PlaceForm
from helpdesk.accounts.labels import PROFESSIONS, ROLE_HINTS, ROLES
from helpdesk.accounts.models import Membership
from helpdesk.accounts.service import people
from helpdesk.accounts.service.people import Newcomer
from helpdesk.accounts.views.blueprint import staff
from helpdesk.accounts.views.entering import refuse
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, lazy
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

NAVIGATION = [NavItem("accounts.people", lazy("People"), Permission.ACCOUNT_MANAGE, "p")]
_WORDS = {
    "role_hints": {role.value: text for role, text in ROLE_HINTS.items()},
    "professions": PROFESSIONS,
}


def _member(desk_id: str, account_id: UUID) -> Membership:
    found = queries.membership(session(), desk_id, account_id)
    if found is None:
        raise NotFound("membership")
    return found


@staff.get("/desk/<desk_id>/people", endpoint="people")
@requires(Permission.ACCOUNT_MANAGE)
def people_list(desk_id: str) -> ResponseReturnValue:
    members = queries.memberships(session(), desk_id)
    context = {"members": members, "roles_in_words": _roles_in_words, **_WORDS}
    return render_template("accounts/people.html", desk_id=desk_id, **context)


def _roles_in_words(member: Membership) -> str:
    return ", ".join(str(text) for role, text in ROLES.items() if role in member.place.roles)


@staff.route("/desk/<desk_id>/people/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def new_person(desk_id: str) -> ResponseReturnValue:
    """Somebody without an account. The start password is answered at once and kept nowhere, so the answer is a page."""
    form = NewcomerForm()
    if form.is_sent():
        try:
            newcomer = Newcomer(form.login.data or "", form.name.data or "", form.languages.data or [])
            start = people.join(session(), newcomer, desk_id, form.place(), actor=identity.actor(), now=utcnow())
            return render_template("accounts/start_password.html", desk_id=desk_id, person=newcomer, start=start)
        except Refusal as refusal:
            refuse(form, refusal)
    return render_template("accounts/person_new.html", desk_id=desk_id, form=form, page_form=form, **_WORDS)


@staff.route("/desk/<desk_id>/people/known", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def known_person(desk_id: str) -> ResponseReturnValue:
    """Somebody who signs in at another desk already."""
    form = KnownPersonForm()
    if form.is_sent():
        try:
            login = form.login.data or ""
            joined = people.join_known(session(), login, desk_id, form.place(), actor=identity.actor(), now=utcnow())
            flash(_("%(name)s works at this desk from now on.", name=joined.account.name), "success")
            return redirect(url_for("accounts.people", desk_id=desk_id))
        except Refusal as refusal:
            refuse(form, refusal)
    return render_template("accounts/person_known.html", desk_id=desk_id, form=form, page_form=form, **_WORDS)


@staff.route("/desk/<desk_id>/people/<uuid:account_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def person(desk_id: str, account_id: UUID) -> ResponseReturnValue:
    """The place of one member."""
    member = _member(desk_id, account_id)
    form = PlaceForm(data={"roles": member.roles, "profession": member.profession.value, "reviews": member.reviews})
    if form.is_sent():
        try:
            people.change_place(session(), member, form.place(), actor=identity.actor(), now=utcnow())
            flash(_("The place of %(name)s is changed.", name=member.account.name), "success")
            return redirect(url_for("accounts.people", desk_id=desk_id))
        except Refusal as refusal:
            refuse(form, refusal)
    context = {"member": member, "is_me": member.account_id == identity.actor().id, "button": EmptyForm()}
    return render_template("accounts/person.html", desk_id=desk_id, form=form, page_form=form, **context, **_WORDS)


@staff.post("/desk/<desk_id>/people/<uuid:account_id>/end")
@requires(Permission.ACCOUNT_MANAGE)
def end_membership(desk_id: str, account_id: UUID) -> ResponseReturnValue:
    member = _member(desk_id, account_id)
    name = member.account.name
    people.leave(session(), member, actor=identity.actor(), now=utcnow())
    flash(_("%(name)s does not work at this desk any more.", name=name), "success")
    return redirect(url_for("accounts.people", desk_id=desk_id))


@staff.post("/desk/<desk_id>/people/<uuid:account_id>/reset-factor")
@requires(Permission.ACCOUNT_MANAGE)
def reset_factor(desk_id: str, account_id: UUID) -> ResponseReturnValue:
    member = _member(desk_id, account_id)
    people.reset_factor(session(), member, actor=identity.actor(), now=utcnow())
    identity.end_all_sessions(account_id)
    flash(_("%(name)s sets up a new second factor at the next sign-in.", name=member.account.name), "success")
    return redirect(url_for("accounts.person", desk_id=desk_id, account_id=account_id))


@staff.post("/desk/<desk_id>/people/<uuid:account_id>/start-password")
@requires(Permission.ACCOUNT_MANAGE)
def renew_start_password(desk_id: str, account_id: UUID) -> ResponseReturnValue:
    """Another start password for somebody who has not come in yet, likewise answered at once."""
    member = _member(desk_id, account_id)
    start = people.renew_start_password(session(), member, actor=identity.actor(), now=utcnow())
    identity.end_all_sessions(account_id)
    return render_template("accounts/start_password.html", desk_id=desk_id, person=member.account, start=start)
