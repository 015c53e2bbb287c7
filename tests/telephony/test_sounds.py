"""What the provider fetches to play it: from an address that anybody may keep, and that says nothing of the call."""

import wave
from array import array
from datetime import datetime
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.telephony.queries import recordings as recording_queries
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.recordings import Slot
from helpdesk.telephony.service import recordings
from tests.factories import BLUE_LINE, make_desk
from tests.telephony.sounds import MP3, samples

DATA = Path(recordings.__file__).parents[1] / "data"


@pytest.fixture
def digest(session: Session, now: datetime) -> str:
    make_desk(session, lines=["+48520000001"], languages=("pl", "be"))
    with acting_at(session, BLUE_LINE):
        kept = recordings.put(session, Slot(Prompt.GREETING, "be"), MP3, actor=SYSTEM, now=now).digest
    session.commit()
    return kept


def test_a_recording_may_be_kept_for_ever(client: FlaskClient, digest: str) -> None:
    answer = client.get(f"/telephony/sound/{digest}.wav")
    assert answer.status_code == 200
    assert answer.content_type == "audio/wav"
    assert len(samples(answer.data)) > 8000
    assert {*answer.headers["Cache-Control"].split(", ")} == {"public", "max-age=31536000", "immutable"}
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/telephony/sound/{digest}.wav", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(f"/telephony/sound/{digest}.wav").status_code == 200


@pytest.mark.parametrize("name", ["music", "tone"])
def test_the_sounds_of_every_desk_are_kept_for_a_day(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/telephony/sound/{name}.wav")
    assert answer.data == (DATA / f"{name}.wav").read_bytes()
    assert {*answer.headers["Cache-Control"].split(", ")} == {"public", "max-age=86400"}
    assert (
        client.get(f"/telephony/sound/{name}.wav", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    )


@pytest.mark.parametrize(
    "name",
    [
        "0" * 40 + ".wav",
        "0" * 40,
        "music",
        "music.mp3",
        "prompts.csv",
        "..%2Fdata%2Fmusic.wav",
        "%00.wav",
        "'%20OR%201=1.wav",
        "x" * 5000 + ".wav",
    ],
)
def test_there_is_no_other_sound(client: FlaskClient, digest: str, name: str) -> None:
    assert name != digest
    answer = client.get(f"/telephony/sound/{name}")
    assert answer.status_code == 404
    assert "audio" not in answer.content_type
    assert "public" not in answer.headers["Cache-Control"]


def test_without_the_database_nobody_keeps_that_there_is_no_sound(
    client: FlaskClient, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_question: object) -> bytes:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(recording_queries, "sound", gone)
    answer = client.get(f"/telephony/sound/{digest}.wav")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert client.get("/telephony/sound/tone.wav").status_code == 200


def test_nothing_else_of_the_telephone_may_be_kept(client: FlaskClient) -> None:
    assert client.post("/telephony/voice").headers["Cache-Control"] == "no-store"


def test_music_goes_on_without_a_click_and_neither_sound_startles_anybody() -> None:
    music, tone = (samples((DATA / f"{name}.wav").read_bytes()) for name in ("music", "tone"))
    assert len(music) == 20 * 8000
    assert (DATA / "music.wav").stat().st_size < 350_000
    assert len(tone) == 0.6 * 8000
    greatest_step = max(abs(after - before) for before, after in pairwise(music))
    assert abs(music[0] - music[-1]) <= greatest_step
    # Never silent for a second, so that nobody thinks the line is dead; never at full strength.
    for sound in (music, tone):
        assert max(map(abs, sound)) < 16_384
    assert min(max(map(abs, music[at : at + 8000])) for at in range(0, len(music), 8000)) > 1000
    assert tone[0] == tone[-1] == 0


def test_the_sounds_are_those_of_the_script() -> None:
    script = import_module("scripts.sounds")
    for name, made in (("music", script.music()), ("tone", script.tone())):
        with wave.open(str(DATA / f"{name}.wav")) as file:
            kept = array("h", file.readframes(file.getnframes()))
        assert len(kept) == len(made)
        # The last digit of a sine is the processor's own.
        assert max(abs(one - other) for one, other in zip(kept, made, strict=True)) <= 1
