"""Desks and lines by commands: a refusal is a sentence, and nobody is cut off."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.cli import main
from helpdesk.cli.context import FOUND, WRONG
from helpdesk.config import Settings
from helpdesk.db import schema, sealed
from helpdesk.db.session import make_engine
from helpdesk.db.wall import acting_at
from helpdesk.desks import queries
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.phones import CallerKind
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules.lattice import CallState
from tests.conftest import make_database
from tests.factories import BLUE_LINE, HELP_POINT, make_contact, make_desk

LINE, OTHER = "+48520000001", "+48520000002"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = make_engine(make_database("desks_by_commands"))
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def _keys_of_the_suite(settings: Settings) -> Iterator[None]:
    """A command gives the process its own keys; the other tests get theirs back."""
    yield
    sealed.use(sealed.KeyRing(settings.sealing_keys, settings.pepper))


@pytest.fixture(autouse=True)
def _office(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two desks, of which the Blue Line has one number and the Help Point the other."""
    monkeypatch.chdir(tmp_path)  # no .env of anybody's
    with Session(engine) as session:
        if queries.desk(session, BLUE_LINE) is None:
            make_desk(session, lines=(LINE,))
            make_desk(session, HELP_POINT, lines=(OTHER,))
            session.commit()


def run(engine: Engine, *arguments: str) -> Result:
    environment = {
        "HELPDESK_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "HELPDESK_SECRET_KEY": "s" * 40,
        "HELPDESK_SEALING_KEYS": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "HELPDESK_PEPPER": "p" * 40,
        "HELPDESK_PUBLIC_URL": "https://helpdesk.example.org",
        "HELPDESK_TWILIO_AUTH_TOKENS": "t" * 32,
        "HELPDESK_DEMO": "0",
    }
    return CliRunner(env=environment).invoke(main, arguments)


def test_a_desk_is_renamed_in_one_language_and_keeps_its_short_name(engine: Engine) -> None:
    done = run(engine, "desk", "rename", "--id", BLUE_LINE, "--name-pl", "  Niebieska   Linia ")
    assert (done.exit_code, done.output) == (
        0,
        "blue-line is called Niebieska Linia in Polish and Blue Line in English.\n",
    )
    with Session(engine) as session:
        found = queries.desk(session, BLUE_LINE)
        assert found is not None
        assert (found.name_pl, found.name_en) == ("Niebieska Linia", "Blue Line")
        event = session.scalars(select(AuditEvent).where(AuditEvent.tag == "desk:changed")).all()[-1]
        assert (event.subject, event.detail) == (BLUE_LINE, {"what": "renamed", "fields": ["name_pl"]})
        other = queries.desk(session, HELP_POINT)
        assert other is not None
        assert other.name_pl == "Help Point"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("rename", "--id", BLUE_LINE), WRONG, "Say the new name: --name-pl, --name-en, or both."),
        (("rename", "--id", BLUE_LINE, "--name-en", " "), FOUND, "This desk cannot be renamed. Write a name."),
        (
            ("rename", "--id", "nowhere", "--name-en", "x"),
            FOUND,
            "There is no desk nowhere. Desks: blue-line, help-point",
        ),
        (("line", "--desk", "nowhere", "--number", LINE), FOUND, "There is no desk nowhere."),
        (("line", "--desk", BLUE_LINE, "--number", OTHER), FOUND, "This number belongs to a desk already."),
        (("line", "--desk", BLUE_LINE, "--number", "12"), FOUND, "This is not a telephone number."),
        (
            ("line", "--desk", BLUE_LINE, "--number", OTHER, "--remove"),
            FOUND,
            "This desk has no line with this number.",
        ),
        (("line", "--desk", BLUE_LINE, "--number", "52 000 00 09", "--remove"), FOUND, "This desk has no line"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    engine: Engine, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    result = run(engine, "desk", *arguments)
    assert (result.exit_code, sentence in result.output) == (code, True), result.output
    assert "desk:" not in result.output  # no code of a refusal
    with Session(engine) as session:
        assert [queries.line_of(session, each) is not None for each in (LINE, OTHER)] == [True, True]


def test_a_line_is_taken_away_but_not_from_under_a_caller(engine: Engine) -> None:
    with Session(engine) as session:
        desk = queries.desk(session, BLUE_LINE)
        assert desk is not None
        contact = make_contact(session, desk, utcnow())
        with acting_at(session, BLUE_LINE):
            call = Call(
                sid="CA1",
                contact_id=contact.id,
                line_number=LINE,
                caller_kind=CallerKind.WITHHELD,
                state=CallState.RINGING,
                started_at=utcnow() - timedelta(seconds=5),
                heard_at=utcnow(),
            )
            session.add(call)
            session.commit()
            call_id = call.id
    remove = ("desk", "line", "--desk", BLUE_LINE, "--number", "52 000 00 01", "--remove")
    busy = run(engine, *remove)
    assert busy.exit_code == FOUND
    assert "This line cannot be taken away. Somebody is on this line just now." in busy.output
    with Session(engine) as session:
        assert queries.line_of(session, LINE) is not None
    with engine.begin() as connection:
        connection.execute(text("UPDATE call SET ended_at = now() WHERE id = :id"), {"id": call_id})
    done = run(engine, *remove)
    assert (done.exit_code, done.output) == (0, f"Calls to {LINE} no longer reach blue-line.\n")
    with Session(engine) as session:
        assert queries.line_of(session, LINE) is None
        assert queries.line_of(session, OTHER) is not None
    assert run(engine, "desk", "line", "--desk", BLUE_LINE, "--number", LINE).exit_code == 0


def test_a_login_that_is_taken_is_told_in_a_sentence(engine: Engine) -> None:
    person = ("user", "add", "--login", "jan@example.org", "--name", "Jan Nowak", "--desk", BLUE_LINE, "--role", "administrator", "--profession", "administrator")  # fmt: skip
    assert run(engine, *person).exit_code == 0
    again = run(engine, *person)
    assert again.exit_code == FOUND
    assert again.output.startswith("This person cannot be added. ")
    assert again.output.strip().endswith(".")
    assert "account:" not in again.output


def test_a_table_that_is_not_understood_is_told_in_words(engine: Engine, tmp_path: Path) -> None:
    with Session(engine) as session:
        if queries.desk(session, "programme-office") is None:
            make_desk(session, "programme-office")
            session.commit()
    broken, binary = tmp_path / "broken.txt", tmp_path / "binary.txt"
    broken.write_text("To nie jest harmonogram.\n", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00")
    told = run(engine, "schedule", "import", str(broken))
    assert told.exit_code == FOUND
    assert "Something in this file was not understood, so nothing was imported." in told.output
    assert "not-understood" not in told.output
    unread = run(engine, "schedule", "import", str(binary))
    assert (unread.exit_code, "This file is not text in UTF-8." in unread.output) == (FOUND, True)
