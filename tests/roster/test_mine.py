"""Stories of the pages on which people look after their own duties, and coordinators after those that change hands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Notice
from helpdesk.accounts.service.notices import notify
from helpdesk.config import Settings
from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.premises.models import Place
from helpdesk.roster.labels.absences import KINDS, SHORT_KINDS
from helpdesk.roster.labels.hands import MARKS, STATES, why_words
from helpdesk.roster.models import Absence, AbsenceKind, Duty, Offer, RosterSettings
from helpdesk.roster.rules.absences import Away
from helpdesk.roster.rules.hands import OfferState
from helpdesk.roster.rules.notices import Told
from helpdesk.roster.service import absences, hands
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post

HERE = "/desk/blue-line"
MINE, OFFERS, AWAY, CALENDAR = (
    f"{HERE}/my-duties",
    f"{HERE}/roster/offers",
    f"{HERE}/my-duties/absences",
    f"{HERE}/roster/absences",
)
NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
EVENING = datetime(2023, 10, 9, 16, 0, tzinfo=UTC)  # Monday, 18:00 in Poland; the duty began at 17:00
DAY = timedelta(days=1)
Fields = Mapping[str, str]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Office:
    """The Blue Line with two psychologists, a coordinator and an officer, each at a browser."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        make_desk(session)
        make_desk(session, HELP_POINT)
        place = Place(name="Lubicka", address="ul. Przykładowa 1, Toruń")
        session.add(place)
        session.flush()
        self.post = make_post(
            session, professions=[Profession.PSYCHOLOGIST, Profession.BORDER_GUARD_OFFICER], place_id=place.id
        )
        self.ewa, self.olga = make_account(session), make_account(session, name="Olga Mróz")
        self.karol = make_account(
            session, roles=(Role.COORDINATOR,), name="Karol Nowak", profession=Profession.SUPERVISOR
        )
        self.jan = self._officer("Jan Straż")
        session.commit()

    def _officer(self, name: str) -> Account:
        return make_account(
            self.session, roles=(Role.DUTY_OFFICER,), name=name, profession=Profession.BORDER_GUARD_OFFICER
        )

    def visitor(self, account: Account) -> Visitor:
        visitor = Visitor(self.app)
        visitor.signs_in(account)
        return visitor

    def duty(self, account: Account | None, at: datetime = EVENING, hours: int = 4) -> Duty:
        duty = make_duty(self.session, BLUE_LINE, account, at, hours, post=self.post)
        self.session.commit()
        return duty

    def offered(self, duty: Duty, by: Account) -> Offer:
        with acting_at(self.session, BLUE_LINE):
            offer = hands.offer(self.session, duty, actor=actor_of(by), now=NOW)
        self.session.commit()
        return offer

    def holder(self, duty: Duty) -> UUID | None:
        self.session.expire_all()
        return duty.account_id

    def agrees_by_itself(self) -> None:
        with acting_at(self.session, BLUE_LINE):
            self.session.add(RosterSettings(approval=False))
            self.session.flush()
        self.session.commit()

    def absences(self) -> list[Absence]:
        self.session.expire_all()
        with acting_at(self.session, BLUE_LINE):
            return list(self.session.scalars(select(Absence)))


@pytest.fixture
def office(app: Flask, session: Session) -> Office:
    return Office(app, session)


def test_every_state_every_kind_and_every_reason_of_the_house_has_words(app: Flask) -> None:
    assert set(STATES) == set(MARKS) == set(OfferState)
    assert set(KINDS) == set(SHORT_KINDS) == set(AbsenceKind)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert why_words(hands.WHY_ABSENCE) == "because of an absence"
        assert why_words("Ewa asked for it") == "Ewa asked for it"  # what people wrote is theirs


def test_my_next_duty_says_when_where_and_how_long(office: Office) -> None:
    office.duty(office.ewa)
    office.duty(office.ewa, datetime(2023, 10, 28, 21, 0, tzinfo=UTC), hours=9)  # the night in which the clocks go back
    office.duty(office.olga, EVENING + DAY)
    page = office.visitor(office.ewa).reads(MINE)
    assert "Your next duty" in page
    assert "Monday 9 October" in page
    assert "17:00–21:00" in page
    assert "(4 h)" in page
    assert "Evening telephone" in page
    assert "ul. Przykładowa 1, Toruń" in page
    assert "Saturday 28 October" in page
    assert "Tuesday 10 October" not in page
    assert f"{OFFERS}" in page
    assert AWAY in page


def test_a_night_that_is_an_hour_longer_is_shown_as_such(office: Office) -> None:
    office.duty(office.ewa, datetime(2023, 10, 28, 21, 0, tzinfo=UTC), hours=9)
    page = office.visitor(office.ewa).reads(MINE)
    assert "22:00–06:00" in page
    assert "(9 h)" in page


def test_a_duty_is_offered_in_two_steps_and_then_says_so(office: Office) -> None:
    duty = office.duty(office.ewa)
    ewa = office.visitor(office.ewa)
    page = ewa.reads(MINE)
    address = f"{HERE}/roster/duties/{duty.id}/offer"
    assert address in page
    look = ewa.reads(address)
    assert "2 people may hold this duty and are asked." in look
    assert "Olga Mróz" not in look  # who is free is no affair of hers
    assert ewa.sends(address).status_code == 302
    page = ewa.reads(OFFERS)
    assert "Offered. Everybody who may hold this duty was asked." in page
    assert "Monday 9 October" in page
    assert address not in ewa.reads(MINE)
    assert "This duty is offered already." in ewa.reads(address)


def test_a_coordinator_sees_who_would_be_asked(office: Office) -> None:
    duty = office.duty(office.ewa)
    look = office.visitor(office.karol).reads(f"{HERE}/roster/duties/{duty.id}/offer")
    assert "Olga Mróz" in look
    assert "Jan Straż" in look
    assert "Now held by: Ewa Zięba" in look


def test_where_nobody_else_may_hold_it_the_page_says_so_beforehand(office: Office) -> None:
    for account in (office.olga, office.jan):
        office.duty(account, EVENING + timedelta(hours=1))
    duty = office.duty(office.ewa)
    look = office.visitor(office.ewa).reads(f"{HERE}/roster/duties/{duty.id}/offer")
    assert "Nobody else may hold this duty now." in look


def test_a_colleague_takes_the_duty_and_the_coordinator_agrees(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa)
    offer = office.offered(duty, office.ewa)
    olga, karol = office.visitor(office.olga), office.visitor(office.karol)
    page = olga.reads(MINE)
    assert "You are asked" in page
    assert "Offered by: Ewa Zięba" in page
    assert olga.sends(f"{OFFERS}/{offer.id}/take", {"back": "mine"}, page=MINE).location == MINE
    assert "as soon as the coordinator agrees" in olga.reads(MINE)
    assert office.holder(duty) == office.ewa.id
    page = karol.reads(OFFERS)
    assert "To agree to or refuse" in page
    assert re.search(r"Ewa Zięba</bdi> → <bdi>Olga Mróz", page)
    karol.sends(f"{OFFERS}/{offer.id}/approve", page=OFFERS)
    assert "The duty has changed hands." in karol.reads(OFFERS)
    assert office.holder(duty) == office.olga.id
    assert "handed over" in office.visitor(office.ewa).reads(OFFERS)
    with acting_at(session, BLUE_LINE):
        assert session.scalars(select(Notice.code).where(Notice.account_id == office.ewa.id)).all() == [
            Told.WAITING,
            Told.TAKEN,
        ]


def test_whoever_is_too_late_reads_that_somebody_was_quicker(office: Office) -> None:
    office.agrees_by_itself()
    duty = office.duty(office.ewa)
    offer = office.offered(duty, office.ewa)
    olga, jan = office.visitor(office.olga), office.visitor(office.jan)
    assert "Take this duty" in jan.reads(OFFERS)
    olga.sends(f"{OFFERS}/{offer.id}/take", page=OFFERS)
    assert "The duty is yours now." in olga.reads(OFFERS)
    answer = jan.sends(f"{OFFERS}/{offer.id}/take", page=OFFERS)
    assert answer.status_code == 302
    assert "Somebody else was quicker and has taken this duty." in jan.reads(OFFERS)
    assert office.holder(duty) == office.olga.id


def test_an_offer_is_refused_or_withdrawn_from_its_page(office: Office) -> None:
    duty = office.duty(office.ewa)
    first = office.offered(duty, office.ewa)
    ewa, olga, karol = (office.visitor(each) for each in (office.ewa, office.olga, office.karol))
    olga.sends(f"{OFFERS}/{first.id}/take", page=OFFERS)
    karol.sends(f"{OFFERS}/{first.id}/refuse", page=OFFERS)
    assert "not agreed to" in ewa.reads(OFFERS)
    second = office.offered(duty, office.ewa)
    assert f"{OFFERS}/{second.id}/withdraw" not in olga.reads(OFFERS)
    olga.sends(f"{OFFERS}/{second.id}/withdraw", page=OFFERS)
    assert "This is not yours." in olga.reads(OFFERS)
    ewa.sends(f"{OFFERS}/{second.id}/withdraw", page=OFFERS)
    assert "Withdrawn. Those who were asked are told." in ewa.reads(OFFERS)
    assert f"{OFFERS}/{second.id}/take" not in olga.reads(OFFERS)


def test_a_coordinator_takes_a_duty_for_somebody_who_said_so_on_the_telephone(office: Office) -> None:
    duty = office.duty(office.ewa)
    offer = office.offered(duty, office.ewa)
    karol, address = office.visitor(office.karol), f"{OFFERS}/{offer.id}/for"
    assert address in karol.reads(OFFERS)
    page = karol.reads(address)
    assert "Olga Mróz" in page
    assert "Karol Nowak</option>" not in page
    assert "Ewa Zięba</option>" not in page
    for nonsense, sentence in (("", "Choose a person."), (str(office.karol.id), "does not have a profession")):
        answer = karol.sends(address, {"person": nonsense})
        assert answer.status_code == 422
        assert sentence in words(answer)
    assert karol.sends(address, {"person": str(office.olga.id)}).status_code == 302
    assert office.holder(duty) == office.olga.id
    assert office.visitor(office.olga).opens(address).status_code == 403


def test_a_duty_is_swapped_for_a_colleagues(office: Office) -> None:
    office.agrees_by_itself()
    mine, theirs = office.duty(office.ewa), office.duty(office.olga, EVENING + DAY)
    other = office.duty(office.karol, EVENING + 2 * DAY)  # whose profession the post does not ask for
    ewa, olga = office.visitor(office.ewa), office.visitor(office.olga)
    address = f"{HERE}/roster/duties/{mine.id}/swap"
    page = ewa.reads(address)
    assert "Tuesday 10 October, 17:00–21:00, Evening telephone: Olga Mróz" in page
    assert str(other.id) not in page
    assert "Choose the duty that you would like to have." in words(ewa.sends(address))
    assert ewa.sends(address, {"theirs": str(other.id)}).status_code == 422
    assert ewa.sends(address, {"theirs": str(uuid4())}).status_code == 404
    assert ewa.sends(address, {"theirs": str(theirs.id)}).status_code == 302
    page = olga.reads(OFFERS)
    assert page.index("You would get") < page.index("Monday 9 October") < page.index("You would give")
    assert page.index("You would give") < page.index("Tuesday 10 October")
    [offer] = re.findall(rf"{OFFERS}/([0-9a-f-]+)/accept", page)
    olga.sends(f"{OFFERS}/{offer}/accept", page=OFFERS)
    assert (office.holder(mine), office.holder(theirs)) == (office.olga.id, office.ewa.id)


def test_no_duty_to_swap_for_leads_to_offering(office: Office) -> None:
    mine = office.duty(office.ewa)
    page = office.visitor(office.ewa).reads(f"{HERE}/roster/duties/{mine.id}/swap")
    assert f"{HERE}/roster/duties/{mine.id}/offer" in page
    assert "There is no duty of a colleague" in page


def test_a_running_duty_is_taken_over_in_two_clicks_from_the_list(office: Office, session: Session) -> None:
    duty = office.duty(office.ewa, NOW)
    later = office.duty(office.ewa, EVENING)
    olga = office.visitor(office.olga)
    address = f"{HERE}/roster/duties/{duty.id}/take-over"
    for page in (olga.reads(f"{HERE}/duties"), olga.reads(MINE)):
        assert address in page
        assert f"{later.id}/take-over" not in page
    look = olga.reads(address)
    assert "Take over now" in look
    assert f'value="{office.olga.id}"' in look
    assert olga.sends(address, {"person": str(office.olga.id)}).status_code == 302
    assert "Taken over. Those concerned are told." in olga.reads(f"{HERE}/duties")
    with acting_at(session, BLUE_LINE):
        found = session.scalars(select(Duty).where(Duty.account_id == office.olga.id)).all()
    assert [(each.starts.isoformat(), each.ends.isoformat()) for each in found] == [("18:10:00", "21:10:00")]
    assert f"{duty.id}/take-over" not in office.visitor(office.ewa).reads(MINE)


def test_nobody_takes_over_in_the_name_of_a_colleague_and_a_coordinator_does(office: Office) -> None:
    duty = office.duty(office.ewa, NOW)
    address = f"{HERE}/roster/duties/{duty.id}/take-over"
    olga = office.visitor(office.olga)
    answer = olga.sends(address, {"person": str(office.jan.id)})
    assert answer.status_code == 422
    assert "Only a coordinator can do it for somebody else." in words(answer)
    karol = office.visitor(office.karol)
    assert "You may not hold" not in karol.reads(address)
    assert karol.sends(address, {"person": str(office.olga.id)}).status_code == 302
    assert office.holder(duty) == office.ewa.id  # the hour that she served stays hers


@pytest.mark.parametrize(
    ("at", "sentence"),
    [(EVENING, "only if it runs or begins within 12 hours"), (NOW - DAY, "This duty is over.")],
)
def test_the_page_of_taking_over_says_why_it_cannot_be(office: Office, at: datetime, sentence: str) -> None:
    duty = office.duty(office.ewa, at)
    assert sentence in office.visitor(office.olga).reads(f"{HERE}/roster/duties/{duty.id}/take-over")


def test_whoever_may_not_hold_a_duty_reads_that_before_the_second_click(office: Office, session: Session) -> None:
    marek = make_account(session, name="Marek Lis", profession=Profession.ADVOCATE)
    duty = office.duty(office.ewa, NOW)
    page = office.visitor(marek).reads(f"{HERE}/roster/duties/{duty.id}/take-over")
    assert "You may not hold this duty" in page
    assert "Take over now</button>" not in page


def test_what_somebody_was_told_stays_until_it_is_marked_as_seen(office: Office, session: Session) -> None:
    about = {"from": EVENING.isoformat(), "to": (EVENING + timedelta(hours=3)).isoformat(), "place": "Lubicka"}
    with acting_at(session, BLUE_LINE):
        mine = notify(session, office.ewa.id, Told.CANCELLED, about, now=NOW)
        hers = notify(session, office.olga.id, Told.GIVEN, about, now=NOW)
    session.commit()
    ewa = office.visitor(office.ewa)
    page = ewa.reads(MINE)
    assert "Your duty was cancelled." in page
    assert "Monday 9 October, 18:00–21:00, Lubicka" in page
    assert "This duty is yours now." not in page
    with acting_at(session, BLUE_LINE):
        later = notify(session, office.ewa.id, Told.CHANGED, about, now=NOW)
    session.commit()
    seen = {"notice": [str(mine.id), str(hers.id), "nonsense"]}
    assert ewa.sends(f"{MINE}/seen", seen, page=MINE).location == MINE
    session.expire_all()
    assert (mine.seen_at, hers.seen_at, later.seen_at) == (NOW, None, None)
    page = ewa.reads(MINE)
    assert "Your duty was cancelled." not in page
    assert "Your duty was changed." in page


def test_the_page_says_whether_mail_is_sent(app: Flask, office: Office, settings: Settings) -> None:
    ewa = office.visitor(office.ewa)
    assert "No mail is sent about changes." in ewa.reads(MINE)
    app.extensions["helpdesk.settings"] = replace(settings, smtp_url="smtp://localhost:1", mail_from="a@b.example")
    assert "No mail is sent" not in ewa.reads(MINE)


def test_a_border_guard_officer_does_all_of_his_own_and_sees_nobody(office: Office, session: Session) -> None:
    """FW-3: his own, and no list, no name, no duty of another."""
    office.agrees_by_itself()
    his, other = office.duty(office.jan), office.duty(office.ewa, EVENING + DAY)
    for_him = office.offered(other, office.ewa)
    running = office.duty(office.olga, NOW)
    jan = office.visitor(office.jan)
    page = jan.reads(MINE)
    assert "Offered by: a colleague" in page
    for name in ("Ewa Zięba", "Olga Mróz", "Karol Nowak"):
        assert name not in page + jan.reads(OFFERS)
    assert "/swap" not in page
    assert "/take-over" not in page
    jan.sends(f"{OFFERS}/{for_him.id}/take", page=OFFERS)
    assert office.holder(other) == office.jan.id
    assert jan.sends(f"{HERE}/roster/duties/{his.id}/offer").status_code == 302
    jan.sends(AWAY, {"kind": "leave", "first_day": "2023-12-01"})
    assert [each.account_id for each in office.absences()] == [office.jan.id]
    for path in (f"roster/duties/{running.id}/offer",):
        assert jan.opens(f"{HERE}/{path}").status_code == 404
    for path in (f"roster/duties/{his.id}/swap", f"roster/duties/{running.id}/take-over", "roster/absences", "duties"):
        assert jan.opens(f"{HERE}/{path}").status_code == 403
    assert jan.client.post(f"{HERE}/roster/duties/{running.id}/offer", data={"csrf_token": jan.token(MINE)}).status_code == 404  # fmt: skip
    assert session.is_active


def test_the_offers_of_another_desk_are_not_there(office: Office, session: Session) -> None:
    offer = office.offered(office.duty(office.ewa), office.ewa)
    stranger = make_account(session, HELP_POINT, roles=(Role.COORDINATOR,), name="Somebody Elsewhere")
    session.commit()
    visitor = office.visitor(stranger)
    for deed in ("take", "accept", "approve", "refuse", "withdraw"):
        there = f"/desk/help-point/roster/offers/{offer.id}/{deed}"
        assert visitor.sends(there, page="/desk/help-point/roster/offers").status_code == 404
    assert "Monday 9 October" not in visitor.reads("/desk/help-point/roster/offers")


def _leave(**changes: str) -> dict[str, str]:
    return {"kind": "leave", "first_day": "2023-10-09", "last_day": "2023-10-13", "starts": "", "ends": "", **changes}


def test_an_absence_is_entered_after_a_look_at_the_duties_that_it_frees(office: Office) -> None:
    duty = office.duty(office.ewa)
    ewa = office.visitor(office.ewa)
    look = ewa.sends(AWAY, _leave())
    page = words(look)
    assert look.status_code == 200
    assert "Nothing is entered yet." in page
    assert "Monday 9 October" in page
    assert "Enter it and free 1 duty" in page
    assert office.absences() == []
    [known] = re.findall(r'name="known"[^>]*value="([^"]+)"', page)
    answer = ewa.sends(AWAY, _leave(known=known))
    assert answer.location == AWAY
    assert office.holder(duty) is None
    page = ewa.reads(AWAY)
    assert "1 duty was freed and offered." in page
    assert "leave" in page
    assert len(office.absences()) == 1
    assert "Nobody holds it now" in office.visitor(office.olga).reads(OFFERS)


def test_when_other_duties_would_be_freed_by_now_they_are_shown_first(office: Office) -> None:
    office.duty(office.ewa)
    ewa = office.visitor(office.ewa)
    [known] = re.findall(r'name="known"[^>]*value="([^"]+)"', words(ewa.sends(AWAY, _leave())))
    office.duty(office.ewa, EVENING + DAY)
    page = words(ewa.sends(AWAY, _leave(known=known)))
    assert "Enter it and free 2 duties" in page
    assert office.absences() == []


def test_an_absence_that_frees_nothing_is_entered_at_once(office: Office) -> None:
    ewa = office.visitor(office.ewa)
    assert ewa.sends(AWAY, _leave(kind="unavailable", last_day="", starts="09:00", ends="12:00")).status_code == 302
    page = ewa.reads(AWAY)
    assert "The absence is entered. It frees no duty." in page
    assert "Mon 9 Oct, 09:00–12:00" in page


def test_a_running_duty_is_named_with_the_way_to_take_it_over(office: Office) -> None:
    duty = office.duty(office.ewa, NOW)
    page = words(office.visitor(office.ewa).sends(AWAY, _leave(kind="illness", first_day="2023-10-05", last_day="")))
    assert "This duty runs already." in page
    assert f"{duty.id}/take-over" in page
    assert "Enter it all the same" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Choose why."),
        ({"first_day": ""}, "Choose the first day."),
        ({"first_day": "2023-02-30"}, "Write a day that is in the calendar."),
        ({"last_day": "2023-10-08"}, "The last day is before the first one."),
        ({"starts": "09:00"}, "Write both hours, or none for whole days."),
        ({"starts": "09:00", "ends": "12:00"}, "Hours belong to one day."),
        ({"last_day": "", "starts": "09:00", "ends": "09:00"}, "The end is the same as the start."),
        ({"starts": "9 o'clock"}, "Write the time like 18:30."),
        ({"first_day": "2023-09-01", "last_day": "2023-09-30"}, "This absence would be over already."),
        ({"last_day": "2025-10-13"}, "An absence lasts at most 366 days."),
    ],
)
def test_what_cannot_be_an_absence_is_said_beside_its_field_and_the_text_is_kept(
    office: Office, changes: dict[str, str], sentence: str
) -> None:
    answer = office.visitor(office.ewa).sends(AWAY, _leave(**changes))
    page = words(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert page.count("govuk-error-message") == 1
    assert all(f'value="{text}"' in page for name, text in changes.items() if text and name != "kind")
    assert office.absences() == []


def _is_away(office: Office, account: Account, kind: AbsenceKind, away: Away) -> Absence:
    with acting_at(office.session, BLUE_LINE):
        absences.record_absence(office.session, account.id, kind, away, actor=actor_of(account), now=NOW)
    office.session.commit()
    return office.absences()[-1]


def test_why_somebody_is_away_is_shown_to_that_person_and_to_coordinators_only(office: Office) -> None:
    absence = _is_away(office, office.ewa, AbsenceKind.ILLNESS, Away(date(2023, 10, 9), date(2023, 10, 10)))
    olga, karol = office.visitor(office.olga), office.visitor(office.karol)
    assert "Mon 9 Oct – Tue 10 Oct 2023" in office.visitor(office.ewa).reads(AWAY)
    assert re.search(r"illness Mon 9 Oct", karol.reads(f"{CALENDAR}?month=2023-10"))
    assert olga.opens(CALENDAR).status_code == 403
    assert "illness</td>" not in olga.reads(AWAY)
    answer = olga.sends(f"{CALENDAR}/{absence.id}/remove", page=AWAY)
    assert answer.status_code == 404  # not even that there is one
    assert len(office.absences()) == 1


def test_the_calendar_shows_a_month_with_everybody_and_every_day(office: Office, session: Session) -> None:
    make_account(session, HELP_POINT, name="Somebody Elsewhere")
    _is_away(office, office.ewa, AbsenceKind.LEAVE, Away(date(2023, 10, 30), date(2023, 11, 3)))
    karol = office.visitor(office.karol)
    october, november = karol.reads(f"{CALENDAR}?month=2023-10"), karol.reads(f"{CALENDAR}?month=2023-11")
    assert 'colspan="2"' in october
    assert 'colspan="3"' in november
    for page in (october, november):
        assert all(name in page for name in ("Ewa Zięba", "Olga Mróz", "Jan Straż"))
        assert "Somebody Elsewhere" not in page
    assert "All Saints" in november
    assert "October 2023" in karol.reads(CALENDAR)
    assert "October 2023" in karol.reads(f"{CALENDAR}?month=nonsense")
    assert "Nobody is absent in this month" in karol.reads(f"{CALENDAR}?month=2023-12")


def test_a_coordinator_enters_and_removes_the_absence_of_anybody(office: Office) -> None:
    duty = office.duty(office.ewa)
    karol, address = office.visitor(office.karol), f"{CALENDAR}/new"
    assert "Choose a person." in words(karol.sends(address, _leave()))
    assert "Choose somebody who works at this desk." in words(karol.sends(address, _leave(person="x")))
    fields = _leave(person=str(office.ewa.id))
    [known] = re.findall(r'name="known"[^>]*value="([^"]+)"', words(karol.sends(address, fields)))
    answer = karol.sends(address, {**fields, "known": known})
    assert answer.location == f"{CALENDAR}?month=2023-10"
    assert office.holder(duty) is None
    [absence] = office.absences()
    answer = karol.sends(f"{CALENDAR}/{absence.id}/remove", {"back": "calendar"}, page=CALENDAR)
    assert answer.location == f"{CALENDAR}?month=2023-10"
    assert "Duties that were freed do not come back by themselves" in karol.reads(CALENDAR)
    assert office.absences() == []
    assert office.holder(duty) is None


def test_the_mailbox_shows_the_mails_of_the_demonstration_and_is_nowhere_else(
    app: Flask, office: Office, settings: Settings
) -> None:
    office.offered(office.duty(office.ewa), office.ewa)
    ewa = office.visitor(office.ewa)
    page = ewa.reads(f"{HERE}/roster/mailbox")
    assert office.olga.login in page
    assert "Could you take this duty?" in page
    assert "Monday 9 October, 17:00–21:00, Lubicka" in page
    assert "No mail server is set" in page
    app.extensions["helpdesk.settings"] = replace(settings, demo=False)
    assert ewa.opens(f"{HERE}/roster/mailbox").status_code == 404


def test_the_page_keeps_its_own_language_around_the_mails_of_others(office: Office, session: Session) -> None:
    office.olga.locale = "pl"
    session.commit()
    office.offered(office.duty(office.ewa), office.ewa)
    page = office.visitor(office.ewa).reads(f"{HERE}/roster/mailbox")
    assert "poniedziałek 9 października" in page
    assert "Mails of the demonstration" in page
