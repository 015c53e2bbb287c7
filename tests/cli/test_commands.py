"""The command as whoever runs the server types it: on a database of its own, with real commits."""

import csv
import io
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader
from sqlalchemy import Engine, select, text

from helpdesk.accounts.models import Account
from helpdesk.cli import main
from helpdesk.cli.context import FOUND, WRONG
from helpdesk.config import Settings
from helpdesk.consultations.models import Contact
from helpdesk.db import schema, sealed
from helpdesk.db.session import make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.clock import utcnow
from helpdesk.web.documents import making
from tests.conftest import make_database
from tests.factories import make_contact, make_desk

KEY, NEW_KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s", "bm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4"
SEED = resources.files("helpdesk.indicators").joinpath("data", "harmonogram-2023.txt")


@pytest.fixture(scope="module")
def url() -> str:
    return make_database("commands")


@pytest.fixture(scope="module")
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def _keys_of_the_suite(settings: Settings) -> Iterator[None]:
    """A command gives the process its own keys; the other tests get theirs back."""
    yield
    sealed.use(sealed.KeyRing(settings.sealing_keys, settings.pepper))


@pytest.fixture
def environment(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> dict[str, str]:
    assert engine
    monkeypatch.chdir(tmp_path)  # no .env of anybody's
    return {
        "HELPDESK_DATABASE_URL": url,
        "HELPDESK_SECRET_KEY": "s" * 40,
        "HELPDESK_SEALING_KEYS": KEY,
        "HELPDESK_PEPPER": "p" * 40,
        "HELPDESK_PUBLIC_URL": "https://helpdesk.example.org",
        "HELPDESK_TWILIO_AUTH_TOKENS": "t" * 32,
        "HELPDESK_DEMO": "0",
    }


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner(env=environment).invoke(main, arguments)


def test_missing_settings_are_named_and_the_exit_code_is_two(environment: dict[str, str]) -> None:
    result = run({**environment, "HELPDESK_SEALING_KEYS": "", "HELPDESK_PEPPER": "short"}, "db", "check")
    assert result.exit_code == WRONG
    assert "HELPDESK_SEALING_KEYS is missing." in result.output
    assert "HELPDESK_PEPPER is too short" in result.output


def test_a_database_that_does_not_answer_is_a_sentence(environment: dict[str, str]) -> None:
    result = run({**environment, "HELPDESK_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "db", "check")
    assert result.exit_code == WRONG
    assert "does not answer" in result.output
    assert "Traceback" not in result.output


def test_the_tables_fit_the_code(environment: dict[str, str]) -> None:
    assert run(environment, "db", "check").exit_code == 0


def test_an_office_is_set_up_and_its_table_goes_in_and_out(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Desks and people are added, the official table is checked and imported, and comes back cell by cell."""
    for desk, kind, prefix in (("blue-line", "helpline", "KPNL"), ("programme-office", "programme-office", "BP")):
        added = run(
            environment, "desk", "add", "--id", desk, "--kind", kind, "--name-pl", desk, "--name-en", desk, "--controller", "x", "--prefix", prefix
        )  # fmt: skip
        assert added.exit_code == 0, added.output
    assert run(environment, "desk", "line", "--desk", "blue-line", "--number", "+48520000001").exit_code == 0
    assert run(environment, "desk", "line", "--desk", "blue-line", "--number", "+48520000001").exit_code == FOUND
    person = (
        "user",
        "add",
        "--login",
        "jan@example.org",
        "--name",
        "Jan Nowak",
        "--role",
        "administrator",
        "--profession",
        "administrator",
    )
    assert "Password for the first sign-in" in run(environment, *person, "--desk", "blue-line").output
    assert run(environment, *person, "--desk", "nowhere").exit_code == WRONG
    assert run(environment, "user", "password", "--login", "jan@example.org").exit_code == 0
    assert run(environment, "user", "password", "--login", "nobody@example.org").exit_code == FOUND

    seed = tmp_path / "harmonogram.txt"
    seed.write_bytes(SEED.read_bytes())
    assert run(environment, "schedule", "export", "2023").exit_code == FOUND
    checked = run(environment, "schedule", "import", str(seed), "--check")
    assert (checked.exit_code, "2022" in checked.output) == (0, True)
    assert run(environment, "schedule", "export", "2023").exit_code == FOUND  # looking changed nothing
    assert run(environment, "schedule", "import", str(seed)).exit_code == 0
    assert run(environment, "schedule", "import", str(seed)).exit_code == 0  # twice changes nothing

    for kind in ("csv", "xlsx", "docx", "pdf", "json"):
        assert (
            run(
                environment, "schedule", "export", "2023", "--format", kind, "-o", str(tmp_path / f"out.{kind}")
            ).exit_code
            == 0
        )
    wanted = [
        cell
        for line in SEED.read_text(encoding="utf-8").splitlines()
        if "\t" in line
        for cell in line.split("\t")
        if cell
    ]
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    paper = PdfReader(io.BytesIO((tmp_path / "out.pdf").read_bytes()))
    assert "2417 ⁴" in "".join(page.extract_text() for page in paper.pages)
    assert docx.Document(str(tmp_path / "out.docx")).tables[0].cell(2, 0).text == "1."
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [cell for row in rows for cell in row if cell in set(wanted)] == wanted
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"1.10", "12.000", "110.000", "na bieżąco", "2417 ⁴"} <= cells

    monkeypatch.setattr(making, "PRESS", tmp_path / "out.csv")
    broken = run(environment, "schedule", "export", "2023", "--format", "pdf", "-o", str(tmp_path / "broken.pdf"))
    assert broken.exit_code == FOUND
    assert "The table could not be made into a file." in broken.output
    assert not (tmp_path / "broken.pdf").exists()


def test_a_broken_table_is_named_by_line_and_cell_and_nothing_is_taken_in(
    environment: dict[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_text(
        SEED.read_text(encoding="utf-8").replace("351.000\t273.000", "351.000\tdużo").replace("2023", "2024"),
        encoding="utf-8",
    )
    result = run(environment, "schedule", "import", str(broken))
    assert result.exit_code == FOUND
    assert "line 55, cell 4" in result.output
    assert run(environment, "schedule", "export", "2024").exit_code == FOUND


def test_a_picture_is_not_a_table(environment: dict[str, str], tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\x00\xff")
    assert run(environment, "schedule", "import", str(picture)).exit_code == FOUND


def _chain_events(environment: dict[str, str], engine: Engine) -> None:
    """Only events of transactions older than all that run are chained, and other tests on this server may take their time."""
    for _attempt in range(120):
        assert run(environment, "audit", "verify").exit_code == 0
        with engine.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM audit_link")):
                return
        time.sleep(1)


def test_the_audit_is_verified_and_a_change_behind_its_back_is_named(
    environment: dict[str, str], engine: Engine
) -> None:
    _chain_events(environment, engine)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        changed = connection.execute(
            text("UPDATE audit_event SET actor_name = 'nobody' WHERE id = (SELECT max(event_id) FROM audit_link)")
        )
        assert changed.rowcount == 1
    result = run(environment, "audit", "verify")
    assert result.exit_code == FOUND
    assert "The chain breaks at link" in result.output


def test_a_new_key_is_taken_in_use(environment: dict[str, str], engine: Engine) -> None:
    with make_sessions(engine).begin() as session:
        session.execute(select(Account)).scalars().first().phone = "+48520000101"  # type: ignore[union-attr]
    both = {**environment, "HELPDESK_SEALING_KEYS": f"{NEW_KEY},{KEY}"}
    result = run(both, "keys", "reseal")
    assert result.exit_code == 0
    assert "account: 1 rows" in result.output
    sealed.use(sealed.KeyRing((b"n" * 32,), b"p" * 40))
    with make_sessions(engine)() as session:
        assert [each.phone for each in session.scalars(select(Account)) if each.phone_sealed] == ["+48520000101"]


def test_invented_data_is_never_put_among_real_ones(environment: dict[str, str]) -> None:
    refused = run(environment, "demo", "load", "--contacts", "1")
    assert refused.exit_code == WRONG
    not_empty = run(
        {**environment, "HELPDESK_DEMO": "1", "HELPDESK_DEMO_PASSWORD": "x" * 12}, "demo", "load", "--contacts", "1"
    )
    assert not_empty.exit_code == FOUND


def test_the_doctor_says_what_is_missing(environment: dict[str, str]) -> None:
    result = run(
        {**environment, "HELPDESK_TWILIO_AUTH_TOKENS": "", "HELPDESK_PUBLIC_URL": "http://helpdesk.example.org"},
        "doctor",
    )
    assert result.exit_code == FOUND
    assert "HELPDESK_TWILIO_AUTH_TOKENS is missing" in result.output
    assert "not https" in result.output


def test_a_backup_that_was_restored_without_its_keys_is_refused(environment: dict[str, str], engine: Engine) -> None:
    with make_sessions(engine).begin() as session:
        desk = make_desk(session, "restored")
        with acting_at(session, desk.id):
            make_contact(session, desk, utcnow()).remarks = "known"
            session.flush()
    strange = {**environment, "HELPDESK_SEALING_KEYS": NEW_KEY}
    for command in ("serve", "worker"):
        result = run(strange, command)
        assert (result.exit_code, "SEALING_KEYS do not open what is stored" in result.output) == (WRONG, True)
        assert "contact" in result.output
    assert "do not open what is stored" in run(strange, "doctor").output
    both = {**environment, "HELPDESK_SEALING_KEYS": f"{NEW_KEY},{KEY}"}
    assert "do not open what is stored" not in run(both, "doctor").output
    with make_sessions(engine)() as session, acting_at(session, "restored"):
        assert session.scalars(select(Contact)).one().remarks == "known"


def test_a_call_cannot_be_played_without_a_token(environment: dict[str, str]) -> None:
    result = run(
        {**environment, "HELPDESK_TWILIO_AUTH_TOKENS": ""},
        "phone",
        "ring",
        "--from",
        "+48601100200",
        "--to",
        "+48520000001",
    )
    assert result.exit_code == WRONG


def test_the_same_seed_gives_the_same_office(environment: dict[str, str]) -> None:
    """Two empty databases, loaded on the same day with the same seed, hold the same contacts; another seed others."""
    found = []
    for number, seed in enumerate(("7", "7", "8")):
        address = make_database(f"demo_{number}")
        demo = {
            **environment,
            "HELPDESK_DATABASE_URL": address,
            "HELPDESK_DEMO": "1",
            "HELPDESK_DEMO_PASSWORD": "niebieska-linia",
        }
        assert run(demo, "db", "upgrade").exit_code == 0
        loaded = run(demo, "demo", "load", "--contacts", "40", "--seed", seed)
        assert loaded.exit_code == 0, loaded.output
        engine = make_engine(address)
        with engine.connect() as connection:
            query = "SELECT number, outcome, gmina, array_to_string(safety_flags, ',') FROM contact WHERE closed_at IS NOT NULL ORDER BY number"
            found.append(connection.execute(text(query)).all())
        engine.dispose()
    assert found[0] == found[1]
    assert found[0] != found[2]
