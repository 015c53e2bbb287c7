"""Every page of the staff, in both languages: free of barriers, steady while it loads, and light."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from pyotp import TOTP
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.activities.models import Agreement
from helpdesk.app import create_app
from helpdesk.appointments import queries as appointments
from helpdesk.appointments.forms import slot_text
from helpdesk.appointments.models import Appointment, offered_by
from helpdesk.appointments.rules import free_slots
from helpdesk.consultations.models import Contact
from helpdesk.demo.office import BLUE_LINE, CORRECTIVE, HELP_POINT, PROGRAMME_OFFICE
from helpdesk.desks.models import PhoneLine
from helpdesk.directory.models import Institution
from helpdesk.intake.models import Intake
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import LAWYERS, Profession
from helpdesk.premises.models import Room
from helpdesk.roster.models import Draft, Duty, DutyState, Offer, Pattern, Post
from helpdesk.roster.rules.rest import Engagement, Rule
from helpdesk.roster.rules.spans import Span
from helpdesk.roster.rules.weeks import month_of, week_of
from helpdesk.telephony.models import CallBack
from helpdesk.telephony.simulator import Pace, Provider
from tests.journeys.browsers import DESK_SCREEN, FAILED_REQUEST, SMALL_PHONE, TALL_SCREEN
from tests.journeys.conftest import Arrives
from tests.journeys.examination import FIRST_LOAD, LATER_LOAD, STEADY, barriers, examine, is_settled, shift, visit
from tests.journeys.navigators import Person
from tests.journeys.office import LINE, Office

BLUE, POINT, PROGRAMME = f"/desk/{BLUE_LINE}", f"/desk/{HELP_POINT}", f"/desk/{PROGRAMME_OFFICE}"
ENTERED_ON = date(2023, 6, 30)

# Whoever may open a page, and where it is: by endpoint and, where one gives several pages, what it then shows.
# What is in braces is filled in by `Things`.
PAGES: Mapping[str, Mapping[str, str]] = {
    "ewa@example.org": {
        "consultations.desk": f"{BLUE}/contacts/desk",
        "consultations.contact_list": f"{BLUE}/contacts",
        "consultations.sheet": f"{BLUE}/contacts/{{open}}",
        "consultations.new_contact": f"{BLUE}/contacts/new",
        "consultations.sign_handover": f"{BLUE}/handover",
        "directory.institutions": f"{BLUE}/directory",
        "directory.institution": f"{BLUE}/directory/{{institution}}",
        "premises.place": f"{BLUE}/premises/{{place}}",
        "premises.places": f"{BLUE}/premises",
        "roster.duties": f"{BLUE}/duties",
        "telephony.call_back_list": f"{BLUE}/call-backs",
        "telephony.call_back": f"{BLUE}/call-backs/{{call_back}}",
        "roster.feeds": f"{BLUE}/my-duties/calendar",
        "roster.grid": f"{BLUE}/roster?week={{week}}",
        "roster.grid of a month": f"{BLUE}/roster?month={{month}}",
        "roster.mailbox": f"{BLUE}/roster/mailbox",
        "roster.mine": f"{BLUE}/my-duties",
        "roster.my_absences": f"{BLUE}/my-duties/absences",
        "roster.my_hours": f"{BLUE}/my-duties/hours",
        "roster.offer_page": f"{BLUE}/roster/duties/{{own}}/offer",
        "roster.offers": f"{BLUE}/roster/offers",
        "roster.printed": f"{BLUE}/roster/print",
        "roster.swap_duty": f"{BLUE}/roster/duties/{{own}}/swap",
        "roster.take_over": f"{BLUE}/roster/duties/{{present}}/take-over",
        "roster.who": f"{BLUE}/roster/who",
        "roster.worked": f"{BLUE}/my-duties/{{past}}/worked",
        "telephony.routing": f"{BLUE}/calls/{{call}}",
    },
    "karolina@example.org": {
        "consultations.sheet": f"{BLUE}/contacts/{{closed}}",
        "consultations.correct": f"{BLUE}/contacts/{{closed}}/correct",
        "consultations.history": f"{BLUE}/contacts/{{closed}}/history",
        "consultations.statistics": f"{BLUE}/statistics?year=2023",
        "directory.new_institution": f"{BLUE}/directory/new",
        "directory.edit_institution": f"{BLUE}/directory/{{institution}}/edit",
        "directory.import_institutions": f"{BLUE}/directory/import",
        "premises.book": f"{BLUE}/premises/{{place}}/book",
        "premises.edit_place": f"{BLUE}/premises/{{place}}/edit",
        "premises.edit_room": f"{BLUE}/premises/{{place}}/rooms/{{room}}/edit",
        "premises.new_place": f"{BLUE}/premises/new",
        "premises.new_room": f"{BLUE}/premises/{{place}}/rooms/new",
        "roster.absences": f"{BLUE}/roster/absences",
        "roster.cancel": f"{BLUE}/duties/{{own}}/cancel",
        "roster.discard": f"{BLUE}/roster/discard?week={{week}}",
        "roster.draft": f"{BLUE}/roster/draft",
        "roster.duties": f"{BLUE}/duties",
        "roster.edit_draft": f"{BLUE}/roster/drafts/{{draft}}/edit",
        "roster.edit_duty": f"{BLUE}/roster/duties/{{own}}/edit",
        "roster.edit_duty of the past": f"{BLUE}/roster/duties/{{past}}/edit",
        "roster.edit_pattern": f"{BLUE}/roster/patterns/{{pattern}}/edit",
        "roster.edit_post": f"{BLUE}/roster/posts/{{post}}/edit",
        "roster.end_post": f"{BLUE}/roster/posts/{{post}}/end",
        "roster.enter_absence": f"{BLUE}/roster/absences/new",
        "roster.fairness": f"{BLUE}/roster/fairness",
        "roster.free_days": f"{BLUE}/roster/settings/calendar",
        "roster.gaps": f"{BLUE}/roster/gaps?weeks=13",
        "roster.grid": f"{BLUE}/roster?week={{week}}",
        "roster.grid of this week": f"{BLUE}/roster",
        "roster.grid of a month": f"{BLUE}/roster?month={{month}}",
        "roster.habits": f"{BLUE}/roster/settings/habits",
        "roster.hours": f"{BLUE}/roster/hours",
        "roster.import_duties": f"{BLUE}/roster/import",
        "roster.limit": f"{BLUE}/roster/settings/limits/{Engagement.EMPLOYEE}/{Rule.DAILY_REST}",
        "roster.limits": f"{BLUE}/roster/settings/limits",
        "roster.new_duty": f"{BLUE}/roster/new?post={{post}}",
        "roster.new_pattern": f"{BLUE}/roster/patterns/new?post={{post}}",
        "roster.new_post": f"{BLUE}/roster/posts/new",
        "roster.pattern_list": f"{BLUE}/roster/patterns",
        "roster.post_list": f"{BLUE}/roster/posts",
        "intake.printed": f"{BLUE}/intakes/printed",
        "intake.settings": f"{BLUE}/intakes/settings",
        "texts.new_template": f"{BLUE}/texts/new",
        "texts.review": f"{BLUE}/texts/review/ar",
        "texts.templates": f"{BLUE}/texts",
        "telephony.line": f"{BLUE}/lines/{{line}}",
        "telephony.lines": f"{BLUE}/lines",
        "telephony.prompts": f"{BLUE}/prompts",
        "telephony.prompts_in": f"{BLUE}/prompts/be",
        "telephony.wallboard": f"{BLUE}/wallboard",
        "roster.publish": f"{BLUE}/roster/publish?week={{week}}",
        "roster.publish of a month": f"{BLUE}/roster/publish?month={{month}}",
        "roster.settings": f"{BLUE}/roster/settings",
        "roster.take_for": f"{BLUE}/roster/offers/{{offer}}/for",
    },
    "iryna@example.org": {
        "appointments.book": f"{POINT}/appointments/duties/{{lawyer}}/book?slot={{lawyer_slot}}",
        "appointments.cancel": f"{POINT}/appointments/{{appointment}}/cancel",
        "appointments.mine": f"{POINT}/my-appointments",
        "appointments.move": f"{POINT}/appointments/{{appointment}}/move",
        "appointments.one": f"{POINT}/appointments/{{appointment}}",
        "appointments.warn": f"{POINT}/appointments/duties/{{officer}}/warning?slot={{officer_slot}}&language=uk",
        "appointments.week": f"{POINT}/appointments",
        "consultations.visit": f"{POINT}/appointments/{{appointment}}/attended",
        "intake.intake": f"{POINT}/intakes/{{intake}}",
        "intake.intakes": f"{POINT}/intakes",
        "intake.intakes that were answered": f"{POINT}/intakes?show=answered",
        "intake.outbox": f"{POINT}/outbox",
    },
    "beata@example.org": {
        "activities.agreement": f"{PROGRAMME}/agreements/{{agreement}}",
        "activities.agreements": f"{PROGRAMME}/agreements",
        "activities.edit_agreement": f"{PROGRAMME}/agreements/{{agreement}}/edit",
        "activities.import_agreements": f"{PROGRAMME}/agreements/import",
        "activities.new_agreement": f"{PROGRAMME}/agreements/new",
        "indicators.years": f"{PROGRAMME}/schedule",
        "indicators.table": f"{PROGRAMME}/schedule/2023",
        "indicators.records": f"{PROGRAMME}/schedule/2023/3.1.b/records",
        "indicators.enter": f"{PROGRAMME}/schedule/2023/{{entered}}/enter",
        "indicators.take_back": f"{PROGRAMME}/schedule/2023/{{entered}}/take-back/{ENTERED_ON}",
        "indicators.import_table": f"{PROGRAMME}/schedule/import",
    },
    "anna@example.org": {
        "accounts.start": "/desk/",
        "accounts.people": f"{BLUE}/people",
        "accounts.person": f"{BLUE}/people/{{ewa}}",
        "accounts.known_person": f"{BLUE}/people/known",
        "accounts.new_person": f"{BLUE}/people/new",
        "accounts.account": "/desk/account",
        "accounts.app_page": "/desk/account/app",
        "accounts.codes": "/desk/account/codes",
        "accounts.confirm": "/desk/account/confirm",
        "accounts.passkey_list": "/desk/account/passkeys",
        "accounts.password": "/desk/account/password",
    },
    "iwona@example.org": {"audit.events": f"{BLUE}/audit", "audit.events of some": f"{BLUE}/audit?looking=y"},
    "krzysztof@example.org": {
        "appointments.mine": f"{POINT}/my-appointments",
        "roster.mine": f"{POINT}/my-duties",
        "roster.offers": f"{POINT}/roster/offers",
    },
    "monika@example.org": {"directory.institutions": f"/desk/{CORRECTIVE}/directory"},
}

# Pages that only a story leads to; each is examined where it is met.
MET_ELSEWHERE = {
    "accounts.new_password",  # test_walls
    "accounts.passkey",  # test_passkeys
    "accounts.second_factor",  # below
    "accounts.set_up",  # below
    "accounts.sign_in",  # below
    "accounts.unlock",  # below
    "browser.page",  # test_telephones
    "consultations.my_visit",  # test_appointments
    "phone.network",  # test_telephones
    "public.accessibility",  # test_intake
    "public.back",  # test_intake
    "public.before_writing",  # test_intake
    "public.data",  # test_intake
    "public.desk",  # test_intake
    "public.near",  # test_intake
    "public.start",  # test_intake
    "public.write",  # test_intake
    "texts.template",  # the page of a new one
    "start.style",  # below
}
# Redirections, parts of pages, answers for scripts, files.
NO_PAGES = {
    "activities.export",
    "appointments.week_list",
    "audit.events_xlsx",
    "consultations.agreement",
    "consultations.desk_now",
    "consultations.places",
    "consultations.referral_choices",
    "consultations.referral_list",
    "consultations.statistics_xlsx",
    "directory.export",
    "directory.places",
    "health.alive",
    "health.ready",
    "indicators.download",
    "live.stream",
    "intake.file",
    "intake.intakes_now",
    "intake.printed_pdf",
    "public.front",
    "public.leave",
    "public.robots",
    "roster.duty_list",
    "roster.grid_part",
    "roster.hours_file",
    "roster.my_statement",
    "roster.offer_list",
    "roster.printed_pdf",
    "roster_feeds.calendar",
    "sounds.sound",
    "start.desk",
    "static",
    "telephony.call_backs_now",
    "telephony.calls_now",
    "telephony.message_sound",
    "telephony.prompt_sound",
    "telephony.talk_now",
    "telephony.wallboard_now",
}


@dataclass(frozen=True, slots=True)
class Things:
    """Something of each kind that a page may be about."""

    open: UUID
    closed: UUID
    institution: UUID
    call: UUID
    ewa: UUID
    own: UUID
    past: UUID
    present: UUID
    post: UUID
    pattern: UUID
    draft: UUID
    week: str
    month: str
    offer: UUID
    place: UUID
    room: UUID
    lawyer: UUID
    lawyer_slot: str
    officer: UUID
    officer_slot: str
    appointment: UUID
    agreement: UUID
    call_back: UUID
    line: UUID
    intake: UUID
    entered: str = "2.1.a"

    def path(self, template: str) -> str:
        return template.format(**{name: getattr(self, name) for name in self.__slots__})


@pytest.fixture(scope="session")
def things(office: Office) -> Things:
    settings = office.settings
    pace = Pace(ring_seconds=0, answer_after=0, talk_seconds=0, press_after=0)
    provider = Provider(settings.public_url, settings.twilio_account_sid, settings.twilio_auth_tokens[0], pace=pace)
    provider.ring("+48601100299", LINE, press=["1"])
    ewa = office.look(
        lambda session: session.scalars(select(Account).where(Account.login == "ewa@example.org")).one().id
    )
    now = utcnow()
    latest = select(Contact.id).order_by(Contact.started_at.desc())
    closed = latest.where(Contact.advices.any(consultant_id=ewa), Contact.closed_at.is_not(None))
    duties = select(Duty.id).where(Duty.state == DutyState.PUBLISHED).order_by(Duty.starts_at)
    own = duties.where(Duty.account_id == ewa)
    draft = office.look(lambda session: session.scalars(select(Draft).order_by(Draft.day).limit(1)).one())
    room = office.look(lambda session: session.scalars(select(Room).limit(1)).one())
    lawyer, lawyer_slot = _free_slot(office, LAWYERS)
    officer, officer_slot = _free_slot(office, {Profession.BORDER_GUARD_OFFICER})

    def first(wanted: Select[UUID], desk_id: str = BLUE_LINE) -> UUID:
        return office.look(lambda session: session.scalars(wanted.limit(1)).one(), desk_id)

    return Things(
        open=first(latest.where(Contact.closed_at.is_(None))),
        closed=first(closed),
        institution=first(select(Institution.id)),
        call=office.calls()[-1].id,
        ewa=ewa,
        own=first(own.where(Duty.starts_at > now)),
        past=first(own.where(Duty.ends_at < now)),
        present=first(duties.where(Duty.starts_at <= now, Duty.ends_at > now)),
        post=first(select(Post.id)),
        pattern=first(select(Pattern.id)),
        draft=draft.id,
        week=week_of(draft.day),
        month=month_of(draft.day),
        offer=first(select(Offer.id)),
        place=room.place_id,
        room=room.id,
        lawyer=lawyer,
        lawyer_slot=lawyer_slot,
        officer=officer,
        officer_slot=officer_slot,
        appointment=first(select(Appointment.id).where(Appointment.starts_at > now), HELP_POINT),
        agreement=first(select(Agreement.id), PROGRAMME_OFFICE),
        call_back=first(select(CallBack.id).where(CallBack.done_at.is_(None))),
        line=first(select(PhoneLine.id)),
        intake=first(select(Intake.id).where(Intake.language == "ar"), HELP_POINT),
    )


def _free_slot(office: Office, professions: Collection[Profession]) -> tuple[UUID, str]:
    """The last slot of the last duty of the coming weeks, which nobody has booked; an address names it by this text."""

    def read(session: Session) -> tuple[UUID, str]:
        now = utcnow()
        span = Span(now + timedelta(days=1), now + timedelta(days=30))
        duty = appointments.bookable_duties(session, span, professions)[-1]
        return duty.id, slot_text(free_slots(offered_by(duty), [], now)[-1].start)

    return office.look(read, HELP_POINT)


def enters_a_figure(officer: Person, things: Things) -> None:
    """So that there is one that can be taken back."""
    officer.opens(things.path(PAGES[officer.login]["indicators.enter"]))
    officer.page.locator("#page-form .fields input[inputmode=numeric]").first.fill("1")
    officer.page.locator("#as_of").fill(ENTERED_ON.isoformat())
    officer.page.locator("#evidence").fill("BP.1.2023")
    officer.button("Save the figure").click()
    officer.page.wait_for_url(re.compile("schedule/2023"))


def test_every_address_that_gives_a_page_is_examined(office: Office) -> None:
    app = create_app(office.settings, sessions=office.sessions)
    known = MET_ELSEWHERE | NO_PAGES | {page.split()[0] for pages in PAGES.values() for page in pages}
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert found == known


@contextmanager
def _on_a_tall_screen(page: Page) -> Iterator[None]:
    width, height = DESK_SCREEN
    page.set_viewport_size({"width": width, "height": TALL_SCREEN[1]})
    yield
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("login", PAGES)
def test_pages_are_free_of_barriers_and_steady_and_light(
    arrives: Arrives, things: Things, login: str, language: str
) -> None:
    person = arrives(login, language=language).signs_in()
    if login == "beata@example.org":
        enters_a_figure(person, things)
    found: list[str] = []
    for name, template in PAGES[login].items():
        status, weight = visit(person.page, things.path(template))
        assert status == 200, name
        expect(person.page.locator("html")).to_have_attribute("lang", language)
        assert shift(person.page) < STEADY, name
        assert weight.first < FIRST_LOAD, (name, weight)
        assert weight.later < LATER_LOAD, (name, weight)  # style and scripts are kept since the door
        # What a bar that stays in sight covers for the moment is no barrier, so on a tall screen nothing is covered.
        with _on_a_tall_screen(person.page):
            found += barriers(person.page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_duties_are_free_of_barriers_on_a_small_phone(arrives: Arrives, language: str) -> None:
    krzysztof = arrives("krzysztof@example.org", language=language, size=SMALL_PHONE).signs_in()
    krzysztof.opens(f"{POINT}/my-duties")
    is_settled(krzysztof.page)
    examine(krzysztof.page)
    assert shift(krzysztof.page) < STEADY
    width = krzysztof.page.evaluate("document.documentElement.scrollWidth")
    assert width <= SMALL_PHONE[0]


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_sheet_is_free_of_barriers_whatever_happens_on_it(arrives: Arrives, language: str) -> None:
    # The bars that stay in sight cover for the moment what is under them; on a tall screen nothing is.
    ewa = arrives("ewa@example.org", language=language, size=TALL_SCREEN).signs_in()
    ewa.complaints.expect(FAILED_REQUEST)
    sheet = ewa.begins_a_contact()
    ewa.page.get_by_text(ewa.word("Channel and times")).click()
    sheet.field("ended_at").fill("2020-01-01T10:00")
    expect(sheet.field("ended_at")).to_have_attribute("aria-invalid", "true")
    sheet.field("gmina_text").fill("tor")
    expect(ewa.page.locator(".combobox__list").get_by_role("option").first).to_be_visible()
    examine(ewa.page)
    sheet.field("gmina_text").press("Escape")
    sheet.field("ended_at").fill("")
    sheet.field(".role").select_option("PRO")
    sheet.is_saved()
    ewa.presses("Control+Enter")
    summary = ewa.page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    examine(ewa.page)
    # Each sentence leads to its field, and the field tells the same sentence.
    for link in summary.get_by_role("link").all():
        field = ewa.page.locator(f"[id='{(link.get_attribute('href') or '#')[1:]}']")
        described = field.evaluate(
            "one => (one.closest('fieldset[aria-describedby]') ?? one).getAttribute('aria-describedby')"
        )
        told = [ewa.page.locator(f"[id='{each}']").inner_text() for each in (described or "").split()]
        assert any(link.inner_text() in each for each in told), link.inner_text()
    ewa.page.locator("h1").click()
    ewa.presses("?")
    expect(ewa.page.get_by_role("dialog")).to_be_visible()
    examine(ewa.page)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_door_and_the_lock_are_free_of_barriers(arrives: Arrives, language: str) -> None:
    ewa = arrives("ewa@example.org", language=language)
    ewa.complaints.expect(FAILED_REQUEST)
    ewa.opens("/")
    examine(ewa.page)
    ewa.opens("/desk/style")
    examine(ewa.page)
    ewa.opens("/desk/login")
    examine(ewa.page)
    ewa.sends_the_form()
    expect(ewa.page.locator(".govuk-error-summary")).to_be_focused()
    expect(ewa.page.locator("#login")).to_have_accessible_description(re.compile(r"\w"))
    examine(ewa.page)
    ewa.signs_in()
    ewa.opens(f"{POINT}/contacts")
    examine(ewa.page)
    ewa.opens_desk()
    ewa.page.locator(".menu summary").click()
    examine(ewa.page)
    ewa.button("Lock the screen").click()
    expect(ewa.heading("The screen is locked")).to_be_visible()
    examine(ewa.page)


@pytest.fixture(scope="module")
def strict_office(office: Office) -> Iterator[Office]:
    """The same office without the ease of the demonstration: nobody comes in by a password alone."""
    made = Office(office.database_url, office.folder, demo=False)
    made.start_server()
    made.wait_until_ready()
    yield made
    made.close()


@pytest.mark.parametrize(("login", "language"), [("hanna@example.org", "pl"), ("jan@example.org", "en")])
def test_a_second_factor_is_set_up_and_asked_for_without_barriers(
    arrives: Arrives, strict_office: Office, login: str, language: str
) -> None:
    person = arrives(login, language=language, at=strict_office).meets_the_door()
    expect(person.page).to_have_url(re.compile("/desk/login/set-up"))
    examine(person.page)
    person.page.locator("figure summary").click()
    app = TOTP(person.page.locator("figure code").inner_text().replace(" ", ""))
    person.page.locator("#code").fill(app.now())
    person.sends_the_form()
    person.page.wait_for_url("**/desk/account/codes")
    person.reads_in(language)
    person.button("Show me ten new codes").click()
    expect(person.page.locator("ol code")).to_have_count(10)
    examine(person.page)
    code = person.page.locator("ol code").first.inner_text()
    person.button("I have written them down").click()
    person.signs_out()

    person.meets_the_door()
    expect(person.page).to_have_url(re.compile("/desk/login/second"))
    examine(person.page)
    person.page.locator("#code").fill(code)
    person.sends_the_form()
    expect(person.page).to_have_url(re.compile(f"/desk/{BLUE_LINE}/contacts/desk"))
