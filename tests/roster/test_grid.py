"""Stories of a coordinator who plans a week: what she sees, changes, takes back and publishes, with a browser and without scripts."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Notice
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.roster import queries, service
from helpdesk.roster.models import Absence, Closure, DutyState, Post
from helpdesk.roster.rules.notices import Told
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_duty, make_post
from tests.roster.planning import (
    EVENING,
    GRID,
    MONDAY,
    NOW,
    ROSTER,
    WEEK,
    a_coordinator,
    browser_of,
    draft_id,
    drafts,
    duties,
    filled_in,
    make_draft,
    publish_duty,
    value_of,
)

TUESDAY = MONDAY + timedelta(days=1)


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


def cell(page: str, day: date, post: str = "Evening telephone") -> str:
    """What stands in one cell of the week, in words."""
    row = page[page.index(f"<bdi>{post}</bdi>") :]
    inside = row[row.index(f'data-day="{day.isoformat()}"') :]
    return " ".join(re.sub(r"<[^>]+>", " ", inside[inside.index(">") + 1 : inside.index("</td>")]).split())


def test_a_week_shows_duties_by_post_and_day_and_what_nobody_covers(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    publish_duty(session, evenings, ewa)
    publish_duty(session, evenings, None, TUESDAY)
    publish_duty(session, evenings, ewa, TUESDAY + timedelta(days=1), (time(17), time(19)))
    make_duty(
        session, HELP_POINT, make_account(session, HELP_POINT, name="Somebody Elsewhere"), NOW + timedelta(days=6)
    )
    session.commit()
    page = browser.reads(GRID)
    assert cell(page, MONDAY) == "17:00–21:00 Ewa Zięba"
    assert cell(page, TUESDAY) == "17:00–21:00 nobody yet"
    assert cell(page, TUESDAY + timedelta(days=1)) == "17:00–19:00 Ewa Zięba 19:00–21:00 gap"
    assert cell(page, TUESDAY + timedelta(days=2)) == "17:00–21:00 gap"
    assert "Somebody Elsewhere" not in page


def test_holidays_and_planned_closings_are_named_and_a_closing_is_no_gap(
    browser: Visitor, session: Session, evenings: Post
) -> None:
    with acting_at(session, BLUE_LINE):
        session.add(Closure(name="Stocktaking", first_day=date(2026, 12, 22), last_day=date(2026, 12, 23)))
    session.commit()
    page = browser.reads(f"{ROSTER}?week=2026-W52")
    assert "Christmas Eve" in page
    assert "closed: Stocktaking" in page
    assert cell(page, date(2026, 12, 21)) == "17:00–21:00 gap"
    assert cell(page, date(2026, 12, 22)).startswith("add")
    assert cell(page, date(2026, 12, 24)) == "17:00–21:00 gap"
    assert evenings.name in page


def test_a_draft_says_what_it_does_and_is_seen_by_planners_alone(
    app: Flask, browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    changed = publish_duty(session, evenings, ewa)
    cancelled = publish_duty(session, evenings, ewa, TUESDAY)
    make_draft(session, evenings, marta, duty=changed)
    with acting_at(session, BLUE_LINE):
        service.draft_removal(session, cancelled, actor=actor_of(ewa), now=NOW)
    make_draft(session, evenings, marta, TUESDAY + timedelta(days=1))
    session.commit()
    page = browser.reads(GRID)
    assert cell(page, MONDAY) == "17:00–21:00 Marta Wilk draft: changed"
    assert cell(page, TUESDAY) == "17:00–21:00 Ewa Zięba draft: cancelled 17:00–21:00 gap"
    assert cell(page, TUESDAY + timedelta(days=1)) == "17:00–21:00 Marta Wilk draft: new"
    assert "3 changes of this week are drafted" in page
    consultant = browser_of(app, ewa)
    for path in (GRID, f"{ROSTER}/week?week={WEEK}", f"{ROSTER}?month=2026-12", f"{ROSTER}/week?month=2026-12"):
        seen = consultant.reads(path)
        assert "Ewa Zięba" in seen, path
        assert "Marta Wilk" not in seen, path
    assert cell(consultant.reads(GRID), MONDAY) == "17:00–21:00 Ewa Zięba"
    assert "Marta Wilk" not in consultant.reads(f"/desk/{BLUE_LINE}/duties")


def test_conflicts_are_outlined_with_their_reason_and_listed_below(
    browser: Visitor, session: Session, karol: Account, ewa: Account
) -> None:
    ukrainian = make_post(session, name="Ukrainian telephone", languages=["uk"], professions=[Profession.ADVOCATE])
    make_draft(session, ukrainian, ewa)
    with acting_at(session, BLUE_LINE):
        session.add(
            Absence(
                account_id=ewa.id,
                kind="illness",
                first_day=MONDAY,
                last_day=MONDAY,
                starts_at=NOW + timedelta(days=4),
                ends_at=NOW + timedelta(days=6),
                entered_at=NOW,
            )
        )
    session.commit()
    page = browser.reads(GRID)
    said = cell(page, MONDAY, "Ukrainian telephone")
    assert "conflict" in said
    assert "does not speak every language" in said
    assert "does not have a profession" in said
    assert "is absent at this time" in said
    below = page[page.index("What stands against duties of this week") :]
    assert "Ewa Zięba" in below
    assert "is absent at this time" in below
    absent = page[page.index("<tfoot") : page.index("</tfoot>")]
    assert "Ewa Zięba" in absent
    assert "illness" not in page
    assert karol.name not in absent


def test_rest_counts_what_is_drafted_in_the_week_before(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    mornings = make_post(session, name="Early telephone", starts=time(5), ends=time(9))
    make_draft(session, evenings, ewa, MONDAY - timedelta(days=1), (time(17), time(23)))
    make_draft(session, mornings, ewa, MONDAY, (time(5), time(9)))
    session.commit()
    page = browser.reads(GRID)
    assert "hours of rest in a day; the rules ask for 11" in cell(page, MONDAY, "Early telephone")


def test_a_night_of_the_change_of_clocks_says_how_long_it_really_is(
    browser: Visitor, session: Session, ewa: Account
) -> None:
    nights = make_post(session, name="Night telephone", starts=time(22), ends=time(6))
    make_draft(session, nights, ewa, date(2027, 3, 27), (time(22), time(6)))
    session.commit()
    said = cell(browser.reads(f"{ROSTER}?week=2027-W12"), date(2027, 3, 27), "Night telephone")
    assert "22:00–06:00 (really 7 h)" in said


def test_an_address_that_names_no_week_shows_this_one(browser: Visitor, evenings: Post) -> None:
    for week in ("", "2026-W99", "x", "0001-W01"):
        assert "23 Nov – 29 Nov 2026" in browser.reads(f"{ROSTER}?week={week}")
    assert evenings.name in browser.reads(ROSTER)


def test_a_desk_without_posts_is_told_what_to_do_first(browser: Visitor) -> None:
    assert "Add a post first" in browser.reads(GRID)


def test_a_gap_leads_to_a_form_in_which_all_but_the_person_is_filled_in(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    publish_duty(session, evenings, ewa, hours=(time(17), time(19)))
    session.commit()
    page = browser.opens(GRID).text
    address = re.search(r'id="gap-[^"]*"\s+href="([^"]*day=2026-11-30[^"]*)"', page)
    assert address
    form = browser.reads(address[1].replace("&amp;", "&"))
    assert {name: value_of(form, name) for name in ("post", "day", "starts", "ends", "person")} == {
        "post": str(evenings.id),
        "day": "2026-11-30",
        "starts": "19:00",
        "ends": "21:00",
        "person": "",
    }


def test_a_gap_after_midnight_is_filled_on_the_day_on_which_it_begins(
    browser: Visitor, session: Session, ewa: Account
) -> None:
    nights = make_post(session, name="Night telephone", starts=time(22), ends=time(6))
    publish_duty(session, nights, ewa, hours=(time(22), time(2)))
    session.commit()
    page = browser.opens(GRID).text
    address = re.search(r'href="([^"]*starts=02:00[^"]*)"', page.replace("%3A", ":"))
    assert address
    assert "day=2026-12-01" in address[1]


def test_a_new_duty_is_drafted_and_nobody_is_told(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    new = f"{ROSTER}/new?post={evenings.id}&day=2026-11-30"
    answer = browser.sends(new, filled_in(browser.opens(new).text, person=str(ewa.id)))
    assert answer.status_code == 302
    assert WEEK in answer.location
    assert drafts(session) == ["30.11. 17:00-21:00 Evening telephone: Ewa Zięba"]
    assert duties(session) == []
    with acting_at(session, BLUE_LINE):
        assert session.query(Notice).count() == 0
    assert session.query(AuditEvent).filter_by(tag="duty:drafted").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"post": ""}, "Choose a post."),
        ({"post": str(uuid4())}, "Choose a post of this desk."),
        ({"person": str(uuid4())}, "Choose somebody who works at this desk."),
        ({"day": ""}, "Choose a day."),
        ({"day": "2026-02-30"}, "Write a day that is in the calendar."),
        ({"day": "0001-01-01"}, "Write a day that is in the calendar."),
        ({"day": "2026-11-24"}, "would have begun already"),
        ({"starts": ""}, "Write when the duty starts."),
        ({"starts": "25:00"}, "Write the time like 18:30."),
        ({"ends": "17:00"}, "The end is the same as the start."),
        ({"ends": "16:00"}, "A duty lasts at most 16 hours."),
        ({"day": "2027-03-28", "starts": "02:10", "ends": "02:50"}, "this hour does not exist"),
    ],
)
def test_what_cannot_be_drafted_is_said_beside_its_field_and_what_was_typed_stays(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, changes: dict[str, str], sentence: str
) -> None:
    new = f"{ROSTER}/new?post={evenings.id}&day=2026-11-30"
    typed = filled_in(browser.opens(new).text, person=str(ewa.id)) | changes
    answer = browser.sends(new, typed)
    page = words(answer)
    assert answer.status_code in {409, 422}
    assert sentence in page
    assert page.count("govuk-error-message") == 1
    assert [value_of(page, name) for name in ("day", "starts", "ends")] == [
        typed[name] for name in ("day", "starts", "ends")
    ]
    assert drafts(session) == []


def test_whoever_cannot_hold_a_duty_stands_apart_with_the_reason(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    mornings = make_post(session, name="Late telephone", starts=time(20), ends=time(23))
    make_draft(session, evenings, ewa)
    session.commit()
    page = browser.reads(f"{ROSTER}/new?post={mornings.id}&day=2026-11-30")
    can, cannot = page.index("Can hold this duty"), page.index("Something stands against it")
    assert can < page.index(f">{marta.name} (") < cannot
    assert cannot < page.index(f">{ewa.name} (psych.): This person is on another duty at this time.")


def test_a_published_duty_changed_by_its_form_becomes_a_draft_that_can_be_taken_back(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    duty = publish_duty(session, evenings, ewa)
    session.commit()
    edit = f"{ROSTER}/duties/{duty.id}/edit"
    page = browser.opens(edit).text
    assert value_of(page, "person") == str(ewa.id)
    assert browser.sends(edit, filled_in(page, person=str(marta.id), starts="18:00")).status_code == 302
    assert drafts(session) == ["30.11. 18:00-21:00 Evening telephone: Marta Wilk"]
    assert duties(session) == ["30.11. 17:00-21:00 Evening telephone: Ewa Zięba"]
    again = browser.opens(edit).text
    assert value_of(again, "person") == str(marta.id)
    assert browser.sends(edit, {**filled_in(again), "act": "back"}).status_code == 302
    assert drafts(session) == []


def test_a_published_duty_is_taken_out_with_the_draft_and_stands_until_it_is_published(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    duty = publish_duty(session, evenings, ewa)
    session.commit()
    edit = f"{ROSTER}/duties/{duty.id}/edit"
    browser.sends(edit, {**filled_in(browser.opens(edit).text), "act": "out"})
    assert drafts(session) == ["30.11. 17:00-21:00 Evening telephone: Ewa Zięba cancelled"]
    assert len(duties(session)) == 1
    browser.sends(f"{ROSTER}/publish", {"week": WEEK})
    assert duties(session) == []


def test_a_new_draft_is_taken_out_by_its_form(browser: Visitor, session: Session, evenings: Post, ewa: Account) -> None:
    draft = make_draft(session, evenings, ewa)
    session.commit()
    edit = f"{ROSTER}/drafts/{draft.id}/edit"
    assert browser.sends(edit, {**filled_in(browser.opens(edit).text), "act": "out"}).status_code == 302
    assert drafts(session) == []


def test_changing_at_once_needs_a_reason_and_tells_both(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    duty = publish_duty(session, evenings, ewa)
    make_draft(session, evenings, None, duty=duty)
    session.commit()
    edit = f"{ROSTER}/duties/{duty.id}/edit"
    typed = filled_in(browser.opens(edit).text, person=str(marta.id))
    for why in ("", "  "):
        refused = browser.sends(edit, {**typed, "act": "change", "why": why})
        assert refused.status_code == 409
        assert "Write why." in words(refused)
        assert len(drafts(session)) == 1
    assert browser.sends(edit, {**typed, "act": "change", "why": "Ewa is ill."}).status_code == 302
    assert duties(session) == ["30.11. 17:00-21:00 Evening telephone: Marta Wilk"]
    assert drafts(session) == []
    history = browser.reads(edit)
    assert "Ewa is ill." in history
    with acting_at(session, BLUE_LINE):
        told = {(each.account_id, each.code) for each in session.query(Notice)}
    assert told >= {(ewa.id, Told.TAKEN_AWAY), (marta.id, Told.GIVEN)}


def test_cancelling_at_once_needs_a_reason_and_keeps_the_duty_in_the_history(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    duty = publish_duty(session, evenings, ewa)
    session.commit()
    edit = f"{ROSTER}/duties/{duty.id}/edit"
    typed = filled_in(browser.opens(edit).text)
    assert browser.sends(edit, {**typed, "act": "cancel"}).status_code == 409
    assert len(duties(session)) == 1
    assert browser.sends(edit, {**typed, "act": "cancel", "why": "The hall is closed."}).status_code == 302
    assert duties(session) == []
    page = browser.reads(edit)
    assert "This duty was cancelled." in page
    assert "The hall is closed." in page
    with acting_at(session, BLUE_LINE):
        assert queries.duty(session, duty.id).state is DutyState.CANCELLED


def test_a_duty_that_has_begun_is_only_read(browser: Visitor, session: Session, evenings: Post, ewa: Account) -> None:
    duty = make_duty(session, BLUE_LINE, ewa, NOW, post=evenings)
    session.commit()
    edit = f"{ROSTER}/duties/{duty.id}/edit"
    page = browser.reads(edit)
    assert "What was stays as it was." in page
    assert 'name="starts"' not in page
    day = duty.day.isoformat()
    typed = {"post": str(evenings.id), "day": day, "starts": "20:00", "ends": "22:00", "version": "duty-1"}
    for act in ("draft", "out", "change", "cancel"):
        answer = browser.sends(edit, {**typed, "act": act, "why": "so"}, page=edit)
        assert answer.status_code == 409
    assert drafts(session) == []
    assert len(duties(session)) == 1


def test_an_act_that_there_is_not_is_refused(browser: Visitor, session: Session, evenings: Post, ewa: Account) -> None:
    draft = make_draft(session, evenings, ewa)
    session.commit()
    edit = f"{ROSTER}/drafts/{draft.id}/edit"
    assert browser.sends(edit, {**filled_in(browser.opens(edit).text), "act": "publish"}).status_code == 400
    assert browser.sends(edit, {**filled_in(browser.opens(edit).text), "act": "cancel", "why": "so"}).status_code == 400
    assert len(drafts(session)) == 1


def test_whoever_was_slower_sees_beside_each_field_what_stands_there_now_and_saves_again(
    app: Flask, browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    duty = publish_duty(session, evenings, ewa)
    other = browser_of(app, a_coordinator(session, "Hanna Coordinator"))
    session.commit()
    edit = f"{ROSTER}/duties/{duty.id}/edit"
    mine, theirs = browser.opens(edit).text, other.opens(edit).text
    assert other.sends(edit, filled_in(theirs, person=str(marta.id), starts="18:00")).status_code == 302
    answer = browser.sends(edit, filled_in(mine, ends="22:00"))
    page = words(answer)
    assert answer.status_code == 409
    assert "Hanna Coordinator changed this duty while you were writing." in page
    assert "Stored now: Marta Wilk" in page
    assert "Stored now: 18:00" in page
    assert "Stored now: 21:00" in page
    assert page.count("Stored now:") == 3
    assert value_of(page, "ends") == "22:00"
    assert drafts(session) == ["30.11. 18:00-21:00 Evening telephone: Marta Wilk"]
    assert browser.sends(edit, filled_in(page)).status_code == 302
    assert drafts(session) == ["30.11. 17:00-22:00 Evening telephone: Ewa Zięba"]


def test_a_draft_that_is_gone_leaves_what_was_typed_in_the_form_of_a_new_duty(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    draft = make_draft(session, evenings, ewa)
    session.commit()
    edit = f"{ROSTER}/drafts/{draft.id}/edit"
    typed = filled_in(browser.opens(edit).text, ends="20:30")
    browser.sends(f"{ROSTER}/discard", {"week": WEEK})
    answer = browser.sends(edit, typed, page=GRID)
    page = words(answer)
    assert answer.status_code == 409
    assert "published or taken back meanwhile" in page
    assert value_of(page, "ends") == "20:30"
    assert f'action="{ROSTER}/new?week={WEEK}"' in page
    assert browser.opens(edit).status_code == 404


def test_a_duty_of_another_desk_is_not_there(browser: Visitor, session: Session, ewa: Account) -> None:
    theirs = make_account(session, HELP_POINT, name="Somebody Elsewhere")
    post = make_post(session, HELP_POINT, name="Their telephone")
    duty = publish_duty(session, post, None)
    draft = make_draft(session, post, theirs, TUESDAY, by=actor_of(theirs, HELP_POINT))
    session.commit()
    for path in (f"{ROSTER}/duties/{duty.id}", f"{ROSTER}/drafts/{draft.id}"):
        assert browser.opens(f"{path}/edit").status_code == 404
        assert browser.sends(f"{path}/move", {"day": "2026-12-01"}, page=GRID).status_code == 404
    answer = browser.sends(f"{ROSTER}/drafts/{draft.id}/edit", {"day": "2026-12-01"}, page=GRID)
    assert "Their telephone" not in words(answer)
    assert browser.opens(f"{ROSTER}/new?post={post.id}&day=2026-11-30").status_code == 200
    assert ewa.name not in words(browser.opens(f"/desk/{HELP_POINT}/roster"))
    assert browser.opens(f"/desk/{HELP_POINT}/roster").status_code == 404


def _move(browser: Visitor, path: str, **fields: str) -> tuple[int, dict[str, str]]:
    answer = browser.sends(f"{path}/move", fields, page=GRID)
    return answer.status_code, answer.get_json()


def test_a_bar_is_moved_lengthened_and_given_another_row_by_the_script(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    other = make_post(session, name="Other telephone")
    duty = publish_duty(session, evenings, ewa)
    session.commit()
    path = f"{ROSTER}/duties/{duty.id}"
    status, said = _move(browser, path, day="2026-12-01", starts="17:30", ends="22:00", version="duty-1")
    assert (status, said["version"]) == (200, "draft-1")
    assert "Evening telephone" in said["said"]
    assert drafts(session) == ["01.12. 17:30-22:00 Evening telephone: Ewa Zięba"]
    status, said = _move(
        browser, path, day="2026-12-02", starts="17:30", ends="22:00", version="draft-1", post=str(other.id)
    )
    assert (status, said["version"]) == (200, "draft-2")
    assert drafts(session) == ["02.12. 17:30-22:00 Other telephone: Ewa Zięba"]
    assert duties(session) == ["30.11. 17:00-21:00 Evening telephone: Ewa Zięba"]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"version": "draft-1"}, 409, "Somebody else changed this duty meanwhile."),
        ({"version": "duty-2"}, 409, "Somebody else changed this duty meanwhile."),
        ({"version": "duty-²"}, 409, "Somebody else changed this duty meanwhile."),
        ({"version": ""}, 409, "Somebody else changed this duty meanwhile."),
        ({"day": "2026-11-24"}, 409, "would have begun already"),
        ({"ends": "17:00"}, 409, "The end is the same as the start."),
        ({"day": "soon"}, 422, "cannot be moved there"),
        ({"starts": ""}, 422, "cannot be moved there"),
    ],
)
def test_a_bar_that_cannot_be_moved_stays_and_says_why(
    browser: Visitor,
    session: Session,
    evenings: Post,
    ewa: Account,
    changes: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    duty = publish_duty(session, evenings, ewa)
    session.commit()
    fields = {"day": "2026-12-01", "starts": "17:00", "ends": "21:00", "version": "duty-1"} | changes
    answered, said = _move(browser, f"{ROSTER}/duties/{duty.id}", **fields)
    assert answered == status
    assert sentence in said["error"]
    assert drafts(session) == []


def test_each_step_is_undone_until_nothing_of_it_is_left(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    duty = publish_duty(session, evenings, ewa)
    session.commit()
    assert "Undo<kbd" not in browser.reads(GRID)
    path = f"{ROSTER}/duties/{duty.id}"
    _move(browser, path, day="2026-12-01", starts="17:00", ends="21:00", version="duty-1")
    _move(browser, path, day="2026-12-02", starts="17:00", ends="21:00", version="draft-1")
    browser.sends(f"{path}/edit", {**filled_in(browser.opens(f"{path}/edit").text), "act": "out"})
    assert "Undo<kbd" in browser.reads(GRID)
    seen = [drafts(session)]
    for _step in range(3):
        assert browser.sends(f"{ROSTER}/undo", {"week": WEEK}, page=GRID).status_code == 302
        seen.append(drafts(session))
    assert seen == [
        ["02.12. 17:00-21:00 Evening telephone: Ewa Zięba cancelled"],
        ["02.12. 17:00-21:00 Evening telephone: Ewa Zięba"],
        ["01.12. 17:00-21:00 Evening telephone: Ewa Zięba"],
        [],
    ]
    assert "Undo<kbd" not in browser.reads(GRID)
    assert browser.sends(f"{ROSTER}/undo", {"week": WEEK}, page=GRID).status_code == 302
    assert duties(session) == ["30.11. 17:00-21:00 Evening telephone: Ewa Zięba"]


def test_a_new_draft_that_was_taken_out_comes_back_by_undoing(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    draft = make_draft(session, evenings, ewa)
    session.commit()
    edit = f"{ROSTER}/drafts/{draft.id}/edit"
    browser.sends(edit, {**filled_in(browser.opens(edit).text), "act": "out"})
    browser.sends(f"{ROSTER}/undo", {"week": WEEK}, page=GRID)
    assert drafts(session) == ["30.11. 17:00-21:00 Evening telephone: Ewa Zięba"]


def test_undoing_leaves_alone_what_somebody_else_has_changed_since(
    app: Flask, browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    draft = make_draft(session, evenings, ewa)
    other = browser_of(app, a_coordinator(session, "Hanna Coordinator"))
    session.commit()
    path = f"{ROSTER}/drafts/{draft.id}"
    _move(browser, path, day="2026-12-01", starts="17:00", ends="21:00", version="draft-1")
    _move(other, path, day="2026-12-02", starts="17:00", ends="21:00", version="draft-2")
    browser.sends(f"{ROSTER}/undo", {"week": WEEK}, page=GRID)
    assert "Somebody else changed this duty meanwhile." in browser.reads(GRID)
    assert drafts(session) == ["02.12. 17:00-21:00 Evening telephone: Ewa Zięba"]


def test_undoing_my_second_step_does_not_later_undo_the_step_of_another_in_between(
    app: Flask, browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    draft = make_draft(session, evenings, ewa)
    other = browser_of(app, a_coordinator(session, "Hanna Coordinator"))
    session.commit()
    path = f"{ROSTER}/drafts/{draft.id}"
    for who, day, version in ((browser, "01", "1"), (other, "02", "2"), (browser, "03", "3")):
        _move(who, path, day=f"2026-12-{day}", starts="17:00", ends="21:00", version=f"draft-{version}")
    for _step in range(3):
        browser.sends(f"{ROSTER}/undo", {"week": WEEK}, page=GRID)
    assert drafts(session) == ["02.12. 17:00-21:00 Evening telephone: Ewa Zięba"]


def test_publishing_is_looked_at_before_and_says_what_it_does_whom_it_tells_and_what_is_missing(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    changed = publish_duty(session, evenings, ewa)
    make_draft(session, evenings, marta, duty=changed)
    make_draft(session, evenings, ewa, TUESDAY)
    make_draft(session, evenings, ewa, MONDAY + timedelta(days=7))
    session.commit()
    page = browser.reads(f"{ROSTER}/publish?week={WEEK}")
    assert "1 new duty" in page
    assert "1 changed duty" in page
    assert "before:" in page
    told = page[page.index("Who is told") : page.index("What will still be missing")]
    assert ewa.name in told
    assert marta.name in told
    assert page[page.index("What will still be missing") :].count(">gap<") == 5
    assert duties(session) == ["30.11. 17:00-21:00 Evening telephone: Ewa Zięba"]
    answer = browser.sends(f"{ROSTER}/publish", {"week": WEEK})
    assert answer.status_code == 302
    assert "Published: 1 new, 1 changed, 0 cancelled. 2 people are told." in browser.reads(answer.location)
    assert duties(session) == [
        "30.11. 17:00-21:00 Evening telephone: Marta Wilk",
        "01.12. 17:00-21:00 Evening telephone: Ewa Zięba",
    ]
    assert drafts(session) == ["07.12. 17:00-21:00 Evening telephone: Ewa Zięba"]
    assert "Undo<kbd" not in browser.reads(GRID)


def test_what_cannot_be_published_is_named_and_nothing_is_published(
    browser: Visitor, session: Session, evenings: Post, ewa: Account, marta: Account
) -> None:
    legal = make_post(session, name="Legal telephone", professions=[Profession.ADVOCATE])
    make_draft(session, legal, ewa)
    make_draft(session, evenings, marta)
    session.commit()
    page = browser.reads(f"{ROSTER}/publish?week={WEEK}")
    assert "These duties cannot be published." in page
    assert "Publish and tell them" not in page
    answer = browser.sends(f"{ROSTER}/publish", {"week": WEEK})
    assert answer.status_code == 409
    assert "Legal telephone: Ewa Zięba. This person does not have a profession" in re.sub(
        r"<[^>]+>|\s+(?=:)", "", words(answer)
    )
    assert duties(session) == []
    assert len(drafts(session)) == 2


def test_somebody_on_two_desks_at_once_is_refused_as_a_whole(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    make_duty(session, HELP_POINT, ewa, NOW + timedelta(days=5, hours=6), hours=8)
    make_draft(session, evenings, ewa)
    session.commit()
    answer = browser.sends(f"{ROSTER}/publish", {"week": WEEK})
    assert answer.status_code == 409
    assert "on another duty at this time" in words(answer)
    assert duties(session) == []


def test_there_is_nothing_to_publish_where_nothing_is_drafted(browser: Visitor, evenings: Post) -> None:
    assert "Nothing is drafted for these days" in browser.reads(f"{ROSTER}/publish?week={WEEK}")
    answer = browser.sends(f"{ROSTER}/publish", {"week": WEEK})
    assert answer.status_code == 409
    assert "there is nothing to publish" in words(answer)
    assert evenings.name in browser.reads(GRID)


def test_a_month_is_published_as_a_whole(browser: Visitor, session: Session, evenings: Post, ewa: Account) -> None:
    for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)):
        make_draft(session, evenings, ewa, day)
    session.commit()
    answer = browser.sends(f"{ROSTER}/publish", {"month": "2026-12"})
    assert "month=2026-12" in answer.location
    assert [line[:6] for line in duties(session)] == ["01.12.", "31.12."]


def test_all_drafts_of_a_week_are_taken_back_after_a_question(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    publish_duty(session, evenings, ewa)
    make_draft(session, evenings, ewa, TUESDAY)
    make_draft(session, evenings, ewa, MONDAY + timedelta(days=7))
    session.commit()
    assert "1 drafted change goes." in browser.reads(f"{ROSTER}/discard?week={WEEK}")
    assert len(drafts(session)) == 2
    answer = browser.sends(f"{ROSTER}/discard", {"week": WEEK})
    assert "1 change was taken back." in browser.reads(answer.location)
    assert drafts(session) == ["07.12. 17:00-21:00 Evening telephone: Ewa Zięba"]
    assert len(duties(session)) == 1


def test_the_gaps_of_six_weeks_stand_on_the_grid_and_on_a_page_of_their_own(
    browser: Visitor, session: Session, evenings: Post, ewa: Account
) -> None:
    nights = make_post(session, name="Night telephone", starts=time(22), ends=time(6), first=date(2026, 12, 1))
    with acting_at(session, BLUE_LINE):
        session.add(Closure(name="Stocktaking", first_day=date(2026, 12, 28), last_day=date(2026, 12, 28)))
    publish_duty(session, evenings, ewa)
    make_draft(session, evenings, ewa, TUESDAY)
    session.commit()
    # From 25 November to 6 January: 43 evenings but one that is held and one that is closed; 37 nights but one that is closed.
    assert "77 gaps in the next six weeks" in browser.reads(GRID)
    page = browser.reads(f"{ROSTER}/gaps?weeks=6")
    empty = page[page.index("Posts without anybody") : page.index("Gaps day by day")]
    assert nights.name in empty
    assert "36 times, 288 hours in all" in empty
    assert "Evening telephone" not in empty
    assert page.count("drafted, not published yet") == 1
    assert "Stocktaking" in page
    assert len(drafts(session)) == 1


@pytest.mark.parametrize("weeks", ["0", "27", "x", "", "1000000", "6"])
def test_gaps_are_asked_for_so_many_weeks_or_for_six(browser: Visitor, evenings: Post, weeks: str) -> None:
    assert "Gaps in 6 weeks to come" in browser.reads(f"{ROSTER}/gaps?weeks={weeks}")
    assert "Gaps in 2 weeks to come" in browser.reads(f"{ROSTER}/gaps?weeks=2")
    assert evenings.name


def test_a_whole_plan_has_no_gaps(browser: Visitor, session: Session, ewa: Account, evenings: Post) -> None:
    with acting_at(session, BLUE_LINE):
        queries.post(session, evenings.id).last = date(2026, 11, 30)
        queries.post(session, evenings.id).first = date(2026, 11, 30)
    publish_duty(session, evenings, ewa)
    session.commit()
    assert "No gaps in the next six weeks" in browser.reads(GRID)
    assert "every hour that a post asks for is covered" in browser.reads(f"{ROSTER}/gaps")


def test_a_coordinator_has_the_roster_in_the_navigation_and_others_the_duties(
    app: Flask, browser: Visitor, session: Session, ewa: Account
) -> None:
    def shown(page: str) -> set[str]:
        inside = page[page.index('class="nav"') : page.index("</nav>")]
        return {name for name in ("Roster", "Duties") if f">{name}<kbd" in inside}

    session.commit()
    assert shown(browser.reads(GRID)) == {"Roster"}
    assert shown(browser_of(app, ewa).reads(f"/desk/{BLUE_LINE}/duties")) == {"Duties"}


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.DUTY_OFFICER, Role.ADMINISTRATOR])
def test_nobody_but_a_coordinator_plans(app: Flask, session: Session, evenings: Post, ewa: Account, role: Role) -> None:
    duty = publish_duty(session, evenings, ewa)
    visitor = browser_of(app, make_account(session, roles=(role,), name="Somebody"))
    session.commit()
    for path in ("/gaps", "/publish", "/discard", "/draft", "/new", f"/duties/{duty.id}/edit"):
        assert visitor.opens(f"{ROSTER}{path}").status_code == 403, path
    for path in ("", "/week", "?month=2026-12", "/week?month=2026-12"):
        assert visitor.opens(f"{ROSTER}{path}").status_code == (200 if role is Role.CONSULTANT else 403), path
    for path in ("/publish", "/discard", "/undo", f"/duties/{duty.id}/edit", f"/duties/{duty.id}/move"):
        assert visitor.sends(f"{ROSTER}{path}", page="/desk/account").status_code == 403, path
    assert len(duties(session)) == 1


def test_looking_at_the_plan_changes_nothing(browser: Visitor, session: Session, evenings: Post, ewa: Account) -> None:
    duty = publish_duty(session, evenings, ewa)
    draft = make_draft(session, evenings, ewa, TUESDAY)
    session.commit()
    before = (drafts(session), duties(session))
    for path in (
        f"?week={WEEK}",
        f"/week?week={WEEK}",
        "?month=2026-12",
        "/gaps",
        f"/publish?week={WEEK}",
        f"/discard?week={WEEK}",
        "/draft",
        f"/duties/{duty.id}/edit",
        f"/drafts/{draft.id}/edit",
    ):
        assert browser.opens(f"{ROSTER}{path}").status_code == 200, path
    assert (drafts(session), duties(session)) == before
    assert browser.opens(f"{ROSTER}/undo").status_code == 405
    assert draft_id(session) == draft.id
    assert (evenings.starts, evenings.ends) == EVENING


def test_the_part_that_the_page_asks_for_by_itself_is_the_grid_alone(browser: Visitor, evenings: Post) -> None:
    part = browser.reads(f"{ROSTER}/week?week={WEEK}")
    assert evenings.name in part
    assert "<html" not in part
