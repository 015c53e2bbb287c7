"""What is counted for the wallboard: the calls of today, and the call-backs that nobody has made."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.consultations.models import Contact
from helpdesk.telephony.models import Call, CallBack
from helpdesk.telephony.rules.state import Ending, Stage

# Whoever asked for a call, left a message or said that talking is impossible now did not give up: we know what to do.
_CARED_FOR = [Ending.CANNOT_TALK.value, Ending.CALL_BACK.value, Ending.MESSAGE.value]

# Whoever hears what can be done instead, or does it, waits for nobody any more.
_TOLD = [Stage.OFFER.value, Stage.RECORDING.value]


class Today(NamedTuple):
    """How many calls were answered, how many ended without a talk and without a wish, and how many left a message or asked for a call."""

    answered: int
    abandoned: int
    asked: int


class CallBacks(NamedTuple):
    """How many call-backs are open, and how many of them should have been made by now."""

    open: int
    due: int


def calls_since(session: Session, since: datetime) -> Today:
    """The calls at the acting desk that began since an instant. Their contacts are asked along: those are found by their start."""
    of_contact = and_(Contact.desk_id == Call.desk_id, Contact.id == Call.contact_id)
    ending = Call.flow["ending"].astext
    unanswered = and_(Call.answered_at.is_(None), Call.ended_at.is_not(None))
    given_up = and_(unanswered, or_(ending.is_(None), ending.not_in(_CARED_FOR)))
    asked = and_(unanswered, ending.in_([Ending.CALL_BACK.value, Ending.MESSAGE.value]))
    statement = (
        select(
            func.count(Call.id).filter(Call.answered_at.is_not(None)),
            func.count(Call.id).filter(given_up),
            func.count(Call.id).filter(asked),
        )
        .join(Contact, of_contact)
        .where(Contact.started_at >= since)
    )
    return Today(*session.execute(statement).one())


def told(session: Session, call_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these calls in which the caller was told that nobody can answer; asks nothing where there are none."""
    if not call_ids:
        return frozenset()
    return frozenset(
        session.scalars(select(Call.id).where(Call.id.in_(call_ids), Call.flow["stage"].astext.in_(_TOLD)))
    )


def call_backs(session: Session, now: datetime) -> CallBacks:
    """The call-backs of the acting desk that nobody has ended."""
    due = func.count(CallBack.id).filter(CallBack.due_at <= now)
    return CallBacks(
        *session.execute(select(func.count(CallBack.id), due).where(CallBack.done_at.is_(None))).one(),
    )
