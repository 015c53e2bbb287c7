"""What callers hear when nothing of ours answers, as a folder, and the commands that make it and compare calls."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from helpdesk.cli import main
from helpdesk.cli.context import FOUND, WRONG
from helpdesk.config import Settings
from helpdesk.db import schema, sealed
from helpdesk.db.session import make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.telephony.models import Recording
from helpdesk.telephony.provider import NoProvider, Provider, ProviderFailed, Trouble
from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.reconciling import Listed
from helpdesk.telephony.service import fallback
from tests.conftest import make_database
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk

LINE, OTHER = "+48520000001", "+48520000002"
URL = "https://backup.example.org/telephone"
PRIVATE = "+48600000001"
# The module, which the command of the same name hides.
commands = import_module("helpdesk.cli.telephony")
NIGHT = datetime(2026, 11, 25, 9, tzinfo=UTC)


def record(session: Session, language: str, *, desk_id: str = BLUE_LINE, stand_in: bool = False) -> list[str]:
    """What somebody recorded of the two sentences; answer under which names they are known."""
    digests = [f"{number}{language}{desk_id}" for number in range(2)]
    with acting_at(session, desk_id):
        for prompt, digest in zip((Prompt.TROUBLE, Prompt.EMERGENCY), digests, strict=True):
            sound = f"RIFF {digest}".encode()
            session.add(
                Recording(
                    prompt=prompt.value,
                    language=language,
                    sound=sound,
                    digest=digest,
                    seconds=2.0,
                    stand_in=stand_in,
                    made_at=NIGHT,
                )
            )
    session.commit()
    return digests


@pytest.fixture
def office(session: Session) -> Session:
    make_desk(session, lines=[LINE], languages=("pl", "be"))
    make_desk(session, HELP_POINT, lines=[OTHER], languages=("uk",))
    make_account(session, name="Ewa Zięba", phone=PRIVATE)
    session.commit()
    return session


def verbs(folder: dict[str, bytes] | object, path: str = f"48520000001/{fallback.NAME}") -> list[Element]:
    assert isinstance(folder, dict)
    return list(fromstring(folder[path].decode()))  # noqa: S314  our own


def test_each_line_says_in_each_of_its_languages_what_is_wrong_and_where_help_is_and_hangs_up(office: Session) -> None:
    record(office, "be")
    folder = fallback.files(office, URL)
    said = verbs(folder)
    assert [each.tag for each in said] == ["Say", "Say", "Play", "Play", "Hangup"]
    assert [each.text for each in said[:2]] == [
        prompts.sentence(Prompt.TROUBLE, "pl"),
        prompts.sentence(Prompt.EMERGENCY, "pl"),
    ]
    assert [each.get("language") for each in verbs(folder, f"48520000002/{fallback.NAME}")] == ["uk-UA", "uk-UA", None]


def test_what_is_played_lies_in_the_folder_under_the_address_that_the_markup_names(office: Session) -> None:
    digests = record(office, "be")
    folder = fallback.files(office, URL)
    played = [str(each.text) for each in verbs(folder) if each.tag == "Play"]
    paths = [each.removeprefix(f"{URL}/") for each in played]
    assert [folder[path] for path in paths] == [f"RIFF {each}".encode() for each in digests]


def test_a_language_without_voice_and_recording_is_left_out_and_not_said_in_polish(office: Session) -> None:
    record(office, "be", stand_in=True)  # made by a machine for a trial
    record(office, "be", desk_id=HELP_POINT)  # another desk's
    assert [each.tag for each in verbs(fallback.files(office, URL))] == ["Say", "Say", "Hangup"]


def test_a_line_on_which_nothing_can_be_said_says_it_in_polish_after_all(session: Session) -> None:
    make_desk(session, lines=[LINE], languages=("be", "ka"))
    session.commit()
    assert [each.get("language") for each in verbs(fallback.files(session, URL))] == ["pl-PL", "pl-PL", None]


def test_nothing_in_the_folder_rings_records_asks_or_is_secret(office: Session, settings: Settings) -> None:
    record(office, "be")
    folder = fallback.files(office, URL)
    everything = b"\n".join(folder.values()).decode()
    for word in (PRIVATE, "Ewa", settings.secret_key, *settings.twilio_auth_tokens, settings.twilio_account_sid):
        assert word not in everything
    markup = b"".join(content for path, content in folder.items() if path.endswith(".xml")).decode()
    for verb in ("Dial", "Gather", "Record", "Redirect", "Enqueue", "http://"):
        assert verb not in markup
    assert f"{URL}/48520000001/{fallback.NAME}" in folder[fallback.README].decode()


def test_the_same_lines_give_the_same_folder(office: Session) -> None:
    record(office, "be")
    assert fallback.files(office, URL) == fallback.files(office, URL)


def test_a_folder_is_written_whole_and_what_is_needed_no_more_goes(office: Session, tmp_path: Path) -> None:
    digests = record(office, "be")
    fallback.write(tmp_path, fallback.files(office, URL))
    (tmp_path / "notes.txt").write_text("Somebody else's.")
    assert fallback.outdated(tmp_path, fallback.files(office, URL)) == []
    assert fallback.hosted_at(tmp_path) == URL
    sound = tmp_path / "telephony" / "sound" / f"{digests[0]}.wav"
    assert sound.exists()
    with acting_at(office, BLUE_LINE):
        office.query(Recording).delete()
    changed = fallback.files(office, URL)
    assert f"48520000001/{fallback.NAME}" in fallback.outdated(tmp_path, changed)
    assert sound.relative_to(tmp_path).as_posix() in fallback.outdated(tmp_path, changed)
    fallback.write(tmp_path, changed)
    assert fallback.outdated(tmp_path, changed) == []
    assert not sound.exists()
    assert (tmp_path / "notes.txt").exists()
    assert [each.name for each in tmp_path.rglob(".*")] == []


def test_recordings_are_there_before_the_markup_that_names_them(
    office: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever calls in the middle of an export hears either the old words or the new ones."""
    written: list[str] = []
    monkeypatch.setattr(fallback, "_put", lambda path, _content: written.append(path.relative_to(tmp_path).as_posix()))
    record(office, "be")
    fallback.write(tmp_path, fallback.files(office, URL))
    kinds = [path.rsplit(".", 1)[1] for path in written]
    assert kinds == sorted(kinds, key=("md", "wav", "xml", "json").index)


def test_a_disk_that_is_full_leaves_the_earlier_file_as_it_was(
    office: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fallback.write(tmp_path, fallback.files(office, URL))
    before = (tmp_path / fallback.README).read_bytes()

    def full(*_: object) -> int:
        raise OSError("full")

    other = fallback.files(office, "https://other.example.org")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="full"):
            fallback.write(tmp_path, other)
    assert (tmp_path / fallback.README).read_bytes() == before
    assert [each.name for each in tmp_path.rglob(".*")] == []


def test_a_list_of_files_that_somebody_changed_removes_nothing_elsewhere(office: Session, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("stays")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / fallback.MANIFEST).write_text(json.dumps({"url": URL, "files": ["../outside.txt", str(outside)]}))
    fallback.write(folder, fallback.files(office, URL))
    assert outside.exists()


class Unreachable(NoProvider):
    """A provider that does not answer."""

    def calls_between(self, start: datetime, end: datetime) -> Iterator[Listed]:  # noqa: ARG002
        raise ProviderFailed(Trouble.UNREACHABLE)


@pytest.fixture
def real(settings: Settings) -> Iterator[Session]:
    """An office in a database of its own, with real commits."""
    engine = make_engine(make_database("telephony_commands"))
    schema.upgrade(engine)
    with make_sessions(engine)() as made:
        make_desk(made, lines=[LINE], languages=("pl",))
        made.commit()
        yield made
    engine.dispose()
    sealed.use(sealed.KeyRing(settings.sealing_keys, settings.pepper))


@pytest.fixture
def environment(real: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.chdir(tmp_path)  # no .env of anybody's
    assert real.bind is not None
    return {
        "HELPDESK_DATABASE_URL": real.bind.engine.url.render_as_string(hide_password=False),
        "HELPDESK_SECRET_KEY": "s" * 40,
        "HELPDESK_SEALING_KEYS": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "HELPDESK_PEPPER": "p" * 40,
        "HELPDESK_PUBLIC_URL": "https://helpdesk.example.org",
    }


def run(environment: dict[str, str], *arguments: str) -> Result:
    with time_machine.travel(NIGHT, tick=False):
        return CliRunner(env=environment).invoke(main, ["telephony", *arguments])


def test_the_folder_is_made_and_checked_by_a_command(environment: dict[str, str], real: Session) -> None:
    assert run(environment, "export-fallback", "out").exit_code == WRONG
    assert run(environment, "export-fallback", "out", "--check").exit_code == WRONG
    assert run(environment, "export-fallback", "out", "--url", "http://backup.example.org").exit_code == WRONG
    made = run(environment, "export-fallback", "out", "--url", URL)
    assert made.exit_code == 0, made.output
    assert Path("out", "48520000001", fallback.NAME).exists()
    assert run(environment, "export-fallback", "out", "--check").exit_code == 0
    make_desk(real, HELP_POINT, lines=[OTHER], languages=("uk",))
    real.commit()
    old = run(environment, "export-fallback", "out", "--check")
    assert (old.exit_code, f"Older than the lines: 48520000002/{fallback.NAME}" in old.output) == (FOUND, True)
    assert run(environment, "export-fallback", "out").exit_code == 0  # the address is known by now
    assert run(environment, "export-fallback", "out", "--check").exit_code == 0


class OneCall(NoProvider):
    """A provider whose list has one call of the day before."""

    def calls_between(self, start: datetime, end: datetime) -> Iterator[Listed]:
        began = datetime(2026, 11, 24, 20, tzinfo=UTC)
        return iter([Listed("CA1", "completed", began, began)] if start <= began < end else [])


def test_calls_are_compared_by_a_command_until_somebody_has_looked(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = run(environment, "reconcile")
    assert (without.exit_code, "no provider" in without.output) == (WRONG, True)
    asked: list[Provider] = [OneCall()]
    monkeypatch.setattr(commands, "provider_of", lambda _settings: asked[0])
    assert run(environment, "differences").output == "No differences.\n"
    assert run(environment, "reconcile", "--day", "2026-11-23").exit_code == 0
    for _ in range(2):
        found = run(environment, "reconcile")
        assert (found.exit_code, found.output) == (FOUND, "CA1, not-here, provider: completed\n")
    said = run_doctor(environment).output
    assert "1 that only the provider knows" in said
    assert "HELPDESK_TWILIO_ACCOUNT_SID is missing" in said
    assert run(environment, "differences").exit_code == FOUND
    assert run(environment, "differences", "--looked-at", "CA7").exit_code == FOUND
    looked = run(environment, "differences", "--looked-at", "CA1")
    assert (looked.exit_code, looked.output) == (0, "No differences.\n")
    assert run(environment, "reconcile").exit_code == 0
    assert "only the provider knows" not in run_doctor(environment).output


def run_doctor(environment: dict[str, str]) -> Result:
    return CliRunner(env=environment).invoke(main, ["doctor"])


def test_a_provider_that_does_not_answer_is_a_sentence(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "provider_of", lambda _settings: Unreachable())
    failed = run(environment, "reconcile")
    assert (failed.exit_code, failed.output) == (WRONG, "The provider's list could not be read: unreachable.\n")
