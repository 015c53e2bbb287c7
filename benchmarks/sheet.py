"""Saving the sheet with all that belongs to it, against writing the same rows and nothing else."""

import json
from itertools import count
from uuid import UUID

from sqlalchemy import text

from benchmarks.ground import Ground
from benchmarks.measure import Result, alternate
from helpdesk.accounts import queries as accounts
from helpdesk.consultations.models import Contact
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

CONTACT = text(
    "UPDATE contact SET remarks_sealed = :remarks, remarks_by_id = :actor, saved_by_id = :actor, version = :version,"
    " field_versions = CAST(:fields AS jsonb) WHERE desk_id = :desk AND id = :contact"
)
ADVICE = text("UPDATE advice SET note_sealed = :note WHERE desk_id = :desk AND id = :advice")
AUDIT = text(
    "INSERT INTO audit_event (at, actor_id, actor_name, desk_id, tag, subject, detail)"
    " VALUES (:at, :actor, :name, :desk, 'contact.saved', :subject, CAST(:detail AS jsonb))"
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

    def bare() -> None:
        """The same two rows changed and the same row added, by three statements in one transaction."""
        number = next(turn)
        ring = sealed.ring()
        fields = json.dumps({"remarks": number, f"{advice}.note": number})
        detail = json.dumps({"fields": [f"{advice}.note", "remarks"], "version": number})
        remarks = ring.seal(f"Remarks, version {number}.", f"contact:remarks_sealed:{contact}", pad=256)
        note = ring.seal(f"A note of some length, version {number}.", f"advice:note_sealed:{advice}", pad=256)
        values = {"desk": BLUE_LINE, "contact": contact, "advice": advice, "actor": actor.id, "name": actor.name}
        with ground.engine.begin() as connection:
            connection.execute(CONTACT, {**values, "remarks": remarks, "version": number, "fields": fields})
            connection.execute(ADVICE, {**values, "note": note})
            connection.execute(AUDIT, {**values, "at": utcnow(), "subject": str(contact), "detail": detail})

    pair = alternate(save, bare, rounds=ROUNDS, warm_up=10)
    what = "Saving a sheet, against writing the same rows"
    return [Result(what, f"{pair.ratio:.2f}", f"≤ {TARGET:.0f}", pair.ratio <= TARGET, pair.in_milliseconds)]


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
