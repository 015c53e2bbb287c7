"""Stories of a coordinator who plans a whole month on one screen, and of a colleague who only reads it."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import Profession
from helpdesk.roster import queries, service
from helpdesk.roster.models import Absence, Closure, Post, RosterSettings, RuleSetting
from helpdesk.roster.rules.rest import Engagement, Rule, Severity
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_post
from tests.roster.planning import (
    NOW,
    ROSTER,
    a_coordinator,
    browser_of,
    drafts,
    duties,
    filled_in,
    make_draft,
    publish_duty,
    value_of,
)

MONTH = "2026-12"
PAGE = f"{ROSTER}?month={MONTH}"
FIRST = date(2026, 12, 1)
NIGHT = (time(22), time(6))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def karol(session: Session) -> Account:
    """The coordinator of the Blue Line."""
    make_desk(session)
    make_desk(session, HELP_POINT)
    return a_coordinator(session)


@pytest.fixture
def evenings(session: Session, karol: Account) -> Post:  # noqa: ARG001  the desk comes with him
    return make_post(session, name="Evening telephone")


@pytest.fixture
def ewa(session: Session, evenings: Post) -> Account:  # noqa: ARG001  the desk comes with it
    return make_account(session)


@pytest.fixture
def marta(session: Session, ewa: Account) -> Account:  # noqa: ARG001  she was here first
    return make_account(session, name="Marta Wilk")


@pytest.fixture
def browser(app: Flask, session: Session, karol: Account) -> Visitor:
    session.commit()
    return browser_of(app, karol)


def inside(page: str, day: date, post: str = "Evening telephone") -> str:
    """What one cell of the month is made of."""
    row = page[page.index(f"<bdi>{post}</bdi>") :]
    return row[row.index(f'data-day="{day.isoformat()}"') :].partition(">")[2].partition("</td>")[0]


def cell(page: str, day: date, post: str = "Evening telephone") -> str:
    """What stands in one cell of the month, in words."""
    return " ".join(re.sub(r"<[^>]+>", " ", inside(page, day, post)).split())


def link(page: str, day: date) -> str:
    """Where a cell leads."""
    found = re.search(r'href="([^"]*)"', inside(page, day))
    assert found
    return found[1].replace("&amp;", "&")


def test_a_month_shows_letters_with_the_whole_story_behind_them_and_leads_to_its_weeks(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    kept = publish_duty(session, evenings, ewa, FIRST)
    make_draft(session, evenings, marta, date(2026, 12, 2))
    make_draft(session, evenings, None, date(2026, 12, 3))
    publish_duty(session, evenings, ewa, date(2026, 12, 4))
    with acting_at(session, BLUE_LINE):
        service.draft_removal(session, kept, actor=actor_of(ewa), now=NOW)
        session.add(Closure(name="Stocktaking", first_day=date(2026, 12, 22), last_day=date(2026, 12, 23)))
    session.commit()
    page = browser.reads(PAGE)
    assert cell(page, FIRST) == "EZ 17:00–21:00 Ewa Zięba , draft: cancelled none 17:00–21:00 gap"
    assert cell(page, date(2026, 12, 2)) == "MW 17:00–21:00 Marta Wilk , draft: new"
    assert cell(page, date(2026, 12, 3)) == "none 17:00–21:00 nobody yet, draft: new"
    assert cell(page, date(2026, 12, 4)) == "EZ 17:00–21:00 Ewa Zięba"
    assert cell(page, date(2026, 12, 22)) == "+ add Evening telephone, Dec 22, 2026"
    assert "27 gaps" in page
    assert "3 changes are drafted" in page
    assert "closed: Stocktaking" in page
    for week in ("2026-W49", "2026-W53"):
        assert f"week={week}" in page
    legend = page[page.index("Who is who") :]
    assert legend.index("Ewa Zięba") < legend.index("Marta Wilk")


def test_a_night_of_the_change_of_clocks_says_in_the_month_how_long_it_really_is(
    browser: Visitor, session: Session, ewa: Account
) -> None:
    make_draft(session, make_post(session, name="Night", starts=NIGHT[0], ends=NIGHT[1]), ewa, date(2027, 3, 27), NIGHT)
    session.commit()
    page = browser.reads(f"{ROSTER}?month=2027-03")
    assert cell(page, date(2027, 3, 27), "Night").startswith("EZ 22:00–06:00 (really 7 h)")


def test_a_conflict_stands_in_its_cell_in_words_and_below_before_what_is_only_to_be_minded(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    legal = make_post(session, name="Legal telephone", professions=[Profession.ADVOCATE])
    make_draft(session, legal, ewa, date(2026, 12, 9))
    make_draft(session, evenings, marta, date(2026, 12, 8), (time(8), time(21)))
    session.commit()
    page = browser.reads(PAGE)
    objection = "This person does not have a profession that the post asks for."
    said = cell(page, date(2026, 12, 9), "Legal telephone")
    assert said == f"EZ ! 17:00–21:00 Ewa Zięba , draft: new conflict {objection}"
    assert "MW ? 08:00–21:00 Marta Wilk , draft: new mind 13 hours of duty in one piece" in cell(
        page, date(2026, 12, 8)
    )
    below = page[page.index("What stands against duties of this month") :]
    assert (
        below.index("Ewa Zięba") < below.index(objection) < below.index("Marta Wilk") < below.index("13 hours of duty")
    )


def test_what_another_desk_decided_or_knows_of_the_same_person_stays_there(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    make_draft(session, evenings, ewa, FIRST)
    with acting_at(session, HELP_POINT):
        start = NOW + timedelta(days=4)
        days = {"first_day": start.date(), "last_day": FIRST}
        session.add(
            Absence(
                account_id=ewa.id,
                kind="leave",
                starts_at=start,
                ends_at=start + timedelta(days=4),
                entered_at=NOW,
                **days,
            )
        )
        session.add(Closure(name="Moving house", first_day=FIRST, last_day=FIRST))
        session.add(
            RuleSetting(engagement=Engagement.EMPLOYEE, rule=Rule.LONGEST_DUTY, severity=Severity.BLOCK, hours=1)
        )
        session.add(RosterSettings(settlement_months=3))
        session.flush()
        found = queries.decided(session, FIRST, FIRST)
        assert (dict(found.closings), found.settlement_months) == ({FIRST: "Moving house"}, 3)
        assert found.limits[Engagement.EMPLOYEE][Rule.LONGEST_DUTY].hours == 1
    with acting_at(session, BLUE_LINE):
        found = queries.decided(session, FIRST, FIRST)
        assert (dict(found.closings), dict(found.limits), found.settlement_months) == ({}, {}, None)
    session.commit()
    page = browser.reads(PAGE)
    assert cell(page, FIRST) == "EZ 17:00–21:00 Ewa Zięba , draft: new"
    assert "Moving house" not in page


def test_many_duties_to_mind_are_counted_and_stand_behind_one_line(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    for number in range(6):
        make_draft(session, evenings, ewa, FIRST + timedelta(days=2 * number), (time(8), time(21)))
    session.commit()
    page = browser.reads(PAGE)
    assert "6 duties to mind" in page
    assert page.count("13 hours of duty in one piece") == 12


def test_what_is_drafted_or_published_in_the_month_before_counts_for_the_rest_on_the_first(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    mornings = make_post(session, name="Early telephone", starts=time(5), ends=time(9))
    make_draft(session, evenings, ewa, date(2026, 11, 30), (time(17), time(23)))
    make_draft(session, mornings, ewa, FIRST, (time(5), time(9)))
    session.commit()
    assert "hours of rest in a day; the rules ask for 11" in cell(browser.reads(PAGE), FIRST, "Early telephone")


def test_from_a_gap_of_the_month_somebody_is_put_in_the_draft_and_the_month_comes_back(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    publish_duty(session, evenings, ewa, FIRST, (time(17), time(19)))
    session.commit()
    gap = re.search(r'id="gap-[^"]*" href="([^"]*)"', inside(browser.reads(PAGE), FIRST))
    assert gap
    address = gap[1].replace("&amp;", "&")
    form = browser.opens(address).text
    assert [value_of(form, name) for name in ("day", "starts", "ends")] == ["2026-12-01", "19:00", "21:00"]
    answer = browser.sends(address, filled_in(form, person=str(ewa.id)))
    assert answer.status_code == 302
    assert answer.location.startswith(f"{PAGE}#duty-")
    assert drafts(session) == ["01.12. 19:00-21:00 Evening telephone: Ewa Zięba"]


def test_from_the_month_a_duty_is_given_to_another_moved_and_taken_out_and_each_form_leads_back(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    publish_duty(session, evenings, ewa, FIRST)
    session.commit()
    edit = link(browser.reads(PAGE), FIRST)
    page = browser.opens(edit).text
    assert f'href="{PAGE}"' in page
    for changes in ({"person": str(marta.id)}, {"day": "2026-12-03"}, {"day": "2027-01-02"}, {"act": "out"}):
        answer = browser.sends(edit, filled_in(browser.opens(edit).text) | changes)
        assert answer.status_code == 302, changes
        assert answer.location.startswith(PAGE), changes
    assert drafts(session) == ["02.01. 17:00-21:00 Evening telephone: Marta Wilk cancelled"]
    answer = browser.sends(f"{ROSTER}/undo", {"month": MONTH}, page=PAGE)
    assert answer.location.startswith(PAGE)
    assert drafts(session) == ["02.01. 17:00-21:00 Evening telephone: Marta Wilk"]


def test_an_empty_cell_leads_to_a_new_duty_of_its_post_and_day(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    with acting_at(session, BLUE_LINE):
        session.add(Closure(name="Stocktaking", first_day=FIRST, last_day=FIRST))
    session.commit()
    address = link(browser.reads(PAGE), FIRST)
    form = browser.opens(address).text
    assert (value_of(form, "post"), value_of(form, "day")) == (str(evenings.id), "2026-12-01")
    assert browser.sends(address, filled_in(form, person=str(ewa.id))).location.startswith(PAGE)


def test_whoever_was_slower_in_the_month_is_told_keeps_what_was_typed_and_comes_back_to_the_month(
    app: Flask, browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    publish_duty(session, evenings, ewa, FIRST)
    other = browser_of(app, a_coordinator(session, "Hanna Coordinator"))
    session.commit()
    edit = link(browser.reads(PAGE), FIRST)
    mine, theirs = browser.opens(edit).text, other.opens(edit).text
    assert other.sends(edit, filled_in(theirs, person=str(marta.id))).location.startswith(PAGE)
    answer = browser.sends(edit, filled_in(mine, ends="22:00"))
    page = words(answer)
    assert answer.status_code == 409
    assert "Hanna Coordinator changed this duty while you were writing." in page
    assert "Stored now: Marta Wilk" in page
    assert value_of(page, "ends") == "22:00"
    assert browser.sends(edit, filled_in(page)).location.startswith(PAGE)
    assert drafts(session) == ["01.12. 17:00-22:00 Evening telephone: Ewa Zięba"]


def test_a_draft_that_is_gone_is_typed_as_a_new_duty_and_the_month_comes_back_all_the_same(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    make_draft(session, evenings, ewa, FIRST)
    session.commit()
    edit = link(browser.reads(PAGE), FIRST)
    typed = filled_in(browser.opens(edit).text, ends="20:30")
    browser.sends(f"{ROSTER}/discard", {"month": MONTH})
    page = words(browser.sends(edit, typed, page=PAGE))
    action = re.search(r'action="([^"]*/new[^"]*)"', page)
    assert action
    assert browser.sends(action[1], filled_in(page)).location.startswith(PAGE)
    assert drafts(session) == ["01.12. 17:00-20:30 Evening telephone: Ewa Zięba"]


def test_what_stands_against_publishing_the_month_leads_to_the_duty_and_from_there_back_to_the_month(
    browser: Visitor, session: Session, ewa: Account, marta: Account
) -> None:
    legal = make_post(session, name="Legal telephone", professions=[Profession.ADVOCATE])
    make_draft(session, legal, ewa, FIRST)
    session.commit()
    page = browser.reads(f"{ROSTER}/publish?month={MONTH}")
    assert "Publish and tell them" not in page
    summary = page[page.index("These duties cannot be published.") :]
    edit = re.search(r'href="([^"]*/edit[^"]*)"', summary)
    assert edit
    answer = browser.sends(edit[1], filled_in(browser.opens(edit[1]).text, person=""))
    assert answer.location.startswith(PAGE)
    assert browser.sends(f"{ROSTER}/publish", {"month": MONTH}).location == PAGE
    assert duties(session) == ["01.12. 17:00-21:00 Legal telephone: -"]
    assert marta.name not in browser.reads(PAGE)


def test_a_colleague_reads_the_month_and_the_week_as_published_and_can_change_nothing_there(
    app: Flask, browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    legal = make_post(session, name="Legal telephone", professions=[Profession.ADVOCATE])
    changed = publish_duty(session, evenings, ewa, FIRST)
    make_draft(session, evenings, marta, FIRST, duty=changed)
    make_draft(session, legal, ewa, FIRST)
    session.commit()
    assert "conflict" in cell(browser.reads(PAGE), FIRST, "Legal telephone")
    colleague = browser_of(app, marta)
    month, week = colleague.reads(PAGE), colleague.reads(f"{ROSTER}?week=2026-W49")
    assert cell(month, FIRST) == "EZ 17:00–21:00 Ewa Zięba"
    assert cell(month, FIRST, "Legal telephone") == "none 17:00–21:00 gap"
    for page in (month, week):
        assert "17:00–21:00" in page
        for hidden in (
            "/edit",
            "roster/new",
            "roster/publish",
            "roster/undo",
            "data-roster=",
            "grid.js",
            "stands against",
        ):
            assert hidden not in page, hidden


@pytest.mark.parametrize("grid", [f"month={MONTH}", "week=2026-W49"])
def test_a_page_is_not_sent_again_what_it_shows_already(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, grid: str
) -> None:
    duty = publish_duty(session, evenings, ewa, FIRST)
    session.commit()
    path = f"{ROSTER}/duties/{duty.id}"
    browser.sends(
        f"{path}/move", {"day": "2026-12-02", "starts": "17:00", "ends": "21:00", "version": "duty-1"}, page=PAGE
    )
    page = browser.reads(f"{ROSTER}?{grid}")
    assert "Undo<kbd" in page  # with a token that is another one each second
    tag = re.search(r"""data-live-tag='?"?("[0-9a-f]+")""", page)
    assert tag
    with time_machine.travel(NOW + timedelta(seconds=5)):
        again = browser.client.get(f"{ROSTER}/week?{grid}", headers={"If-None-Match": tag[1]})
        assert (again.status_code, again.data) == (304, b"")
        browser.sends(f"{ROSTER}/undo", page=PAGE)
        other = browser.client.get(f"{ROSTER}/week?{grid}", headers={"If-None-Match": tag[1]})
    assert other.status_code == 200
    assert other.headers["ETag"] != tag[1]
    assert "Undo<kbd" not in other.text


def test_a_month_in_which_nobody_is_needed_says_so_to_each_reader(
    app: Flask, browser: Visitor, session: Session, karol: Account
) -> None:
    ewa = make_account(session)
    session.commit()
    assert "Add a post first" in browser.reads(PAGE)
    page = browser_of(app, ewa).reads(PAGE)
    assert "Nobody is needed in this month, and nothing is planned." in page
    assert karol.name not in page
