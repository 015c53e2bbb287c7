"""An answer of the desk, or a time that it offers. It is there for whoever has the code; a neutral sentence goes out only where that is safe."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.intake import queries
from helpdesk.intake.models import Intake, IntakeMessage, IntakeOffer
from helpdesk.intake.rules import messages
from helpdesk.intake.rules.messages import SafetySeen, Side
from helpdesk.intake.service import notices
from helpdesk.intake.service.trail import note
from helpdesk.kernel.permissions import Actor
from helpdesk.roster.models import Duty


def answer(
    session: Session,
    intake: Intake,
    text: str,
    *,
    key: UUID,
    language: str,
    seen: SafetySeen,
    actor: Actor,
    now: datetime,
) -> IntakeMessage:
    """Write to the person. Sent twice with one key it is one.

    `seen`: which version of what is safe the writer saw and read. Raises Refusal for an empty
    or too long text, if somebody else has the intake, and when what is safe has changed meanwhile.
    """
    held = queries.intake_held(session, intake.id)
    known = queries.message_sent(session, held.id, key)
    if known is not None:
        return known
    _check(held, seen, actor)
    written = IntakeMessage(
        intake_id=held.id,
        key=key,
        side=Side.DESK,
        author_id=actor.id,
        contact_id=held.contact_id,
        language=language,
        at=now,
    )
    written.text = messages.message(text)
    session.add(written)
    _answered(session, held, Tag.INTAKE_ANSWERED, actor, now)
    return written


def offer(
    session: Session,
    intake: Intake,
    duty: Duty,
    starts_at: datetime,
    *,
    seen: SafetySeen,
    actor: Actor,
    now: datetime,
) -> IntakeOffer:
    """Offer a time in a duty; a former offer that is still open is taken back. It holds no slot: the person may come back in a week."""
    held = queries.intake_held(session, intake.id)
    _check(held, seen, actor)
    former = queries.open_offer(session, held.id)
    if former is not None:
        session.delete(former)
    made = IntakeOffer(
        intake_id=held.id, duty_id=duty.id, starts_at=starts_at, offered_at=now, offered_by_id=_id_of(actor)
    )
    session.add(made)
    _answered(session, held, Tag.INTAKE_OFFERED, actor, now)
    return made


def _check(held: Intake, seen: SafetySeen, actor: Actor) -> None:
    messages.check_answering(held.state, seen, is_mine=held.owner_id == actor.id, safe_version=held.safe_version)


def _answered(session: Session, held: Intake, tag: Tag, actor: Actor, now: datetime) -> None:
    held.waiting_since = None
    # What the writer confirmed to have read (CO2) can be shown later.
    note(session, held, tag, actor=actor, now=now, detail={"safe_version": held.safe_version})
    notices.ask(session, held, now)


def _id_of(actor: Actor) -> UUID:
    if actor.id is None:
        raise TypeError("The system offers no times.")
    return actor.id
