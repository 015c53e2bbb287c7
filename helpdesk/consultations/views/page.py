"""The sheet's page: every field, what is wrong beside it, colleagues' advices, and what this reader may do."""

from collections.abc import Mapping
from uuid import UUID

from flask import render_template, request
from wtforms import Form as PlainForm

from helpdesk.activities import queries as agreements
from helpdesk.activities.labels import standing_words
from helpdesk.consultations import sources
from helpdesk.consultations.forms import (
    AdviceForm,
    ContactForm,
    CorrectionForm,
    choices,
    fingerprints,
    put_beside,
    shown,
)
from helpdesk.consultations.labels import NOTES
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules import notes
from helpdesk.consultations.rules.codes import ONE_KEY
from helpdesk.consultations.rules.sheet import ADVICE_FIELDS, CONTACT_FIELDS, Kind, Value
from helpdesk.consultations.service import advices
from helpdesk.consultations.service import sheet as service
from helpdesk.consultations.views.summary import advice_lines, label, spoken
from helpdesk.desks import queries as desks
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor, Permission
from helpdesk.kernel.teryt import Level, areas
from helpdesk.web import identity
from helpdesk.web.transaction import session


def typed_kinds(contact: Contact) -> dict[str, Kind]:
    """The fields that this reader may type into, and what each holds."""
    kinds = {name: rule.kind for name, rule in CONTACT_FIELDS.items()}
    for advice in advices.of_consultant(contact, identity.actor()):
        kinds |= {f"{advice.id}.{name}": rule.kind for name, rule in ADVICE_FIELDS.items()}
    return kinds


def sheet_page(
    contact: Contact,
    *,
    sent: bool = False,
    problems: list[Refusal] | None = None,
    disputed: Mapping[str, Value] | None = None,
    correction: CorrectionForm | None = None,
) -> str:
    """The sheet with what is stored, or with what was `sent` and its `problems` and disputes beside the fields."""
    actor = identity.actor()
    session().flush()  # a new advice must have its place among the others before the page is made
    formdata = request.form if sent else None
    own = advices.of_consultant(contact, actor)
    forms: dict[str, PlainForm] = {"": ContactForm(contact, formdata)}
    forms |= {str(advice.id): AdviceForm(advice, formdata) for advice in own}
    homeless = put_beside(forms, problems or [])
    held = service.readable(contact, service.values_of(contact), actor)
    desk = desks.desk(session(), contact.desk_id)  # kept until the page is made, whose frame asks for it again
    return render_template(
        "consultations/sheet.html",
        desk_id=contact.desk_id,
        contact=contact,
        form=forms[""],
        advice_forms=[forms[str(advice.id)] for advice in own],
        forms=list(forms.values()),
        others=advice_lines([each for each in contact.advices if each not in own], contact),
        readable_notes=_readable_notes(contact, actor),
        homeless=homeless,
        disputed={name: shown(value) for name, value in (disputed or {}).items()},
        was=fingerprints({name: held[name] for name in typed_kinds(contact)}),
        agreement=agreement_words(desk, contact, forms[""]["gmina"].data or ""),
        referrals=referral_rows(contact),
        language=spoken(contact),
        channel=label("channels", contact.channel, contact),
        outcome=label("outcomes", contact.outcome, contact),
        outcomes=[pair for pair in choices("outcomes", contact.served_on) if pair[0] not in ONE_KEY],
        one_key=[(code.value, label("outcomes", code, contact)) for code in ONE_KEY],
        note_label=NOTES[notes.family_of(actor.profession)],
        question=sources.question,
        may_write=contact.is_open and actor.may(Permission.CONTACT_WRITE),
        may_follow=not contact.is_open and actor.may(Permission.CONTACT_WRITE) and correction is None,
        may_correct=not contact.is_open and notes.may_correct(actor, closed_by_id=contact.closed_by_id),
        correction=correction,
        page_form=correction or (forms[""] if contact.is_open else None),
    )


def agreement_words(desk: Desk | None, contact: Contact, gmina: str) -> str:
    """Whether a gmina has an agreement with the Blue Line, on the day of service, in a sentence; nothing at desks of other kinds.

    It is for further services and for what is reported to the gmina. Nothing on the sheet depends on it (domain report, B.8).
    """
    place = areas().get(gmina)
    if place is None or place.level is not Level.GMINA or desk is None or desk.kind is not DeskKind.HELPLINE:
        return ""
    return standing_words(agreements.agreement_of(session(), gmina, contact.served_on))


def _readable_notes(contact: Contact, actor: Actor) -> dict[UUID, str]:
    """Colleagues' notes that this reader may read."""
    readable = [
        each
        for each in contact.advices
        if each.note_sealed
        and notes.may_read_note(actor, author_id=each.consultant_id, author_profession=each.profession)
    ]
    return {each.id: each.note for each in readable}


def referral_rows(contact: Contact) -> list[dict[str, object]]:
    """The referrals of a contact in words, with the states each may take."""
    states = choices("referral-states", contact.served_on)
    return [
        {
            "row": each,
            "name": each.institution.name if each.institution else label("referrals", each.kind, contact),
            "kind": codes("referrals").label(each.kind, "pl"),
            "states": states,
            "state": label("referral-states", each.state, contact),
        }
        for each in contact.referrals
    ]
