"""The roster as somebody works at it, with a keyboard or with plain forms."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from babel.dates import format_date
from playwright.sync_api import Locator, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.demo.office import BLUE_LINE
from helpdesk.kernel.clock import utcnow
from helpdesk.roster.models import Duty, DutyState, Post
from helpdesk.roster.rules.weeks import month_of, week_of
from tests.journeys.navigators import FOCUSED, Person
from tests.journeys.office import Office

BLUE = f"/desk/{BLUE_LINE}"
DAYS, ROWS = 31, 30
STEPS = 5
_ROW_OF_FOCUS = "() => document.activeElement.closest('tr')?.rowIndex"


def day_words(day: date, language: str = "en") -> str:
    """A day as the pages of the roster say it."""
    return format_date(day, "EEEE d MMMM", locale=language)


def coming(office: Office, login: str, after: timedelta = timedelta()) -> Duty:
    """The next published duty of somebody at the Blue Line that begins after so long a time; with its post."""

    def read(session: Session) -> Duty:
        held = select(Duty).join(Account, Account.id == Duty.account_id).where(Account.login == login)
        published = held.where(Duty.state == DutyState.PUBLISHED, Duty.starts_at > utcnow() + after)
        return _with_names(session.scalars(published.order_by(Duty.starts_at).limit(1)).one())

    return office.look(read)


def running(office: Office, until: datetime) -> Duty | None:
    """A duty at the Blue Line that runs now, and still does at a certain moment."""

    def read(session: Session) -> Duty | None:
        now = select(Duty).where(Duty.state == DutyState.PUBLISHED, Duty.starts_at <= utcnow(), Duty.ends_at > until)
        found = session.scalars(now.order_by(Duty.ends_at.desc(), Duty.profession.desc()).limit(1)).first()
        return _with_names(found) if found else None

    return office.look(read)


def find(office: Office, condition: Callable[[Duty], bool]) -> Duty | None:
    """The first duty to come at the Blue Line of which something holds, cancelled or not."""

    def read(session: Session) -> Duty | None:
        later = select(Duty).where(Duty.starts_at > utcnow()).order_by(Duty.starts_at, Duty.id)
        return next((_with_names(each) for each in session.scalars(later) if condition(each)), None)

    return office.look(read)


def _with_names(duty: Duty) -> Duty:
    """Load what stories ask for, while there is a session."""
    _ = duty.post.name, duty.account.name if duty.account else None
    return duty


def post_named(office: Office, name: str) -> UUID:
    """The post of the Blue Line with this name."""
    return office.look(lambda session: session.scalars(select(Post.id).where(Post.name == name)).one())


class Grid:
    """The week or the month of the plan. `keys`: by the keyboard alone, as far as its script leads; else by what every browser has."""

    def __init__(self, person: Person, *, keys: bool, month: bool = False) -> None:
        self.person = person
        self.page = person.page
        self.keys = keys
        self.month = month

    def opens(self, day: date) -> None:
        self.person.opens(f"{BLUE}/roster?" + (f"month={month_of(day)}" if self.month else f"week={week_of(day)}"))
        expect(self.table()).to_be_visible()
        self.page.wait_for_load_state()  # before, nobody listens to keys

    def table(self) -> Locator:
        return self.page.locator("#roster table")

    def cell(self, day: date, post_id: UUID) -> Locator:
        return self.page.locator(f"tr[data-post='{post_id}'] td[data-day='{day}']")

    def gap(self, day: date, post_id: UUID) -> Locator:
        return self.cell(day, post_id).get_by_role("link", name=re.compile(self.person.word("gap")))

    def duty(self, day: date, post_id: UUID) -> Locator:
        return self.cell(day, post_id).locator("a.duty:not(.gap)")

    def goes_to(self, wanted: Locator) -> None:
        """Down to its row and along to its day by the arrow keys; without a script by Tab alone."""
        if not self.keys and self.month:
            wanted.focus()  # Tab leads there too, past some hundred cells
            return
        if not self.keys:
            self.person.tabs_to(wanted)
            return
        self.person.tabs_to(self.table().locator("td a").first)
        row = wanted.evaluate("one => one.closest('tr').rowIndex")
        self._presses_until("ArrowDown", ROWS, lambda: self.page.evaluate(_ROW_OF_FOCUS) == row)
        self._presses_until("ArrowRight", DAYS, lambda: bool(wanted.evaluate(FOCUSED)))

    def fills(self, day: date, post_id: UUID, name: str) -> None:
        """From the gap to its page, somebody chosen who may hold the duty, kept in the draft, and back."""
        self.goes_to(self.gap(day, post_id))
        self.person.presses("Enter")
        person = self.page.locator("#person")
        self.person.tabs_to(person)
        fit = person.locator("optgroup").first.locator("option")
        expect(fit.filter(has_text=name)).to_have_count(1)
        chosen = person.locator("option:checked")
        self._presses_until("ArrowDown", ROWS, lambda: name in chosen.inner_text())
        self.does("Keep in the draft", "Control+Enter")
        expect(self.duty(day, post_id)).to_contain_text(name)
        expect(self.gap(day, post_id)).to_have_count(0)

    def moves(self, day: date, post_id: UUID, to: date) -> None:
        """A duty to another day, by the keys of the grid or by the field of its page."""
        bar = self.duty(day, post_id).last
        self.goes_to(bar)
        if not self.keys:
            self.person.presses("Enter")
            self.page.locator("#day").fill(to.isoformat())
            self.does("Keep in the draft", "Control+Enter")
            return
        for _ in range(abs((to - day).days)):
            self.person.presses("Shift+ArrowLeft" if to < day else "Shift+ArrowRight")

    def drags(self, day: date, post_id: UUID, to: date) -> None:
        """The last duty of a cell to another day, with the mouse."""
        bar, target = self.duty(day, post_id).last, self.cell(to, post_id)
        bar.scroll_into_view_if_needed()
        start, end = bar.bounding_box(), target.bounding_box()
        assert start is not None
        assert end is not None
        self.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=STEPS)
        self.page.mouse.up()

    def does(self, sentence: str, key: str) -> None:
        """A button or link of the page: by its key, or by itself."""
        if self.keys:
            self.page.wait_for_load_state()
            self.person.presses(key)
            return
        name = self.person.word(sentence)
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.click()

    def _presses_until(self, key: str, most: int, arrived: Callable[[], bool]) -> None:
        for _ in range(most):
            if arrived():
                return
            self.person.presses(key)
        assert arrived(), key
