"""Saving the sheet with all that belongs to it, against writing the same rows and nothing else.

Saving locks the contact, reads its advices, compares what everybody typed, seals, records who did it and tells the screens. The bare
side seals too, since the rows are the same, and writes them by three hand-written statements. What the library of the mapped classes
costs for the same three rows is told beside it, without a target.
"""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update

from benchmarks.ground import Ground
from benchmarks.measure import Result, alternate
from helpdesk.accounts import queries as accounts
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Advice, Contact
from helpdesk.consultations.service import advices, contacts, sheet
from helpdesk.db import sealed
from helpdesk.db.wall import acting_at
from helpdesk.demo.office import BLUE_LINE
from helpdesk.desks.models import Desk
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Actor

WRITER = "ewa@example.org"
TARGET = 3.0
ROUNDS = 60

BLIND: Mapping[str, Any] = {"execution_options": {"synchronize_session": False}}

CONTACT = text(
    "UPDATE contact SET remarks_sealed = :remarks_sealed, remarks_by_id = :remarks_by_id, saved_by_id = :saved_by_id,"
    " version = :version, field_versions = CAST(:field_versions AS jsonb) WHERE desk_id = :desk AND id = :contact"
)
ADVICE = text("UPDATE advice SET note_sealed = :note_sealed WHERE desk_id = :desk AND id = :advice")
AUDIT = text(
    "INSERT INTO audit_event (at, actor_id, actor_name, desk_id, tag, subject, detail)"
    " VALUES (:at, :actor_id, :actor_name, :desk_id, :tag, :subject, CAST(:detail AS jsonb))"
)


def measure(ground: Ground) -> list[Result]:
    actor, contact, advice = _opened(ground)
    turn = count(1)

    def save() -> None:
        """What a request does: remarks and a note were typed."""
        number = next(turn)
        typed = {
            "remarks": f"Remarks, version {number}.",
            f"{advice}.note": f"A note of some length, version {number}.",
        }
        with ground.sessions() as session, acting_at(session, BLUE_LINE):
            saved = sheet.save(session, contact, typed, known_version=1_000_000, actor=actor, now=utcnow())
            session.commit()
        assert saved.is_whole  # noqa: S101  or nothing was measured

    def rows() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """What a save writes: the contact, the advice, the entry in the audit."""
        number, ring = next(turn), sealed.ring()
        remarks = ring.seal(f"Remarks, version {number}.", f"contact:remarks_sealed:{contact}", pad=256)
        note = ring.seal(f"A note of some length, version {number}.", f"advice:note_sealed:{advice}", pad=256)
        fields = {"remarks": number, f"{advice}.note": number}
        of_contact = {"remarks_sealed": remarks, "remarks_by_id": actor.id, "saved_by_id": actor.id}
        event = {"at": utcnow(), "actor_id": actor.id, "actor_name": actor.name, "desk_id": BLUE_LINE}
        return (
            {**of_contact, "version": number, "field_versions": fields},
            {"note_sealed": note},
            {**event, "tag": Tag.CONTACT_SAVED, "subject": str(contact), "detail": {"fields": sorted(fields)}},
        )

    def through_the_session() -> None:
        of_contact, of_advice, event = rows()
        with ground.sessions() as session, acting_at(session, BLUE_LINE):
            session.execute(update(Contact).where(Contact.id == contact).values(of_contact), **BLIND)
            session.execute(update(Advice).where(Advice.id == advice).values(of_advice), **BLIND)
            session.execute(insert(AuditEvent).values(event))
            session.commit()

    def bare() -> None:
        of_contact, of_advice, event = rows()
        keys = {"desk": BLUE_LINE, "contact": contact, "advice": advice}
        fields, detail = json.dumps(of_contact["field_versions"]), json.dumps(event["detail"])
        with ground.engine.begin() as connection:
            connection.execute(CONTACT, {**keys, **of_contact, "field_versions": fields})
            connection.execute(ADVICE, {**keys, **of_advice})
            connection.execute(AUDIT, {**event, "detail": detail})

    pair = alternate(save, bare, rounds=ROUNDS, warm_up=10)
    mapped = alternate(save, through_the_session, rounds=ROUNDS, warm_up=10)
    what = "Saving a sheet, against writing the same rows"
    note = f"{pair.in_milliseconds}; {mapped.ratio:.1f} of the same through the mapped classes"
    return [Result(what, f"{pair.ratio:.2f}", f"≤ {TARGET:.0f}", pair.ratio <= TARGET, note)]


def _opened(ground: Ground) -> tuple[Actor, UUID, UUID]:
    """An open contact that somebody works on, with her advice."""
    now = utcnow()
    with ground.sessions() as session, acting_at(session, BLUE_LINE):
        account = accounts.account_by_login(session, WRITER)
        actor = account.actor_at(BLUE_LINE) if account else None
        if actor is None:
            raise SystemExit(f"{WRITER} is not there.")
        desk = session.get_one(Desk, BLUE_LINE)
        contact: Contact = contacts.begin(session, desk, channel="PHO", actor=actor, now=now)
        session.flush()  # the advice refers to it
        advice = advices.take(session, contact, actor=actor, now=now)
        session.commit()
        return actor, contact.id, advice.id
