"""What the desk does with an intake before it answers: look, take, hand on, set right what was set apart, close."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.consultations import queries as consultations
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.closing import ClosingRefusal
from helpdesk.consultations.rules.codes import WEB
from helpdesk.consultations.service import contacts
from helpdesk.db.columns import new_id
from helpdesk.desks.models import Desk
from helpdesk.intake import queries
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.choices import Said
from helpdesk.intake.rules.codes import Code
from helpdesk.intake.rules.safe import Safe
from helpdesk.intake.rules.waiting import IntakeRefusal, check_deciding, check_letting_in, check_taking
from helpdesk.intake.service import codes, sheets
from helpdesk.intake.service.codes import Fresh
from helpdesk.intake.service.sheets import SafeWords
from helpdesk.intake.service.trail import note
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor, Permission


def take(session: Session, intake: Intake, *, safe_words: SafeWords, actor: Actor, now: datetime) -> Contact:
    """Take an intake on: it is the actor's from now on, and what was written since the last contact is one contact (CR-1).

    `safe_words`: how the person may be reached, in the words of the desk, for the sheet. Taken twice by the same person it is taken
    once. Raises Refusal if somebody else has it, if it was closed or set apart, and after the person took everything back.
    """
    held = queries.intake_held(session, intake.id)
    check_taking(held.state)
    if held.owner_id not in {None, actor.id}:
        raise Refusal(IntakeRefusal.TAKEN_BY_OTHER, by=held.owner.name if held.owner else "")
    contact = sheets.open_contact(session, held) or _begin(session, held, safe_words, actor, now)
    for each in queries.untaken_messages(session, held.id):
        each.contact_id, each.seen_at = contact.id, each.seen_at or now
    if held.owner_id is None:
        held.owner_id, held.taken_at = actor.id, now
        note(session, held, Tag.INTAKE_TAKEN, actor=actor, now=now)
    return contact


def give_back(session: Session, intake: Intake, *, actor: Actor, now: datetime) -> None:
    """Let somebody else take it: it stands among the new ones again. Raises Refusal unless the actor has it or coordinates the desk."""
    held = _held_to_decide(session, intake, actor)
    held.owner_id, held.taken_at = None, None
    note(session, held, Tag.INTAKE_CHANGED, actor=actor, now=now, detail={"given_back": True})


def let_in(session: Session, intake: Intake, *, actor: Actor, now: datetime) -> None:
    """A person wrote it after all: it waits with the others, since it came. Raises Refusal unless it was set apart."""
    held = queries.intake_held(session, intake.id)
    check_letting_in(held.state)
    held.suspicion = None
    note(session, held, Tag.INTAKE_CHANGED, actor=actor, now=now, detail={"let_in": True})


def close(session: Session, intake: Intake, *, actor: Actor, now: datetime) -> None:
    """Nothing more is to be done. The person can still come back; a new message opens it again. Raises Refusal as for giving back."""
    held = _held_to_decide(session, intake, actor)
    held.closed_at, held.waiting_since = now, None
    note(session, held, Tag.INTAKE_CHANGED, actor=actor, now=now, detail={"closed": True})


def open_by_phone(
    session: Session, contact_id: UUID, made: Fresh, *, actor: Actor, now: datetime
) -> tuple[Intake, Code]:
    """Open a way back for somebody on the telephone: an empty intake of the contact, and digits to read to the person, once.

    Raises Refusal for a contact that was closed: whoever calls again has a new one.
    """
    contact = consultations.contact(session, contact_id, for_update=True)  # so that a button pressed twice opens one
    if not contact.is_open:
        raise Refusal(ClosingRefusal.ALREADY_CLOSED)
    known = queries.of_contact(session, contact.id)
    intake = known or Intake(
        desk_id=contact.desk_id,
        key=new_id(),
        language=contact.language or "pl",
        sent_at=now,
        by_phone=True,
        danger=Said.UNSAID,
        urgency=2,
        owner_id=actor.id,
        taken_at=now,
        contact_id=contact.id,
    )
    if known is None:
        intake.safe = json.dumps(Safe().to_json())
        session.add(intake)
        session.flush()  # the code refers to it
    return intake, codes.give(session, intake, made, actor=actor, now=now)


def _held_to_decide(session: Session, intake: Intake, actor: Actor) -> Intake:
    held = queries.intake_held(session, intake.id)
    check_deciding(held.state, is_mine=held.owner_id == actor.id, may_manage=actor.may(Permission.INTAKE_MANAGE))
    return held


def _begin(session: Session, intake: Intake, safe_words: SafeWords, actor: Actor, now: datetime) -> Contact:
    desk = session.get_one(Desk, intake.desk_id)
    wrote_at = min(intake.waiting_since or now, now)
    contact = contacts.begin(
        session, desk, channel=WEB, actor=actor, now=now, language=intake.language, started_at=wrote_at
    )
    sheets.fill_in(contact, intake, safe_words)
    session.flush()  # intake and messages refer to it
    intake.contact_id = contact.id
    return contact
