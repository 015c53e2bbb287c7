"""A contact ends, or is corrected afterwards with a reason."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules import closing, notes
from helpdesk.consultations.rules.closing import ClosingRefusal
from helpdesk.consultations.rules.codes import Outcome
from helpdesk.consultations.service import contacts, sheet
from helpdesk.consultations.service.sheet import Saved
from helpdesk.kernel.errors import Forbidden, Refusal
from helpdesk.kernel.permissions import Actor


class NotComplete(Exception):
    """A contact cannot be closed yet; `problems` name what is missing, field by field. Whatever was typed is kept."""

    def __init__(self, problems: list[Refusal]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def close(session: Session, contact: Contact, outcome: str, *, actor: Actor, now: datetime) -> None:
    """Close a contact that is loaded and locked. Every advice with a role and help given is closed with it, and counts from now on.

    Raises Refusal if it was closed already, NotComplete naming everything that is missing.
    """
    if not contact.is_open:
        raise Refusal(ClosingRefusal.ALREADY_CLOSED)
    problems = closing.closing_problems(contact.facts, [each.facts for each in contact.advices], outcome)
    if problems:
        raise NotComplete(problems)
    contact.outcome = outcome
    contact.closed_at, contact.closed_by_id = now, actor.id
    contact.ended_at = contact.ended_at or max(now, contact.started_at)
    contacts.mark_seen(contact, now)
    _close_advices(session, contact, now)
    detail = {"outcome": outcome, "advices": sum(each.closed_at is not None for each in contact.advices)}
    contacts.note(session, contact, Tag.CONTACT_CLOSED, actor=actor, now=now, detail=detail)


def _close_advices(session: Session, contact: Contact, now: datetime) -> None:
    """Advices count only where advice was given; an empty one never was anything, and goes."""
    for advice in list(contact.advices):
        if advice.facts.is_empty:
            contact.advices.remove(advice)
            session.delete(advice)
        elif contact.outcome == Outcome.ADVICE:
            advice.closed_at = advice.closed_at or now


def correct(
    session: Session,
    contact: Contact,
    typed: Mapping[str, object],
    *,
    known_version: int,
    why: str,
    actor: Actor,
    now: datetime,
) -> Saved:
    """Change a closed contact; the earlier version stays, with who and why.

    Raises Forbidden, NotComplete when the corrected contact would contradict itself; the caller then rolls back.
    """
    if not notes.may_correct(actor, closed_by_id=contact.closed_by_id):
        raise Forbidden
    sheet.keep_revision(session, contact, why=why, actor=actor, now=now)
    with session.no_autoflush:  # what contradicts itself must be named by our rules before the database sees it
        saved = sheet.write(
            session, contact, typed, known_version=known_version, actor=actor, now=now, is_correction=True
        )
    problems = saved.refused + closing.closing_problems(
        contact.facts, [each.facts for each in contact.advices], contact.outcome or ""
    )
    if problems:
        raise NotComplete(problems)
    audit.record(
        session,
        actor=actor,
        tag=Tag.CONTACT_CORRECTED,
        subject=contact.id,
        desk_id=contact.desk_id,
        now=now,
        detail={"version": contact.version},
    )
    return saved
