"""Stories of a coordinator who sets the roster of a desk up."""

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from helpdesk.kernel.permissions import Actor, Profession, Role
from helpdesk.roster import queries
from helpdesk.roster.rules.fitness import Unfit
from helpdesk.roster.rules.rest import DEFAULTS, Engagement, Limit, Rule, Severity
from helpdesk.roster.rules.settings import AlarmKind, Habits, SettingsRefusal, check_year
from helpdesk.roster.service import Plan, judging, plan_duty
from helpdesk.roster.service import settings as service
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post, sign_in

PAGES = ("settings", "settings/limits", "settings/calendar", "settings/habits", "settings/limits/employee/daily-rest")


@pytest.fixture
def ewa(session: Session) -> Account:
    make_desk(session)
    account = make_account(session)
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def karol(session: Session, ewa: Account) -> Account:  # noqa: ARG001  the desk comes with her
    return make_account(session, roles=(Role.COORDINATOR,), name="Karol")


@pytest.fixture
def coordinator(karol: Account) -> Actor:
    return actor_of(karol)


def test_whoever_is_engaged_anew_is_engaged_once_on_every_day(
    session: Session, ewa: Account, coordinator: Actor, now: datetime
) -> None:
    today = day_of(now)
    service.engage(session, ewa.id, Engagement.EMPLOYEE, date(2023, 1, 1), actor=coordinator, now=now)
    service.engage(session, ewa.id, Engagement.CONTRACTOR, today, actor=coordinator, now=now)
    assert queries.engagements(session, today - timedelta(days=1)) == {ewa.id: Engagement.EMPLOYEE}
    assert queries.engagements(session, today) == {ewa.id: Engagement.CONTRACTOR}
    service.engage(session, ewa.id, Engagement.VOLUNTEER, today, actor=coordinator, now=now)
    assert queries.engagements(session, today) == {ewa.id: Engagement.VOLUNTEER}
    with pytest.raises(Refusal) as caught:
        service.engage(session, ewa.id, Engagement.OFFICER, date(2023, 5, 1), actor=coordinator, now=now)
    assert (caught.value.code, caught.value.field) == (SettingsRefusal.NOT_AFTER, "first_day")


def test_nobody_of_another_desk_is_engaged_or_qualified_here(
    session: Session, coordinator: Actor, now: datetime
) -> None:
    make_desk(session, HELP_POINT)
    stranger = make_account(session, HELP_POINT, name="Somebody Elsewhere")
    with pytest.raises(Refusal):
        service.engage(session, stranger.id, Engagement.EMPLOYEE, day_of(now), actor=coordinator, now=now)
    with pytest.raises(Refusal):
        service.qualify(session, stranger.id, "mediator", None, actor=coordinator, now=now)


def test_a_limit_of_the_desk_holds_over_the_default_and_goes_again(
    session: Session, ewa: Account, coordinator: Actor, now: datetime
) -> None:
    post = make_post(session, starts=time(6), ends=time(23))
    plan_duty(session, Plan(post.id, ewa.id, date(2023, 10, 9), time(17), time(23)), actor=coordinator, now=now)
    early = Plan(post.id, ewa.id, date(2023, 10, 10), time(6), time(10))
    assert judging.judge_one(session, post, ewa.id, early.span).unfit == (Unfit.REST,)
    warn = Limit(Rule.DAILY_REST, Severity.WARN, 11)
    service.set_limit(session, Engagement.EMPLOYEE, warn, actor=coordinator, now=now)
    judgement = judging.judge_one(session, post, ewa.id, early.span)
    assert (judgement.unfit, [each.rule for each in judgement.warnings]) == ((), [Rule.DAILY_REST])
    service.reset_limit(session, Engagement.EMPLOYEE, Rule.DAILY_REST, actor=coordinator, now=now)
    assert queries.limits_changed(session) == {}
    assert judging.judge_one(session, post, ewa.id, early.span).unfit == (Unfit.REST,)


@pytest.mark.parametrize("hours", [0, -1, 745])
def test_a_limit_that_is_no_number_of_hours_is_refused(
    session: Session, coordinator: Actor, now: datetime, hours: int
) -> None:
    with pytest.raises(Refusal) as caught:
        service.set_limit(
            session, Engagement.EMPLOYEE, Limit(Rule.WEEK_HOURS, Severity.WARN, hours), actor=coordinator, now=now
        )
    assert caught.value.code is SettingsRefusal.HOURS


def test_duties_on_days_that_are_closed_later_are_named_and_stay(
    session: Session, ewa: Account, coordinator: Actor, now: datetime
) -> None:
    lying = make_duty(session, BLUE_LINE, ewa, now + timedelta(days=3))
    make_duty(session, BLUE_LINE, ewa, now + timedelta(days=9))
    named = service.close(session, " Stock taking ", lying.day, lying.day, actor=coordinator, now=now)
    assert list(named) == [lying]
    session.flush()
    assert queries.closed_days(session, lying.day, lying.day) == {lying.day}
    with pytest.raises(Refusal):
        service.close(session, "x", lying.day, lying.day - timedelta(days=1), actor=coordinator, now=now)
    (closure,) = queries.closures(session, lying.day, lying.day)
    make_desk(session, HELP_POINT)
    with acting_at(session, HELP_POINT), pytest.raises(NotFound):
        service.reopen(session, closure.id, actor=coordinator, now=now)
    service.reopen(session, closure.id, actor=coordinator, now=now)
    session.flush()
    assert queries.closed_days(session, lying.day, lying.day) == frozenset()


@pytest.mark.parametrize(("year", "allowed"), [(2022, False), (2023, True), (2025, True), (2026, False)])
def test_a_year_can_be_confirmed_while_somebody_can_know_it(year: int, allowed: bool) -> None:
    if allowed:
        check_year(year, date(2023, 10, 5))
    else:
        with pytest.raises(Refusal):
            check_year(year, date(2023, 10, 5))


def test_what_should_be_looked_at_is_said_and_goes_when_it_was_done(
    session: Session, ewa: Account, karol: Account, coordinator: Actor, now: datetime
) -> None:
    make_account(session, roles=(Role.ADMINISTRATOR,), name="Anna", profession=Profession.ADMINISTRATOR)
    soon = day_of(now) + timedelta(days=30)
    service.qualify(session, ewa.id, "mediator", soon, actor=coordinator, now=now)
    service.qualify(session, ewa.id, "supervisor", soon + timedelta(days=90), actor=coordinator, now=now)
    session.flush()
    found = service.alarms(session, now)
    assert {(each.kind, each.account_id or each.year) for each in found} == {
        (AlarmKind.YEAR, 2024),
        (AlarmKind.NOT_ENGAGED, ewa.id),
        (AlarmKind.NOT_ENGAGED, karol.id),
        (AlarmKind.QUALIFICATION_ENDS, ewa.id),
    }
    for person in (ewa, karol):
        service.engage(session, person.id, Engagement.EMPLOYEE, day_of(now), actor=coordinator, now=now)
    service.confirm_year(session, 2024, actor=coordinator, now=now)
    service.confirm_year(session, 2024, actor=coordinator, now=now)
    service.qualify(session, ewa.id, "mediator", None, actor=coordinator, now=now)
    session.flush()
    assert service.alarms(session, now) == []
    assert session.query(AuditEvent).filter_by(tag="roster:changed").count() == 6


def test_of_two_coordinators_the_second_one_is_told_what_the_first_decided(
    session: Session, coordinator: Actor, now: datetime
) -> None:
    before = service.habits(session)
    assert before == Habits(
        approval=True, settlement_months=1, night_starts=time(22), night_ends=time(6), free_day_starts=time(6)
    )
    quick = Habits(False, 3, time(21), time(5), time(6))
    service.save_habits(session, quick, known_version=0, actor=coordinator, now=now)
    session.flush()
    with pytest.raises(EditedMeanwhile) as caught:
        service.save_habits(session, before, known_version=0, actor=coordinator, now=now)
    assert caught.value.fields["settlement_months"] == 3
    assert service.habits(session) == quick
    assert judging.periods(session)(date(2023, 10, 5)) == date(2023, 10, 1)
    assert judging.periods(session)(date(2023, 9, 5)) == date(2023, 7, 1)


@pytest.mark.parametrize("months", [0, 5, 24])
def test_a_period_that_does_not_divide_a_year_is_refused(
    session: Session, coordinator: Actor, now: datetime, months: int
) -> None:
    with pytest.raises(Refusal) as caught:
        service.save_habits(
            session, Habits(True, months, time(22), time(6), time(6)), known_version=0, actor=coordinator, now=now
        )
    assert caught.value.code is SettingsRefusal.PERIOD


def test_the_coordinator_sets_it_all_up_on_the_pages(
    app: Flask, session: Session, ewa: Account, karol: Account
) -> None:
    session.commit()
    client = app.test_client()
    sign_in(client, karol)
    app.config["WTF_CSRF_ENABLED"] = False
    base, today = f"/desk/{BLUE_LINE}/roster/settings", day_of(utcnow())
    for page in PAGES:
        assert client.get(f"/desk/{BLUE_LINE}/roster/{page}").status_code == 200, page
    assert "counts as an employee" in client.get(base).text
    assert client.post(f"{base}/engage", data={"engage-person": str(ewa.id)}).status_code == 200
    told = {"engage-person": str(ewa.id), "engage-kind": "contractor", "engage-first_day": today.isoformat()}
    assert client.post(f"{base}/engage", data=told).status_code == 302
    assert (
        client.post(f"{base}/qualify", data={"qualify-person": str(ewa.id), "qualify-name": "mediator"}).status_code
        == 302
    )
    page = client.get(base).text
    assert "mediator" in page
    answer = client.post(f"{base}/limits/employee/daily-rest", data={"severity": "warn", "hours": "many"})
    assert "Write a whole number" in answer.text
    assert "many" in answer.text
    assert (
        client.post(f"{base}/limits/employee/daily-rest", data={"severity": "warn", "hours": "12"}).status_code == 302
    )
    assert "decided by this desk" in client.get(f"{base}/limits").text
    assert client.post(f"{base}/limits/employee/daily-rest/reset").status_code == 302
    assert client.get(f"{base}/limits/employee/nonsense").status_code == 404
    closed = {"name": "Repairs", "first_day": today.isoformat(), "last_day": (today - timedelta(days=1)).isoformat()}
    answer = client.post(f"{base}/calendar", data=closed)
    assert (answer.status_code, "Repairs" in answer.text) == (409, True)
    assert client.post(f"{base}/calendar", data={**closed, "last_day": today.isoformat()}).status_code == 302
    assert "Repairs" in client.get(f"{base}/calendar").text
    assert client.post(f"{base}/years/{today.year + 1}/confirm").status_code == 302
    assert client.post(f"{base}/years/{today.year + 9}/confirm").status_code == 409
    habits = {
        "approval": "y",
        "settlement_months": "3",
        "night_starts": "21:00",
        "night_ends": "05:00",
        "free_day_starts": "06:00",
    }
    assert client.post(f"{base}/habits", data={**habits, "version": "0"}).status_code == 302
    answer = client.post(f"{base}/habits", data={**habits, "settlement_months": "6", "version": "0"})
    assert (answer.status_code, "Stored now" in answer.text) == (409, True)


def test_whoever_only_reads_duties_sets_nothing_up(app: Flask, session: Session, ewa: Account) -> None:
    session.commit()
    client = app.test_client()
    sign_in(client, ewa)
    for page in PAGES:
        assert client.get(f"/desk/{BLUE_LINE}/roster/{page}").status_code == 403, page


def test_every_default_says_what_it_is() -> None:
    assert all({each.rule for each in limits} == set(Rule) for limits in DEFAULTS.values())
