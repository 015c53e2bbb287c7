"""Stories of a coordinator who plans duties."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Membership
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor, Profession, Role
from helpdesk.roster import queries, service
from helpdesk.roster.models import Duty, DutyState
from helpdesk.roster.rules.fitness import Unfit
from helpdesk.roster.rules.spans import DutyRefusal
from helpdesk.roster.service import Plan, judging, writing
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

DAY = date(2023, 10, 6)


@pytest.fixture
def ewa(session: Session) -> Account:
    """A psychologist of the Blue Line, at which the session acts."""
    make_desk(session)
    account = make_account(session)
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def coordinator(session: Session, ewa: Account) -> Actor:  # noqa: ARG001  the desk comes with her
    return actor_of(make_account(session, roles=(Role.COORDINATOR,), name="Karol"))


@pytest.fixture
def evening(session: Session, ewa: Account) -> Plan:
    return Plan(make_post(session).id, ewa.id, DAY, time(17), time(21))


def test_a_planned_duty_is_a_row_with_its_span_and_the_profession_of_the_person(
    session: Session, evening: Plan, coordinator: Actor, now: datetime
) -> None:
    duty = service.plan_duty(session, evening, actor=coordinator, now=now)
    assert (duty.desk_id, duty.profession, duty.zone) == (BLUE_LINE, Profession.PSYCHOLOGIST, "Europe/Warsaw")
    assert duty.starts_at.isoformat() == "2023-10-06T15:00:00+00:00"
    assert duty.ends_at - duty.starts_at == timedelta(hours=4)
    recorded = session.query(AuditEvent).one()
    assert (recorded.tag, recorded.subject, recorded.desk_id) == ("duty:changed", str(duty.id), BLUE_LINE)
    assert recorded.detail["what"] == "published"


def test_nobody_is_planned_twice_at_the_same_time_and_the_rest_of_the_work_stays(
    session: Session, evening: Plan, coordinator: Actor, now: datetime
) -> None:
    service.plan_duty(session, evening, actor=coordinator, now=now)
    with pytest.raises(Refusal) as caught:
        service.plan_duty(session, replace(evening, starts=time(20), ends=time(23)), actor=coordinator, now=now)
    assert (caught.value.code, caught.value.field) == (Unfit.OVERLAP, "person")
    service.plan_duty(session, replace(evening, starts=time(21), ends=time(23)), actor=coordinator, now=now)
    assert len(queries.duties_between(session, DAY, DAY)) == 2


def test_two_people_may_be_on_duty_together(session: Session, evening: Plan, coordinator: Actor, now: datetime) -> None:
    marek = make_account(session, name="Marek", profession=Profession.LEGAL_COUNSEL)
    service.plan_duty(session, evening, actor=coordinator, now=now)
    service.plan_duty(session, replace(evening, account_id=marek.id), actor=coordinator, now=now)
    during = datetime.fromisoformat("2023-10-06T18:00+02:00")
    assert [duty.profession for duty in queries.on_duty(session, during)] == ["legal-counsel", "psychologist"]


def test_other_faults_of_the_database_are_not_taken_for_an_overlap(
    session: Session, evening: Plan, coordinator: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CONSTRAINTS", {})
    monkeypatch.setattr(judging, "check_one", lambda *_arguments, **_options: None)
    service.plan_duty(session, evening, actor=coordinator, now=now)
    with pytest.raises(IntegrityError):
        service.plan_duty(session, evening, actor=coordinator, now=now)


def test_nobody_is_on_duty_at_two_desks_at_once(
    session: Session, ewa: Account, evening: Plan, coordinator: Actor, now: datetime
) -> None:
    """The rules of one desk do not know the plan of the other; the database does, and says no more than that."""
    make_desk(session, HELP_POINT)
    ewa.memberships.append(Membership(desk_id=HELP_POINT, roles=["consultant"], profession=Profession.PSYCHOLOGIST))
    make_duty(session, HELP_POINT, ewa, datetime.fromisoformat("2023-10-06T18:00+02:00"))
    with pytest.raises(Refusal) as caught:
        service.plan_duty(session, evening, actor=coordinator, now=now)
    assert (caught.value.code, caught.value.field) == (DutyRefusal.OVERLAP, "starts")
    assert list(queries.duties_between(session, DAY, DAY)) == []


def test_only_members_of_this_desk_are_planned(
    session: Session, evening: Plan, coordinator: Actor, now: datetime
) -> None:
    make_desk(session, HELP_POINT)
    stranger = make_account(session, HELP_POINT, name="Somebody Elsewhere")
    for account_id in (stranger.id, uuid4()):
        with pytest.raises(Refusal) as caught:
            service.plan_duty(session, replace(evening, account_id=account_id), actor=coordinator, now=now)
        assert (caught.value.code, caught.value.field) == (Unfit.NOT_A_MEMBER, "person")


def test_a_duty_of_the_past_is_not_planned(session: Session, evening: Plan, coordinator: Actor, now: datetime) -> None:
    with pytest.raises(Refusal) as caught:
        service.plan_duty(session, replace(evening, day=date(2023, 10, 4)), actor=coordinator, now=now)
    assert caught.value.code is DutyRefusal.ALREADY_OVER


def test_a_duty_to_come_is_cancelled_and_one_that_runs_is_not(
    session: Session, ewa: Account, evening: Plan, coordinator: Actor, now: datetime
) -> None:
    planned = service.plan_duty(session, evening, actor=coordinator, now=now)
    running = make_duty(session, BLUE_LINE, ewa, now)
    service.cancel_duty(session, planned, actor=coordinator, now=now)
    with pytest.raises(Refusal) as caught:
        service.cancel_duty(session, running, actor=coordinator, now=now)
    assert caught.value.code is DutyRefusal.ALREADY_BEGUN
    assert list(queries.duties_between(session, date(2023, 10, 5), DAY)) == [running]
    assert [each.detail["what"] for each in session.query(AuditEvent)] == ["published", "cancelled"]
    assert (planned.state, planned.version) == (DutyState.CANCELLED, 2)


def test_the_duty_of_another_desk_is_not_there(session: Session, ewa: Account, now: datetime) -> None:
    assert ewa.memberships
    make_desk(session, HELP_POINT)
    theirs = make_duty(session, HELP_POINT, make_account(session, HELP_POINT), now + timedelta(days=1))
    for ask in (queries.duty, queries.duty_held):
        with pytest.raises(NotFound):
            ask(session, theirs.id)
    with acting_at(session, HELP_POINT):
        assert queries.duty(session, theirs.id) is theirs


def test_the_start_of_a_duty_is_in_and_its_end_is_out(
    session: Session, evening: Plan, coordinator: Actor, now: datetime
) -> None:
    duty = service.plan_duty(session, evening, actor=coordinator, now=now)
    second = timedelta(seconds=1)
    assert list(queries.on_duty(session, duty.starts_at)) == [duty]
    assert list(queries.on_duty(session, duty.ends_at - second)) == [duty]
    assert list(queries.on_duty(session, duty.starts_at - second)) == []
    assert list(queries.on_duty(session, duty.ends_at)) == []


def test_who_is_on_duty_is_asked_in_one_query(session: Session, ewa: Account, now: datetime) -> None:
    make_duty(session, BLUE_LINE, ewa, now)
    session.expunge_all()
    statements: list[str] = []
    event.listen(
        session.connection(),
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_rest: statements.append(statement),
    )
    assert [duty.account and duty.account.name for duty in queries.on_duty(session, now)] == ["Ewa Zięba"]
    assert len(statements) == 1


def test_the_next_duties_of_a_person_begin_with_the_present_one(
    session: Session, ewa: Account, coordinator: Actor, evening: Plan, now: datetime
) -> None:
    over = make_duty(session, BLUE_LINE, ewa, now - timedelta(days=1))
    running = make_duty(session, BLUE_LINE, ewa, now)
    later = service.plan_duty(session, evening, actor=coordinator, now=now)
    make_duty(session, BLUE_LINE, make_account(session, name="Marek"), now)
    assert over.ends_at < now
    assert list(queries.next_duties(session, ewa.id, now)) == [running, later]


def test_planning_and_cancelling_are_told_to_open_pages(
    session: Session, evening: Plan, coordinator: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str, str]] = []
    monkeypatch.setattr(writing, "tell", lambda _session, news: told.append((news.desk_id, news.topic, news.id)))
    duty = service.plan_duty(session, evening, actor=coordinator, now=now)
    service.cancel_duty(session, duty, actor=coordinator, now=now)
    assert told == [(BLUE_LINE, "duties", str(duty.id))] * 2


def test_a_duty_keeps_its_instants_as_a_span_in_the_database(session: Session, ewa: Account, now: datetime) -> None:
    duty = make_duty(session, BLUE_LINE, ewa, now)
    session.refresh(duty)
    assert isinstance(duty, Duty)
    assert (duty.span.lower, duty.span.upper) == (duty.starts_at, duty.ends_at)
