"""What the telephone says, as whoever runs the server asks for it: on a database of its own, with real commits."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from helpdesk.cli import main
from helpdesk.cli.context import FOUND, WRONG
from helpdesk.config import Settings
from helpdesk.db import schema, sealed
from helpdesk.db.session import make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.telephony.queries import recordings as queries
from helpdesk.telephony.rules.recordings import slots
from tests.conftest import make_database
from tests.factories import BLUE_LINE, HELP_POINT, make_desk
from tests.telephony.sounds import wav

LINE = ("pl", "be")
NEEDED = sum(slot.language == "be" for slot in slots(LINE))


@pytest.fixture
def session(settings: Settings) -> Iterator[Session]:
    """The Blue Line is to speak Belarusian, the Help Point what a voice speaks."""
    engine = make_engine(make_database("prompt_commands"))
    schema.upgrade(engine)
    sealed.use(sealed.KeyRing(settings.sealing_keys, settings.pepper))
    with make_sessions(engine)() as made:
        make_desk(made, lines=["+48520000001"], languages=LINE)
        make_desk(made, HELP_POINT, lines=["+48520000002"], languages=("pl", "uk"))
        made.commit()
        yield made
    engine.dispose()


@pytest.fixture
def environment(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """With a program of the right name that speaks half a second, whatever it is given."""
    monkeypatch.chdir(tmp_path)  # no .env of anybody's
    (tmp_path / "spoken.wav").write_bytes(wav(0.5, rate=22050, channels=1))
    program = tmp_path / "espeak-ng"
    program.write_text(f"#!/bin/sh\ncat >/dev/null\ncat {tmp_path}/spoken.wav\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert session.bind is not None
    return {
        "PATH": f"{tmp_path}:/bin:/usr/bin",
        "HELPDESK_DATABASE_URL": session.bind.engine.url.render_as_string(hide_password=False),
        "HELPDESK_SECRET_KEY": "s" * 40,
        "HELPDESK_SEALING_KEYS": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "HELPDESK_PEPPER": "p" * 40,
        "HELPDESK_PUBLIC_URL": "https://helpdesk.example.org",
        "HELPDESK_TWILIO_AUTH_TOKENS": "t" * 32,
    }


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner(env=environment).invoke(main, ["prompts", *arguments])


def test_what_is_missing_is_made_for_a_trial_and_said_to_be_so(environment: dict[str, str], session: Session) -> None:
    before = run(environment, "check")
    assert before.exit_code == FOUND
    assert "blue-line, be: no voice speaks it and no recording says: greeting, choose 1, choose 2, " in before.output
    assert "help-point" not in before.output
    assert run(environment, "check", "--desk", HELP_POINT).output == "Every sentence can be heard.\n"
    made = run(environment, "make", "--desk", BLUE_LINE)
    assert made.exit_code == 0, made.output
    assert f"Stand-ins made: {NEEDED}." in made.output
    after = run(environment, "check")
    assert after.exit_code == 0
    assert after.output.splitlines() == [
        f"blue-line, be: {NEEDED} recordings are stand-ins that a machine spoke.",
        "Every sentence can be heard.",
    ]
    with acting_at(session, BLUE_LINE):
        assert all(each.stand_in for each in queries.recordings(session).values())


def test_a_language_with_a_voice_is_only_made_when_it_is_named(environment: dict[str, str]) -> None:
    assert "Stand-ins made: 0." in run(environment, "make", "--desk", HELP_POINT).output
    named = run(environment, "make", "--desk", HELP_POINT, "--language", "uk")
    assert f"Stand-ins made: {sum(slot.language == 'uk' for slot in slots(('pl', 'uk')))}." in named.output


def test_where_no_machine_speaks_nothing_is_made(environment: dict[str, str], session: Session) -> None:
    filipino = run(environment, "make", "--desk", BLUE_LINE, "--language", "be", "--language", "fil")
    assert filipino.exit_code == FOUND
    assert "espeak-ng does not speak fil" in filipino.output
    absent = run({**environment, "PATH": "/nowhere"}, "make", "--desk", BLUE_LINE)
    assert absent.exit_code == FOUND
    assert "espeak-ng is not installed" in absent.output
    with acting_at(session, BLUE_LINE):
        assert queries.digests(session) == {}


def test_no_other_desk_and_no_other_language(environment: dict[str, str]) -> None:
    unknown = run(environment, "make", "--desk", "red-line")
    assert unknown.exit_code == WRONG
    assert "There is no desk red-line. Desks: blue-line, help-point" in unknown.output
    assert run(environment, "make", "--desk", BLUE_LINE, "--language", "xx").exit_code == WRONG
