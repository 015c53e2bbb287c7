"""Duties are moved on the roster by keys and by the mouse, and the focus stays where it was."""

import re
from datetime import date, datetime, time, timedelta

from playwright.sync_api import Locator, expect
from sqlalchemy import select

from helpdesk.kernel.clock import utcnow
from helpdesk.roster.models import Draft
from helpdesk.roster.rules.weeks import monday, week_of
from tests.journeys.conftest import Arrives
from tests.journeys.navigators import Person
from tests.journeys.office import Office, eventually
from tests.journeys.rosters import BLUE

KAROLINA = "karolina@example.org"


def drafted_early_in_a_week(office: Office) -> Draft:
    """A new draft to come that has at least three days of its week after it."""
    statement = select(Draft).where(Draft.duty_id.is_(None), Draft.starts_at > utcnow()).order_by(Draft.starts_at)
    return office.look(lambda session: next(each for each in session.scalars(statement) if each.day.weekday() <= 3))


def stored(office: Office, draft: Draft) -> tuple[date, str]:
    """When a draft is now, as it is stored."""
    statement = select(Draft.day, Draft.starts, Draft.ends).where(Draft.id == draft.id)
    day, starts, ends = office.look(lambda session: session.execute(statement).one())
    return day, f"{starts:%H:%M}–{ends:%H:%M}"


def wall(at: time, minutes: int) -> str:
    """A wall time so many minutes later."""
    return f"{datetime.combine(date.min, at) + timedelta(days=1, minutes=minutes):%H:%M}"


def shows(person: Person, draft: Draft, day: date) -> Locator:
    """The bar of a draft in the column of a day."""
    return person.page.locator(f"td[data-day='{day.isoformat()}'] #duty-{draft.id}")


def test_a_duty_is_moved_and_lengthened_by_keys_and_each_step_is_undone(office: Office, arrives: Arrives) -> None:
    draft = drafted_early_in_a_week(office)
    before, next_day = stored(office, draft), draft.day + timedelta(days=1)
    karolina = arrives(KAROLINA).signs_in()
    karolina.opens(f"{BLUE}/roster?week={week_of(monday(draft.day))}")
    bar = shows(karolina, draft, draft.day)
    bar.focus()
    karolina.presses("ArrowRight")
    expect(bar).not_to_be_focused()
    karolina.presses("ArrowLeft")
    expect(karolina.page.locator(f"td[data-day='{draft.day.isoformat()}'] a:focus")).to_have_count(1)

    bar.focus()
    karolina.presses("Shift+ArrowRight")
    expect(shows(karolina, draft, next_day)).to_be_focused()
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "+", "-", "-"):
        karolina.presses(key)
    moved = f"{wall(draft.starts, 60)}–{wall(draft.ends, 60 + 30 - 30 - 30)}"
    eventually(lambda: stored(office, draft) == (next_day, moved), what="all steps have arrived")
    expect(shows(karolina, draft, next_day)).to_contain_text(moved)
    expect(karolina.page.locator("[data-roster-said]")).to_contain_text(re.compile(r"\d\d:\d\d–\d\d:\d\d"))
    for _step in range(6):
        expect(karolina.button("Undo")).to_be_visible()
        was = stored(office, draft)
        with karolina.page.expect_navigation():
            karolina.presses("u")
        assert stored(office, draft) != was
    assert stored(office, draft) == before
    expect(shows(karolina, draft, draft.day)).to_be_focused()


def test_a_duty_is_dragged_to_another_day_and_its_end_is_pulled(office: Office, arrives: Arrives) -> None:
    draft = drafted_early_in_a_week(office)
    later = draft.day + timedelta(days=2)
    karolina = arrives(KAROLINA).signs_in()
    karolina.opens(f"{BLUE}/roster?week={week_of(monday(draft.day))}")
    address = karolina.page.url
    bar = shows(karolina, draft, draft.day)
    row = karolina.page.locator(f"tr[data-post='{draft.post_id}']")
    pulls(karolina, bar, row.locator(f"td[data-day='{later.isoformat()}']"))
    expect(shows(karolina, draft, later)).to_be_visible()
    assert stored(office, draft)[0] == later

    box = shows(karolina, draft, later).bounding_box()
    assert box is not None
    mouse = karolina.page.mouse
    mouse.move(box["x"] + 20, box["y"] + box["height"] - 3)
    mouse.down()
    mouse.move(box["x"] + 20, box["y"] + box["height"] + 18, steps=5)
    mouse.up()
    longer = wall(draft.ends, 60)
    expect(shows(karolina, draft, later)).to_contain_text(longer)
    assert stored(office, draft)[1].endswith(longer)
    assert karolina.page.url == address  # a drag is no click
    for _step in range(2):
        with karolina.page.expect_navigation():
            karolina.button("Undo").click()
    assert stored(office, draft)[0] == draft.day


def pulls(person: Person, bar: Locator, to: Locator) -> None:
    start, end = bar.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    mouse = person.page.mouse
    mouse.move(start["x"] + 30, start["y"] + 10)
    mouse.down()
    mouse.move(start["x"] + 60, start["y"] + 12, steps=3)
    mouse.move(end["x"] + 40, end["y"] + 20, steps=5)
    mouse.up()
