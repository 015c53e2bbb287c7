"""Stories of hours that are paid: what was planned, what was worked, and who confirmed it."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.roster.labels.hours import LABELS, deviation, duration
from helpdesk.roster.models import Confirmation, Duty, Post
from helpdesk.roster.rules.hours import USUAL, Hours
from helpdesk.roster.rules.month import Held, HoursRefusal, check_worked, months_of, span_of_month
from helpdesk.roster.rules.rest import Engagement
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.service import Plan, cancel_duty, hand_to, plan_duty
from helpdesk.roster.service import hours as service
from helpdesk.roster.service import settings as setting_up
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_post, sign_in

BEFORE = datetime(2023, 9, 1, tzinfo=UTC)
AFTER = datetime(2023, 11, 2, 9, 0, tzinfo=UTC)
OCTOBER = date(2023, 10, 1)


@pytest.fixture
def ewa(session: Session) -> Account:
    make_desk(session)
    account = make_account(session)
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def marta(session: Session, ewa: Account) -> Account:  # noqa: ARG001  the desk comes with her
    return make_account(session, name="Marta Wilk")


@pytest.fixture
def karol(session: Session, ewa: Account) -> Account:  # noqa: ARG001  likewise
    return make_account(session, roles=(Role.COORDINATOR,), name="Karol")


@pytest.fixture
def nights(session: Session, ewa: Account, karol: Account) -> Post:
    """A telephone by night; contractors hold it, whose rest nobody counts."""
    for each in (ewa, karol):
        setting_up.engage(session, each.id, Engagement.CONTRACTOR, date(2023, 1, 1), actor=actor_of(karol), now=BEFORE)
    session.flush()
    return make_post(session, name="Night", starts=time(22), ends=time(6))


def plan(session: Session, post: Post, person: Account, day: date, by: Account) -> Duty:
    return plan_duty(session, Plan(post.id, person.id, day, time(22), time(6)), actor=actor_of(by), now=BEFORE)


def hours_of(session: Session, person: Account, month: date = OCTOBER, now: datetime = AFTER) -> Hours:
    return service.sheet(session, month, now).people[person.id].worked


def test_a_night_over_the_change_of_clocks_and_one_over_the_end_of_the_month(
    session: Session, ewa: Account, karol: Account, nights: Post
) -> None:
    plan(
        session, nights, ewa, date(2023, 10, 28), karol
    )  # nine hours, from six on a Sunday that is over at the end of it
    plan(session, nights, ewa, date(2023, 10, 31), karol)  # two hours of October, six of All Saints' night
    assert hours_of(session, ewa) == Hours(total=9 * 60 + 120, night=9 * 60 + 120)
    november = hours_of(session, ewa, date(2023, 11, 1), AFTER)
    assert november == Hours(total=360, night=360)


def test_what_is_not_over_is_planned_and_not_worked(
    session: Session, ewa: Account, karol: Account, nights: Post
) -> None:
    plan(session, nights, ewa, date(2023, 10, 10), karol)
    in_the_night = datetime(2023, 10, 10, 23, 0, tzinfo=UTC)
    found = service.sheet(session, OCTOBER, in_the_night).people[ewa.id]
    assert (found.planned.total, found.worked.total) == (480, 0)


def test_planned_hours_stay_with_whom_they_were_planned_for_and_worked_ones_go_to_who_came(
    session: Session, ewa: Account, marta: Account, karol: Account, nights: Post
) -> None:
    given_away = plan(session, nights, ewa, date(2023, 10, 10), karol)
    cancelled = plan(session, nights, ewa, date(2023, 10, 20), karol)
    setting_up.engage(session, marta.id, Engagement.CONTRACTOR, date(2023, 1, 1), actor=actor_of(karol), now=BEFORE)
    session.flush()
    hand_to(session, given_away, marta.id, why="swap", actor=actor_of(karol), now=BEFORE)
    cancel_duty(session, cancelled, actor=actor_of(karol), now=BEFORE)
    session.flush()
    people = service.sheet(session, OCTOBER, AFTER).people
    assert (people[ewa.id].planned.total, people[ewa.id].worked.total) == (960, 0)
    assert (people[marta.id].planned.total, people[marta.id].worked.total) == (0, 480)


def test_other_hours_are_entered_with_a_reason_and_count(
    session: Session, ewa: Account, karol: Account, nights: Post
) -> None:
    duty = plan(session, nights, ewa, date(2023, 10, 10), karol)
    longer = Span(duty.starts_at, duty.ends_at + timedelta(minutes=45))
    service.record_worked(session, duty, longer, " a long call ", actor=actor_of(ewa), now=AFTER)
    session.flush()
    assert hours_of(session, ewa).total == 525
    shorter = Span(duty.starts_at + timedelta(hours=1), duty.ends_at)
    service.record_worked(session, duty, shorter, "late", actor=actor_of(ewa), now=AFTER)
    session.flush()
    assert hours_of(session, ewa).total == 420
    with acting_at(session, BLUE_LINE):
        assert [line.why for line in service.sheet(session, OCTOBER, AFTER).lines] == ["late"]


def test_nobody_enters_the_hours_of_somebody_else(
    session: Session, ewa: Account, marta: Account, karol: Account, nights: Post
) -> None:
    duty = plan(session, nights, ewa, date(2023, 10, 10), karol)
    with pytest.raises(Refusal) as caught:
        service.record_worked(session, duty, duty.when, "x", actor=actor_of(marta), now=AFTER)
    assert caught.value.code is HoursRefusal.NOT_YOURS
    service.record_worked(session, duty, duty.when, "as she told me", actor=actor_of(karol), now=AFTER)


SPAN = Span(datetime(2023, 10, 10, 20, tzinfo=UTC), datetime(2023, 10, 11, 4, tzinfo=UTC))
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("worked", "others", "why", "now", "code"),
    [
        (SPAN, (), "x", SPAN.end - HOUR, HoursRefusal.NOT_OVER),
        (Span(SPAN.start, AFTER + HOUR), (), "x", AFTER, HoursRefusal.NOT_OVER),
        (Span(SPAN.end, SPAN.start), (), "x", AFTER, HoursRefusal.ENDS_BEFORE),
        (Span(SPAN.start - 9 * HOUR, SPAN.end), (), "x", AFTER, HoursRefusal.TOO_LONG),
        (Span(SPAN.end + HOUR, SPAN.end + 2 * HOUR), (), "x", AFTER, HoursRefusal.NOT_NEAR),
        (Span(SPAN.start, SPAN.end + HOUR), (Span(SPAN.end, SPAN.end + HOUR),), "x", AFTER, HoursRefusal.OVERLAP),
        (SPAN, (), "  ", AFTER, HoursRefusal.WHY),
    ],
)
def test_hours_that_cannot_be_are_refused(
    worked: Span, others: tuple[Span, ...], why: str, now: datetime, code: HoursRefusal
) -> None:
    with pytest.raises(Refusal) as caught:
        check_worked(SPAN, worked, others, why, now)
    assert caught.value.code is code


def test_a_month_is_confirmed_once_it_is_over_and_again_after_a_change_and_both_are_kept(
    session: Session, ewa: Account, karol: Account, nights: Post
) -> None:
    duty = plan(session, nights, ewa, date(2023, 10, 10), karol)
    with pytest.raises(Refusal) as caught:
        service.confirm_month(session, OCTOBER, actor=actor_of(ewa), now=datetime(2023, 10, 31, 22, 59, tzinfo=UTC))
    assert caught.value.code is HoursRefusal.NOT_OVER
    service.confirm_month(session, OCTOBER, actor=actor_of(ewa), now=AFTER)
    session.flush()
    with pytest.raises(Refusal) as caught:
        service.confirm_month(session, OCTOBER, actor=actor_of(ewa), now=AFTER)
    assert caught.value.code is HoursRefusal.UNCHANGED
    with pytest.raises(Refusal) as caught:
        service.record_worked(session, duty, duty.when, "x", actor=actor_of(ewa), now=AFTER)
    assert caught.value.code is HoursRefusal.CONFIRMED
    shorter = Span(duty.starts_at + timedelta(hours=1), duty.ends_at)
    service.record_worked(session, duty, shorter, "came late", actor=actor_of(karol), now=AFTER)
    session.flush()
    assert service.sheet(session, OCTOBER, AFTER).differs(ewa.id)
    service.confirm_month(session, OCTOBER, actor=actor_of(ewa), now=AFTER)
    session.flush()
    kept = session.query(Confirmation).order_by(Confirmation.number).all()
    assert [(each.number, each.minutes["total"]) for each in kept] == [(1, 480), (2, 420)]
    assert not service.sheet(session, OCTOBER, AFTER).differs(ewa.id)
    assert session.query(AuditEvent).filter_by(tag="hours:confirmed").count() == 2


def test_the_hours_of_another_desk_are_not_there(session: Session, ewa: Account, karol: Account, nights: Post) -> None:
    plan(session, nights, ewa, date(2023, 10, 10), karol)
    make_desk(session, HELP_POINT)
    with acting_at(session, HELP_POINT):
        assert service.sheet(session, OCTOBER, AFTER).people == {}


spans = st.builds(
    lambda start, minutes: Span(start, start + timedelta(minutes=minutes)),
    st.datetimes(datetime(2023, 9, 25), datetime(2023, 11, 5), timezones=st.just(UTC)).map(  # noqa: DTZ001  of the library
        lambda at: at.replace(second=0, microsecond=0)
    ),
    st.integers(1, 960),
)


@given(st.lists(st.builds(Held, st.uuids(), spans), max_size=12))
def test_together_people_have_the_time_that_lies_in_the_month(held: list[Held]) -> None:
    month = span_of_month(OCTOBER)
    found = months_of(OCTOBER, [], held, USUAL)
    inside = [part.length for each in held if (part := each.span.clipped(month))]
    assert sum(each.worked.total for each in found.values()) == sum(inside, timedelta()) // timedelta(minutes=1)


def test_durations_and_distances_are_said_in_words(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert [duration(minutes) for minutes in (0, 420, 450)] == ["0 h", "7 h", "7 h 30 min"]
        assert deviation(Decimal("40.0")) == "+40.0 %, much"
        assert deviation(Decimal("-40.5")) == "−40.5 %, little"
        assert deviation(Decimal("0.0")) == "+0.0 %"
    assert set(LABELS) == set(HoursRefusal)


def test_everybody_confirms_on_a_telephone_and_whoever_pays_takes_a_workbook_and_a_paper(
    app: Flask, session: Session, ewa: Account, karol: Account, nights: Post
) -> None:
    plan(session, nights, ewa, date(2023, 10, 10), karol)
    duty = plan(session, nights, ewa, date(2023, 10, 28), karol)
    session.commit()
    client = app.test_client()
    sign_in(client, ewa)
    app.config["WTF_CSRF_ENABLED"] = False
    mine = f"/desk/{BLUE_LINE}/my-duties"
    page = client.get(f"{mine}/hours?month=2023-10").text
    assert "17 h" in page
    assert "the clocks were changed" in page
    assert client.get(f"/desk/{BLUE_LINE}/roster/hours?month=2023-10").status_code == 403
    assert client.get(f"/desk/{BLUE_LINE}/roster/hours.xlsx?month=2023-10").status_code == 403
    answer = client.post(
        f"{mine}/{duty.id}/worked", data={"day": "2023-10-28", "starts": "22:00", "ends": "07:00", "why": ""}
    )
    assert "Write why the hours differ" in answer.text
    told = {"day": "2023-10-28", "starts": "22:00", "ends": "07:00", "why": '=HYPERLINK("x")'}
    assert client.post(f"{mine}/{duty.id}/worked", data=told).status_code == 302
    assert client.post(f"{mine}/hours/confirm?month=2023-10").status_code == 302
    assert client.post(f"{mine}/hours/confirm?month=2023-10").status_code == 409
    text = "".join(
        each.extract_text() for each in PdfReader(io.BytesIO(client.get(f"{mine}/hours.pdf?month=2023-10").data)).pages
    )
    assert "Ewa Zięba" in text
    assert "Data i podpis" in text
    app.config["WTF_CSRF_ENABLED"] = True
    sign_in(client, karol)
    page = client.get(f"/desk/{BLUE_LINE}/roster/hours?month=2023-10").text
    assert "18 h" in page
    book = load_workbook(io.BytesIO(client.get(f"/desk/{BLUE_LINE}/roster/hours.xlsx?month=2023-10").data))
    people, duties = book.worksheets
    assert [cell.value for cell in people[2]][:5] == ["Ewa Zięba", "umowa cywilnoprawna", 2, 18, 17]
    assert duties.cell(3, 10).value == '=HYPERLINK("x")'
    assert duties.cell(3, 10).data_type == "s"
    pdf = PdfReader(io.BytesIO(client.get(f"/desk/{BLUE_LINE}/roster/hours.pdf?month=2023-10").data))
    assert "18:00" in "".join(each.extract_text() for each in pdf.pages)
    assert client.get(f"/desk/{BLUE_LINE}/roster/fairness?month=2023-10&months=1").status_code == 200
    assert client.get(f"/desk/{BLUE_LINE}/roster/hours.exe").status_code == 404
    assert session.query(AuditEvent).filter_by(tag="hours:exported").count() == 3


def test_the_month_hangs_on_the_wall_with_names_gaps_and_holidays(
    app: Flask, session: Session, ewa: Account, karol: Account
) -> None:
    post = make_post(session, name="Evening", first=date(2023, 11, 1), last=date(2023, 11, 3))
    plan_duty(session, Plan(post.id, ewa.id, date(2023, 11, 1), time(17), time(21)), actor=actor_of(karol), now=BEFORE)
    plan_duty(session, Plan(post.id, None, date(2023, 11, 2), time(17), time(21)), actor=actor_of(karol), now=BEFORE)
    session.commit()
    client = app.test_client()
    sign_in(client, ewa)
    page = client.get(f"/desk/{BLUE_LINE}/roster/print?month=2023-11").text
    for words in ("17:00–21:00", "Ewa Zięba", "nobody yet", "gap 17:00–21:00", "All Saints"):
        assert words in page, words
    pdf = PdfReader(io.BytesIO(client.get(f"/desk/{BLUE_LINE}/roster/print.pdf?month=2023-11").data))
    text = "".join(each.extract_text() for each in pdf.pages)
    for words in ("Grafik dyżurów", "Ewa Zięba", "wakat", "brak obsady", "Wszystkich Świętych"):
        assert words in text, words


def test_officers_see_their_own_hours_and_nobody_elses(app: Flask, session: Session, ewa: Account) -> None:
    officer = make_account(
        session, roles=(Role.DUTY_OFFICER,), profession=Profession.BORDER_GUARD_OFFICER, name="Jan Straż"
    )
    session.commit()
    client = app.test_client()
    sign_in(client, officer)
    assert client.get(f"/desk/{BLUE_LINE}/my-duties/hours").status_code == 200
    for page in ("roster/hours", "roster/fairness", "roster/print", "roster/print.pdf"):
        assert client.get(f"/desk/{BLUE_LINE}/{page}").status_code == 403, page
    assert ewa.name not in client.get(f"/desk/{BLUE_LINE}/my-duties/hours").text
