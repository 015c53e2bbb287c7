"""Stories of people who cannot come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Notice
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.roster import queries
from helpdesk.roster.models import Absence, AbsenceKind, Duty, Offer
from helpdesk.roster.queries import hands as kept
from helpdesk.roster.rules.absences import AbsenceRefusal, Away
from helpdesk.roster.rules.hands import OfferState, state_of
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.rules.spans import DutyRefusal
from helpdesk.roster.service import absences, hands
from helpdesk.roster.service.absences import Freeing
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

HOUR = timedelta(hours=1)
MONDAY = date(2023, 10, 9)
EVENING = datetime(2023, 10, 9, 16, 0, tzinfo=UTC)  # Monday, 18:00 in Poland; the duty began at 17:00
WEEK = Away(MONDAY, date(2023, 10, 15))


@dataclass(frozen=True)
class Office:
    """Two psychologists of the Blue Line, and their coordinator."""

    session: Session
    ewa: Account
    olga: Account
    karol: Account
    now: datetime

    def duty(self, account: Account | None, at: datetime = EVENING, hours: int = 4) -> Duty:
        return make_duty(self.session, BLUE_LINE, account, at, hours)

    def is_away(
        self, away: Away = WEEK, *, by: Account | None = None, now: datetime | None = None, who: UUID | None = None
    ) -> Freeing:
        """Ewa is on leave; she says so herself, or somebody else does."""
        return absences.record_absence(
            self.session,
            who or self.ewa.id,
            AbsenceKind.LEAVE,
            away,
            actor=actor_of(by or self.ewa),
            now=now or self.now,
        )

    def told(self, account: Account) -> list[str]:
        found = select(Notice).where(Notice.account_id == account.id).order_by(Notice.at, Notice.id)
        return [each.code for each in self.session.scalars(found)]

    def offers(self) -> list[Offer]:
        return list(self.session.scalars(select(Offer).order_by(Offer.id)))


@pytest.fixture
def office(session: Session, now: datetime) -> Office:
    make_desk(session)
    make_desk(session, HELP_POINT)
    make_post(session, professions=[Profession.PSYCHOLOGIST])
    ewa, olga = make_account(session), make_account(session, name="Olga Mróz")
    karol = make_account(session, roles=(Role.COORDINATOR,), name="Karol", profession=Profession.SUPERVISOR)
    act_at(session, BLUE_LINE)
    return Office(session, ewa, olga, karol, now)


def refused(deed: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        deed()
    return caught.value


def test_whoever_is_on_leave_is_freed_of_the_duties_of_these_days_and_of_no_others(
    office: Office, session: Session
) -> None:
    inside, also = office.duty(office.ewa), office.duty(office.ewa, EVENING + 48 * HOUR)
    after, before = office.duty(office.ewa, EVENING + 7 * 24 * HOUR), office.duty(office.ewa, EVENING - 24 * HOUR)
    colleagues = office.duty(office.olga, EVENING + 24 * HOUR)
    found = office.is_away()
    assert list(found.freed) == [inside, also]
    assert [each.account_id for each in (inside, also)] == [None, None]
    assert [each.account_id for each in (after, before)] == [office.ewa.id] * 2
    assert colleagues.account_id == office.olga.id
    assert inside.why == hands.WHY_ABSENCE
    offers = office.offers()
    assert [(each.duty, each.offered_by_id, each.asked) for each in offers] == [
        (inside, None, [str(office.olga.id)]),
        (also, None, [str(office.olga.id)]),
    ]
    assert office.told(office.olga) == [Told.ASKED, Told.ASKED]
    assert office.told(office.karol) == [Told.FREED]
    assert office.told(office.ewa) == []  # she did it herself
    [notice] = session.scalars(select(Notice).where(Notice.code == Told.FREED))
    assert notice.data == {"number": 2, "from": "2023-10-09T15:00:00+00:00", "to": "2023-10-11T19:00:00+00:00"}


def test_a_night_that_reaches_into_the_absence_is_freed_as_well(office: Office) -> None:
    night = office.duty(office.ewa, datetime(2023, 10, 8, 21, 0, tzinfo=UTC), hours=8)
    assert list(office.is_away().freed) == [night]


def test_an_absence_of_some_hours_frees_what_lies_in_them(office: Office) -> None:
    morning = office.duty(office.ewa, datetime(2023, 10, 9, 7, 0, tzinfo=UTC), hours=3)
    evening = office.duty(office.ewa)
    found = office.is_away(Away(MONDAY, MONDAY, time(8), time(17)))
    assert list(found.freed) == [morning]
    assert evening.account_id == office.ewa.id


def test_what_runs_is_named_and_not_touched(office: Office) -> None:
    running = office.duty(office.ewa, office.now)
    today = office.now.date()
    later = office.duty(office.ewa, office.now + 6 * HOUR, hours=2)
    found = office.is_away(Away(today, today))
    assert (list(found.freed), list(found.running)) == ([later], [running])
    assert running.account_id == office.ewa.id


def test_looking_at_what_an_absence_would_free_changes_nothing(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa)
    found = absences.freeing(session, office.ewa.id, WEEK, now=office.now)
    assert list(found.freed) == [duty]
    assert duty.account_id == office.ewa.id
    assert (office.offers(), session.scalars(select(Absence)).all()) == ([], [])


def test_a_coordinator_enters_an_absence_for_somebody_and_that_person_is_told(office: Office) -> None:
    office.duty(office.ewa)
    office.is_away(by=office.karol)
    assert office.told(office.ewa) == [Told.TAKEN_AWAY]
    assert office.told(office.karol) == []


def test_colleagues_enter_only_their_own_absences(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa)
    refusal = refused(lambda: office.is_away(by=office.olga))
    assert refusal.code is AbsenceRefusal.NOT_YOURS
    assert duty.account_id == office.ewa.id
    elsewhere = make_account(session, HELP_POINT, name="Somebody Elsewhere")
    stranger = refused(lambda: office.is_away(by=office.karol, who=elsewhere.id))
    assert stranger.code is DutyRefusal.NOT_A_MEMBER


def test_the_same_days_are_not_entered_twice_and_the_rest_of_the_work_stays(office: Office, session: Session) -> None:
    office.is_away()
    duty = office.duty(office.ewa, EVENING + 14 * 24 * HOUR)
    again = Away(date(2023, 10, 15), date(2023, 10, 31))
    assert refused(lambda: office.is_away(again)).code is AbsenceRefusal.OVERLAP
    assert duty.account_id == office.ewa.id
    office.is_away(Away(date(2023, 10, 16), date(2023, 10, 17)))  # days that touch do not overlap
    assert len(session.scalars(select(Absence)).all()) == 2
    own = absences.record_absence(
        session, office.olga.id, AbsenceKind.ILLNESS, WEEK, actor=actor_of(office.olga), now=office.now
    )
    assert own.freed == []


def test_nobody_who_is_away_is_asked_and_where_nobody_is_left_the_coordinator_hears_it(office: Office) -> None:
    office.duty(office.olga, EVENING + HOUR)
    office.duty(office.ewa)
    office.is_away()
    assert office.told(office.karol) == [Told.NOBODY_ASKED, Told.FREED]


def test_an_offer_of_before_goes_on_without_the_person(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=office.now)
    office.is_away()
    assert office.offers() == [offer]
    assert (offer.offered_by_id, state_of(offer.deal, office.now)) == (None, OfferState.OPEN)
    assert office.told(office.olga) == [Told.ASKED]  # once, not twice
    hands.take(session, offer, actor=actor_of(office.karol), now=office.now, on_behalf_of=office.olga.id)
    assert duty.account_id == office.olga.id


def test_whoever_has_taken_the_duty_already_need_not_do_so_again(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa)
    offer = hands.offer(session, duty, actor=actor_of(office.ewa), now=office.now)
    hands.take(session, offer, actor=actor_of(office.olga), now=office.now)
    office.is_away()
    assert state_of(offer.deal, office.now) is OfferState.TAKEN
    hands.approve(session, offer, actor=actor_of(office.karol), now=office.now)
    assert duty.account_id == office.olga.id


@pytest.mark.parametrize("hers_is_given", [True, False])
def test_a_swap_with_somebody_who_is_away_comes_to_nothing(
    office: Office, session: Session, hers_is_given: bool
) -> None:
    hers, his = office.duty(office.ewa), office.duty(office.olga, EVENING + 14 * 24 * HOUR)
    mine, theirs, by, other = (
        (hers, his, office.ewa, office.olga) if hers_is_given else (his, hers, office.olga, office.ewa)
    )
    swap = hands.propose_swap(session, mine, theirs, actor=actor_of(by), now=office.now)
    office.is_away()
    assert state_of(swap.deal, office.now) is OfferState.WITHDRAWN
    assert swap.settled_at == office.now
    if not hers_is_given:
        assert Told.WITHDRAWN in office.told(office.olga)
    assert other is not by
    [freed] = kept.offers_unsettled(session)
    assert (freed.duty, freed.offered_by_id) == (hers, None)


def test_an_offer_that_the_worker_has_not_settled_yet_does_not_stand_in_the_way(
    office: Office, session: Session
) -> None:
    duty = office.duty(office.olga)
    old = hands.offer(session, duty, actor=actor_of(office.olga), now=office.now)
    duty.account_id = office.ewa.id  # a coordinator gave it to Ewa meanwhile
    office.is_away()
    new = office.offers()[-1]
    assert [state_of(each.deal, office.now) for each in (old, new)] == [OfferState.WITHDRAWN, OfferState.OPEN]


def test_an_absence_that_is_removed_gives_no_duty_back(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa)
    office.is_away()
    [absence] = session.scalars(select(Absence))
    refusal = refused(lambda: absences.remove_absence(session, absence, actor=actor_of(office.olga), now=office.now))
    assert refusal.code is AbsenceRefusal.NOT_YOURS
    absences.remove_absence(session, absence, actor=actor_of(office.ewa), now=office.now)
    session.flush()
    assert session.scalars(select(Absence)).all() == []
    assert duty.account_id is None
    [offer] = office.offers()
    assert state_of(offer.deal, office.now) is OfferState.OPEN
    hands.take(session, offer, actor=actor_of(office.karol), now=office.now, on_behalf_of=office.olga.id)


def test_the_trail_tells_whose_absence_it_was_and_never_why(office: Office, session: Session) -> None:
    office.is_away()
    [absence] = session.scalars(select(Absence))
    absences.remove_absence(session, absence, actor=actor_of(office.karol), now=office.now)
    events = [
        each for each in session.scalars(select(AuditEvent).order_by(AuditEvent.id)) if each.tag == "absence:changed"
    ]
    assert [each.detail["what"] for each in events] == ["entered", "removed"]
    assert all(each.detail["person"] == str(office.ewa.id) for each in events)
    assert not any("leave" in str(each.detail) for each in events)


def test_an_absence_of_one_desk_frees_nothing_at_another_one(office: Office, session: Session) -> None:
    office.is_away()
    with acting_at(session, HELP_POINT):
        assert queries.absences(session, WEEK.span) == []
    assert len(queries.absences(session, WEEK.span)) == 1
