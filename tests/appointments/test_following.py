"""What is looked after every minute: reminders, and coordinators who must know."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts import gateway
from helpdesk.accounts.models import Notice
from helpdesk.appointments import queries, service
from helpdesk.appointments.service import following
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.config import Settings
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.roster.models import DutyState
from helpdesk.roster.rules.notices import Told
from tests.appointments.office import ELEVEN, HALF_HOUR, LUNA, NOON, TEN, TEN_THIRTY, WEEK_BEFORE, Office, book
from tests.factories import HELP_POINT, actor_of

MONDAY_TWO = TEN - timedelta(hours=20)  # 14:00 on the day before, the last safe hour


class Post(list[EmailMessage]):
    """A mail server that takes what it is given, or fails as often as it is told to."""

    failing: type[Exception] | None = None

    def take(self, _server: object, message: EmailMessage, _to: str, _own_name: str) -> None:
        if self.failing is not None:
            raise self.failing("no")
        self.append(message)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(gateway, "_hand_in", made.take)
    return made


@pytest.fixture
def mailing(settings: Settings) -> Settings:
    return replace(
        settings, smtp_url="smtp://localhost:2525", mail_from="o@example.org", neutral_mail_from="p@example.net"
    )


def trail(session: Session) -> list[str]:
    statement = select(AuditEvent).where(AuditEvent.tag == Tag.APPOINTMENT_REMINDED)
    return [f"{each.detail['what']} {each.subject}" for each in session.scalars(statement)]


def test_a_reminder_goes_out_once_in_its_hour_to_whoever_wanted_one(
    session: Session, sessions: Sessions, mailing: Settings, office: Office, post: Post
) -> None:
    booked = book(session, office, TEN, reminder=LUNA)
    book(session, office, TEN_THIRTY)
    session.commit()
    for at in (MONDAY_TWO - timedelta(minutes=1), MONDAY_TWO, MONDAY_TWO + timedelta(minutes=1), TEN):
        service.follow(sessions, mailing, at)
    assert [message["To"] for message in post] == ["luna@example.org"]
    assert post[0].get_content().strip() == "Заўтра, аў, 17 кастрычніка, 10:00."
    assert trail(session) == [f"reminded {booked.id}"]
    session.refresh(booked)
    assert booked.reminded_at == MONDAY_TWO


@pytest.mark.parametrize("fate", ["cancelled", "duty cancelled", "nobody on duty", "not safe any more"])
def test_nothing_goes_out_for_an_appointment_that_will_not_be(
    session: Session, sessions: Sessions, mailing: Settings, office: Office, post: Post, fate: str
) -> None:
    safe = LUNA.safe if fate != "not safe any more" else replace(LUNA.safe, until=WEEK_BEFORE.date())
    booked = book(session, office, TEN, reminder=LUNA)
    with acting_at(session, HELP_POINT):
        if fate == "cancelled":
            service.cancel(session, booked, actor=actor_of(office.consultant, HELP_POINT), now=WEEK_BEFORE)
        if fate == "duty cancelled":
            office.duty.state = DutyState.CANCELLED
        if fate == "nobody on duty":
            office.duty.account_id = None
        booked.safe_until = safe.until
        session.flush()
    session.commit()
    service.follow(sessions, mailing, MONDAY_TWO)
    assert post == []
    assert trail(session) == []


def test_after_a_move_only_the_new_time_is_said(
    session: Session, sessions: Sessions, mailing: Settings, office: Office, post: Post
) -> None:
    booked = book(session, office, TEN, reminder=LUNA)
    with acting_at(session, HELP_POINT):
        service.move(
            session,
            booked,
            service.Aim(office.duty, ELEVEN),
            known_version=booked.version,
            still_safe=True,
            actor=actor_of(office.consultant, HELP_POINT),
            now=WEEK_BEFORE,
        )
    session.commit()
    service.follow(sessions, mailing, MONDAY_TWO)
    assert ["11:00" in message.get_content() for message in post] == [True]


@pytest.mark.parametrize("seen_first", [True, False])
def test_a_server_that_is_gone_is_tried_again_and_only_within_the_hour(
    session: Session,
    sessions: Sessions,
    mailing: Settings,
    office: Office,
    post: Post,
    caplog: pytest.LogCaptureFixture,
    *,
    seen_first: bool,
) -> None:
    book(session, office, TEN, reminder=LUNA)
    session.commit()
    post.failing = OSError
    service.follow(sessions, mailing, MONDAY_TWO)
    assert "luna" not in caplog.text
    post.failing = None
    service.follow(sessions, mailing, MONDAY_TWO + timedelta(minutes=5 if seen_first else 61))
    assert len(post) == (1 if seen_first else 0)


def test_an_address_that_is_never_taken_is_not_tried_for_ever(
    session: Session, sessions: Sessions, mailing: Settings, office: Office, post: Post
) -> None:
    booked = book(session, office, TEN, reminder=LUNA)
    session.commit()
    post.failing = gateway.MailRefused
    service.follow(sessions, mailing, MONDAY_TWO)
    post.failing = None
    service.follow(sessions, mailing, MONDAY_TWO + timedelta(minutes=1))
    assert post == []
    assert trail(session) == [f"not-delivered {booked.id}"]


def test_an_office_that_cannot_send_keeps_the_reminder_for_when_it_can(
    session: Session, sessions: Sessions, settings: Settings, mailing: Settings, office: Office, post: Post
) -> None:
    book(session, office, TEN, reminder=LUNA)
    session.commit()
    service.follow(sessions, settings, MONDAY_TWO)
    assert post == []
    service.follow(sessions, mailing, MONDAY_TWO + timedelta(minutes=1))
    assert len(post) == 1


def told(session: Session, now: datetime) -> list[tuple[str, str, str]]:
    with acting_at(session, HELP_POINT):
        following.tell_of_trouble(session, now)
        session.flush()
        found = session.scalars(select(Notice).where(Notice.code == Told.MOVE_APPOINTMENTS).order_by(Notice.at))
        return [(each.account.name, each.data["from"], each.data["to"]) for each in found]


def test_each_coordinator_is_told_once_of_what_must_be_moved_and_nobody_else(session: Session, office: Office) -> None:
    for start in (TEN, ELEVEN):
        book(session, office, start)
    book(session, office, NOON, office.lawyers_duty, heard=None)
    assert told(session, WEEK_BEFORE) == []
    with acting_at(session, HELP_POINT):
        office.duty.state = DutyState.CANCELLED
        session.flush()
    once = ("Karol Coordinator", TEN.isoformat(), (ELEVEN + HALF_HOUR).isoformat())
    assert told(session, WEEK_BEFORE) == [once]
    assert told(session, WEEK_BEFORE + timedelta(minutes=1)) == [once]
    with acting_at(session, HELP_POINT):
        office.duty.state = DutyState.PUBLISHED
        session.flush()
    told(session, WEEK_BEFORE + timedelta(minutes=2))
    with acting_at(session, HELP_POINT):
        office.duty.account_id = None
        session.flush()
    assert told(session, WEEK_BEFORE + timedelta(minutes=3)) == [once, once]
    with acting_at(session, HELP_POINT):
        assert len(queries.to_move(session)) == 2


def test_an_address_is_forgotten_when_the_appointment_is_over_whatever_became_of_it(
    session: Session, sessions: Sessions, settings: Settings, office: Office
) -> None:
    over, later = book(session, office, TEN, reminder=LUNA), book(session, office, ELEVEN, reminder=LUNA)
    session.commit()
    service.follow(sessions, settings, over.ends_at - timedelta(seconds=1))
    session.expire_all()
    assert (over.remind_to, later.remind_to) == ("luna@example.org", "luna@example.org")
    service.follow(sessions, settings, over.ends_at)
    session.expire_all()
    assert (over.remind_by, over.remind_to_sealed, later.remind_to) == (None, None, "luna@example.org")


def test_the_examination_names_who_would_wait_in_vain(
    session: Session, settings: Settings, mailing: Settings, office: Office
) -> None:
    book(session, office, TEN, reminder=LUNA)
    at = TEN - timedelta(days=2)
    assert list(service.examine(session, mailing, at)) == []
    assert ["reminder" in said for said in service.examine(session, settings, at)] == [True]
    with acting_at(session, HELP_POINT):
        office.duty.account_id = None
        session.flush()
    assert ["1 appointment must be moved" in said for said in service.examine(session, settings, at)] == [True]


def test_a_notice_holds_times_and_nothing_of_a_person_helped(session: Session, office: Office) -> None:
    book(session, office)
    with acting_at(session, HELP_POINT):
        office.duty.account_id = None
        session.flush()
        following.tell_of_trouble(session, WEEK_BEFORE)
        session.flush()
        [notice] = session.scalars(select(Notice)).all()
    assert set(notice.data) == {"from", "to", "place"}
