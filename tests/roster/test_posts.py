"""Stories of a coordinator who says what must be covered."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from helpdesk.kernel.permissions import Actor, Profession
from helpdesk.premises.models import Place, Room
from helpdesk.premises.rules import Purpose, UseRefusal
from helpdesk.roster import queries
from helpdesk.roster.labels import LABELS, TABLES
from helpdesk.roster.labels.posts import days_in_words, wanted_in_words
from helpdesk.roster.models import Post
from helpdesk.roster.rules.days import Days, DaysRefusal, Holidays, Rhythm
from helpdesk.roster.rules.posts import PostEntry, PostRefusal, check_post
from helpdesk.roster.service import posts
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_post
from tests.roster.planning import MONDAY, NOW, ROSTER, a_coordinator, browser_of, value_of

POSTS = f"{ROSTER}/posts"
NEW = f"{POSTS}/new"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def karol(session: Session) -> Account:
    """The coordinator of the Blue Line, at which the session acts."""
    make_desk(session)
    make_desk(session, HELP_POINT)
    account = a_coordinator(session)
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def actor(karol: Account) -> Actor:
    return actor_of(karol)


@pytest.fixture
def browser(app: Flask, session: Session, karol: Account) -> Visitor:
    session.commit()
    return browser_of(app, karol)


@pytest.fixture
def hall(session: Session, karol: Account) -> Room:  # noqa: ARG001  the desk comes with him
    place = Place(name="Town hall", address="Market 1")
    room = Room(place=place, name="Room 2", capacity=4)
    session.add_all([place, room])
    session.flush()
    return room


def entry(**changes: Any) -> PostEntry:  # noqa: ANN401  whatever a post may say
    days = Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset({0, 3}), anchor=MONDAY, first=MONDAY)
    said: dict[str, Any] = {"name": "Evening telephone", "starts": time(17), "ends": time(21), "days": days}
    return PostEntry(**{**said, **changes})


def typed(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  whatever a form may hold
    return {
        "name": "Evening telephone",
        "starts": "17:00",
        "ends": "21:00",
        "rhythm": "weekly",
        "weekdays": ["0", "3"],
        "every": "1",
        "holidays": "worked",
        "first": "2026-11-30",
        "people": "1",
        "purpose": "support",
        "pause_minutes": "0",
        "rung": "y",
        **changes,
    }


def kept(session: Session) -> list[Post]:
    session.expire_all()
    with acting_at(session, BLUE_LINE):
        return list(queries.posts(session))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": "  "}, PostRefusal.NAME, "name"),
        ({"people": 0}, PostRefusal.PEOPLE, "people"),
        ({"people": 51}, PostRefusal.PEOPLE, "people"),
        ({"slot_minutes": 4}, PostRefusal.SLOT, "slot_minutes"),
        ({"slot_minutes": 481}, PostRefusal.SLOT, "slot_minutes"),
        ({"pause_minutes": -1}, PostRefusal.PAUSE, "pause_minutes"),
        ({"pause_minutes": 241}, PostRefusal.PAUSE, "pause_minutes"),
        (
            {"days": Days(rhythm=Rhythm.MONTHLY_DAY, month_day=30, anchor=MONDAY, first=MONDAY)},
            DaysRefusal.DAY_OF_MONTH,
            "month_day",
        ),
        (
            {
                "days": Days(
                    rhythm=Rhythm.WEEKLY,
                    weekdays=frozenset({0}),
                    anchor=MONDAY,
                    first=date(2026, 12, 1),
                    last=date(2026, 12, 5),
                )
            },
            DaysRefusal.NEVER,
            "last",
        ),
    ],
)
def test_a_post_that_nobody_could_keep_is_refused(changes: dict[str, Any], code: PostRefusal, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_post(entry(**changes))
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_post_that_can_be_kept_passes() -> None:
    check_post(entry(people=50, slot_minutes=5, pause_minutes=240, ends=time(17)))


def test_no_two_codes_of_the_roster_are_spelt_alike() -> None:
    assert len(LABELS) == sum(len(table) for table in TABLES)


def test_a_post_is_kept_as_it_was_described(browser: Visitor, session: Session, hall: Room) -> None:
    session.commit()
    answer = browser.sends(
        NEW,
        typed(
            name="  Town hall,  lawyer ",
            professions=["advocate", "legal-counsel"],
            languages=["pl", "uk"],
            qualifications="children, children , court",
            people="2",
            rhythm="monthly-weekday",
            weekdays=["3"],
            nth="-1",
            every="2",
            anchor="2026-12-01",
            holidays="free",
            last="2027-12-31",
            where=f"room:{hall.id}",
            slot_minutes="45",
            pause_minutes="15",
            rung="",
        ),
    )
    assert answer.status_code == 302
    (post,) = kept(session)
    assert (post.name, post.professions, post.languages) == (
        "Town hall, lawyer",
        ["advocate", "legal-counsel"],
        ["pl", "uk"],
    )
    assert (post.qualifications, post.people) == (["children", "court"], 2)
    assert (post.rhythm, post.weekdays, post.nth, post.every) == (Rhythm.MONTHLY_WEEKDAY, [3], -1, 2)
    assert (post.anchor, post.first, post.last) == (date(2026, 12, 1), MONDAY, date(2027, 12, 31))
    assert (post.holidays, post.slot_minutes, post.pause_minutes) == (Holidays.FREE, 45, 15)
    assert (post.room_id, post.place_id) == (hall.id, hall.place_id)
    assert (post.rung, post.public) == (False, False)
    page = browser.reads(POSTS)
    assert "Thursday, the last, every 2 months, not on public holidays" in page
    assert "2 people · Advocate / Legal counsel · Polish, Ukrainian · children, court" in page
    assert "Town hall, Room 2" in page
    assert session.query(AuditEvent).filter_by(tag="roster:changed").one().detail["what"] == "post"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Write a name by which everybody knows it."),
        ({"name": "x" * 81}, "Write at most 80 characters."),
        ({"starts": ""}, "Write when it starts."),
        ({"ends": "7"}, "Write the time like 18:30."),
        ({"first": ""}, "Write from which day on."),
        ({"last": "2026-11-29"}, "The last day is before the first one."),
        ({"weekdays": []}, "Choose a day of the week."),
        ({"every": "0"}, "Write a whole number from 1 to 120."),
        ({"every": "²"}, "Write a whole number from 1 to 120."),
        ({"people": "-1"}, "Write a whole number from 1 to 50."),
        ({"slot_minutes": "1e3"}, "Write a whole number from 5 to 480."),
        ({"rhythm": "monthly-day"}, "choose the last day of the month"),
        ({"rhythm": "monthly-day", "month_day": "31"}, "choose the last day of the month"),
        ({"rhythm": "monthly-weekday", "nth": "1"}, "Choose a day of the week."),
        ({"rhythm": "monthly-weekday", "weekdays": ["3"], "nth": "5"}, "Choose the first, second, third"),
        ({"weekdays": ["0"], "first": "2026-12-01", "last": "2026-12-05"}, "No day between the first and the last one"),
        (
            {"weekdays": ["2"], "first": "2026-12-01", "last": "2026-12-20", "holidays": "only"},
            "No day between the first",
        ),
        ({"purpose": "corrective"}, "This desk uses no rooms for this purpose."),
    ],
)
def test_what_cannot_be_a_post_is_said_beside_its_field(
    browser: Visitor, session: Session, changes: dict[str, Any], sentence: str
) -> None:
    answer = browser.sends(NEW, typed(**changes))
    page = words(answer)
    assert answer.status_code in {409, 422}
    assert sentence in page
    assert page.count("govuk-error-message") == 1
    assert kept(session) == []


def test_the_last_day_of_the_month_is_the_way_to_say_the_thirty_first(browser: Visitor, session: Session) -> None:
    sent = typed(rhythm="monthly-day", month_day="31", last_day="y")
    assert browser.sends(NEW, sent).status_code == 302
    (post,) = kept(session)
    assert post.month_day == -1
    assert "the last day of every month" in browser.reads(POSTS)


def test_a_post_that_is_opened_and_saved_untouched_stays_as_it_is(browser: Visitor, session: Session) -> None:
    browser.sends(NEW, typed())
    (post,) = kept(session)
    edit = f"{POSTS}/{post.id}/edit"
    page = browser.opens(edit).text
    sent = typed(version=value_of(page, "version"))
    assert browser.sends(edit, sent).status_code == 302
    assert kept(session)[0].version == 1
    assert browser.sends(edit, sent | {"people": "3"}).status_code == 302
    assert (kept(session)[0].people, kept(session)[0].version) == (3, 2)


def test_whoever_was_slower_sees_both_texts_and_saves_again(app: Flask, browser: Visitor, session: Session) -> None:
    browser.sends(NEW, typed())
    (post,) = kept(session)
    other = browser_of(app, a_coordinator(session, "Hanna Coordinator"))
    session.commit()
    edit = f"{POSTS}/{post.id}/edit"
    sent = typed(version=value_of(browser.opens(edit).text, "version"))
    assert other.sends(edit, sent | {"people": "3", "weekdays": ["0", "1"]}).status_code == 302
    answer = browser.sends(edit, sent | {"ends": "22:00"})
    page = words(answer)
    assert answer.status_code == 409
    assert "Somebody else changed this post while you were writing." in page
    differing = page[page.index("What differs") : page.index("</table>")]
    assert "Monday, Tuesday" in differing
    assert "Monday, Thursday" in differing
    assert differing.count("<tr") == 4
    assert value_of(page, "ends") == "22:00"
    again = sent | {"ends": "22:00", "version": value_of(page, "version")}
    assert browser.sends(edit, again).status_code == 302
    assert (kept(session)[0].people, kept(session)[0].ends) == (1, time(22))


def test_a_post_ends_with_a_last_day_and_what_is_planned_stays(browser: Visitor, session: Session) -> None:
    browser.sends(NEW, typed())
    (post,) = kept(session)
    end = f"{POSTS}/{post.id}/end"
    version = value_of(browser.opens(end).text, "version")
    refused = browser.sends(end, {"last": "2026-11-29", "version": version})
    assert refused.status_code == 409
    assert "The last day is before the first one." in words(refused)
    unsaid = browser.sends(end, {"last": "", "version": version})
    assert "Choose a day." in words(unsaid)
    assert browser.sends(end, {"last": "2026-12-07", "version": version}).status_code == 302
    assert kept(session)[0].last == date(2026, 12, 7)
    late = browser.sends(end, {"last": "2026-12-14", "version": version})
    assert late.status_code == 409
    assert "Somebody else changed this post" in words(late)
    assert kept(session)[0].last == date(2026, 12, 7)


def test_a_post_that_has_ended_stands_below_and_is_not_ended_again(
    app: Flask, session: Session, karol: Account
) -> None:
    make_post(session, name="Former telephone", last=date(2026, 11, 24))
    make_post(session, name="Present telephone", last=date(2026, 11, 25))
    session.commit()
    page = browser_of(app, karol).reads(POSTS)
    above, _caption, below = page.partition("Posts that have ended")
    assert "Present telephone" in above
    assert "Former telephone" not in above
    assert "Former telephone" in below
    assert "/end" not in below


def test_the_posts_of_another_desk_are_not_there(app: Flask, session: Session, karol: Account) -> None:
    theirs = make_post(session, HELP_POINT, name="Their telephone")
    session.commit()
    visitor = browser_of(app, karol)
    assert "Their telephone" not in visitor.reads(POSTS)
    for path in (f"{POSTS}/{theirs.id}/edit", f"{POSTS}/{theirs.id}/end"):
        assert visitor.opens(path).status_code == 404
        assert visitor.sends(path, typed(), page=POSTS).status_code == 404
    assert visitor.opens(f"/desk/{HELP_POINT}/roster/posts").status_code == 404


def test_only_coordinators_say_what_must_be_covered(app: Flask, session: Session, karol: Account) -> None:
    post = make_post(session)
    visitor = browser_of(app, make_account(session))
    session.commit()
    for path in ("", "/new", f"/{post.id}/edit", f"/{post.id}/end"):
        assert visitor.opens(f"{POSTS}{path}").status_code == 403
    assert visitor.sends(NEW, typed(), page="/desk/account").status_code == 403
    assert karol.name not in [each.name for each in kept(session)]
    assert len(kept(session)) == 1


def test_a_room_names_its_place_and_one_that_does_not_exist_is_not_found(
    session: Session, actor: Actor, hall: Room
) -> None:
    post = posts.save_post(session, entry(room_id=hall.id), actor=actor, now=NOW)
    assert post.place_id == hall.place_id
    for changes in ({"room_id": uuid4()}, {"place_id": uuid4()}):
        with pytest.raises(NotFound):
            posts.save_post(session, entry(**changes), actor=actor, now=NOW)


def test_a_purpose_that_the_desk_does_not_have_is_refused(session: Session, actor: Actor) -> None:
    with pytest.raises(Refusal) as caught:
        posts.save_post(session, entry(purpose=Purpose.CORRECTIVE), actor=actor, now=NOW)
    assert caught.value.code is UseRefusal.PURPOSE


def test_an_older_version_does_not_overwrite_a_newer_one(session: Session, actor: Actor) -> None:
    post = posts.save_post(session, entry(), actor=actor, now=NOW)
    posts.save_post(session, entry(people=2), post_id=post.id, known_version=1, actor=actor, now=NOW)
    with pytest.raises(EditedMeanwhile) as caught:
        posts.save_post(session, entry(people=3), post_id=post.id, known_version=1, actor=actor, now=NOW)
    assert caught.value.fields == {"people": 2}
    posts.save_post(session, entry(people=2), post_id=post.id, known_version=1, actor=actor, now=NOW)
    assert post.version == 2


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset(range(7)), anchor=MONDAY, first=MONDAY), "every day"),
        (
            Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset({0, 4}), every=3, anchor=MONDAY, first=MONDAY),
            "Mon, Fri, every 3 weeks",
        ),
        (Days(rhythm=Rhythm.MONTHLY_DAY, month_day=5, anchor=MONDAY, first=MONDAY), "day 5 of every month"),
        (
            Days(rhythm=Rhythm.MONTHLY_DAY, month_day=-1, every=2, anchor=MONDAY, first=MONDAY),
            "the last day, every 2 months",
        ),
        (
            Days(
                rhythm=Rhythm.MONTHLY_WEEKDAY,
                weekdays=frozenset({3}),
                nth=2,
                anchor=MONDAY,
                first=MONDAY,
                holidays=Holidays.ONLY,
            ),
            "Thursday, the second in every month, only on public holidays",
        ),
    ],
)
def test_days_are_said_in_one_line(app: Flask, days: Days, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert days_in_words(days) == said


def test_whom_a_post_asks_for_is_said_in_one_line(app: Flask, session: Session, karol: Account) -> None:
    anybody = make_post(session)
    lawyer = make_post(session, professions=[Profession.ADVOCATE], languages=["uk"], people=2)
    assert karol.name
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert wanted_in_words(anybody) == "1 person"
        assert wanted_in_words(lawyer) == "2 people · Advocate · Ukrainian"
