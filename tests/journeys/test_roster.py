"""The roster from end to end: a gap is filled, duties change hands, two plan the same, and the telephone follows who is there."""

import re
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from helpdesk.accounts.models import Account
from helpdesk.demo.office import BLUE_LINE
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.roster.models import Draft, Duty, DutyState
from tests.factories import make_account
from tests.journeys.browsers import FAILED_REQUEST, SMALL_PHONE
from tests.journeys.conftest import Arrives
from tests.journeys.examination import examine
from tests.journeys.navigators import Person
from tests.journeys.office import Office, eventually
from tests.journeys.rosters import BLUE, Grid, coming, day_words, find, post_named, running

KAROLINA, MARIUSZ, PAWEL = "karolina@example.org", "mariusz@example.org", "pawel@example.org"
BARBARA = "barbara@example.org"
MARIUSZ_NAME, PAWEL_NAME, BARBARA_NAME = "Mariusz Dudek", "Paweł Głowacki", "Barbara Kos"
LENA_NAME, EVENINGS = "Lena Jabłońska", "Telefon wieczorny: psycholog"
HOURS = "17:00–21:00"
OVERLAP = "This person is on another duty at this time."
LONG_ENOUGH = timedelta(minutes=3)
WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False], ids=["with a script", "without a script"])


@WITH_AND_WITHOUT
def test_a_gap_is_seen_filled_taken_back_filled_again_and_published(
    office: Office, arrives: Arrives, *, javascript: bool
) -> None:
    karolina = arrives(KAROLINA, javascript=javascript).signs_in()
    grid = Grid(karolina, keys=javascript)
    if javascript:
        gap = find(office, lambda duty: duty.state is DutyState.CANCELLED)
        assert gap is not None
    else:
        gap = coming(office, MARIUSZ, after=timedelta(days=10))
        _cancels_at_once(karolina, gap)
    day, post_id = gap.day, gap.post_id
    mariusz = arrives(MARIUSZ, size=SMALL_PHONE, javascript=javascript).signs_in()
    mariusz.opens(f"{BLUE}/my-duties")
    expect(_line(mariusz, day)).to_have_count(0)

    karolina.opens(f"{BLUE}/roster/gaps")
    expect(_gap_row(karolina, day)).to_contain_text(HOURS)
    grid.opens(day)
    expect(grid.gap(day, post_id)).to_be_visible()
    grid.fills(day, post_id, MARIUSZ_NAME)
    grid.does("Undo", "u")
    expect(grid.gap(day, post_id)).to_be_visible()
    expect(grid.duty(day, post_id)).to_have_count(0)
    grid.fills(day, post_id, MARIUSZ_NAME)
    _examines(karolina, scripted=javascript)

    # What is only drafted covers nothing and is nobody's duty yet.
    karolina.opens(f"{BLUE}/roster/gaps")
    expect(_gap_row(karolina, day)).to_contain_text(karolina.word("drafted, not published yet"))
    mariusz.opens(f"{BLUE}/my-duties")
    expect(_line(mariusz, day)).to_have_count(0)

    grid.opens(day)
    grid.does("Publish this week…", "y")
    expect(karolina.page.get_by_role("main")).to_contain_text(MARIUSZ_NAME)
    grid.does("Publish and tell them", "Control+Enter")
    karolina.reads("Published: %(added)s new, %(changed)s changed, %(cancelled)s cancelled.")
    karolina.opens(f"{BLUE}/roster/gaps")
    expect(_gap_row(karolina, day)).to_have_count(0)
    if javascript:  # this was the only one of the demonstration
        karolina.reads("Nothing is missing: every hour that a post asks for is covered by somebody.")

    mariusz.opens(f"{BLUE}/my-duties")
    expect(_line(mariusz, day)).to_contain_text(HOURS)
    expect(_told(mariusz)).to_contain_text(mariusz.word("The plan was published. Look at your duties."))
    _fits_the_phone(mariusz)


@WITH_AND_WITHOUT
def test_a_month_is_planned_on_one_screen_a_conflict_is_seen_and_mended_and_all_of_it_published(
    office: Office, arrives: Arrives, *, javascript: bool
) -> None:
    # Further ahead than the demonstration is planned, and a month for each story.
    far = day_of(utcnow()) + timedelta(days=120 if javascript else 160)
    first, second, third = (far.replace(day=number) for number in (10, 11, 13))
    post_id = post_named(office, EVENINGS)
    karolina = arrives(KAROLINA, javascript=javascript).signs_in()
    grid = Grid(karolina, keys=javascript, month=True)
    grid.opens(first)
    grid.fills(first, post_id, LENA_NAME)
    grid.fills(second, post_id, LENA_NAME)
    expect(karolina.page).to_have_url(re.compile(f"month={first:%Y-%m}"))

    # Both on one day: that is said where it stands, in words below, and nothing can be published.
    grid.moves(second, post_id, first)
    expect(grid.duty(first, post_id)).to_have_count(2)
    for each in grid.duty(first, post_id).all():
        expect(each).to_contain_text(f"{karolina.word('conflict')} {karolina.word(OVERLAP)}")
    below = karolina.page.locator("#roster h2 + ul.plain-list li").filter(has_text=karolina.word(OVERLAP))
    expect(below).to_have_count(2)
    _examines(karolina, scripted=javascript)
    grid.does("Publish this month…", "y")
    karolina.reads("These duties cannot be published. Nothing is published until each of them is settled.")
    expect(karolina.button("Publish and tell them")).to_have_count(0)
    grid.does("Back to the roster", "b")

    # The mouse mends it where there is a script, the page of the duty where there is none.
    if javascript:
        expect(grid.duty(first, post_id)).to_have_count(2)
        grid.drags(first, post_id, third)
        karolina.reads("In the draft: %(post)s, %(day)s, %(when)s.")
    else:
        grid.moves(first, post_id, third)
    expect(grid.duty(third, post_id)).to_contain_text(LENA_NAME)
    expect(grid.duty(first, post_id)).to_have_count(1)
    expect(below).to_have_count(0)
    grid.does("Publish this month…", "y")
    expect(karolina.page.get_by_role("main")).to_contain_text(karolina.word("Who is told"))
    grid.does("Publish and tell them", "Control+Enter")
    karolina.reads("Published: %(added)s new, %(changed)s changed, %(cancelled)s cancelled.")
    expect(karolina.page).to_have_url(re.compile(f"month={first:%Y-%m}"))

    # A colleague reads the month as it was published.
    mariusz = arrives(MARIUSZ, javascript=javascript).signs_in()
    Grid(mariusz, keys=javascript, month=True).opens(first)
    for day in (first, third):
        cell = mariusz.page.locator(f"tr[data-post='{post_id}'] td[data-day='{day}']")
        expect(cell).to_contain_text(LENA_NAME)
        expect(cell.get_by_role("link")).to_have_count(0)
    _examines(mariusz, scripted=javascript)


@WITH_AND_WITHOUT
def test_a_duty_is_offered_on_the_tram_taken_by_a_colleague_and_agreed_to(
    office: Office, arrives: Arrives, *, javascript: bool
) -> None:
    logins = (MARIUSZ, PAWEL) if javascript else (PAWEL, MARIUSZ)
    giver, taker = (arrives(login, size=SMALL_PHONE, javascript=javascript).signs_in() for login in logins)
    # Not one of today: it would begin, or be an emergency, in the middle of the story.
    duty = coming(office, giver.login, after=timedelta(days=1))
    giver.opens(f"{BLUE}/my-duties")
    _line(giver, duty.day).get_by_role("link", name=giver.word("Offer this duty")).click()
    expect(giver.heading("Offer a duty")).to_be_visible()
    _examines(giver, scripted=javascript)
    _fits_the_phone(giver)
    giver.button("Offer this duty").click()
    giver.reads("Offered. Everybody who may hold this duty was asked. Until it is taken it stays where it is.")

    # Whoever is asked says yes; until the coordinator agrees, the duty stays where it is.
    taker.opens(f"{BLUE}/my-duties")
    asked = taker.page.locator("section[aria-labelledby=asked] li").filter(has_text=day_words(duty.day))
    _examines(taker, scripted=javascript)
    _fits_the_phone(taker)
    asked.get_by_role("button", name=taker.word("Take this duty")).click()
    taker.reads("You said yes. The duty is yours as soon as the coordinator agrees; you will be told.")
    expect(_line(taker, duty.day)).to_have_count(0)

    karolina = arrives(KAROLINA, javascript=javascript).signs_in()
    karolina.opens(f"{BLUE}/roster/offers")
    waiting = karolina.page.locator("section[aria-labelledby=to-decide] li").filter(has_text=day_words(duty.day))
    expect(waiting).to_contain_text(re.compile(f"{_name(giver)}.*{_name(taker)}"))
    _examines(karolina, scripted=javascript)
    waiting.get_by_role("button", name=karolina.word("Agree")).click()
    karolina.reads("The duty has changed hands.")

    giver.opens(f"{BLUE}/my-duties")
    expect(_line(giver, duty.day)).to_have_count(0)
    expect(_told(giver)).to_contain_text(giver.word("Somebody has taken over your duty. It is not yours any more."))
    taker.opens(f"{BLUE}/my-duties")
    expect(_line(taker, duty.day)).to_contain_text(HOURS)
    expect(_told(taker)).to_contain_text(taker.word("This duty is yours now."))
    karolina.opens(f"{BLUE}/roster/mailbox")
    _examines(karolina, scripted=javascript)
    _mails_say_time_and_place_only(karolina, office, duty)


def test_the_second_of_two_who_edit_one_draft_is_told_and_keeps_both_texts(
    office: Office, arrives: Arrives, second_coordinator: str
) -> None:
    draft = office.look(lambda session: session.scalars(select(Draft).order_by(Draft.day.desc()).limit(1)).one())
    path = f"{BLUE}/roster/drafts/{draft.id}/edit"
    karolina, barbara = arrives(KAROLINA).signs_in(), arrives(second_coordinator).signs_in()
    karolina.complaints.expect(FAILED_REQUEST)
    karolina.opens(path)
    barbara.opens(path)
    hers, other = karolina.page.locator("#ends"), barbara.page.locator("#ends")
    other.fill("10:15")
    barbara.presses("Control+Enter")
    barbara.page.wait_for_url(re.compile("roster\\?week="))

    hers.fill("09:45")
    karolina.presses("Control+Enter")
    karolina.reads(
        "%(name)s changed this duty while you were writing. What stands there now is beside each field that differs;"
        " your text is still in the form. Correct it or save it again."
    )
    expect(karolina.page.get_by_role("main")).to_contain_text(BARBARA_NAME)
    expect(hers).to_have_value("09:45")
    expect(hers).to_have_accessible_description(re.compile("10:15"))
    examine(karolina.page)
    assert _ends_of(office, draft) == "10:15"

    # Having seen both, she decides.
    karolina.presses("Control+Enter")
    karolina.page.wait_for_url(re.compile("roster\\?week="))
    assert _ends_of(office, draft) == "09:45"


def test_an_illness_frees_duties_and_the_telephone_rings_whoever_took_over(office: Office, arrives: Arrives) -> None:
    # Not one that ends in the middle of the story.
    duty = eventually(lambda: running(office, utcnow() + LONG_ENOUGH), seconds=200, what="a duty runs for a while")
    assert duty is not None
    assert duty.account is not None
    ill = duty.account.name
    karolina = arrives(KAROLINA).signs_in()
    karolina.opens(f"{BLUE}/roster/absences/new")
    karolina.page.locator("#person").select_option(label=ill)
    karolina.page.locator("input[name=kind][value=illness]").check()
    today = day_of(utcnow())
    karolina.page.locator("#first_day").fill(today.isoformat())
    karolina.page.locator("#last_day").fill((today + timedelta(days=6)).isoformat())
    karolina.presses("Control+Enter")
    karolina.reads("This duty runs already. It stays as it is; somebody can take it over now:")
    karolina.reads("These duties are freed and offered to those who may hold them:")
    examine(karolina.page)
    karolina.presses("Control+Enter")
    karolina.page.wait_for_url(re.compile("roster/absences\\?month="))
    # The one that runs may have begun last night.
    assert _held_by(office, duty.account.login, duty.day, today + timedelta(days=6)) == {duty.id}

    # Two clicks, and somebody else answers from this minute on.
    karolina.opens(f"{BLUE}/duties")
    row = karolina.page.get_by_role("row").filter(has_text=karolina.word("now")).filter(has_text=ill)
    row.get_by_role("link", name=karolina.word("Take over now")).click()
    stand_in = karolina.page.locator("#person option:not([value=''])").last.inner_text()
    karolina.page.locator("#person").select_option(label=stand_in)
    examine(karolina.page)
    karolina.button("Take over now").click()
    karolina.reads("Taken over. Those concerned are told.")

    known = len(office.calls())
    with office.phone("+48601100777", rings=3):
        call = eventually(lambda: office.calls()[known])
    karolina.opens(f"{BLUE}/calls/{call.id}")
    expect(_rung(karolina, stand_in)).to_have_text(karolina.word("yes"))
    expect(_rung(karolina, ill)).to_have_count(0)

    # And nobody is forgotten: each duty that was freed gets somebody.
    karolina.opens(f"{BLUE}/roster/offers")
    freed = karolina.page.locator("li.offer").filter(has_text=karolina.word("Nobody holds it now"))
    while number := freed.count():
        freed.first.get_by_role("link", name=karolina.word("Take for somebody…")).click()
        karolina.page.locator("#person").select_option(index=1)
        karolina.presses("Control+Enter")
        karolina.reads("The duty has changed hands.")
        expect(freed).to_have_count(number - 1)


@pytest.fixture
def second_coordinator(office: Office) -> str:
    """Somebody who plans beside Karolina."""
    with office.sessions.begin() as session:
        make_account(session, BLUE_LINE, [Role.COORDINATOR], Profession.ADMINISTRATOR, name=BARBARA_NAME, login=BARBARA)
    return BARBARA


def _cancels_at_once(coordinator: Person, duty: Duty) -> None:
    coordinator.opens(f"{BLUE}/roster/duties/{duty.id}/edit")
    coordinator.page.locator("#why").fill("Rozprawa w sądzie")
    coordinator.button("Cancel at once").click()
    coordinator.reads("Cancelled at once: %(day)s. Whoever held it is told.")


def _gap_row(coordinator: Person, day: date) -> Locator:
    words = format_date(day, "EEE d MMM y", locale=coordinator.language)
    return coordinator.page.get_by_role("row").filter(has_text=words)


def _line(person: Person, day: date) -> Locator:
    """A duty of one's own on the page of one's duties: the next one, or one of those later."""
    mine = person.page.locator("section[aria-labelledby=next], h2 + ul.plain-list > li")
    return mine.filter(has_text=day_words(day)).filter(has_text=HOURS).filter(has_not=_asked(person))


def _asked(person: Person) -> Locator:
    return person.page.get_by_role("button", name=person.word("Take this duty"))


def _told(person: Person) -> Locator:
    return person.page.locator("section.told")


def _examines(person: Person, *, scripted: bool) -> None:
    """The machine that looks for barriers is itself a script, so it looks where there is one."""
    if scripted:
        examine(person.page)


def _fits_the_phone(person: Person) -> None:
    assert person.page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0]


def _name(person: Person) -> str:
    return {MARIUSZ: MARIUSZ_NAME, PAWEL: PAWEL_NAME}[person.login]


def _mails_say_time_and_place_only(coordinator: Person, office: Office, duty: Duty) -> None:
    letters = coordinator.page.locator("article.letter pre")
    about = [text for text in letters.all_inner_texts() if HOURS in text and _is_of(text, duty.day)]
    assert len(about) >= 3  # asked, waiting, to agree to, given, taken
    names = office.look(lambda session: session.scalars(select(Account.name)).all())
    everything = "\n".join(letters.all_inner_texts())
    assert not [name for name in names if name in everything or name.split()[-1] in everything]


def _is_of(text: str, day: date) -> bool:
    return any(day_words(day, language) in text for language in ("pl", "en"))


def _ends_of(office: Office, draft: Draft) -> str:
    ends = office.look(lambda session: session.scalars(select(Draft.ends).where(Draft.id == draft.id)).one())
    return f"{ends:%H:%M}"


def _held_by(office: Office, login: str, first: date, last: date) -> set[object]:
    """The published duties that somebody still has on these days."""
    held = select(Duty.id).join(Account, Account.id == Duty.account_id).where(Account.login == login)
    near = held.where(Duty.state == DutyState.PUBLISHED, Duty.ends_at > utcnow(), Duty.day.between(first, last))
    return set(office.look(lambda session: session.scalars(near).all()))


def _rung(reader: Person, name: str) -> Locator:
    """Whether somebody's telephone rang, as the page of the call says."""
    row = reader.page.get_by_role("row").filter(has=reader.page.get_by_role("rowheader", name=name))
    return row.get_by_role("cell").first
