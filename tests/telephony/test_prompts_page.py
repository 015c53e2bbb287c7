"""A coordinator sees what the telephone says in each language, listens to it, and has it recorded."""

import io
import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import SYSTEM, Profession, Role
from helpdesk.telephony.queries import recordings as queries
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.recordings import LARGEST, Slot, slots
from helpdesk.telephony.service import recordings
from helpdesk.telephony.service.converting import convert
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, sign_in
from tests.indicators.office import statements
from tests.telephony.sounds import MP3, wav

ALL = f"/desk/{BLUE_LINE}/prompts"
BELARUSIAN = f"{ALL}/be"
HELLO = Slot(Prompt.GREETING, "be")
LINE = ("pl", "uk", "be")


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """The coordinator of the Blue Line, whose line is to speak Belarusian; the Help Point has a line of its own."""
    make_desk(session, lines=["+48520000001"], languages=LINE)
    make_desk(session, HELP_POINT, lines=["+48520000002"], languages=LINE)
    account = make_account(session, BLUE_LINE, [Role.COORDINATOR], name="Maria")
    session.commit()
    reader = app.test_client()
    sign_in(reader, account)
    return reader


def send(
    client: FlaskClient, content: bytes | None, *, act: str = "put", address: str = BELARUSIAN, **fields: str
) -> TestResponse:
    """Send the form of one row as a browser does."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(BELARUSIAN).text)
    assert token
    form: dict[str, object] = {"csrf_token": token[1], "prompt": "greeting", "key": "", "act": act, **fields}
    if content is not None:
        form["file"] = FileStorage(io.BytesIO(content), "hello.mp3")
    # In memory: the library's client leaves a large form open on the disk.
    boundary, body = encode_multipart(form)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def kept(session: Session, desk_id: str = BLUE_LINE) -> dict[Slot, str]:
    with acting_at(session, desk_id):
        return queries.digests(session)


def test_the_summary_says_what_cannot_be_heard(client: FlaskClient) -> None:
    page = client.get(ALL)
    assert page.status_code == 200
    missing = sum(slot.language == "be" for slot in slots(LINE))
    assert f"Belarusian: {missing} sentences cannot be heard" in page.text
    assert "Ukrainian:" not in page.text
    # A language that is on no line can be recorded before it is added to one.
    assert f'href="{ALL}/ka"' in page.text
    # The reader chooses among the languages of the staff, not among those of the callers.
    assert 'hreflang="pl"' in page.text
    assert 'hreflang="uk"' not in page.text


def test_every_sentence_is_shown_in_its_language_and_in_the_readers(client: FlaskClient) -> None:
    page = client.get(BELARUSIAN).text
    assert '<span lang="be" dir="ltr">Добры дзень.</span>' in page
    assert "Hello." in page
    assert "Для беларускай мовы націсніце 3." in page
    # By its place in the menu it can have no other key.
    assert "Для беларускай мовы націсніце 4." not in page
    assert "For English" not in page
    assert "No voice of the provider speaks this language" in page
    arabic = client.get(f"{ALL}/ar").text
    assert '<span lang="ar" dir="rtl">مرحبًا.</span>' in arabic
    assert "Spoken by the provider&#39;s voice" in arabic
    assert "This language can be added to a line." in arabic


def test_a_recording_is_put_listened_to_replaced_and_removed(client: FlaskClient, session: Session) -> None:
    first = send(client, MP3)
    assert first.status_code == 302
    assert first.location == f"{BELARUSIAN}#file-greeting"
    page = client.get(BELARUSIAN).text
    assert "The recording is saved." in page
    assert page.count("<audio") == 1
    listened = client.get(re.search(r'src="([^"]+/prompts/sound/[^"]+)"', page)[1])  # type: ignore[index]
    assert listened.content_type == "audio/wav"
    assert listened.headers["Cache-Control"] == "no-store"
    assert listened.data[:4] == b"RIFF"
    before = kept(session)
    assert send(client, wav(2)).status_code == 302
    assert kept(session).keys() == before.keys() == {HELLO}
    assert kept(session) != before
    assert send(client, None, act="remove").status_code == 302
    assert kept(session) == {}
    assert "<audio" not in client.get(BELARUSIAN).text


def test_the_browser_may_play_what_is_ours_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    assert "media-src 'self';" in client.get(BELARUSIAN).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "sentence", "status"),
    [
        (None, "Choose a file.", 422),
        (b"Dear office", "This is not a WAV or MP3 file.", 409),
        (b"RIFF1234WAVEjunk", "This file is damaged", 409),
        (wav(0.4), "This recording is too short.", 409),
        (wav(2, loud=0), "Nothing can be heard in this file.", 409),
        (wav(61, rate=8000, channels=1), "This recording is longer than 60 seconds.", 409),
        (bytes(LARGEST + 1), "This file is larger than 5 megabytes.", 409),
    ],
    ids=["none", "a letter", "damaged", "short", "silent", "long", "large"],
)
def test_what_is_wrong_with_a_file_stands_beside_it(
    client: FlaskClient, session: Session, content: bytes | None, sentence: str, status: int
) -> None:
    answer = send(client, content)
    assert answer.status_code == status
    assert answer.text.count(sentence) == 2  # above the page, and beside the field
    assert '<a href="#file-greeting">' in answer.text
    assert 'aria-describedby="file-greeting-error"' in answer.text
    assert kept(session) == {}


def test_a_file_far_too_large_is_not_even_read(client: FlaskClient) -> None:
    answer = send(client, bytes(LARGEST + 2 * 1024**2))
    assert answer.status_code == 413
    assert "What was sent is too large." in answer.text


@pytest.mark.parametrize(("prompt", "key"), [("greeting", "1"), ("choose", "0"), ("next-duty", ""), ("hello", "")])
def test_there_is_no_other_sentence_to_record(client: FlaskClient, prompt: str, key: str) -> None:
    answer = send(client, MP3, prompt=prompt, key=key)
    assert answer.status_code == 409
    assert "There is no such sentence to record." in answer.text


def test_there_is_no_other_language_and_nothing_to_remove_twice(client: FlaskClient) -> None:
    assert client.get(f"{ALL}/fr").status_code == 404
    assert send(client, None, act="remove").status_code == 404


def test_recording_needs_a_token(client: FlaskClient, session: Session) -> None:
    form = {"prompt": "greeting", "key": "", "act": "put", "file": (io.BytesIO(MP3), "a.mp3")}
    assert client.post(BELARUSIAN, data=form, content_type="multipart/form-data").status_code == 400
    assert kept(session) == {}


def test_a_stand_in_is_never_offered_as_if_somebody_had_spoken_it(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    with acting_at(session, BLUE_LINE):
        recordings.put(session, HELLO, MP3, actor=SYSTEM, now=now, stand_in=True)
    session.commit()
    assert "Belarusian: 1 sentence is spoken by a machine, for a trial." in client.get(ALL).text
    assert client.get(BELARUSIAN).text.count("Spoken by a machine, for a trial only") == 1
    send(client, wav(2))
    assert "Spoken by a machine, for a trial only" not in client.get(BELARUSIAN).text


def test_a_language_that_is_recorded_whole_can_be_heard(
    client: FlaskClient, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    converted = convert(MP3)
    monkeypatch.setattr(recordings, "convert", lambda _content, **_how: converted)  # once is enough
    with acting_at(session, BLUE_LINE):
        for slot in slots(LINE):
            recordings.put(session, slot, MP3, actor=SYSTEM, now=now)
    session.commit()
    assert "cannot be heard" not in client.get(ALL).text.replace("Cannot be heard", "")
    page = client.get(BELARUSIAN).text
    assert "cannot be heard" not in page
    assert page.count("<audio") == sum(slot.language == "be" for slot in slots(LINE))


def test_a_page_asks_the_database_no_more_often_with_many_recordings(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    client.get(BELARUSIAN)
    with statements(session) as few:
        client.get(BELARUSIAN)
    with acting_at(session, BLUE_LINE):
        for slot in list(slots(("be",)))[:5]:
            recordings.put(session, slot, MP3, actor=SYSTEM, now=now)
    session.commit()
    with statements(session) as many:
        client.get(BELARUSIAN)
    assert len(many) == len(few) <= 9
    assert not any("recording.sound" in each for each in many)


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.ADMINISTRATOR, Role.DUTY_OFFICER])
def test_nobody_but_the_coordinator_records(app: Flask, client: FlaskClient, session: Session, role: Role) -> None:
    assert client
    account = make_account(session, BLUE_LINE, [role], Profession.PSYCHOLOGIST)
    session.commit()
    other = app.test_client()
    sign_in(other, account)
    for address in (ALL, BELARUSIAN):
        assert other.get(address).status_code == 403


def test_a_recording_of_another_desk_is_not_found(client: FlaskClient, session: Session, now: datetime) -> None:
    with acting_at(session, HELP_POINT):
        theirs = recordings.put(session, HELLO, MP3, actor=SYSTEM, now=now).id
    session.commit()
    assert client.get(f"{ALL}/sound/{theirs}").status_code == 404
    assert client.get(f"/desk/{HELP_POINT}/prompts").status_code == 404
    assert "<audio" not in client.get(BELARUSIAN).text
