"""Appointments at the Help Point: an officer only after the warning, one slot for one person, and what whoever is on duty gets to see."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.appointments import queries, service
from helpdesk.appointments.forms import slot_text
from helpdesk.appointments.models import Appointment, offered_by
from helpdesk.appointments.rules import Heard, State, free_slots
from helpdesk.appointments.service import Details
from helpdesk.appointments.sources import warning
from helpdesk.consultations.models import Contact
from helpdesk.db.wall import acting_at
from helpdesk.demo.office import HELP_POINT
from helpdesk.kernel.clock import local, utcnow
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import SYSTEM, Profession
from helpdesk.roster.rules.spans import Span
from tests.journeys.browsers import FAILED_REQUEST, SMALL_PHONE
from tests.journeys.conftest import Arrives
from tests.journeys.examination import examine
from tests.journeys.navigators import Person
from tests.journeys.office import Office

POINT = f"/desk/{HELP_POINT}"
IRYNA, ADAM = "iryna@example.org", "adam@example.org"
OFFICERS = frozenset({Profession.BORDER_GUARD_OFFICER})
LANGUAGE, ALIAS, QUESTION = "uk", "Ластівка", "Мій паспорт забрав роботодавець. Що мені робити?"
OTHER_ALIAS, OTHER_QUESTION = "Sparrow", "Somebody uses my name."
SAFE_ADDRESS = "lastivka@example.org"
_LOOK = """one => (({ fontSize, fontWeight, color, backgroundColor, borderWidth }) =>
    [fontSize, fontWeight, color, backgroundColor, borderWidth])(getComputedStyle(one))"""


@dataclass(frozen=True, slots=True)
class Slots:
    """A duty of an officer with nobody booked: whose it is, and when its first two slots begin."""

    duty_id: UUID
    login: str
    first: datetime
    second: datetime

    def page(self, name: str) -> str:
        return f"{POINT}/appointments/duties/{self.duty_id}/{name}?slot={slot_text(self.first)}"


@pytest.fixture
def slots(office: Office) -> Slots:
    """The last one that can be booked from today's list: the duties before it are those of the demonstration."""

    def read(session: Session) -> Slots:
        now = utcnow()
        for duty in reversed(queries.bookable_duties(session, Span(now, now + timedelta(days=14)), OFFICERS)):
            free = free_slots(offered_by(duty), queries.taken_of(session, duty.id), now)
            if duty.account and len(free) == len(offered_by(duty).slots):
                return Slots(duty.id, duty.account.login, free[0].start, free[1].start)
        raise AssertionError("No officer is free.")

    return office.look(read, HELP_POINT)


def test_an_officer_is_booked_after_the_warning_and_a_lawyer_is_as_near(
    office: Office, arrives: Arrives, slots: Slots
) -> None:
    iryna = arrives(IRYNA).signs_in()
    iryna.opens(f"{POINT}/appointments?from={local(slots.first).date()}")
    iryna.page.locator(f"a[href*='{slots.duty_id}/warning'][href*='{slot_text(slots.first)}']").click()
    expect(iryna.heading("Before a Border Guard officer is booked")).to_be_visible()
    iryna.page.locator("select[name=language]").select_option(LANGUAGE)
    iryna.button("Show the warning").click()
    heard = warning(LANGUAGE)
    expect(iryna.page.locator(f"blockquote[lang='{LANGUAGE}']")).to_have_text(heard.text)
    expect(iryna.page.locator("blockquote[lang='pl']")).to_have_text(warning("pl").text)
    examine(iryna.page)
    _weigh_the_same(iryna.link("Talk to a lawyer first"), iryna.button("Go on to the officer"))

    # The lawyers are one step away, and nobody of the other profession is among them.
    iryna.link("Talk to a lawyer first").click()
    iryna.page.wait_for_url(re.compile("for=lawyers"))
    expect(iryna.page.locator("ul.slots a[href*='/book']").first).to_be_visible()
    expect(iryna.page.locator("ul.slots a[href*='/warning']")).to_have_count(0)

    # Without the tick it does not go on.
    iryna.opens(f"{slots.page('warning')}&language={LANGUAGE}")
    iryna.button("Go on to the officer").click()
    expect(iryna.page.locator(".govuk-error-summary")).to_be_visible()
    expect(iryna.page.locator("#heard")).to_have_accessible_description(re.compile(r"\w"))
    _hears_the_warning(iryna)
    _types(iryna, ALIAS, QUESTION)
    iryna.page.locator("#interpreter").check()
    iryna.page.locator("input[name=remind][value=email]").check()
    iryna.page.locator("#address").fill(SAFE_ADDRESS)
    iryna.page.locator("#from_hour").select_option("8")
    iryna.page.locator("#until_hour").select_option("18")
    examine(iryna.page)
    assert _appointments(office, slots.duty_id) == []
    iryna.presses("Control+Enter")
    iryna.reads("Booked: %(time)s.")
    (booked,) = _appointments(office, slots.duty_id)
    assert (booked.starts_at, booked.alias, booked.question) == (slots.first, ALIAS, QUESTION)
    assert (booked.warning_version, booked.warning_language) == (heard.version, LANGUAGE)
    assert (booked.interpreter, booked.remind_to) == (True, SAFE_ADDRESS)

    # The officer sees when, in which language, how to call the person and what they ask; nothing else.
    officer = arrives(slots.login, size=SMALL_PHONE).signs_in()
    officer.opens(f"{POINT}/my-appointments")
    item = officer.page.get_by_role("listitem").filter(has_text=ALIAS).last
    seen = f"{local(slots.first):%H:%M} {language_name(LANGUAGE, 'en')} · {ALIAS} {QUESTION}"
    assert " ".join(item.inner_text().split()) == seen
    assert SAFE_ADDRESS not in officer.page.content()
    assert officer.page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0]
    examine(officer.page)


def test_of_two_who_book_one_slot_the_second_gets_the_next_one_and_keeps_what_was_typed(
    office: Office, arrives: Arrives, slots: Slots
) -> None:
    iryna, adam = arrives(IRYNA).signs_in(), arrives(ADAM).signs_in()
    for person, alias, question in ((iryna, ALIAS, QUESTION), (adam, OTHER_ALIAS, OTHER_QUESTION)):
        person.opens(f"{slots.page('warning')}&language=en")
        _hears_the_warning(person)
        _types(person, alias, question)
    iryna.presses("Control+Enter")
    iryna.reads("Booked: %(time)s.")

    adam.complaints.expect(FAILED_REQUEST)  # that the slot is taken is answered with an error
    adam.presses("Control+Enter")
    adam.reads("The next free time of this duty is %(time)s. What you have typed is kept.")
    examine(adam.page)
    expect(adam.page.locator("#alias")).to_have_value(OTHER_ALIAS)
    expect(adam.page.locator("#question")).to_have_value(OTHER_QUESTION)
    instead = {"time": f"{local(slots.second):%H:%M}"}
    adam.page.get_by_role("button", name=adam.word("Book %(time)s instead") % instead).click()
    adam.reads("Booked: %(time)s.")
    assert [(each.starts_at, each.alias, each.question) for each in _appointments(office, slots.duty_id)] == [
        (slots.first, ALIAS, QUESTION),
        (slots.second, OTHER_ALIAS, OTHER_QUESTION),
    ]


def test_an_officer_writes_down_who_came_and_the_contact_and_its_advice_are_there(
    office: Office, arrives: Arrives
) -> None:
    appointment_id, login = _booked_last_week(office)
    officer = arrives(login, language="pl", size=SMALL_PHONE).signs_in()
    officer.opens(f"{POINT}/my-appointments")
    item = officer.page.locator("section[aria-labelledby=begun] li").filter(has_text=ALIAS)
    expect(item).to_contain_text(QUESTION)
    examine(officer.page)
    item.get_by_role("link", name=officer.word("The person came")).click()
    expect(officer.heading("The person came")).to_be_visible()
    examine(officer.page)
    assert officer.page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0]
    expect(officer.page.locator("#role")).to_have_value(re.compile(r"\w"))
    expect(officer.page.locator("input[name=kinds]:checked")).to_have_count(1)
    officer.button("Write down the visit").click()
    officer.reads("The visit is written down.")
    expect(item).to_have_count(0)

    def read(session: Session) -> tuple[Contact, State]:
        contact = session.scalars(select(Contact).where(Contact.appointment_id == appointment_id)).one()
        assert [each.consultant.login for each in contact.advices] == [login]
        return contact, queries.appointment(session, appointment_id).state

    contact, state = office.look(read, HELP_POINT)
    assert state is State.ATTENDED
    assert contact.closed_at is not None
    assert contact.language == LANGUAGE
    (advice,) = contact.advices
    assert (advice.consultant.login, advice.profession) == (login, Profession.BORDER_GUARD_OFFICER)
    assert len(advice.kinds) == 1


def _weigh_the_same(one: Locator, other: Locator) -> None:
    """Of two ways on a page neither is larger, so that neither is the one that is meant."""
    boxes = one.bounding_box(), other.bounding_box()
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["height"] == pytest.approx(boxes[1]["height"], abs=0.5)
    assert boxes[0]["y"] == pytest.approx(boxes[1]["y"], abs=0.5)
    assert one.evaluate(_LOOK) == other.evaluate(_LOOK)


def _hears_the_warning(person: Person) -> None:
    person.page.locator("#heard").check()
    person.button("Go on to the officer").click()
    expect(person.heading("Book an appointment")).to_be_visible()


def _types(person: Person, alias: str, question: str) -> None:
    person.page.locator("#alias").fill(alias)
    person.page.locator("#question").fill(question)


def _appointments(office: Office, duty_id: UUID) -> list[Appointment]:
    """What is booked of a duty, in order."""
    booked = select(Appointment).where(Appointment.duty_id == duty_id).order_by(Appointment.starts_at)
    return list(office.look(lambda session: session.scalars(booked).all(), HELP_POINT))


def _booked_last_week(office: Office) -> tuple[UUID, str]:
    """Somebody who was booked with an officer in a duty that is over by now: the appointment, and whose it was."""
    with office.sessions.begin() as session, acting_at(session, HELP_POINT):
        now = utcnow()
        duty = next(
            each
            for each in reversed(queries.bookable_duties(session, Span(now - timedelta(days=21), now), OFFICERS))
            if each.ends_at < now and not queries.taken_of(session, each.id)
        )
        before = duty.starts_at - timedelta(days=2)
        heard = warning(LANGUAGE)
        details = Details(
            language=LANGUAGE, alias=ALIAS, question=QUESTION, heard=Heard(heard.version, heard.language, before)
        )
        booked = service.book(session, duty, duty.starts_at, details, actor=SYSTEM, now=before)
        session.flush()  # it has its id from there
        assert duty.account is not None
        return booked.id, duty.account.login
