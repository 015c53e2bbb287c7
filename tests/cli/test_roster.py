"""The roster as whoever runs the server asks it: on a database of its own, with real commits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.cli import main
from helpdesk.cli.context import FOUND, WRONG
from helpdesk.config import Settings
from helpdesk.db import schema, sealed
from helpdesk.db.session import make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.roster import service as roster
from helpdesk.roster.models import Draft, Duty
from tests.conftest import make_database
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, make_duty, make_post

NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)


@pytest.fixture
def session(settings: Settings) -> Iterator[Session]:
    """An office of two desks in a database of its own; Ewa answers on Thursday evening, and Jan from eight on."""
    engine = make_engine(make_database("roster_commands"))
    schema.upgrade(engine)
    sealed.use(sealed.KeyRing(settings.sealing_keys, settings.pepper))
    with make_sessions(engine)() as made:
        make_desk(made)
        make_desk(made, HELP_POINT)
        ewa = make_account(made, phone="+48520000101", login="ewa@example.org")
        jan = make_account(made, name="Jan Mazur", phone="+48520000102", languages=("pl", "uk"))
        make_account(made, HELP_POINT, name="Somebody Elsewhere")
        post = make_post(
            made, name="Evening", starts=time(17), ends=time(21), first=date(2026, 11, 26), last=date(2026, 11, 27)
        )
        make_duty(made, BLUE_LINE, ewa, datetime(2026, 11, 26, 17, tzinfo=UTC), hours=3, post=post)
        make_duty(made, BLUE_LINE, jan, datetime(2026, 11, 26, 20, tzinfo=UTC), hours=1, post=post)
        made.commit()
        yield made
    engine.dispose()


@pytest.fixture
def environment(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)  # no .env of anybody's
    assert session.bind is not None
    return {
        "HELPDESK_DATABASE_URL": session.bind.engine.url.render_as_string(hide_password=False),
        "HELPDESK_SECRET_KEY": "s" * 40,
        "HELPDESK_SEALING_KEYS": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "HELPDESK_PEPPER": "p" * 40,
        "HELPDESK_PUBLIC_URL": "https://helpdesk.example.org",
        "HELPDESK_TWILIO_AUTH_TOKENS": "t" * 32,
    }


def run(environment: dict[str, str], *arguments: str) -> Result:
    with time_machine.travel(NOW, tick=False):
        return CliRunner(env=environment).invoke(main, ["roster", *arguments])


def test_who_answers_is_said_in_sentences_with_everybody_else_and_why_not(environment: dict[str, str]) -> None:
    result = run(environment, "who", "--at", "2026-11-26 18:00", "--desk", BLUE_LINE)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "2026-11-26 18:00 at blue-line, as the plan stands now:",
        "Ewa Zięba: Answers. Evening, 2026-11-26 17:00–20:00.",
        "Jan Mazur: Not on duty. Next: Evening, 2026-11-26 20:00–21:00.",
    ]
    assert "Jan Mazur: Answers." in run(environment, "who", "--at", "26.11.2026 20:00", "--desk", BLUE_LINE).output
    ukrainian = run(environment, "who", "--at", "2026-11-26 18:00", "--desk", BLUE_LINE, "--language", "uk")
    assert "Nobody answers." in ukrainian.output
    assert "does not speak this language" in ukrainian.output


def test_who_was_known_to_answer_is_another_question(environment: dict[str, str], session: Session) -> None:
    with acting_at(session, BLUE_LINE):
        duty = session.scalars(select(Duty).order_by(Duty.starts_at).limit(1)).one()
        roster.cancel_duty(session, duty, why="closed", actor=SYSTEM, now=NOW)
    session.commit()
    asked = ("who", "--at", "2026-11-26 18:00", "--desk", BLUE_LINE)
    assert "Nobody answers." in run(environment, *asked).output
    before = run(environment, *asked, "--known-at", "2026-11-25 11:00").output
    assert "as it was known at 2026-11-25 11:00:" in before
    assert "Ewa Zięba: Answers." in before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("who", "--at", "tomorrow", "--desk", BLUE_LINE), "Write a day and a time"),
        (("who", "--desk", "nowhere"), "There is no desk nowhere. Desks: blue-line, help-point"),
        (("gaps", "--desk", "nowhere"), "There is no desk nowhere."),
        (("gaps", "--weeks", "0"), "0 is not in the range"),
    ],
)
def test_wrong_use_is_a_sentence_and_the_exit_code_is_two(
    environment: dict[str, str], arguments: tuple[str, ...], words: str
) -> None:
    result = run(environment, *arguments)
    assert result.exit_code == WRONG
    assert words in result.output
    assert "Traceback" not in result.output


def test_gaps_are_listed_and_the_exit_code_says_that_there_are_some(environment: dict[str, str]) -> None:
    result = run(environment, "gaps", "--weeks", "6")
    assert result.exit_code == FOUND
    assert result.output == "blue-line: 2026-11-27 17:00–21:00, Evening: 1 missing.\n"
    none = run(environment, "gaps", "--desk", HELP_POINT)
    assert (none.exit_code, none.output) == (0, "No gaps.\n")


def test_a_table_is_checked_taken_in_and_the_second_time_changes_nothing(
    environment: dict[str, str], session: Session, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_bytes("osoba;data;od;do\nZięba Ewa;27.11.2026;17.00;21.00\n".encode("cp1250"))
    arguments = ("import", str(plan), "--desk", BLUE_LINE)
    checked = run(environment, *arguments, "--check")
    assert (checked.exit_code, checked.output) == (0, "Would be drafted: 1. In the plan already: 0.\n")
    assert _drafts(session) == 0
    assert run(environment, *arguments).output == "Drafted: 1. In the plan already: 0.\n"
    assert run(environment, *arguments).output == "Drafted: 0. In the plan already: 1.\n"
    assert _drafts(session) == 1


def test_a_table_with_a_bad_row_is_not_taken_in_and_every_row_is_named(
    environment: dict[str, str], session: Session, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "person,date,from,to\newa@example.org,2026-11-27,17:00,21:00\nNobody,2026-11-27,17:00,21:00\n"
        "Jan Mazur,2026-11-27,17:00,18:00\nJan Mazur,2026-11-27,17:30,18:00\nJan Mazur,2026-11-31,9,10\n",
        encoding="utf-8",
    )
    result = run(environment, "import", str(plan), "--desk", BLUE_LINE)
    assert result.exit_code == FOUND
    assert result.output.splitlines() == [
        "Line 3: Nobody with this name or login works at this desk. (Nobody)",
        "Line 5: This person is on the duty of line 4 at this time.",
        "Line 6: This is not a day in the calendar. Write it like 2026-12-01 or 1.12.2026. (2026-11-31)",
        "Nothing was drafted.",
    ]
    assert _drafts(session) == 0
    plan.write_bytes(b"\x89PNG\x00\xff")
    picture = run(environment, "import", str(plan), "--desk", BLUE_LINE)
    assert (picture.exit_code, "Save it in the spreadsheet as CSV" in picture.output) == (FOUND, True)


def test_the_doctor_names_gaps_and_a_year_that_nobody_confirmed(environment: dict[str, str]) -> None:
    with time_machine.travel(NOW, tick=False):
        result = CliRunner(env=environment).invoke(main, ["doctor"])
    assert result.exit_code == FOUND
    assert "The plan of blue-line has 1 gap in the next 14 days" in result.output
    assert "Nobody has confirmed the holidays and closings of 2027 at blue-line." in result.output


def _drafts(session: Session) -> int:
    session.rollback()
    with acting_at(session, BLUE_LINE):
        return len(session.scalars(select(Draft)).all())
