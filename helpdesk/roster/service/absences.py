"""Somebody cannot come: his duties to come are freed and offered to those who may hold them; why he is away stays with him and the coordinators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.service.notices import notify
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster.models import Absence, AbsenceKind, Duty, Offer, OfferKind
from helpdesk.roster.queries.hands import coming_duties_of, duties_held, people_held, unsettled_held
from helpdesk.roster.rules.absences import (
    AbsenceRefusal,
    Away,
    begins_within,
    check_entering,
    check_whose,
    runs_into,
)
from helpdesk.roster.rules.hands import UNSETTLED, state_of
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.rules.spans import DutyRefusal, Span
from helpdesk.roster.service import changing, hands
from helpdesk.roster.service.stand_ins import coordinators, manages

CONSTRAINT = "ex_absence_person_once"


@dataclass(frozen=True, slots=True)
class Freeing:
    """Which duties an absence frees, and which run already and can only be taken over."""

    freed: Sequence[Duty]
    running: Sequence[Duty]


def freeing(session: Session, account_id: UUID, away: Away, *, now: datetime) -> Freeing:
    """What entering an absence would do to a person's duties. Raises Refusal for days that cannot be; changes nothing."""
    span = away.span
    duties = coming_duties_of(session, account_id, now)
    return Freeing(
        freed=[each for each in duties if begins_within(each.when, span, now)],
        running=[each for each in duties if runs_into(each.when, span, now)],
    )


def record_absence(
    session: Session, account_id: UUID, kind: AbsenceKind, away: Away, *, actor: Actor, now: datetime
) -> Freeing:
    """Enter an absence. The person's duties to come are freed and offered to those who may hold them; coordinators are told how many.

    What runs is left alone and answered, since only taking over helps there. People enter their own, coordinators anybody's.
    Raises Refusal, also where the person is absent then already.
    """
    span = away.span
    check_entering(span, account_id, actor.id, now, manages=manages(actor))
    if accounts.membership(session, acting_desk(session), account_id) is None:
        raise Refusal(DutyRefusal.NOT_A_MEMBER, field="person")
    people_held(session, [account_id])
    absence = _write(session, account_id, kind, away, span, actor, now)
    found = freeing(session, account_id, away, now=now)
    freed = _free(session, [each.id for each in found.freed], account_id, actor, now)
    _tell_coordinators(session, freed, actor, now)
    _note(session, absence, "entered", actor, now, freed=len(freed))
    return Freeing(freed, found.running)


def remove_absence(session: Session, absence: Absence, *, actor: Actor, now: datetime) -> None:
    """Take an absence out. The duties that it freed do not come back, since others may have taken them. Raises Refusal."""
    check_whose(absence.account_id, actor.id, manages=manages(actor))
    session.delete(absence)
    _note(session, absence, "removed", actor, now)


def _write(
    session: Session, account_id: UUID, kind: AbsenceKind, away: Away, span: Span, actor: Actor, now: datetime
) -> Absence:
    absence = Absence(
        account_id=account_id,
        kind=kind,
        first_day=away.first_day,
        last_day=away.last_day,
        starts=away.starts,
        ends=away.ends,
        starts_at=span.start,
        ends_at=span.end,
        entered_by_id=actor.id,
        entered_at=now,
    )
    try:
        with session.begin_nested():
            session.add(absence)
            session.flush()  # the database knows whether the person is absent then already
    except IntegrityError as error:
        if CONSTRAINT not in str(error.orig):
            raise
        raise Refusal(AbsenceRefusal.OVERLAP, field="first_day") from error
    return absence


def _free(session: Session, duty_ids: Sequence[UUID], account_id: UUID, actor: Actor, now: datetime) -> Sequence[Duty]:
    """Free these duties, unless somebody else holds them by now; whatever was offered of them goes on without the person."""
    unsettled = unsettled_held(session, duty_ids)
    duties = sorted(duties_held(session, duty_ids), key=lambda each: each.starts_at)
    freed = [each for each in duties if each.account_id == account_id and each.is_published]
    for duty in freed:
        kept = _go_on(session, [each for each in unsettled if duty.id in {each.duty_id, each.in_return_id}], actor, now)
        changing.hand_to(session, duty, None, why=hands.WHY_ABSENCE, actor=actor, now=now)
        changing.tell_holder(session, duty, account_id, Told.TAKEN_AWAY, actor, now)
        if kept is None:
            hands.offer_held_duty(session, duty, actor, now)
        elif (
            kept.taken_by_id is None
        ):  # who has taken it and waits for a word need not be asked again, nor anybody else
            hands.ask(session, kept, actor, now)
    return freed


def _go_on(session: Session, offers: Sequence[Offer], actor: Actor, now: datetime) -> Offer | None:
    """The offer of a duty that goes on as nobody's; what can only be settled is, and swaps come to nothing."""
    kept = None
    for each in offers:
        hands.settle_past(session, each, now)
        if state_of(each.deal, now) not in UNSETTLED:
            continue
        if each.kind is OfferKind.SWAP:
            hands.withdraw_held(session, each, actor, now)
        else:
            each.offered_by_id, kept = None, each
    return kept


def _tell_coordinators(session: Session, freed: Sequence[Duty], actor: Actor, now: datetime) -> None:
    if not freed:
        return
    about: dict[str, str | int] = {
        "number": len(freed),
        "from": freed[0].starts_at.isoformat(),
        "to": max(each.ends_at for each in freed).isoformat(),
    }
    for account_id in sorted(coordinators(session) - {actor.id}):
        notify(session, account_id, Told.FREED, about, now=now)


def _note(session: Session, absence: Absence, what: str, actor: Actor, now: datetime, **numbers: int) -> None:
    """The trail tells when and whose, never why somebody was away."""
    detail = {
        "what": what,
        "person": str(absence.account_id),
        "from": absence.starts_at.isoformat(),
        "to": absence.ends_at.isoformat(),
        **numbers,
    }
    desk_id = acting_desk(session)
    audit.record(
        session, actor=actor, tag=Tag.ABSENCE_CHANGED, subject=absence.id, desk_id=desk_id, now=now, detail=detail
    )
