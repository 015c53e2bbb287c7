"""Two people reach for the same duty in the same second, each on a connection of their own."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from helpdesk.accounts.models import Account, Notice
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine
from helpdesk.db.wall import acting_at
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor, Role
from helpdesk.roster import queries
from helpdesk.roster.models import AbsenceKind, Duty, DutyState, Offer, RosterSettings
from helpdesk.roster.queries import hands as kept
from helpdesk.roster.rules.absences import Away
from helpdesk.roster.rules.fitness import Unfit
from helpdesk.roster.rules.hands import UNSETTLED, OfferState, state_of
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.service import absences, changing, hands
from tests.conftest import make_database
from tests.factories import BLUE_LINE, actor_of, make_account, make_desk, make_duty, make_post
from tests.roster.test_at_once import at_once

NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
EVENING = datetime(2023, 10, 9, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Deed = Callable[[Session], object]
ROUNDS = range(4)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = make_engine(make_database(f"hands_at_once_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    schema.upgrade(made)
    yield made
    made.dispose()


@dataclass
class Office:
    """Three psychologists and their coordinator, in a database in which several act at once."""

    sessions: Sessions
    people: dict[str, Actor]
    duties: list[UUID]

    def offers(self, number: int, by: str) -> UUID:
        with self.sessions.begin() as session, acting_at(session, BLUE_LINE):
            duty = queries.duty(session, self.duties[number])
            return hands.offer(session, duty, actor=self.people[by], now=NOW).id

    def takes(self, offer_id: UUID, who: str) -> Deed:
        return lambda session: hands.take(session, kept.offer(session, offer_id), actor=self.people[who], now=NOW)

    def withdraws(self, offer_id: UUID, who: str) -> Deed:
        return lambda session: hands.withdraw(session, kept.offer(session, offer_id), actor=self.people[who], now=NOW)

    def cancels(self, number: int) -> Deed:
        def deed(session: Session) -> object:
            duty = queries.duty(session, self.duties[number])
            return changing.cancel_duty(session, duty, actor=self.people["karol"], now=NOW)

        return deed

    def accepts(self, offer_id: UUID, who: str) -> Deed:
        return lambda session: hands.accept_swap(
            session, kept.offer(session, offer_id), actor=self.people[who], now=NOW
        )

    def proposes(self, mine: int, theirs: int, who: str) -> UUID:
        with self.sessions.begin() as session, acting_at(session, BLUE_LINE):
            two = [queries.duty(session, self.duties[number]) for number in (mine, theirs)]
            return hands.propose_swap(session, *two, actor=self.people[who], now=NOW).id

    def look(self) -> tuple[list[UUID | None], list[OfferState]]:
        """Who holds each duty, and what became of each offer, in order."""
        with self.sessions() as session, acting_at(session, BLUE_LINE):
            holders = [queries.duty(session, each).account_id for each in self.duties]
            offers = session.scalars(select(Offer).order_by(Offer.id)).all()
            return holders, [state_of(each.deal, NOW) for each in offers]

    def told(self, who: str) -> list[str]:
        with self.sessions() as session, acting_at(session, BLUE_LINE):
            return list(session.scalars(select(Notice.code).where(Notice.account_id == self.people[who].id)))


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    sessions = sessionmaker(engine, expire_on_commit=False)
    with sessions.begin() as session:
        make_desk(session)
        make_post(session)
        people: dict[str, Account] = {name: make_account(session, name=name) for name in ("ewa", "olga", "marta")}
        people["karol"] = make_account(session, roles=(Role.COORDINATOR,), name="karol", languages=())
        duties: list[Duty] = [
            make_duty(session, BLUE_LINE, people[name], EVENING + number * 24 * HOUR)
            for number, name in enumerate(("ewa", "olga", "marta"))
        ]
        with acting_at(session, BLUE_LINE):
            session.add(RosterSettings(approval=False))
        found = {name: actor_of(account) for name, account in people.items()}
        made = Office(sessions, found, [duty.id for duty in duties])
    yield made
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # also what is only added to goes
        tables = connection.scalars(
            text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        )
        for table in set(tables) - {"alembic_version"}:
            connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608  our own names


def codes(answers: list[object]) -> list[str]:
    """Why those who were too late were refused."""
    return [str(each.code) for each in answers if isinstance(each, Refusal)]


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_who_take_one_duty_one_has_it_and_the_other_is_told(office: Office, _round: int) -> None:
    offer = office.offers(0, "ewa")
    answers = at_once(office.sessions, office.takes(offer, "olga"), office.takes(offer, "marta"))
    assert codes(answers) == ["hands:taken-already"]
    winner = "marta" if isinstance(answers[0], Refusal) else "olga"
    holders, states = office.look()
    assert (holders[0], states) == (office.people[winner].id, [OfferState.DONE])
    assert office.told("ewa") == [Told.TAKEN]
    assert Told.WITHDRAWN in office.told("olga" if winner == "marta" else "marta")


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_who_presses_twice_takes_it_once(office: Office, _round: int) -> None:
    offer = office.offers(0, "ewa")
    answers = at_once(office.sessions, *[office.takes(offer, "olga")] * 3)
    assert codes(answers) == ["hands:already-yours"] * 2
    assert office.told("ewa") == [Told.TAKEN]


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_duty_is_taken_or_its_offer_withdrawn_and_never_both(office: Office, _round: int) -> None:
    offer = office.offers(0, "ewa")
    answers = at_once(office.sessions, office.takes(offer, "olga"), office.withdraws(offer, "ewa"))
    holders, states = office.look()
    if codes(answers) == ["hands:not-open"]:
        assert (holders[0], states) == (office.people["ewa"].id, [OfferState.WITHDRAWN])
    else:
        assert codes(answers) == ["hands:taken-already"]
        assert (holders[0], states) == (office.people["olga"].id, [OfferState.DONE])


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_duty_that_is_cancelled_while_somebody_takes_it_leaves_one_of_them_refused(
    office: Office, _round: int
) -> None:
    offer = office.offers(0, "ewa")
    answers = at_once(office.sessions, office.takes(offer, "olga"), office.cancels(0))
    assert len(codes(answers)) == 1
    with office.sessions() as session, acting_at(session, BLUE_LINE):
        state = queries.duty(session, office.duties[0]).state
    assert state is (DutyState.CANCELLED if isinstance(answers[0], Refusal) else DutyState.PUBLISHED)
    holders, states = office.look()
    assert (states == [OfferState.DONE]) is (holders[0] == office.people["olga"].id)


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_swaps_that_cross_one_comes_about(office: Office, _round: int) -> None:
    """Ewa would have Olga's duty for hers while Olga would have Marta's for hers; whoever is second has nothing left to give."""
    one, other = office.proposes(0, 1, "ewa"), office.proposes(1, 2, "olga")
    answers = at_once(office.sessions, office.accepts(one, "olga"), office.accepts(other, "marta"))
    assert codes(answers) == ["hands:not-open"]
    ewa, olga, marta = (office.people[name].id for name in ("ewa", "olga", "marta"))
    holders, states = office.look()
    assert holders in ([olga, ewa, marta], [ewa, marta, olga])
    assert sorted(states) == [OfferState.DONE, OfferState.WITHDRAWN]


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_who_propose_the_same_swap_to_one_another_swap_once(office: Office, _round: int) -> None:
    one, other = office.proposes(0, 1, "ewa"), office.proposes(1, 0, "olga")
    answers = at_once(office.sessions, office.accepts(one, "olga"), office.accepts(other, "ewa"))
    assert codes(answers) == ["hands:not-open"]
    holders, _ = office.look()
    assert holders[:2] == [office.people["olga"].id, office.people["ewa"].id]


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_duty_is_offered_once_however_many_press(office: Office, _round: int) -> None:
    def press(session: Session) -> object:
        duty = queries.duty(session, office.duties[0])
        return hands.offer(session, duty, actor=office.people["ewa"], now=NOW)

    answers = at_once(office.sessions, press, press, press)
    assert codes(answers) == ["hands:already-offered"] * 2
    assert office.told("olga") == [Told.ASKED]


@pytest.mark.parametrize("_round", ROUNDS)
def test_nobody_takes_two_duties_of_one_time_at_once(office: Office, _round: int) -> None:
    """Both are free for Olga before, and only one of them after: each deed sees what the other did."""
    with office.sessions.begin() as session, acting_at(session, BLUE_LINE):
        karol = office.people["karol"]
        changing.cancel_duty(session, queries.duty(session, office.duties[1]), actor=karol, now=NOW)
        marta = session.get_one(Account, office.people["marta"].id)
        also = make_duty(session, BLUE_LINE, marta, EVENING + HOUR)
        office.duties.append(also.id)
    one, other = office.offers(0, "ewa"), office.offers(3, "marta")
    answers = at_once(office.sessions, office.takes(one, "olga"), office.takes(other, "olga"))
    assert codes(answers) == [Unfit.OVERLAP]
    holders, states = office.look()
    assert holders.count(office.people["olga"].id) == 2  # one of them is the one that was cancelled
    assert sorted(states) == [OfferState.DONE, OfferState.OPEN]


@pytest.mark.parametrize("_round", ROUNDS)
def test_whoever_is_taken_ill_while_taking_a_duty_does_not_keep_it(office: Office, _round: int) -> None:
    offer = office.offers(0, "ewa")
    day = date(2023, 10, 9)

    def falls_ill(session: Session) -> object:
        olga = office.people["olga"]
        away = Away(day, day, time(8), time(23))
        return absences.record_absence(session, olga.id or UUID(int=0), AbsenceKind.ILLNESS, away, actor=olga, now=NOW)

    answers = at_once(office.sessions, office.takes(offer, "olga"), falls_ill)
    assert codes(answers) in ([], [Unfit.ABSENT])
    holders, states = office.look()
    assert office.people["olga"].id != holders[0]
    open_now = [state for state in states if state in UNSETTLED]
    assert open_now == [OfferState.OPEN]  # hers, made by the absence, or Ewa's, which she could not take
