"""Stories of duties that change hands."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Notice
from helpdesk.audit.models import AuditEvent
from helpdesk.db.session import Sessions
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.clock import WARSAW, first_instant
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor, Profession, Role
from helpdesk.roster import queries
from helpdesk.roster.models import Absence, AbsenceKind, Duty, Engaged, Offer, RosterSettings
from helpdesk.roster.queries import hands as kept
from helpdesk.roster.rules.fitness import Unfit
from helpdesk.roster.rules.hands import HandsRefusal, OfferState, state_of
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.rules.rest import Engagement
from helpdesk.roster.service import changing, hands, stand_ins
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

HOUR = timedelta(hours=1)
EVENING = datetime(2023, 10, 9, 16, 0, tzinfo=UTC)  # Monday, 18:00 in Poland; the duty began at 17:00
NEXT_EVENING = EVENING + 24 * HOUR


@dataclass(frozen=True)
class Office:
    """The Blue Line: two psychologists who could stand in for one another, a lawyer who could not, and their coordinator."""

    session: Session
    ewa: Account
    olga: Account
    marek: Account
    karol: Account

    def told(self, account: Account) -> list[str]:
        """What somebody was told, in order."""
        found = select(Notice).where(Notice.account_id == account.id).order_by(Notice.at, Notice.id)
        return [each.code for each in self.session.scalars(found)]

    def duty(self, account: Account | None, at: datetime = EVENING, hours: int = 4) -> Duty:
        return make_duty(self.session, BLUE_LINE, account, at, hours)

    def agrees_by_itself(self) -> None:
        """The desk wants no approval."""
        self.session.add(RosterSettings(approval=False))
        self.session.flush()


@pytest.fixture
def office(session: Session) -> Office:
    make_desk(session)
    make_desk(session, HELP_POINT)
    make_post(session, professions=[Profession.PSYCHOLOGIST])
    make_account(session, HELP_POINT, name="Somebody Elsewhere")
    ewa, olga = make_account(session), make_account(session, name="Olga Mróz")
    marek = make_account(session, name="Marek Lis", profession=Profession.ADVOCATE)
    karol = make_account(session, roles=(Role.COORDINATOR,), name="Karol", profession=Profession.SUPERVISOR)
    act_at(session, BLUE_LINE)
    return Office(session, ewa, olga, marek, karol)


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        deed()
    return str(caught.value.code)


def test_only_those_who_may_hold_a_duty_are_asked_for_it(office: Office, session: Session, now: datetime) -> None:
    duty = office.duty(office.ewa)
    away = make_account(session, name="Away")
    session.add(
        Absence(
            account_id=away.id,
            kind=AbsenceKind.LEAVE,
            first_day=duty.day,
            last_day=duty.day,
            starts_at=EVENING - 12 * HOUR,
            ends_at=EVENING + 12 * HOUR,
            entered_at=now,
        )
    )
    busy = make_account(session, name="Busy")
    office.duty(busy, EVENING + 2 * HOUR)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    assert offer.asked == [str(office.olga.id)]
    assert state_of(offer.deal, now) is OfferState.OPEN
    assert office.told(office.olga) == [Told.ASKED]
    assert office.told(office.ewa) == office.told(office.marek) == office.told(away) == office.told(busy) == []
    assert duty.account_id == office.ewa.id  # until somebody has taken it


def test_what_people_are_told_holds_a_time_and_a_place_and_nothing_else(
    office: Office, session: Session, now: datetime
) -> None:
    hands.offer(session, office.duty(office.ewa), actor=actor_of(office.ewa), now=now)
    [notice] = session.scalars(select(Notice))
    assert notice.data == {"from": "2023-10-09T15:00:00+00:00", "to": "2023-10-09T19:00:00+00:00", "place": ""}


def test_where_nobody_may_hold_a_duty_the_coordinator_is_told(office: Office, session: Session, now: datetime) -> None:
    office.duty(office.olga)
    offer = hands.offer(session, office.duty(office.ewa), actor=actor_of(office.ewa), now=now)
    assert offer.asked == []
    assert office.told(office.karol) == [Told.NOBODY_ASKED]


@pytest.mark.parametrize("who", ["olga", "marek"])
def test_nobody_offers_a_colleagues_duty(office: Office, session: Session, now: datetime, who: str) -> None:
    duty = office.duty(office.ewa)
    actor = actor_of(getattr(office, who))
    assert refused(lambda: hands.offer(session, duty, actor=actor, now=now)) == HandsRefusal.NOT_YOURS
    assert session.scalars(select(Offer)).all() == []


def test_a_duty_is_offered_once_at_a_time(office: Office, session: Session, now: datetime) -> None:
    duty, ewa = office.duty(office.ewa), actor_of(office.ewa)
    first = hands.offer(session, duty, actor=ewa, now=now)
    assert refused(lambda: hands.offer(session, duty, actor=ewa, now=now)) == HandsRefusal.ALREADY_OFFERED
    hands.withdraw(session, first, actor=ewa, now=now)
    assert office.told(office.olga) == [Told.ASKED, Told.WITHDRAWN]
    second = hands.offer(session, duty, actor=ewa, now=now)
    assert [state_of(each.deal, now) for each in (first, second)] == [OfferState.WITHDRAWN, OfferState.OPEN]


def test_a_duty_that_was_taken_waits_for_the_coordinator_and_then_changes_hands(
    office: Office, session: Session, now: datetime
) -> None:
    duty = office.duty(office.ewa)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    hands.take(session, offer, actor=actor_of(office.olga), now=now)
    assert state_of(offer.deal, now) is OfferState.TAKEN
    assert duty.account_id == office.ewa.id
    assert office.told(office.karol) == [Told.TO_APPROVE]
    assert office.told(office.ewa) == [Told.WAITING]
    hands.approve(session, offer, actor=actor_of(office.karol), now=now)
    assert state_of(offer.deal, now) is OfferState.DONE
    assert duty.account_id == office.olga.id
    assert office.told(office.ewa) == [Told.WAITING, Told.TAKEN]
    assert office.told(office.olga) == [Told.ASKED, Told.GIVEN]
    session.flush()
    [before, after] = queries.versions(session, duty.id)
    assert (before.account_id, after.account_id, after.why) == (office.ewa.id, office.olga.id, hands.WHY_OFFER)
    tags = [event.tag for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert tags == ["duty:offered", "duty:taken", "duty:changed", "duty:taken"]


def test_where_the_desk_wants_no_approval_the_duty_changes_hands_at_once(
    office: Office, session: Session, now: datetime
) -> None:
    office.agrees_by_itself()
    third = make_account(session, name="Third")
    duty = office.duty(office.ewa)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    hands.take(session, offer, actor=actor_of(office.olga), now=now)
    assert state_of(offer.deal, now) is OfferState.DONE
    assert duty.account_id == office.olga.id
    assert office.told(office.ewa) == [Told.TAKEN]
    assert office.told(third) == [Told.ASKED, Told.WITHDRAWN]  # nobody waits for an answer that will not come
    assert office.told(office.karol) == []
    too_late = refused(lambda: hands.take(session, offer, actor=actor_of(third), now=now))
    assert too_late == HandsRefusal.TAKEN_ALREADY
    assert duty.account_id == office.olga.id


def test_the_rules_are_asked_again_when_somebody_takes_a_duty(office: Office, session: Session, now: datetime) -> None:
    office.agrees_by_itself()
    duty, olga = office.duty(office.ewa), actor_of(office.olga)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    later = office.duty(office.olga, EVENING + 12 * HOUR)  # she is asked to rest eleven hours before it
    assert refused(lambda: hands.take(session, offer, actor=olga, now=now)) == Unfit.REST
    assert (state_of(offer.deal, now), duty.account_id) == (OfferState.OPEN, office.ewa.id)
    changing.cancel_duty(session, later, actor=actor_of(office.karol), now=now)
    hands.take(session, offer, actor=olga, now=now)
    assert duty.account_id == office.olga.id


def test_the_rules_are_asked_again_when_the_coordinator_agrees(office: Office, session: Session, now: datetime) -> None:
    duty, karol = office.duty(office.ewa), actor_of(office.karol)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    hands.take(session, offer, actor=actor_of(office.olga), now=now)
    office.duty(office.olga, EVENING + 2 * HOUR)
    assert refused(lambda: hands.approve(session, offer, actor=karol, now=now)) == Unfit.OVERLAP
    assert (state_of(offer.deal, now), duty.account_id) == (OfferState.TAKEN, office.ewa.id)
    hands.refuse(session, offer, actor=karol, now=now)
    assert state_of(offer.deal, now) is OfferState.REFUSED
    assert office.told(office.olga)[-1] == office.told(office.ewa)[-1] == Told.REFUSED


def test_whoever_was_not_asked_does_not_take_a_duty_and_a_coordinator_may_say_otherwise(
    office: Office, session: Session, now: datetime
) -> None:
    duty, karol = office.duty(office.ewa), actor_of(office.karol)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    new = make_account(session, name="New")
    assert refused(lambda: hands.take(session, offer, actor=actor_of(new), now=now)) == HandsRefusal.NOT_ASKED
    marek = office.marek.id
    for_marek = refused(lambda: hands.take(session, offer, actor=karol, now=now, on_behalf_of=marek))
    assert for_marek == Unfit.PROFESSION
    hands.take(session, offer, actor=karol, now=now, on_behalf_of=new.id)
    assert (state_of(offer.deal, now), duty.account_id) == (OfferState.DONE, new.id)  # she need not agree with herself
    assert office.told(new) == [Told.GIVEN]


def test_a_coordinator_offers_a_duty_that_nobody_holds(office: Office, session: Session, now: datetime) -> None:
    duty = office.duty(None)
    offer = hands.offer(session, duty, actor=actor_of(office.karol), now=now)
    assert set(offer.asked) == {str(office.ewa.id), str(office.olga.id)}
    hands.take(session, offer, actor=actor_of(office.ewa), now=now)
    hands.approve(session, offer, actor=actor_of(office.karol), now=now)
    assert duty.account_id == office.ewa.id


def test_an_offer_may_be_withdrawn_until_it_is_approved_and_the_taker_is_told(
    office: Office, session: Session, now: datetime
) -> None:
    duty, ewa = office.duty(office.ewa), actor_of(office.ewa)
    offer = hands.offer(session, duty, actor=ewa, now=now)
    hands.take(session, offer, actor=actor_of(office.olga), now=now)
    assert refused(lambda: hands.withdraw(session, offer, actor=actor_of(office.olga), now=now)) == "hands:not-yours"
    hands.withdraw(session, offer, actor=ewa, now=now)
    assert office.told(office.olga)[-1] == Told.WITHDRAWN
    agree = refused(lambda: hands.approve(session, offer, actor=actor_of(office.karol), now=now))
    assert agree == HandsRefusal.NOTHING_TO_APPROVE
    assert duty.account_id == office.ewa.id


def test_two_duties_are_swapped_together_also_where_each_would_be_on_both_meanwhile(
    office: Office, session: Session, now: datetime
) -> None:
    """Ewa from 17 to 21, Olga from 18 to 22: no order of two separate changes would be allowed."""
    mine, theirs = office.duty(office.ewa), office.duty(office.olga, EVENING + HOUR)
    offer = hands.propose_swap(session, mine, theirs, actor=actor_of(office.ewa), now=now)
    assert office.told(office.olga) == [Told.SWAP_ASKED]
    [notice] = session.scalars(select(Notice))
    assert (notice.data["from"], notice.data["return_from"]) == (
        mine.starts_at.isoformat(),  # she would get Ewa's and give her own
        theirs.starts_at.isoformat(),
    )
    hands.accept_swap(session, offer, actor=actor_of(office.olga), now=now)
    assert (mine.account_id, theirs.account_id) == (office.ewa.id, office.olga.id)
    hands.approve(session, offer, actor=actor_of(office.karol), now=now)
    assert (mine.account_id, theirs.account_id) == (office.olga.id, office.ewa.id)
    assert office.told(office.ewa) == [Told.WAITING, Told.TAKEN, Told.GIVEN]
    assert office.told(office.olga) == [Told.SWAP_ASKED, Told.GIVEN]
    session.flush()
    assert [each.why for each in queries.versions(session, theirs.id)][-1] == hands.WHY_SWAP


def test_a_swap_that_would_take_the_rest_of_one_is_not_even_proposed(
    office: Office, session: Session, now: datetime
) -> None:
    mine, theirs = office.duty(office.ewa), office.duty(office.olga, NEXT_EVENING)
    office.duty(office.olga, EVENING + 11 * HOUR)  # from four in the morning on
    ewa = actor_of(office.ewa)
    assert refused(lambda: hands.propose_swap(session, mine, theirs, actor=ewa, now=now)) == Unfit.REST
    assert office.told(office.olga) == []


def test_a_swap_is_not_possible_with_another_profession_and_is_not_offered_on_the_list(
    office: Office, session: Session, now: datetime
) -> None:
    lawyers = make_post(session, name="Lawyers", professions=[Profession.ADVOCATE])
    mine = office.duty(office.ewa)
    his = make_duty(session, BLUE_LINE, office.marek, NEXT_EVENING, post=lawyers)
    hers, past = office.duty(office.olga, NEXT_EVENING), office.duty(office.olga, now - 48 * HOUR)
    ewa = actor_of(office.ewa)
    assert refused(lambda: hands.propose_swap(session, mine, his, actor=ewa, now=now)) == Unfit.PROFESSION
    assert refused(lambda: hands.propose_swap(session, mine, past, actor=ewa, now=now)) == HandsRefusal.BEGUN
    assert stand_ins.swappable(session, mine, now) == [hers]


def test_the_list_of_duties_to_swap_leaves_ones_own_duty_out_of_the_reckoning(
    office: Office, session: Session, now: datetime
) -> None:
    mine, theirs = office.duty(office.ewa), office.duty(office.olga, EVENING + HOUR)
    office.duty(office.olga, NEXT_EVENING + 200 * HOUR)
    assert theirs in stand_ins.swappable(session, mine, now)
    assert stand_ins.swappable(session, office.duty(None, NEXT_EVENING), now) == []


def test_a_colleague_says_no_to_a_swap(office: Office, session: Session, now: datetime) -> None:
    mine, theirs = office.duty(office.ewa), office.duty(office.olga, NEXT_EVENING)
    offer = hands.propose_swap(session, mine, theirs, actor=actor_of(office.ewa), now=now)
    hands.refuse(session, offer, actor=actor_of(office.olga), now=now)
    assert state_of(offer.deal, now) is OfferState.REFUSED
    assert office.told(office.ewa) == [Told.REFUSED]


def test_a_swap_comes_to_nothing_when_the_other_duty_goes_to_somebody_else(
    office: Office, session: Session, now: datetime
) -> None:
    third = make_account(session, name="Third")
    mine, theirs = office.duty(office.ewa), office.duty(office.olga, NEXT_EVENING)
    offer = hands.propose_swap(session, mine, theirs, actor=actor_of(office.ewa), now=now)
    changing.hand_to(session, theirs, third.id, why="plan", actor=actor_of(office.karol), now=now)
    accept = refused(lambda: hands.accept_swap(session, offer, actor=actor_of(office.olga), now=now))
    assert accept == HandsRefusal.NOT_OPEN
    assert mine.account_id == office.ewa.id


def test_a_running_duty_is_taken_over_from_this_minute_on(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa)
    at = EVENING + timedelta(minutes=30, seconds=20)
    taken = hands.take_over(session, duty, actor=actor_of(office.olga), now=at)
    session.flush()
    assert (duty.starts, duty.ends, duty.account_id) == (time(17), time(18, 30), office.ewa.id)
    assert (taken.starts, taken.ends, taken.account_id) == (time(18, 30), time(21), office.olga.id)
    assert [each.account_id for each in queries.on_duty(session, at)] == [office.olga.id]
    assert office.told(office.ewa) == [Told.TAKEN_AWAY]
    assert office.told(office.karol) == [Told.TAKEN_OVER]
    assert office.told(office.olga) == []


def test_rest_does_not_stand_in_the_way_of_an_emergency_and_a_profession_does(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa)
    office.duty(office.olga, EVENING + 8 * HOUR)
    marek = actor_of(office.marek)
    assert refused(lambda: hands.take_over(session, duty, actor=marek, now=EVENING)) == Unfit.PROFESSION
    assert hands.take_over(session, duty, actor=actor_of(office.olga), now=EVENING).account_id == office.olga.id


def test_a_duty_of_next_week_is_not_taken_over_by_surprise(office: Office, session: Session, now: datetime) -> None:
    duty, olga = office.duty(office.ewa), actor_of(office.olga)
    assert refused(lambda: hands.take_over(session, duty, actor=olga, now=now)) == HandsRefusal.TOO_EARLY
    noon = EVENING - 8 * HOUR
    assert hands.take_over(session, duty, actor=olga, now=noon) is duty
    assert duty.account_id == office.olga.id


def test_a_coordinator_lets_somebody_take_over_and_a_colleague_cannot(office: Office, session: Session) -> None:
    duty, karol, olga = office.duty(office.ewa), actor_of(office.karol), office.olga.id
    marek = actor_of(office.marek)
    for_olga = refused(lambda: hands.take_over(session, duty, actor=marek, now=EVENING, on_behalf_of=olga))
    assert for_olga == HandsRefusal.NOT_YOURS
    hands.take_over(session, duty, actor=karol, now=EVENING, on_behalf_of=olga)
    assert office.told(office.olga) == [Told.GIVEN]
    assert office.told(office.ewa) == [Told.TAKEN_AWAY]


def test_an_offer_that_nobody_took_says_so_when_the_duty_begins(
    office: Office, session: Session, sessions: Sessions, now: datetime
) -> None:
    duty = office.duty(office.ewa)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    waiting = office.duty(office.olga, NEXT_EVENING)
    taken = hands.offer(session, waiting, actor=actor_of(office.olga), now=now)
    hands.take(session, taken, actor=actor_of(office.ewa), now=now)
    freed = hands.offer(session, office.duty(None), actor=actor_of(office.karol), now=now)
    session.commit()
    hands.lapse(sessions, now)
    session.expire_all()
    assert offer.settled_at is None
    for _ in range(2):  # running it twice does no harm
        hands.lapse(sessions, EVENING)
    session.expire_all()
    assert [state_of(each.deal, EVENING) for each in (offer, taken, freed)] == ["lapsed", "taken", "lapsed"]
    assert offer.settled_at == EVENING
    assert office.told(office.ewa).count(Told.LAPSED) == 1
    assert office.told(office.karol).count(Told.LAPSED) == 1  # of the duty that nobody holds
    hands.lapse(sessions, NEXT_EVENING)
    session.expire_all()
    assert office.told(office.olga)[-1] == Told.LAPSED
    assert office.told(office.ewa)[-1] == Told.REFUSED
    assert waiting.account_id == office.olga.id


def test_an_offer_of_a_duty_that_was_cancelled_is_settled_and_the_taker_told(
    office: Office, session: Session, sessions: Sessions, now: datetime
) -> None:
    duty = office.duty(office.ewa)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    hands.take(session, offer, actor=actor_of(office.olga), now=now)
    changing.cancel_duty(session, duty, actor=actor_of(office.karol), now=now)
    assert state_of(offer.deal, now) is OfferState.WITHDRAWN
    session.commit()
    hands.lapse(sessions, now)
    session.expire_all()
    assert offer.settled_at == now
    assert office.told(office.olga)[-1] == Told.WITHDRAWN


def test_a_duty_can_be_offered_again_when_somebody_else_holds_it_by_now(
    office: Office, session: Session, now: datetime
) -> None:
    """The offer of before was never settled by the worker, and must not stand in the way."""
    duty, karol = office.duty(office.ewa), actor_of(office.karol)
    first = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    changing.hand_to(session, duty, office.olga.id, why="plan", actor=karol, now=now)
    second = hands.offer(session, duty, actor=actor_of(office.olga), now=now)
    assert [state_of(each.deal, now) for each in (first, second)] == [OfferState.WITHDRAWN, OfferState.OPEN]
    assert second.asked == [str(office.ewa.id)]


def test_an_offer_of_another_desk_is_not_there(office: Office, session: Session, now: datetime) -> None:
    offer = hands.offer(session, office.duty(office.ewa), actor=actor_of(office.ewa), now=now)
    session.flush()
    with acting_at(session, HELP_POINT):
        for look in (kept.offer, kept.offer_held):
            with pytest.raises(NotFound):
                look(session, offer.id)
        assert kept.offers_unsettled(session) == []


def test_each_sees_the_offers_that_concern_him(office: Office, session: Session, now: datetime) -> None:
    mine = hands.offer(session, office.duty(office.ewa), actor=actor_of(office.ewa), now=now)
    swap = hands.propose_swap(
        session,
        office.duty(office.olga, NEXT_EVENING),
        office.duty(office.ewa, NEXT_EVENING + 24 * HOUR),
        actor=actor_of(office.olga),
        now=now,
    )
    assert list(kept.offers_concerning(session, office.olga.id)) == [mine, swap]
    assert list(kept.offers_concerning(session, office.marek.id)) == []
    assert list(kept.offers_unsettled(session)) == [mine, swap]
    hands.withdraw(session, mine, actor=actor_of(office.ewa), now=now)
    assert list(kept.offers_settled(session, now)) == [mine]
    assert list(kept.offers_settled(session, now, office.ewa.id)) == [mine]
    assert list(kept.offers_settled(session, now, office.olga.id)) == []
    assert list(kept.offers_settled(session, now + HOUR)) == []


def test_a_contractor_needs_no_rest_and_is_asked(office: Office, session: Session, now: datetime) -> None:
    office.duty(office.olga, EVENING + 12 * HOUR)
    duty = office.duty(office.ewa)
    fit = hands.offer(session, duty, actor=actor_of(office.ewa), now=now)
    assert fit.asked == []
    hands.withdraw(session, fit, actor=actor_of(office.ewa), now=now)
    session.add(Engaged(account_id=office.olga.id, kind=Engagement.CONTRACTOR, first_day=now.date()))
    assert hands.offer(session, duty, actor=actor_of(office.ewa), now=now).asked == [str(office.olga.id)]


Holders = dict[UUID, UUID | None]
DEEDS = ("offer", "offer", "take", "take", "approve", "approve", "refuse", "withdraw", "swap", "accept", "over", "wait")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_people_do_a_duty_has_one_holder_whom_the_offers_explain(
    office: Office, session: Session, seed: int
) -> None:
    """Three colleagues, three duties and deeds in any order: refused or done, the rows always tell one story."""
    chance = Random(seed)  # noqa: S311  a story, not a secret
    if seed % 2:
        office.agrees_by_itself()
    people = [office.ewa, office.olga, make_account(session, name="Third"), office.karol]
    found = [office.duty(people[number], EVENING + number * 24 * HOUR) for number in range(3)]
    holders: Holders = {duty.id: duty.account_id for duty in found}
    at = EVENING - 30 * HOUR
    changes = 0
    for _ in range(30):
        deed = chance.choice(DEEDS)
        at += 3 * HOUR if deed == "wait" else timedelta(minutes=1)
        before = dict(holders)
        with suppress(Refusal), session.begin_nested():
            person = office.karol if deed == "approve" else chance.choice(people)
            _do(session, deed, actor_of(person), chance.sample(found, 2), at, chance)
        session.expire_all()
        holders = {duty.id: duty.account_id for duty in found}
        _check_story(session.scalars(select(Offer)).all(), before, holders, deed)
        changes += holders != before
    assert changes >= 1
    for duty in found:  # every version after the first was made by one of these deeds
        whys = [each.why for each in queries.versions(session, duty.id)][1:]
        assert set(whys) <= {hands.WHY_OFFER, hands.WHY_SWAP, hands.WHY_TAKE_OVER}


def _do(session: Session, deed: str, actor: Actor, two: list[Duty], at: datetime, chance: Random) -> None:
    duty, other = two
    unsettled = kept.offers_unsettled(session)
    match deed:
        case "offer":
            hands.offer(session, duty, actor=_own(duty) or actor, now=at)
        case "swap":
            hands.propose_swap(session, duty, other, actor=_own(duty) or actor, now=at)
        case "over":
            hands.take_over(session, duty, actor=actor, now=at)
        case _ if unsettled and deed != "wait":
            offer = chance.choice(unsettled)
            asked = sorted((session.get_one(Account, UUID(each)) for each in offer.asked), key=lambda each: each.name)
            if deed in {"take", "accept"} and asked and chance.random() < 0.7:
                deed, actor = "accept" if offer.in_return_id else "take", actor_of(chance.choice(asked))
            {
                "take": hands.take,
                "accept": hands.accept_swap,
                "approve": hands.approve,
                "refuse": hands.refuse,
                "withdraw": hands.withdraw,
            }[deed](session, offer, actor=actor, now=at)


def _own(duty: Duty) -> Actor | None:
    return actor_of(duty.account) if duty.account else None


def _check_story(offers: Sequence[Offer], before: Holders, holders: Holders, deed: str) -> None:
    """One offer is open for a duty, each says one last word at most, and nothing changes hands but by a word that may do so."""
    unsettled = [each.duty_id for each in offers if each.settled_at is None]
    assert len(unsettled) == len(set(unsettled))
    for each in offers:
        assert (each.approved_at is None) or (each.taken_by_id not in {None, each.offered_by_id})
        assert sum(bool(said) for said in (each.approved_at, each.refused_at, each.withdrawn_at)) <= 1
    changed = {duty_id for duty_id in holders if holders[duty_id] != before[duty_id]}
    assert not changed or deed in {"take", "approve", "accept", "over"}
    assert None not in holders.values()
    assert len(changed) <= 1 or deed in {"approve", "accept"}


def test_a_wall_time_that_comes_twice_leaves_somebody_on_duty(office: Office, session: Session) -> None:
    """In the doubled hour both are on duty rather than nobody: what was agreed on is kept as wall times."""
    night = first_instant(datetime(2023, 10, 28, tzinfo=UTC).date(), time(22), WARSAW)
    duty = office.duty(office.ewa, night + HOUR, hours=9)
    at = night + timedelta(hours=4, minutes=30)  # half past two for the first time
    taken = hands.take_over(session, duty, actor=actor_of(office.olga), now=at)
    session.flush()
    assert taken.starts_at == at
    minutes = [night + timedelta(minutes=number) for number in range(0, 9 * 60, 10)]
    assert all(queries.on_duty(session, minute) for minute in minutes)
