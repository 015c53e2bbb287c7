"""A colleague's spreadsheet: what is read, what is refused with its line and reason, and that nothing is taken in by halves."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import act_at
from helpdesk.kernel.clock import WARSAW, day_of, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.roster import queries
from helpdesk.roster import service as roster
from helpdesk.roster.models import Absence, AbsenceKind, Draft
from helpdesk.roster.rules.days import Days, Rhythm
from helpdesk.roster.rules.fitness import Unfit, Wanted
from helpdesk.roster.rules.importing import (
    MOST_ROWS,
    WORDS,
    Column,
    ImportRefusal,
    KnownPerson,
    KnownPost,
    Row,
    Wish,
    decode,
    matched,
    overlaps,
    read,
    read_day,
    read_time,
)
from helpdesk.roster.rules.spans import DutyRefusal, Span, span_of
from helpdesk.roster.service.importing import Report, import_plan
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk, make_post, sign_in

FIRST = date(2026, 12, 1)  # a Tuesday
EWA = KnownPerson(UUID(int=1), "Ewa Zięba", "ewa@example.org", Profession.PSYCHOLOGIST, frozenset({"pl", "uk"}))
JAN = KnownPerson(UUID(int=2), "Jan Maria Mazur", "jan@example.org", Profession.ADVOCATE, frozenset({"pl"}))
JAN_TOO = KnownPerson(UUID(int=3), "Jan  Maria MAZUR", "mazur@example.org", Profession.PSYCHOLOGIST)
EVERY_DAY = Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset(range(7)), anchor=FIRST, first=date(2020, 1, 1))


def known_post(number: int, name: str, starts: int, ends: int, **facts: object) -> KnownPost:
    wanted = Wanted(**{key: value for key, value in facts.items() if key != "days"})  # type: ignore[arg-type]
    days = facts.get("days", EVERY_DAY)
    assert isinstance(days, Days)
    return KnownPost(UUID(int=number), name, wanted, days, time(starts), time(ends))


EVENING = known_post(11, "Evening telephone", 17, 21, professions=frozenset({Profession.PSYCHOLOGIST}))
LAW = known_post(12, "Legal advice", 17, 21, professions=frozenset({Profession.ADVOCATE}))
NIGHT = known_post(13, "Night", 21, 6, professions=frozenset({Profession.PSYCHOLOGIST}))


@pytest.mark.parametrize(
    "table",
    [
        "person,date,from,to\nEwa Zięba,2026-12-01,17:00,21:00\n",
        "osoba;data;od;do\nEwa Zięba;1.12.2026;17.00;21\n",
        "\ufeffImię i nazwisko;Data;Od godziny;Do godziny;uwagi\r\nEwa Zięba;01.12.2026 r.;17:00:00;21:00:00;prosi o klucz\r\n",
        "to\tfrom\tdate\tname\n21:00\t17:00\t2026-12-01 00:00:00\tEwa Zięba\n",
        'Pracownik;Dzień;Początek;Koniec;Stanowisko\n\n"Ewa\n Zięba";01-12-2026;17;21;;;\n',
    ],
)
def test_tables_of_many_kinds_are_read_alike(table: str) -> None:
    reading = read(table)
    assert reading.problems == ()
    [row] = reading.rows
    assert (row.person, row.day, row.starts, row.ends, row.post) == ("Ewa Zięba", FIRST, time(17), time(21), "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_polish_letters_are_read_in_the_encodings_of_old_and_new_spreadsheets(encoding: str) -> None:
    assert decode("Łucja Żółć;ąęśćń".encode(encoding)) == "Łucja Żółć;ąęśćń"


@pytest.mark.parametrize("content", [b"\x89PNG\x00\xff", b"\xff\xfeo\x00s\x00", b"\x81\x83\x88"])
def test_what_is_not_a_text_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        decode(content)
    assert caught.value.code is ImportRefusal.NOT_TEXT


HEAD = "person;date;from;to\n"


@pytest.mark.parametrize(
    ("table", "line", "code"),
    [
        ("", 0, ImportRefusal.EMPTY),
        (HEAD, 0, ImportRefusal.EMPTY),
        ("Ewa;2026-12-01;17:00;21:00\nJan;2026-12-01;17:00;21:00\n", 1, ImportRefusal.COLUMN_MISSING),
        ("person;date;from\nEwa;2026-12-01;17:00\n", 1, ImportRefusal.COLUMN_MISSING),
        ("person;osoba;date;from;to\nEwa;Ewa;2026-12-01;17:00;21:00\n", 1, ImportRefusal.COLUMN_TWICE),
        (HEAD + "Ewa;2026-12-01;17:00\n", 2, ImportRefusal.CELLS),
        (HEAD + "Ewa;2026-12-01;17:00;21:00;more\n", 2, ImportRefusal.CELLS),
        (HEAD + "\n ;2026-12-01;17:00;21:00\n", 3, ImportRefusal.PERSON_MISSING),
        (HEAD + "Ewa;2026-02-29;17:00;21:00\n", 2, ImportRefusal.DAY),
        (HEAD + "Ewa;1.12.26;17:00;21:00\n", 2, ImportRefusal.DAY),
        (HEAD + "Ewa;12/01/2026;17:00;21:00\n", 2, ImportRefusal.DAY),
        (HEAD + "Ewa;1926-12-01;17:00;21:00\n", 2, ImportRefusal.DAY),
        (HEAD + "Ewa;2026-12-01;25:00;21:00\n", 2, ImportRefusal.TIME),
        (HEAD + "Ewa;2026-12-01;24:00;21:00\n", 2, ImportRefusal.TIME),
        (HEAD + "Ewa;2026-12-01;17:00;five\n", 2, ImportRefusal.TIME),
        (HEAD + 'Ewa;2026-12-01;17:00;"21:00\n', 0, ImportRefusal.NOT_TEXT),
        (HEAD + "Ewa;2026-12-01;17:00;21:00\n" * (MOST_ROWS + 1), 0, ImportRefusal.TOO_MANY),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(table: str, line: int, code: ImportRefusal) -> None:
    assert {(each.line, each.code) for each in read(table).problems} == {(line, code)}


def test_an_end_at_midnight_may_be_written_as_24() -> None:
    assert read_time("24:00", ends=True) == time(0)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = read(text)
    assert reading.rows or reading.problems
    for sign in ("\n", ";", HEAD):
        read(HEAD + text + sign)


def _polish(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


rows = st.builds(
    Row,
    line=st.just(0),
    person=st.text(
        st.characters(codec="cp1250", exclude_categories=["Cc", "Zs", "Zl", "Zp", "Cf"]), min_size=1, max_size=20
    ).filter(lambda text: text.strip() == text and not text.isspace()),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    starts=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    post=st.sampled_from(["", "Evening telephone", "Wieczór; 2. piętro"]),
)


@given(
    st.lists(rows, min_size=1, max_size=8),
    st.permutations(list(Column)),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1250"]),
    st.sampled_from([date.isoformat, _polish]),
    st.sampled_from(["%H:%M", "%H.%M", "%H:%M:%S"]),
    st.data(),
)
def test_whatever_was_written_into_a_table_comes_out_of_it(
    written: list[Row],
    order: list[Column],
    delimiter: str,
    encoding: str,
    day_form: object,
    time_form: str,
    data: st.DataObject,
) -> None:
    assert callable(day_form)
    heads = {
        column: data.draw(st.sampled_from([word for word, meant in WORDS.items() if meant is column]))
        for column in Column
    }
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, delimiter=delimiter)
    writer.writerow([heads[column].title() for column in order])
    for row in written:
        cells = {
            Column.PERSON: row.person,
            Column.DAY: day_form(row.day),
            Column.STARTS: row.starts.strftime(time_form),
            Column.ENDS: row.ends.strftime(time_form),
            Column.POST: row.post,
        }
        writer.writerow([cells[column] for column in order])
    reading = read(decode(sheet.getvalue().encode(encoding)))
    assert reading.problems == ()
    assert [(each.person, each.day, each.starts, each.ends, each.post) for each in reading.rows] == [
        (each.person, each.day, each.starts, each.ends, each.post) for each in written
    ]
    assert [each.line for each in reading.rows] == list(range(2, len(written) + 2))


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_as_it_was_written(day: date) -> None:
    assert read_day(day.isoformat()) == read_day(_polish(day)) == read_day(day.strftime("%d-%m-%Y")) == day


def row(
    person: str = "Ewa Zięba", starts: int = 17, ends: int = 21, post: str = "", *, line: int = 2, day: date = FIRST
) -> Row:
    return Row(line, person, day, time(starts), time(ends), post)


@pytest.mark.parametrize(
    "name", ["Ewa Zięba", "ewa zieba", "ZIĘBA EWA", "  Zięba   Ewa ", "ewa@example.org", "EWA@example.org"]
)
def test_a_person_is_known_by_name_in_either_order_and_by_login(name: str) -> None:
    wishes, problems = matched([row(name)], [EWA, JAN], [EVENING])
    assert problems == []
    assert [each.account_id for each in wishes] == [EWA.account_id]


@pytest.mark.parametrize(
    ("typed", "posts", "code"),
    [
        (row("Ewa Zieba-Nowak"), [EVENING], ImportRefusal.PERSON_UNKNOWN),
        (row("Ewa"), [EVENING], ImportRefusal.PERSON_UNKNOWN),
        (row("Jan Maria Mazur"), [EVENING], ImportRefusal.PERSON_AMBIGUOUS),
        (row("mazur jan maria"), [EVENING], ImportRefusal.PERSON_AMBIGUOUS),
        (row(post="Morning"), [EVENING], ImportRefusal.POST_UNKNOWN),
        (row(), [LAW], ImportRefusal.POST_MISSING),
        (row(), [], ImportRefusal.POST_MISSING),
        (row(), [EVENING, known_post(14, "Second evening", 17, 21)], ImportRefusal.POST_AMBIGUOUS),
        (row(starts=18, ends=20), [EVENING, NIGHT], ImportRefusal.POST_AMBIGUOUS),
        (
            row(post="evening telephone"),
            [EVENING, known_post(14, "Evening  Telephone", 9, 12)],
            ImportRefusal.POST_AMBIGUOUS,
        ),
        (row(starts=17, ends=17), [EVENING], DutyRefusal.NO_LENGTH),
        (row(starts=5, ends=22), [EVENING], DutyRefusal.TOO_LONG),
    ],
)
def test_a_row_that_means_nobody_or_nothing_is_named_with_its_reason(
    typed: Row, posts: Sequence[KnownPost], code: object
) -> None:
    wishes, problems = matched([typed], [EWA, JAN, JAN_TOO], posts)
    assert wishes == []
    assert [(each.line, each.code) for each in problems] == [(2, code)]


def test_two_people_of_one_name_are_told_apart_by_login() -> None:
    wishes, problems = matched(
        [row("mazur@example.org"), row("jan@example.org", post="legal advice", line=3)], [JAN, JAN_TOO], [EVENING, LAW]
    )
    assert problems == []
    assert [(each.account_id, each.post_id) for each in wishes] == [
        (JAN_TOO.account_id, EVENING.post_id),
        (JAN.account_id, LAW.post_id),
    ]


def test_without_a_post_the_one_of_these_hours_is_meant_that_suits_the_person() -> None:
    posts = [EVENING, LAW, NIGHT, known_post(15, "Tuesdays only", 17, 21, professions=frozenset({Profession.TRAINER}))]
    wishes, problems = matched([row(), row(starts=21, ends=6, line=3)], [EWA], posts)
    assert problems == []
    assert [each.post_id for each in wishes] == [EVENING.post_id, NIGHT.post_id]
    assert wishes[1].span == span_of(FIRST, time(21), time(6))


def test_a_post_of_other_days_or_other_languages_is_not_meant() -> None:
    mondays = Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset({0}), anchor=FIRST, first=date(2020, 1, 1))
    others = [
        known_post(16, "Mondays", 17, 21, days=mondays),
        known_post(17, "Spanish", 17, 21, languages=frozenset({"es"})),
    ]
    wishes, problems = matched([row()], [EWA], [*others, EVENING])
    assert problems == []
    assert [each.post_id for each in wishes] == [EVENING.post_id]


def test_whoever_would_be_on_two_duties_of_the_file_is_named_with_the_other_line() -> None:
    typed = [
        row(),
        row(starts=20, ends=22, post="evening telephone", line=3),
        row(starts=21, ends=23, post="night", line=4),
    ]
    _wishes, problems = matched(typed, [EWA], [EVENING, NIGHT])
    assert [(each.line, each.code, each.data) for each in problems] == [
        (3, ImportRefusal.OVERLAP, {"other": 2}),
        (4, ImportRefusal.OVERLAP, {"other": 3}),
    ]


wishes_ = st.lists(
    st.tuples(st.sampled_from([EWA.account_id, JAN.account_id]), st.integers(0, 60), st.integers(1, 10)), max_size=10
)


@given(wishes_)
def test_an_overlap_is_found_exactly_where_there_is_one(drawn: list[tuple[UUID, int, int]]) -> None:
    made = []
    for line, (account_id, hour, length) in enumerate(drawn, 2):
        start = datetime(2026, 12, 1, tzinfo=WARSAW) + timedelta(hours=hour)
        span = Span(start, start + timedelta(hours=length))
        made.append(Wish(line, account_id, EVENING.post_id, FIRST, time(0), time(1), span, WARSAW))
    pairs = {
        (one.line, other.line)
        for one in made
        for other in made
        if one.line != other.line and one.account_id == other.account_id and one.span.overlaps(other.span)
    }
    found = list(overlaps(made))
    assert bool(found) == bool(pairs)
    assert all((each.line, each.data["other"]) in pairs for each in found)


# The rest is told with a database.


@pytest.fixture
def ewa(session: Session) -> Account:
    """A psychologist of the Blue Line, at which the session acts, with an evening post."""
    make_desk(session)
    make_desk(session, HELP_POINT)
    account = make_account(session, login="ewa@example.org")
    make_post(session, name="Evening telephone")
    act_at(session, BLUE_LINE)
    return account


@pytest.fixture
def karol(session: Session, ewa: Account) -> Account:  # noqa: ARG001  the desk comes with her
    return make_account(session, roles=(Role.COORDINATOR,), name="Karol Coordinator", login="karol@example.org")


def day(ahead: int) -> date:
    return day_of(utcnow()) + timedelta(days=ahead)


def table(*lines: str) -> str:
    return HEAD + "".join(f"{line}\n" for line in lines)


def evening(who: str, ahead: int, hours: str = "17:00;21:00") -> str:
    return f"{who};{day(ahead)};{hours}"


def taken_in(session: Session, karol: Account, text: str, *, check: bool = False) -> Report:
    return import_plan(session, text, check=check, actor=actor_of(karol), now=utcnow())


def drafted(session: Session) -> list[tuple[date, UUID | None]]:
    found = session.scalars(select(Draft).order_by(Draft.starts_at)).all()
    return [(each.day, each.account_id) for each in found]


def test_a_sound_table_is_drafted_and_not_published_and_the_same_table_again_changes_nothing(
    session: Session, ewa: Account, karol: Account
) -> None:
    text = table(evening("Ewa Zięba", 3), evening("karol@example.org", 4))
    assert taken_in(session, karol, text, check=True) == Report(added=2)
    assert drafted(session) == []
    assert taken_in(session, karol, text) == Report(added=2)
    assert drafted(session) == [(day(3), ewa.id), (day(4), karol.id)]
    assert queries.duties_between(session, day(0), day(9)) == []
    assert taken_in(session, karol, text) == Report(unchanged=2)
    roster.publish(session, day(0), day(9), actor=actor_of(karol), now=utcnow())
    assert taken_in(session, karol, text) == Report(unchanged=2)
    assert drafted(session) == []
    assert len(queries.duties_between(session, day(0), day(9))) == 2
    imported = session.scalars(select(AuditEvent).where(AuditEvent.tag == "roster:imported")).all()
    assert [each.detail for each in imported] == [{"added": 2, "unchanged": 0}]


def test_a_duty_that_was_taken_out_of_the_draft_or_cancelled_can_be_imported_again(
    session: Session, ewa: Account, karol: Account
) -> None:
    text = table(evening("Ewa Zięba", 3))
    taken_in(session, karol, text)
    roster.discard_all(session, day(0), day(9), actor=actor_of(karol), now=utcnow())
    assert taken_in(session, karol, text) == Report(added=1)
    roster.publish(session, day(0), day(9), actor=actor_of(karol), now=utcnow())
    [duty] = queries.duties_between(session, day(0), day(9))
    roster.cancel_duty(session, duty, why="closed", actor=actor_of(karol), now=utcnow())
    session.flush()
    assert taken_in(session, karol, text) == Report(added=1)
    assert drafted(session) == [(day(3), ewa.id)]


def test_one_bad_row_keeps_all_others_out_and_every_bad_row_is_named(
    session: Session, ewa: Account, karol: Account
) -> None:
    session.add(
        Absence(
            account_id=ewa.id,
            kind=AbsenceKind.LEAVE,
            first_day=day(6),
            last_day=day(6),
            starts_at=span_of(day(6), time(0), time(12)).start,
            ends_at=span_of(day(6), time(12), time(23)).end,
            entered_at=utcnow(),
        )
    )
    roster.plan_duty(
        session,
        roster.Plan(queries.posts(session)[0].id, ewa.id, day(5), time(18), time(22)),
        actor=actor_of(karol),
        now=utcnow(),
    )
    make_account(session, HELP_POINT, name="Somebody Elsewhere")
    text = table(
        evening("karol@example.org", 3),
        evening("Somebody Elsewhere", 3),
        evening("Ewa Zięba", 4, "17:00;9 pm"),
        evening("Ewa Zięba", 5),
        evening("Ewa Zięba", 6),
        evening("Ewa Zięba", -1),
        evening("karol@example.org", 3, "20:00;23:00"),
        evening("karol@example.org", 4, "10:00;12:00"),
    )
    found = taken_in(session, karol, text)
    assert [(each.line, each.code) for each in found.problems] == [
        (3, ImportRefusal.PERSON_UNKNOWN),
        (4, ImportRefusal.TIME),
        (5, Unfit.OVERLAP),
        (6, Unfit.ABSENT),
        (7, ImportRefusal.BEGUN),
        (8, ImportRefusal.OVERLAP),
    ]
    assert (found.added, found.unchanged) == (0, 0)
    assert drafted(session) == []


def test_rows_are_judged_together_so_that_nobody_is_without_rest(
    session: Session, ewa: Account, karol: Account
) -> None:
    assert ewa
    text = table(evening("Ewa Zięba", 3, "17:00;23:00"), evening("Ewa Zięba", 4, "06:00;10:00"))
    found = taken_in(session, karol, text)
    assert {each.code for each in found.problems} == {Unfit.REST}
    assert drafted(session) == []


def test_a_row_for_whom_the_post_is_not_meant_is_unfit(session: Session, ewa: Account, karol: Account) -> None:
    assert ewa
    make_post(session, name="Ukrainian line", languages=("uk",))
    text = f"person;date;from;to;post\nEwa Zięba;{day(3)};17:00;21:00;Ukrainian line\n"
    assert [each.code for each in taken_in(session, karol, text).problems] == [Unfit.LANGUAGE]


PAGE = "/desk/blue-line/roster/import"


def visitor(app: Flask, account: Account) -> Visitor:
    made = Visitor(app)
    sign_in(made.client, account)
    return made


def test_on_the_page_a_table_is_checked_first_and_then_drafted(
    app: Flask, session: Session, ewa: Account, karol: Account
) -> None:
    session.commit()
    reader = visitor(app, karol)
    assert "person;date;from;to;post" in reader.reads(PAGE)
    text = table(evening("Zięba Ewa", 3))
    checked = reader.sends(PAGE, {"file": (io.BytesIO(text.encode("cp1250")), "plan.csv"), "act": "import"})
    assert checked.status_code == 200
    assert "1 duty is new" in words(checked)
    assert drafted(session) == []
    done = reader.sends(PAGE, {"text": text, "act": "import"})
    assert done.status_code == 302
    assert "1 duty is drafted" in reader.reads(PAGE)
    session.expire_all()
    assert drafted(session) == [(day(3), ewa.id)]
    assert "in the plan already" in words(reader.sends(PAGE, {"text": text, "act": "check"}))


def test_on_the_page_every_bad_row_stands_with_its_reason_and_the_text_is_kept(
    app: Flask, session: Session, karol: Account
) -> None:
    session.commit()
    answer = visitor(app, karol).sends(
        PAGE,
        {"text": table(evening("Nobody Known", 3), evening("karol@example.org", 3, "17:00;17:00")), "act": "import"},
    )
    assert answer.status_code == 422
    page = words(answer)
    assert "Line 2: " in page.replace("</strong>", "").replace("<strong>", "")
    assert "Nobody with this name or login works at this desk." in page
    assert "Line 3:" in page
    assert "Nobody Known;" in page
    assert drafted(session) == []


def test_on_the_page_a_picture_is_refused_beside_its_field(app: Flask, session: Session, karol: Account) -> None:
    session.commit()
    reader = visitor(app, karol)
    answer = reader.sends(PAGE, {"file": (io.BytesIO(b"\x89PNG\x00\xff"), "plan.csv")})
    assert (answer.status_code, "Save it in the spreadsheet as CSV." in words(answer)) == (422, True)
    assert "Choose a file." in words(reader.sends(PAGE, {}))


def test_whoever_may_not_plan_may_not_import(app: Flask, session: Session, ewa: Account) -> None:
    session.commit()
    assert visitor(app, ewa).opens(PAGE).status_code == 403
