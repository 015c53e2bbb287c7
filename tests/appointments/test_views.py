"""The pages of appointments: what is shown, to whom, and what becomes of what is typed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.appointments import queries, service
from helpdesk.appointments.forms import place_of, place_text, slot_of, slot_text
from helpdesk.appointments.models import Appointment
from helpdesk.appointments.rules import State
from helpdesk.appointments.sources import warning
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.consultations.models import Advice, Contact
from helpdesk.db.wall import acting_at
from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.roster.models import DutyState
from tests.accounts.visitor import Visitor, words
from tests.appointments.office import (
    ELEVEN,
    HEARD,
    LUNA,
    NOON,
    PATH,
    TEN,
    TEN_THIRTY,
    WEEK_BEFORE,
    Office,
    at,
    book,
    booking_page,
    books,
    visitor,
)
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

WEEK = f"{PATH}/appointments?from=2023-10-16"
MINE = f"{PATH}/my-appointments"


@pytest.fixture(autouse=True)
def week_before() -> Iterator[None]:
    """It is Tuesday, a week before the duty, at 10."""
    with at(WEEK_BEFORE):
        yield


@pytest.fixture
def consultant(app: Flask, office: Office) -> Visitor:
    return visitor(app, office.consultant)


@pytest.fixture
def officer(app: Flask, office: Office) -> Visitor:
    return visitor(app, office.officer)


def stored(session: Session) -> list[Appointment]:
    session.expire_all()
    with acting_at(session, HELP_POINT):
        return list(session.scalars(select(Appointment).order_by(Appointment.starts_at)))


def opened(session: Session) -> list[str | None]:
    statement = select(AuditEvent.subject).where(AuditEvent.tag == Tag.APPOINTMENT_OPENED).order_by(AuditEvent.id)
    return list(session.scalars(statement))


def test_the_list_shows_free_and_taken_slots_and_nothing_of_whoever_comes(
    consultant: Visitor, session: Session, office: Office
) -> None:
    book(session, office, TEN_THIRTY)
    session.commit()
    page = consultant.reads(WEEK)
    assert f"slot={slot_text(TEN)}" in page
    assert f"slot={slot_text(TEN_THIRTY)}" not in page
    assert "10:30 Belarusian" in page
    assert "Konrad Straż" in page
    assert "Luna" not in page
    assert "Paszport" not in page
    assert opened(session) == []
    assert "Konrad Straż" not in consultant.reads(f"{PATH}/appointments?from=2023-10-18")


def test_slots_that_have_begun_are_not_offered(app: Flask, office: Office) -> None:
    with at(TEN_THIRTY):
        page = visitor(app, office.consultant).reads(WEEK)
    assert slot_text(TEN_THIRTY) not in page
    assert slot_text(ELEVEN) in page


def test_the_part_that_a_page_asks_for_by_itself_is_the_list_alone(consultant: Visitor) -> None:
    part = consultant.reads(f"{PATH}/appointments/list?from=2023-10-16")
    assert "Konrad Straż" in part
    assert "<html" not in part


@pytest.mark.parametrize("text", ["", "2023-13-01", "0001-01-01", "9999-12-31", "x"])
def test_a_day_that_is_none_shows_the_present_week(consultant: Visitor, text: str) -> None:
    assert "Oct 10, 2023" in consultant.reads(f"{PATH}/appointments?from={text}")


def test_the_way_to_an_officer_leads_over_the_warning(consultant: Visitor, office: Office) -> None:
    page = consultant.reads(WEEK)
    warning = f"{PATH}/appointments/duties/{office.duty.id}/warning?slot={slot_text(TEN)}"
    assert warning in page.replace("&amp;", "&")
    direct = consultant.opens(f"{PATH}/appointments/duties/{office.duty.id}/book?slot={slot_text(TEN)}")
    assert direct.status_code == 302
    assert "/warning" in direct.location


def test_the_warning_stands_in_the_persons_language_beside_polish_with_the_lawyer_first(
    consultant: Visitor, session: Session, office: Office
) -> None:
    path = f"{PATH}/appointments/duties/{office.duty.id}/warning"
    assert "Osoba pełniąca służbę" not in consultant.reads(f"{path}?slot={slot_text(TEN)}")
    page = consultant.reads(f"{path}?slot={slot_text(TEN)}&language=ar")
    assert 'lang="ar"' in page
    assert 'dir="rtl"' in page
    assert "Osoba pełniąca służbę" in page
    lawyer, officer = page.index("Talk to a lawyer first"), page.index("Go on to the officer")
    assert lawyer < officer
    assert page.count("govuk-button--secondary", page.rindex('class="toolbar"', 0, lawyer), officer) == 2
    unticked = consultant.sends(path, {"slot": slot_text(TEN), "language": "ar"}, page=WEEK)
    assert unticked.status_code == 200
    assert "the person must hear the warning" in words(unticked)
    ticked = consultant.sends(path, {"slot": slot_text(TEN), "language": "ar", "heard": "y"}, page=WEEK)
    assert ticked.status_code == 302
    assert stored(session) == []
    assert "The person has heard the warning." in consultant.reads(ticked.location)


def test_a_lawyer_first_leads_to_the_next_free_lawyer(consultant: Visitor, office: Office) -> None:
    page = consultant.reads(f"{PATH}/appointments?for=lawyers")
    assert office.lawyer.name in page
    assert office.officer.name not in page
    assert f"slot={slot_text(NOON)}" in page


@pytest.mark.parametrize("heard", ["", HEARD[:1], "0:be", HEARD.replace("be", "uk"), f"{HEARD}:x", ":"])
def test_a_booking_without_the_right_warning_is_refused_and_nothing_typed_is_lost(
    consultant: Visitor, session: Session, office: Office, heard: str
) -> None:
    answer = books(consultant, office, heard=heard)
    assert answer.status_code == 409
    assert "the person must hear the warning" in words(answer)
    assert "Paszport?" in words(answer)
    assert stored(session) == []


def test_a_booking_is_stored_and_the_address_never_shown(consultant: Visitor, session: Session, office: Office) -> None:
    answer = books(
        consultant, office, remind="email", address="luna@example.org", from_hour="9", until_hour="15", interpreter="y"
    )
    assert answer.status_code == 302
    [booked] = stored(session)
    assert (booked.alias, booked.question, booked.interpreter) == ("Luna", "Paszport?", True)
    assert (booked.remind_to, booked.remind_from_hour, booked.remind_until_hour) == ("luna@example.org", 9, 15)
    assert (booked.warning_version, booked.warning_language, booked.warned_at) == (
        warning("be").version,
        "be",
        WEEK_BEFORE,
    )
    page = consultant.reads(f"{PATH}/appointments/{booked.id}")
    assert "Paszport?" in page
    assert "safe from 9:00 to 15:00" in page
    assert "luna@example.org" not in page
    assert opened(session) == [str(booked.id)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"remind": "email"}, "Write the e-mail address to which it is safe to write."),
        ({"remind": "email", "address": "x", "from_hour": "9", "until_hour": "15"}, "This is not an e-mail address."),
        ({"remind": "email", "address": "x@example.org"}, "Choose from which hour until which hour it is safe."),
        (
            {
                "remind": "email",
                "address": "x@example.org",
                "from_hour": "9",
                "until_hour": "15",
                "safe_until": "2023-10-11",
            },
            "None of the safe hours lies on a day before the appointment",
        ),
        ({"remind": "email", "address": "x@example.org", "from_hour": "9", "until_hour": "9"}, "They must differ."),
        ({"remind": "sms"}, "Text messages cannot be sent yet."),
        ({"safe_until": "2023-02-30"}, "Write a day that is in the calendar."),
        ({"alias": "x" * 61}, "Write at most 60 characters."),
        ({"question": "x" * 2001}, "Write at most 2000 characters."),
        ({"language": "xx"}, "Choose a language."),
        ({"language": ""}, "Choose a language."),
    ],
)
def test_what_cannot_be_booked_is_said_and_the_rest_stays(
    consultant: Visitor, session: Session, office: Office, changes: dict[str, str], sentence: str
) -> None:
    answer = books(consultant, office, TEN, **changes)
    page = words(answer)
    assert answer.status_code in {200, 409}
    assert sentence in page
    assert "Paszport?" in page or "question" in changes
    assert stored(session) == []


def test_a_change_of_language_on_the_page_loses_nothing(consultant: Visitor, session: Session, office: Office) -> None:
    answer = books(consultant, office, _language="pl")
    assert answer.status_code == 200
    assert "Paszport?" in answer.text
    assert stored(session) == []


@pytest.mark.parametrize("text", ["", "x", "20231017", "20231017T0800", "20231017T0800Z0", "2023-10-17T08:00Z"])
def test_a_slot_that_is_none_is_not_found(consultant: Visitor, office: Office, text: str) -> None:
    path = f"{PATH}/appointments/duties/{office.duty.id}/book?slot={text}"
    assert consultant.opens(path).status_code == 404


def test_a_taken_slot_offers_the_next_one_in_one_click(consultant: Visitor, session: Session, office: Office) -> None:
    book(session, office)
    session.commit()
    answer = books(consultant, office)
    assert answer.status_code == 409
    assert f'value="{slot_text(TEN_THIRTY)}"' in answer.text
    assert books(consultant, office, instead=slot_text(TEN_THIRTY)).status_code == 302
    assert [each.starts_at for each in stored(session)] == [TEN, TEN_THIRTY]


def test_an_appointment_is_moved_with_its_reminder_asked_about_anew(
    consultant: Visitor, session: Session, office: Office
) -> None:
    booked = book(session, office, reminder=LUNA)
    session.commit()
    path = f"{PATH}/appointments/{booked.id}/move"
    page = consultant.reads(path)
    assert "still safe" in page
    assert place_text(office.lawyers_duty.id, NOON) not in page
    fields = {"slot": place_text(office.duty.id, ELEVEN), "version": str(booked.version)}
    assert consultant.sends(path, {**fields, "slot": ""}).status_code == 200
    assert "Choose a time." in words(consultant.sends(path, {**fields, "slot": "x~y"}))
    assert consultant.sends(path, fields).status_code == 302
    [moved] = stored(session)
    assert (moved.id, moved.starts_at, moved.remind_by) == (booked.id, ELEVEN, None)
    assert consultant.sends(path, {**fields, "slot": place_text(office.duty.id, TEN)}).status_code == 409


def test_whoever_chose_a_lawyer_is_offered_no_officer(consultant: Visitor, session: Session, office: Office) -> None:
    booked = book(session, office, NOON, office.lawyers_duty, heard=None)
    session.commit()
    path = f"{PATH}/appointments/{booked.id}/move"
    assert office.officer.name not in consultant.reads(path)
    fields = {"slot": place_text(office.duty.id, TEN), "version": str(booked.version)}
    answer = consultant.sends(path, fields)
    assert answer.status_code == 409
    assert "the person must hear the warning" in words(answer)


def test_an_appointment_to_move_stands_on_the_list_and_is_counted_on_the_desk(
    consultant: Visitor, session: Session, office: Office
) -> None:
    book(session, office)
    with acting_at(session, HELP_POINT):
        office.duty.state = DutyState.CANCELLED
        session.flush()
    session.commit()
    page = consultant.reads(f"{PATH}/appointments")
    assert "To move" in page
    assert "The duty was cancelled." in page
    assert "1 appointment must be moved" in consultant.reads(f"{PATH}/contacts/desk")
    assert "To move" in consultant.reads(f"{PATH}/appointments?from=2030-01-01")


def test_an_appointment_that_nobody_settled_stands_on_the_list(app: Flask, session: Session, office: Office) -> None:
    booked = book(session, office)
    session.commit()
    with at(NOON + timedelta(days=30)):
        somebody = visitor(app, office.consultant)
        assert "did the person come?" in somebody.reads(f"{PATH}/appointments")
        somebody.sends(f"{PATH}/appointments/{booked.id}/no-show", page=WEEK)
        assert "did the person come?" not in somebody.reads(f"{PATH}/appointments")


def test_a_visit_becomes_one_contact_however_often_and_by_whom_it_is_written_down(
    app: Flask, session: Session, office: Office
) -> None:
    booked = book(session, office)
    session.commit()
    with at(NOON):
        somebody, path = visitor(app, office.consultant), f"{PATH}/appointments/{booked.id}/attended"
        assert 'value="INF"\n' in somebody.reads(path)
        nothing = somebody.sends(path, {"role": "FVC"})
        assert nothing.status_code == 409
        assert "Choose at least one kind of help" in words(nothing)
        assert somebody.sends(path, {"role": "FVC", "kinds": ["QQQ"]}).status_code == 409
        assert somebody.sends(path, {"role": "PRO", "kinds": ["INF"]}).status_code == 409
        assert stored(session)[0].state is State.BOOKED
        assert somebody.sends(path, {"role": "FVC", "kinds": ["INF", "LEG"]}).status_code == 302
        own = f"{MINE}/{booked.id}/attended"
        assert visitor(app, office.officer).sends(own, {"role": "FVC", "kinds": ["INF"]}).status_code == 302
    with acting_at(session, HELP_POINT):
        [contact] = session.scalars(select(Contact)).all()
        [advice] = session.scalars(select(Advice)).all()
    assert (contact.outcome, contact.appointment_id, contact.closed_by_id) == ("ADV", booked.id, office.consultant.id)
    assert (advice.consultant_id, advice.kinds) == (office.officer.id, ["INF", "LEG"])


def test_a_visit_of_new_years_eve_is_numbered_in_the_old_year(app: Flask, session: Session, office: Office) -> None:
    eve = TEN + timedelta(days=75)
    duty = make_duty(session, HELP_POINT, office.officer, eve + timedelta(hours=1), 2, post=office.post)
    booked = book(session, office, duty.starts_at, duty)
    session.commit()
    assert duty.day.isoformat() == "2023-12-31"
    with at(eve + timedelta(days=2)):
        officer = visitor(app, office.officer)
        assert officer.sends(f"{MINE}/{booked.id}/attended", {"role": "FVC", "kinds": ["INF"]}).status_code == 302
    with acting_at(session, HELP_POINT):
        [contact] = session.scalars(select(Contact)).all()
    assert (contact.number, contact.served_on.isoformat()) == ("HELP-POINT/2023/000001", "2023-12-31")


def test_nobody_has_come_before_it_is_time(consultant: Visitor, session: Session, office: Office) -> None:
    booked = book(session, office)
    session.commit()
    attended = f"{PATH}/appointments/{booked.id}/attended"
    assert consultant.sends(attended, {"role": "FVC", "kinds": ["INF"]}).status_code == 409
    no_show = consultant.sends(f"{PATH}/appointments/{booked.id}/no-show", page=WEEK)
    assert no_show.status_code == 409
    assert "This appointment has not begun yet." in words(no_show)
    assert stored(session)[0].state is State.BOOKED


def test_the_usual_help_and_role_follow_from_profession_and_desk(app: Flask, session: Session) -> None:
    make_desk(session, BLUE_LINE, kind=DeskKind.HELPLINE)
    ewa = make_account(session, BLUE_LINE)
    post = make_post(session, BLUE_LINE, slot_minutes=60)
    duty = make_duty(session, BLUE_LINE, ewa, TEN + timedelta(hours=1), 2, post=post)
    session.commit()
    with acting_at(session, BLUE_LINE):
        actor = actor_of(ewa)
        booked = service.book(session, duty, TEN, service.Details("pl"), actor=actor, now=WEEK_BEFORE)
        session.flush()
    session.commit()
    with at(NOON):
        page = visitor(app, ewa).reads(f"/desk/blue-line/my-appointments/{booked.id}/attended")
    assert 'value="VIC" selected' in page
    checked = page[page.index('value="PSY"') : page.index('value="LEG"')]
    assert "checked" in checked
    assert page.count("checked") == 1


def test_my_appointments_show_free_slots_and_what_the_person_said_and_nothing_else(
    officer: Visitor, session: Session, office: Office
) -> None:
    booked = book(session, office, interpreter=True, reminder=LUNA)
    book(session, office, NOON, office.lawyers_duty, alias="Gwiazda", heard=None)
    session.commit()
    page = officer.reads(MINE)
    for said in ("10:00", "Belarusian", "Luna", "Paszport?", "10:30", "free"):
        assert said in page
    for kept in ("luna@example.org", "interpreter", "Gwiazda", "Ewa Zięba", "Maria Prawna"):
        assert kept not in page
    assert opened(session) == [str(booked.id)]


def test_duties_without_appointments_do_not_hide_the_next_one_with_them(
    officer: Visitor, session: Session, office: Office
) -> None:
    telephone = make_post(session, HELP_POINT, name="Telephone")
    for day in range(6):
        make_duty(session, HELP_POINT, office.officer, WEEK_BEFORE + timedelta(days=day, hours=2), 2, post=telephone)
    book(session, office)
    session.commit()
    assert "Luna" in officer.reads(MINE)


def test_whoever_was_booked_is_seen_though_the_post_takes_no_appointments_any_more(
    officer: Visitor, consultant: Visitor, session: Session, office: Office
) -> None:
    book(session, office)
    with acting_at(session, HELP_POINT):
        office.post.slot_minutes = None
        session.flush()
    session.commit()
    assert "Luna" in officer.reads(MINE)
    page = consultant.reads(WEEK)
    assert "10:00 Belarusian" in page
    assert slot_text(TEN_THIRTY) not in page


def test_a_lawyer_is_told_of_the_interpreter(app: Flask, session: Session, office: Office) -> None:
    book(session, office, NOON, office.lawyers_duty, heard=None, interpreter=True)
    session.commit()
    assert "with an interpreter" in visitor(app, office.lawyer).reads(MINE)


def test_an_officer_who_takes_over_a_lawyers_duty_sees_nobody_who_chose_a_lawyer(
    app: Flask, officer: Visitor, session: Session, office: Office
) -> None:
    booked = book(session, office, NOON, office.lawyers_duty, alias="Gwiazda", heard=None)
    with acting_at(session, HELP_POINT):
        office.lawyers_duty.account_id = office.officer.id
        office.lawyers_duty.profession = Profession.BORDER_GUARD_OFFICER
        session.flush()
    session.commit()
    assert "Gwiazda" not in officer.reads(MINE)
    with at(NOON + timedelta(hours=9)):
        late = visitor(app, office.officer)
        assert "Gwiazda" not in late.reads(MINE)
        assert late.opens(f"{MINE}/{booked.id}/attended").status_code == 404
    assert "Somebody of another profession is on duty now." in visitor(app, office.consultant).reads(WEEK)


def test_every_other_door_is_shut_to_an_officer(officer: Visitor, session: Session, office: Office) -> None:
    """Of the desk everything is 403; of the own pages whatever is not the own appointment is 404, as if it were not there (FW-3)."""
    theirs = book(session, office, NOON, office.lawyers_duty, heard=None)
    own = book(session, office)
    session.commit()
    duty = f"{PATH}/appointments/duties/{office.duty.id}"
    shut = [
        f"{PATH}/appointments",
        f"{PATH}/appointments/list",
        f"{PATH}/appointments?for=lawyers",
        booking_page(office),
        f"{duty}/warning?slot={slot_text(TEN)}",
        f"{PATH}/contacts",
        f"{PATH}/contacts/desk",
    ]
    for appointment in (own, theirs):
        shut += [f"{PATH}/appointments/{appointment.id}{end}" for end in ("", "/move", "/cancel", "/attended")]
    assert {path: officer.opens(path).status_code for path in shut} == dict.fromkeys(shut, 403)
    for path in (
        f"{duty}/book",
        f"{duty}/warning",
        *(f"{PATH}/appointments/{own.id}/{end}" for end in ("move", "cancel", "no-show")),
    ):
        assert officer.sends(path, {}, page=MINE).status_code == 403, path
    assert officer.opens(f"{MINE}/{theirs.id}/attended").status_code == 404
    assert (
        officer.sends(f"{MINE}/{theirs.id}/attended", {"role": "FVC", "kinds": ["INF"]}, page=MINE).status_code == 404
    )
    assert officer.sends(f"{MINE}/{theirs.id}/no-show", page=MINE).status_code == 404
    assert set(opened(session)) == {str(own.id)}
    assert {each.state for each in stored(session)} == {State.BOOKED}


def test_another_officer_does_not_find_the_appointment(app: Flask, session: Session, office: Office) -> None:
    booked = book(session, office)
    session.commit()
    with at(NOON):
        other = visitor(app, office.other_officer)
        assert "Luna" not in other.reads(MINE)
        assert other.opens(f"{MINE}/{booked.id}/attended").status_code == 404
        assert other.sends(f"{MINE}/{booked.id}/no-show", page=MINE).status_code == 404
    assert stored(session)[0].state is State.BOOKED


def test_appointments_of_another_desk_are_not_there(app: Flask, session: Session, office: Office) -> None:
    booked = book(session, office)
    make_desk(session)
    neighbour = make_account(session, BLUE_LINE, (Role.COORDINATOR,), name="Nora Neighbour")
    session.commit()
    somebody = visitor(app, neighbour)
    for end in ("", "/move", "/cancel", "/attended"):
        assert somebody.opens(f"/desk/{BLUE_LINE}/appointments/{booked.id}{end}").status_code == 404
        assert somebody.opens(f"{PATH}/appointments/{booked.id}{end}").status_code == 404
    at_home = f"/desk/{BLUE_LINE}/appointments"
    book_there = f"{at_home}/duties/{office.duty.id}/book?slot={slot_text(TEN)}"
    assert somebody.opens(book_there).status_code == 404
    assert "Konrad Straż" not in somebody.reads(f"{at_home}?from=2023-10-16")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.TRAINER, Role.INTERPRETER])
def test_whoever_holds_no_duties_has_an_empty_page_of_their_own_and_no_list(
    app: Flask, session: Session, office: Office, role: Role
) -> None:
    book(session, office)
    account: Account = make_account(session, HELP_POINT, (role,), Profession.TRAINER, name="Somebody Else")
    session.commit()
    somebody = visitor(app, account)
    page = somebody.reads(MINE)
    assert "None of your coming duties takes appointments." in page
    assert "Luna" not in page
    assert somebody.opens(WEEK).status_code == 403


def test_looking_changes_nothing(consultant: Visitor, session: Session, office: Office) -> None:
    booked = book(session, office)
    session.commit()
    for end in ("", "/move", "/cancel", "/attended"):
        assert consultant.opens(f"{PATH}/appointments/{booked.id}{end}").status_code == 200
    assert consultant.opens(f"{PATH}/appointments/{booked.id}/no-show").status_code == 405
    assert consultant.opens(booking_page(office, TEN_THIRTY)).status_code == 200
    assert [each.state for each in stored(session)] == [State.BOOKED]
    with acting_at(session, HELP_POINT):
        assert queries.to_move(session) == []


def test_a_slot_in_an_address_is_read_back_also_in_the_doubled_hour() -> None:
    for moment in (TEN, NOON, TEN + timedelta(days=11, hours=16, minutes=30)):
        assert slot_of(slot_text(moment)) == moment
    assert place_of("x") is None
    assert place_of("~20231017T0800Z") is None
