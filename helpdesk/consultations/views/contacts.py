"""The list of contacts, a new one by hand, and the places that the sheet looks up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries as accounts
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.consultations import queries
from helpdesk.consultations.forms import BLANK, FilterForm, NewContactForm, choices, is_place
from helpdesk.consultations.models import Contact
from helpdesk.consultations.queries import PAGE, ContactFilter, Place
from helpdesk.consultations.rules.numbers import as_number
from helpdesk.consultations.service import advices
from helpdesk.consultations.service import contacts as service
from helpdesk.consultations.views.blueprint import staff
from helpdesk.consultations.views.summary import summarised
from helpdesk.desks.models import Desk
from helpdesk.directory import queries as directory
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.codes import codes
from helpdesk.kernel.permissions import Permission
from helpdesk.kernel.teryt import Level, display, search
from helpdesk.kernel.text import fold
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.forms import options
from helpdesk.web.i18n import _, locale
from helpdesk.web.transaction import session


@staff.get("/contacts")
@requires(Permission.CONTACT_READ)
def contact_list(desk_id: str) -> ResponseReturnValue:
    """Contacts of this desk, newest first, narrowed by number, words, days, people and codes."""
    form = _filter_form(desk_id)
    wanted = _wanted(form)
    found = queries.contacts(session(), wanted, _after(request.args.get("after", "")), limit=PAGE + 1)
    audit.record(
        session(), actor=identity.actor(), tag=Tag.CONTACT_LISTED, now=utcnow(), detail={"shown": min(len(found), PAGE)}
    )
    older = _older_url(desk_id, found[PAGE - 1]) if len(found) > PAGE else None
    rows = [summarised(contact) for contact in found[:PAGE]]
    return render_template(
        "consultations/list.html", desk_id=desk_id, form=form, rows=rows, older_url=older, page_form=None
    )


def _filter_form(desk_id: str) -> FilterForm:
    form = FilterForm(request.args)
    today = day_of(utcnow())
    form.consultant.choices = options(
        [BLANK, *((str(each.id), each.name) for each in accounts.members(session(), desk_id))]
    )
    form.kind.choices = options([BLANK, *choices("help-kinds", today, desk_id)])
    form.outcome.choices = options([BLANK, *choices("outcomes", today)])
    form.channel.choices = options([BLANK, *choices("channels", today)])
    form.state.choices = options([BLANK, ("open", _("not closed"))])
    return form


def _wanted(form: FilterForm) -> ContactFilter:
    text = form.gmina_text.data or ""
    gmina = form.gmina.data if text and is_place(form.gmina.data or "") else None
    found = search(text, 1, level=Level.GMINA) if text and not gmina else []
    return ContactFilter(
        first=form.first.data,
        last=form.last.data,
        consultant_id=_as_uuid(form.consultant.data),
        kind=form.kind.data or None,
        outcome=form.outcome.data or None,
        channel=form.channel.data or None,
        gmina=gmina or (found[0].code if found else None),
        state=form.state.data or None,
        words=as_number(form.words.data or "") or form.words.data or "",
    )


def _as_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _after(text: str) -> Place | None:
    """The place in the list that the address names; anything else is the beginning."""
    moment, _comma, row = text.partition(",")
    try:
        return Place(datetime.fromisoformat(moment), UUID(row))
    except ValueError:
        return None


def _older_url(desk_id: str, last: Contact) -> str:
    arguments: dict[str, Any] = {**request.args.to_dict(), "after": f"{last.started_at.isoformat()},{last.id}"}
    return url_for("consultations.contact_list", desk_id=desk_id, **arguments)


@staff.route("/contacts/new", methods=["GET", "POST"])
@requires(Permission.CONTACT_CREATE)
def new_contact(desk_id: str) -> ResponseReturnValue:
    """A contact that came by another way than our telephone: a visit, a letter, an e-mail."""
    form = NewContactForm()
    form.channel.choices = options(choices("channels", day_of(utcnow())))
    if form.is_sent() and codes("channels").known(form.channel.data):
        actor, now = identity.actor(), utcnow()
        desk = session().get_one(Desk, desk_id)
        contact = service.begin(session(), desk, channel=form.channel.data, actor=actor, now=now)
        advices.take(session(), contact, actor=actor, now=now)
        return redirect(url_for("consultations.sheet", desk_id=desk_id, contact_id=contact.id))
    return render_template("consultations/new.html", desk_id=desk_id, form=form, page_form=form)


@staff.get("/places")
@requires(Permission.CONTACT_READ)
def places(desk_id: str) -> ResponseReturnValue:  # noqa: ARG001  part of the address
    """Gminas for what somebody is typing; diacritics need not be typed."""
    found = search(request.args.get("q", "")[:80], 8, level=Level.GMINA)
    return [{"value": place.code, "label": display(place, locale().tag)} for place in found]


@staff.get("/contacts/<uuid:contact_id>/referral-choices")
@requires(Permission.CONTACT_READ)
def referral_choices(desk_id: str, contact_id: UUID) -> ResponseReturnValue:  # noqa: ARG001  the wall stands by the address
    """Institutions for what somebody is typing, nearest first, and below them the plain kinds."""
    typed = request.args.get("q", "")[:80]
    if not fold(typed):
        abort(400)
    near = queries.gmina_of(session(), contact_id)
    tag = locale().tag
    institutions = [
        {"value": f"{each.kind}:{each.id}", "label": each.name, "hint": codes("referrals").label(each.kind, tag)}
        for each in directory.find(session(), typed, near=near or "", limit=8)
    ]
    kinds = [
        {"value": f"{row.code}:", "label": row.label(tag), "hint": _("the kind only")}
        for row in codes("referrals").current(day_of(utcnow()))
        if fold(typed) in fold(row.label(tag)) or fold(typed) == fold(row.code)
    ]
    return institutions + kinds[:4]
