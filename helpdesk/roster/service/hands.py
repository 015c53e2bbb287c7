"""Duties change hands: offered, taken, approved, swapped, taken over. The rows are held meanwhile, so that nothing is taken by two."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts.service.notices import notify
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed, tell
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at, acting_desk
from helpdesk.desks import queries as desks
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import SYSTEM, Actor
from helpdesk.roster.models import Duty, Offer, OfferKind
from helpdesk.roster.models.hands import held
from helpdesk.roster.queries.hands import (
    duties_held,
    offer_held,
    offered_duties,
    offers_unsettled,
    people_held,
    unsettled_held,
)
from helpdesk.roster.rules import hands as rules
from helpdesk.roster.rules.hands import UNSETTLED, OfferState, state_of
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.service import changing, judging, writing
from helpdesk.roster.service.stand_ins import coordinators, fit_people, manages, needs_approval
from helpdesk.roster.service.writing import Cause

TOPIC = "offers"

# Why a duty was changed, where no person wrote it; `labels.hands` has the words.
WHY_ABSENCE, WHY_OFFER, WHY_SWAP, WHY_TAKE_OVER = "absence", "offer", "swap", "take-over"


def offer(session: Session, duty: Duty, *, actor: Actor, now: datetime) -> Offer:
    """Offer a duty to come to everybody who may hold it, and to nobody else; who was asked is kept.

    Coordinators offer for others, also a duty that nobody holds. Where nobody may hold it, they are told so, and the offer stays
    open for somebody whom they know. Raises Refusal.
    """
    duty = _held_to_offer(session, duty, now)
    is_offered = duty.id in offered_duties(session, [duty.id])
    rules.check_offering(held(duty), actor.id, now, manages=manages(actor), is_offered=is_offered)
    return offer_held_duty(session, duty, actor, now)


def offer_held_duty(session: Session, duty: Duty, actor: Actor, now: datetime) -> Offer:
    """The same for a duty that is held in this transaction and need not be looked at again."""
    made = Offer(kind=OfferKind.GIVE, duty=duty, offered_by_id=duty.account_id, offered_at=now, asked=[])
    session.add(made)
    ask(session, made, actor, now)
    _note(session, made, Tag.DUTY_OFFERED, "offered", actor, now)
    return made


def take(session: Session, offered: Offer, *, actor: Actor, now: datetime, on_behalf_of: UUID | None = None) -> Offer:
    """Take a duty that is given away: at once where the desk wants no approval or a coordinator does it, else after approval.

    Of two who take it at the same moment one has it and the other is refused. Raises Refusal for whoever may not hold the duty now,
    whatever was true when he was asked.
    """
    taker = on_behalf_of or actor.id
    people_held(session, [taker])
    found = offer_held(session, offered.id)
    rules.check_taking(found.deal, taker, actor.id, now, manages=manages(actor))
    assert taker is not None  # noqa: S101  nobody cannot be asked, nor act for nobody
    _take(session, found, taker, actor, now)
    return found


def propose_swap(session: Session, mine: Duty, theirs: Duty, *, actor: Actor, now: datetime) -> Offer:
    """Ask whoever holds another duty to come to change places. Raises Refusal, also where one may not hold the other's duty."""
    mine = _held_to_offer(session, mine, now, theirs)
    is_offered = mine.id in offered_duties(session, [mine.id])
    rules.check_swapping(held(mine), held(theirs), actor.id, now, manages=manages(actor), is_offered=is_offered)
    _check_both(session, mine, theirs)
    made = Offer(
        kind=OfferKind.SWAP,
        duty=mine,
        in_return=theirs,
        offered_by_id=mine.account_id,
        offered_at=now,
        asked=[str(theirs.account_id)],
    )
    session.add(made)
    _tell(session, [theirs.account_id], Told.SWAP_ASKED, both_sides(mine, theirs), actor, now)
    _note(session, made, Tag.DUTY_OFFERED, "swap", actor, now)
    return made


def accept_swap(
    session: Session, offered: Offer, *, actor: Actor, now: datetime, on_behalf_of: UUID | None = None
) -> Offer:
    """Agree to change places: both duties change hands together or neither does, at once or after approval. Raises Refusal."""
    taker = on_behalf_of or actor.id
    people_held(session, [taker, offered.offered_by_id])
    found = offer_held(session, offered.id)
    rules.check_accepting(found.deal, taker, actor.id, now, manages=manages(actor))
    assert taker is not None  # noqa: S101  nobody cannot be asked, nor act for nobody
    _take(session, found, taker, actor, now)
    return found


def approve(session: Session, offered: Offer, *, actor: Actor, now: datetime) -> Offer:
    """Let the duty change hands as it was agreed on. Raises Refusal, also for a taker who may not hold it any more."""
    people_held(session, [offered.taken_by_id, offered.offered_by_id])
    found = offer_held(session, offered.id)
    rules.check_approving(found.deal, now)
    assert found.taken_by_id is not None  # noqa: S101  or there was nothing to approve
    _hand_over(session, found, found.taken_by_id, actor, now)
    return found


def refuse(session: Session, offered: Offer, *, actor: Actor, now: datetime) -> Offer:
    """Say no: as a coordinator to what was taken, as a colleague to a swap. The duty stays where it is. Raises Refusal."""
    found = offer_held(session, offered.id)
    rules.check_refusing(found.deal, actor.id, now, manages=manages(actor))
    found.refused_at = now
    _settle(found, actor, now)
    about = changing.when_and_where(found.duty)
    _tell(session, [found.offered_by_id, found.taken_by_id], Told.REFUSED, about, actor, now)
    _note(session, found, Tag.DUTY_OFFERED, "refused", actor, now)
    return found


def withdraw(session: Session, offered: Offer, *, actor: Actor, now: datetime) -> Offer:
    """Take an offer back, as long as nothing has changed hands; everybody who was asked is told. Raises Refusal."""
    found = offer_held(session, offered.id)
    rules.check_withdrawing(found.deal, actor.id, now, manages=manages(actor))
    withdraw_held(session, found, actor, now)
    return found


def withdraw_held(session: Session, found: Offer, actor: Actor, now: datetime) -> None:
    """The same for an offer that is held and need not be looked at again."""
    concerned = {found.taken_by_id, found.offered_by_id}
    if found.taken_by_id is None:  # once it was taken, the others know already that nobody is needed
        concerned |= {UUID(each) for each in found.asked}
    found.withdrawn_at = now
    _settle(found, actor, now)
    _tell(session, concerned, Told.WITHDRAWN, changing.when_and_where(found.duty), actor, now)
    _note(session, found, Tag.DUTY_OFFERED, "withdrawn", actor, now)


def take_over(session: Session, duty: Duty, *, actor: Actor, now: datetime, on_behalf_of: UUID | None = None) -> Duty:
    """Take over at once what runs or begins within twelve hours, without asking; coordinators and whoever held it are told.

    Answers with the duty that is the taker's now: of one that runs it is the part that is left. Raises Refusal.
    """
    taker = on_behalf_of or actor.id
    people_held(session, [taker])
    [found] = duties_held(session, [duty.id])
    rules.check_taking_over(held(found), taker, actor.id, now, manages=manages(actor))
    assert taker is not None  # noqa: S101  nobody is the holder, or has nothing to do here
    taken = changing.split_now(session, found, taker, why=WHY_TAKE_OVER, actor=actor, now=now)
    told = coordinators(session) - {taker}
    _tell(session, told, Told.TAKEN_OVER, changing.when_and_where(taken), actor, now)
    detail = {"what": "taken over"}
    desk_id = acting_desk(session)
    audit.record(session, actor=actor, tag=Tag.DUTY_TAKEN, subject=taken.id, desk_id=desk_id, now=now, detail=detail)
    return taken


def lapse(sessions: Sessions, now: datetime) -> None:
    """Settle at every desk the offers with which nothing can be done any more, and tell whoever still waits. May run twice."""
    with sessions() as session:
        desk_ids = [desk.id for desk in desks.all_desks(session)]
    for desk_id in desk_ids:
        with sessions.begin() as session, acting_at(session, desk_id):
            _lapse_here(session, now)


def ask(session: Session, made: Offer, actor: Actor, now: datetime) -> None:
    """Ask everybody who may hold the duty and was not asked yet; where there is nobody, tell the coordinators."""
    before = {UUID(each) for each in made.asked}
    fit = {each.account_id for each in fit_people(session, made.duty, now=now)}
    new = sorted(fit - before - {made.offered_by_id})
    made.asked = [*made.asked, *map(str, new)]
    about = changing.when_and_where(made.duty)
    _tell(session, new, Told.ASKED, about, actor, now)
    if not made.asked:
        _tell(session, coordinators(session), Told.NOBODY_ASKED, about, actor, now)


def settle_past(session: Session, found: Offer, now: datetime) -> None:
    """Settle an offer that the clock or somebody else's decision has settled already; leave any other alone."""
    state = state_of(found.deal, now)
    if found.settled_at is not None or state in UNSETTLED:
        return
    if state is OfferState.WITHDRAWN:
        found.withdrawn_at = now
    _settle(found, SYSTEM, now)
    about = changing.when_and_where(found.duty)
    if state is OfferState.WITHDRAWN:
        _tell(session, [found.taken_by_id], Told.WITHDRAWN, about, SYSTEM, now)
    else:
        still_in_need = [found.offered_by_id] if found.offered_by_id else coordinators(session)
        _tell(session, still_in_need, Told.LAPSED, about, SYSTEM, now)
        _tell(session, [found.taken_by_id], Told.REFUSED, about, SYSTEM, now)
    _note(session, found, Tag.DUTY_OFFERED, state.value, SYSTEM, now)


def both_sides(gets: Duty, gives: Duty) -> Mapping[str, str]:
    """Time and place of the duty that whoever is told would get, and of the one he would give for it."""
    given = {f"return_{key}": value for key, value in changing.when_and_where(gives).items()}
    return {**changing.when_and_where(gets), **given}


def _held_to_offer(session: Session, duty: Duty, now: datetime, *others: Duty) -> Duty:
    """The duty, held, with whatever was once offered of it settled if nothing can be done with that any more."""
    for each in unsettled_held(session, [duty.id]):
        if each.duty_id == duty.id:
            settle_past(session, each, now)
    duties_held(session, [duty.id, *(each.id for each in others)])
    return duty


def _take(session: Session, found: Offer, taker: UUID, actor: Actor, now: datetime) -> None:
    """Hand over at once, or note who would have it and ask those who approve."""
    others = {UUID(each) for each in found.asked} - {taker}
    if not needs_approval(session, actor):
        _hand_over(session, found, taker, actor, now)
    else:
        _check_fit(session, found, taker)
        found.taken_by_id, found.taken_at = taker, now
        about = changing.when_and_where(found.duty)
        _tell(session, [found.offered_by_id], Told.WAITING, about, actor, now)
        _tell(session, coordinators(session) - {taker, found.offered_by_id}, Told.TO_APPROVE, about, actor, now)
        _note(session, found, Tag.DUTY_TAKEN, "taken", actor, now)
    _tell(session, others, Told.WITHDRAWN, changing.when_and_where(found.duty), actor, now)


def _hand_over(session: Session, found: Offer, taker: UUID, actor: Actor, now: datetime) -> None:
    """Let the duties change hands, then say so: what cannot be leaves the offer as it was."""
    giver = found.offered_by_id
    if found.in_return is None:
        changing.hand_to(session, found.duty, taker, why=WHY_OFFER, actor=actor, now=now)
    else:
        _exchange(session, found.duty, found.in_return, Cause(actor, now, WHY_SWAP))
    if found.taken_by_id is None:
        found.taken_by_id, found.taken_at = taker, now
    found.approved_at = now
    _settle(found, actor, now)
    _tell(session, [giver], Told.TAKEN, changing.when_and_where(found.duty), actor, now)
    changing.tell_holder(session, found.duty, taker, Told.GIVEN, actor, now)
    if found.in_return is not None:
        changing.tell_holder(session, found.in_return, giver, Told.GIVEN, actor, now)
    _note(session, found, Tag.DUTY_TAKEN, "handed over", actor, now)


def _exchange(session: Session, one: Duty, other: Duty, cause: Cause) -> None:
    """Let two duties change hands in one step, between whose halves somebody may be on both or on neither."""
    _check_both(session, one, other)
    plans = [
        (duty, replace(writing.plan_of(duty, session), account_id=person))
        for duty, person in ((one, other.account_id), (other, one.account_id))
    ]
    with writing.together(session):
        for duty, plan in plans:
            writing.rewrite(session, duty, plan, duty.post, cause)


def _check_fit(session: Session, found: Offer, taker: UUID) -> None:
    if found.in_return is None:
        judging.check_one(session, found.duty.post, taker, found.duty.when, without=(found.duty_id,))
    else:
        _check_both(session, found.duty, found.in_return)


def _check_both(session: Session, one: Duty, other: Duty) -> None:
    """Raise Refusal unless each of the two holders may hold the other's duty when both are free of their own."""
    both = (one.id, other.id)
    for gets, person in ((other, one.account_id), (one, other.account_id)):
        if person is None:
            raise Refusal(rules.HandsRefusal.NOBODY_HOLDS_IT)
        judging.check_one(session, gets.post, person, gets.when, without=both)


def _lapse_here(session: Session, now: datetime) -> None:
    past = [each.id for each in offers_unsettled(session) if state_of(each.deal, now) not in UNSETTLED]
    for offer_id in past:
        settle_past(session, offer_held(session, offer_id), now)


def _settle(found: Offer, actor: Actor, now: datetime) -> None:
    found.settled_at, found.settled_by_id = now, actor.id


def _tell(
    session: Session,
    account_ids: Iterable[UUID | None],
    what: Told,
    about: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> None:
    """Tell these people once each, but for nobody and for whoever did it."""
    for account_id in sorted({each for each in account_ids if each is not None} - {actor.id}):
        notify(session, account_id, what, about, now=now)


def _note(session: Session, found: Offer, tag: Tag, what: str, actor: Actor, now: datetime) -> None:
    desk_id = acting_desk(session)
    detail = {"what": what, "duty": str(found.duty.id), "kind": found.kind.value}
    audit.record(session, actor=actor, tag=tag, subject=found.id, desk_id=desk_id, now=now, detail=detail)
    tell(session, Changed(desk_id, TOPIC, str(found.id)))
