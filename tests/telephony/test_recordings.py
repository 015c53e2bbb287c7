"""A sentence is recorded: what is needed, what a file must be, and what the telephone then plays."""

import random
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.config import Settings
from helpdesk.db import schema, sealed
from helpdesk.db.session import make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import SYSTEM, Actor
from helpdesk.telephony import service, twiml
from helpdesk.telephony.queries import recordings as queries
from helpdesk.telephony.rules import prompts
from helpdesk.telephony.rules import recordings as rules
from helpdesk.telephony.rules.instructions import Play, Sound, Speak, whispered
from helpdesk.telephony.rules.prompts import SPOKEN_ONLY, STAFF_ONLY, Prompt
from helpdesk.telephony.rules.recordings import Heard, RecordingRefusal, Slot
from helpdesk.telephony.service import converting, recordings, stand_ins
from helpdesk.telephony.service.converting import convert
from helpdesk.telephony.service.stand_ins import StandInError
from tests.conftest import make_database
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_desk
from tests.indicators.office import statements
from tests.telephony.sounds import MP3, crossings, lying_mp3, samples, wav

LANGUAGES = ("pl", "uk", "be")
HELLO = Slot(Prompt.GREETING, "be")
CHOOSE_3 = Slot(Prompt.CHOOSE, "be", "3")
NUMBER = "+48520000001"
menus = st.lists(st.sampled_from(sorted(prompts.sentences())), unique=True, max_size=9).map(tuple)


@pytest.fixture
def blue_line(session: Session) -> Actor:
    """The Blue Line with one line in Polish, Ukrainian and Belarusian, and somebody who records."""
    make_desk(session, lines=[NUMBER], languages=LANGUAGES)
    make_desk(session, HELP_POINT, lines=["+48520000002"], languages=LANGUAGES)
    return actor_of(make_account(session))


# What a line needs.


def test_a_language_with_a_voice_needs_no_recording_and_one_without_needs_them_all() -> None:
    unheard = rules.lacking(LANGUAGES, (), twiml.VOICES)
    assert set(unheard) == {"be"}
    assert Slot(Prompt.POSITION, "be", "9") in unheard["be"]
    assert rules.lacking(LANGUAGES, unheard["be"], twiml.VOICES) == {}
    assert rules.lacking(LANGUAGES, unheard["be"][1:], twiml.VOICES) == {"be": unheard["be"][:1]}


def test_what_only_a_voice_can_say_and_what_only_colleagues_hear_needs_no_recording_in_the_callers_language() -> None:
    needed = {slot.prompt for slot in rules.slots(("be",))}
    assert needed == set(Prompt) - SPOKEN_ONLY - STAFF_ONLY
    assert Slot(Prompt.WHISPER, "pl", "1") in set(rules.slots(("pl",)))
    # Whoever picks up hears the name of the caller's language in that language.
    assert Speak(Prompt.NAME, "be") in whispered("1-1", "be").sentences


def test_a_language_is_chosen_by_its_place_in_the_menu_or_a_smaller_one() -> None:
    keys: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for slot in rules.slots(LANGUAGES):
        if slot.prompt is Prompt.CHOOSE:
            keys[slot.language].append(slot.key)
    assert keys == {"pl": ["1"], "uk": ["1", "2"], "be": ["1", "2", "3"]}


def test_a_language_that_no_line_has_yet_is_recorded_for_the_end_of_the_menu() -> None:
    keys = [slot.key for slot in rules.slots_in(["ka"], [("pl",), LANGUAGES]) if slot.prompt is Prompt.CHOOSE]
    assert keys == ["1", "2", "3", "4"]
    assert rules.slots_in(["pl"], [("pl",), ("uk", "pl")]).count(Slot(Prompt.GREETING, "pl")) == 1


@given(menu=menus, kept=st.integers(min_value=0, max_value=400))
def test_a_line_offers_exactly_the_languages_in_which_everything_is_heard(menu: tuple[str, ...], kept: int) -> None:
    recorded = set(list(rules.slots(menu))[:kept])
    offered = rules.sayable(menu, recorded, twiml.VOICES)
    stand_ins_of = dict.fromkeys(recorded, False)
    for language in menu:
        sources = {
            rules.heard(slot, stand_ins_of, twiml.VOICES) for slot in rules.slots(menu) if slot.language == language
        }
        assert (language in offered) == (Heard.NOTHING not in sources)
    assert list(offered) == [language for language in menu if language in offered]


@given(menu=menus)
def test_every_slot_can_be_recorded(menu: tuple[str, ...]) -> None:
    for slot in rules.slots(menu):
        rules.check_slot(slot)


@pytest.mark.parametrize(
    "slot",
    [
        Slot(Prompt.NEXT_DUTY, "be"),
        Slot(Prompt.GREETING, "fr"),
        Slot(Prompt.GREETING, "be", "1"),
        Slot(Prompt.CHOOSE, "be", "0"),
        Slot(Prompt.CHOOSE, "be"),
    ],
)
def test_there_is_nothing_else_to_record(slot: Slot) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_slot(slot)
    assert refused.value.code is RecordingRefusal.NO_SUCH


# What a file must be.


@pytest.mark.parametrize(
    "content",
    [
        wav(2, rate=44100, channels=2),
        wav(2, rate=8000, channels=1),
        wav(2, rate=48000, channels=1, width=3),
        wav(2, rate=22050, channels=2, width=1),
        MP3,
        b"ID3\x04\x00\x00\x00\x00\x00\x10" + bytes(16) + MP3,
    ],
    ids=["stereo", "telephone", "24 bits", "8 bits", "MP3", "MP3 with a tag"],
)
def test_whatever_people_record_with_becomes_a_sound_of_the_telephone(content: bytes) -> None:
    converted = convert(content)
    found = samples(converted.sound)
    assert converted.seconds == len(found) / 8000 == pytest.approx(2, abs=0.15)
    # The same tone, and neither faster nor slower.
    assert crossings(found) == pytest.approx(440, rel=0.05)
    assert re.fullmatch(r"[0-9a-f]{40}", converted.digest)


def test_the_same_file_gives_the_same_digest_and_another_one_another() -> None:
    assert convert(wav(1)).digest == convert(wav(1)).digest != convert(wav(1, pitch=500)).digest


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", RecordingRefusal.NOT_SOUND),
        (b"%PDF-1.7 and so on", RecordingRefusal.NOT_SOUND),
        (b"OggS" + bytes(100), RecordingRefusal.NOT_SOUND),
        (b"RIFF\x00\x00\x00\x00WAVE", RecordingRefusal.BROKEN),
        (wav(2)[:30], RecordingRefusal.BROKEN),
        (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + MP3[:100], RecordingRefusal.BROKEN),
        (wav(0.9), RecordingRefusal.TOO_SHORT),
        (wav(61, rate=8000, channels=1), RecordingRefusal.TOO_LONG),
        (MP3 * 31, RecordingRefusal.TOO_LONG),
        (wav(30, rate=44100, channels=2), RecordingRefusal.TOO_LARGE),
        (wav(2, loud=0.005), RecordingRefusal.SILENT),
    ],
    ids=["nothing", "a letter", "another kind", "only a head", "cut off", "only a tag", "a breath", "a speech", "a long MP3", "too large", "silence"],
)  # fmt: skip
def test_every_other_file_is_refused_in_words(content: bytes, code: RecordingRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        convert(content)
    assert refused.value.code is code
    assert refused.value.field == "file"


def test_a_file_that_lies_about_its_length_is_measured() -> None:
    """The header says that it lasts for hours; there are two seconds. And an MP3 that says it goes on for weeks."""
    honest = wav(2, rate=8000, channels=1)
    at = honest.find(b"data") + 4
    lying = honest[:at] + (100 * 2**20).to_bytes(4, "little") + honest[at + 4 :]
    assert convert(lying).seconds == pytest.approx(2, abs=0.1)
    assert convert(lying_mp3()).seconds == pytest.approx(2, abs=0.15)


def test_a_hostile_file_breaks_nothing() -> None:
    """Forty files, each damaged in another way behind its head, are played or refused, and nothing else happens."""
    chance = random.Random(7)  # noqa: S311  nothing is kept secret with it
    outcomes: set[object] = set()
    for _ in range(40):
        content = bytearray(chance.choice([MP3, wav(1.2, rate=8000, channels=1)]))
        for _ in range(chance.randint(1, 80)):
            content[chance.randrange(12, len(content))] = chance.randrange(256)
        try:
            outcomes.add(bool(convert(bytes(content)).seconds))
        except Refusal as refusal:
            outcomes.add(refusal.code)
    assert True in outcomes
    assert outcomes <= {True, *RecordingRefusal}


def test_a_decoder_that_is_killed_or_hangs_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for source in ("import os; os.abort()", "import time; time.sleep(60)"):
        script = tmp_path / "decoder.py"
        script.write_text(source, encoding="utf-8")
        monkeypatch.setattr(converting, "DECODER", script)
        monkeypatch.setattr(converting, "SECONDS", 1.0)
        with pytest.raises(Refusal) as refused:
            convert(MP3)
        assert refused.value.code is RecordingRefusal.BROKEN


# What the telephone then plays.


def test_a_recorded_sentence_is_played_and_the_next_one_takes_its_place(
    session: Session, blue_line: Actor, now: datetime
) -> None:
    with acting_at(session, BLUE_LINE):
        assert recordings.clips(session) == twiml.SILENT
        first = recordings.put(session, CHOOSE_3, wav(1), actor=blue_line, now=now).digest
        before = recordings.clips(session)
        recordings.put(session, CHOOSE_3, MP3, actor=blue_line, now=now + timedelta(minutes=1))
        after = recordings.clips(session)
        with statements(session) as sent:
            recordings.clips(session)
    assert before.names == {"choose.be.3": f"{first}.wav"}
    assert before.version != after.version
    assert len(sent) == 1
    assert "recording.sound" not in sent[0]
    rendered = twiml.render([Speak(Prompt.CHOOSE, "be", key="3")], twiml.Addresses("https://x.example", "c"), before)
    assert f"<Play>https://x.example/telephony/sound/{first}.wav</Play>" in rendered.xml
    assert rendered.unspoken == ()
    music = twiml.render([Play(Sound.MUSIC)], twiml.Addresses("https://x.example", "c"), before)
    assert "/telephony/sound/music.wav" in music.xml


def test_a_removed_recording_is_no_longer_played(session: Session, blue_line: Actor, now: datetime) -> None:
    with acting_at(session, BLUE_LINE):
        recordings.put(session, HELLO, MP3, actor=blue_line, now=now)
        recordings.put(session, CHOOSE_3, MP3, actor=blue_line, now=now)
        both = recordings.clips(session)
        recordings.remove(session, HELLO, actor=blue_line, now=now)
        assert list(recordings.clips(session).names) == ["choose.be.3"]
        assert recordings.clips(session).version != both.version
        with pytest.raises(NotFound):
            recordings.remove(session, HELLO, actor=blue_line, now=now)


def test_a_desk_does_not_play_what_another_recorded(session: Session, blue_line: Actor, now: datetime) -> None:
    with acting_at(session, BLUE_LINE):
        recordings.put(session, HELLO, MP3, actor=blue_line, now=now)
    with acting_at(session, HELP_POINT):
        assert recordings.clips(session) == twiml.SILENT


def test_a_refused_file_leaves_what_was_recorded_before(session: Session, blue_line: Actor, now: datetime) -> None:
    with acting_at(session, BLUE_LINE):
        kept = recordings.put(session, HELLO, MP3, actor=blue_line, now=now).digest
        with pytest.raises(Refusal):
            recordings.put(session, HELLO, b"no sound", actor=blue_line, now=now)
        assert queries.digests(session) == {HELLO: kept}


def test_who_recorded_what_is_in_the_audit(session: Session, blue_line: Actor, now: datetime) -> None:
    with acting_at(session, BLUE_LINE):
        recordings.put(session, CHOOSE_3, MP3, actor=blue_line, now=now)
        recordings.put(session, CHOOSE_3, wav(1), actor=blue_line, now=now)
        recordings.remove(session, CHOOSE_3, actor=blue_line, now=now)
    events = session.scalars(select(AuditEvent).where(AuditEvent.tag == "recording:changed").order_by(AuditEvent.id))
    found = [(event.actor_id, event.desk_id, event.detail) for event in events]
    detail = {"language": "be", "prompt": "choose.be.3"}
    assert found == [(blue_line.id, BLUE_LINE, {**detail, "what": what}) for what in ("added", "changed", "removed")]


# A trial, and what the doctor says of it.


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of the right name that speaks, whatever it is given, half a second, and notes how it was called."""
    (tmp_path / "spoken.wav").write_bytes(wav(0.5, rate=22050, channels=1))
    program = tmp_path / "espeak-ng"
    program.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/called\ncat >>{tmp_path}/said\necho >>{tmp_path}/said\ncat {tmp_path}/spoken.wav\n',
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    return tmp_path


def test_a_machine_speaks_for_a_trial_and_never_over_a_person(
    session: Session, blue_line: Actor, now: datetime, machine: Path
) -> None:
    wanted = [slot for slot in rules.slots(LANGUAGES) if slot.language == "be"]
    with acting_at(session, BLUE_LINE):
        own = recordings.put(session, HELLO, MP3, actor=blue_line, now=now).digest
        assert stand_ins.make(session, wanted, actor=SYSTEM, now=now) == len(wanted) - 1
        kept = queries.recordings(session)
        assert recordings.lacking(session, LANGUAGES) == {}
        assert recordings.sayable(session, LANGUAGES) == LANGUAGES
    assert kept[HELLO].digest == own
    assert not kept[HELLO].stand_in
    assert all(each.stand_in for slot, each in kept.items() if slot != HELLO)
    # Half a second is followed by silence: that is too short for a sentence of a person only.
    assert kept[CHOOSE_3].seconds == 1
    assert "Для беларускай мовы націсніце 3." in (machine / "said").read_text(encoding="utf-8")
    assert (machine / "called").read_text(encoding="utf-8").startswith("-v be ")


def test_chinese_has_another_name_there_and_filipino_none(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_ins.speak("您好。", "zh-Hans")
    assert (machine / "called").read_text(encoding="utf-8").startswith("-v cmn ")
    with pytest.raises(StandInError, match="does not speak fil"):
        stand_ins.speak("Hello.", "fil")
    assert set(prompts.sentences()) - set(stand_ins.TONGUES) == {"fil"}
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(StandInError, match="not installed"):
        stand_ins.speak("Dzień dobry.", "pl")


def test_the_doctor_says_which_language_is_not_heard_and_which_is_spoken_by_a_machine(
    session: Session, blue_line: Actor, now: datetime, machine: Path
) -> None:
    assert machine
    needed = [slot for slot in rules.slots(LANGUAGES) if slot.language == "be"]
    said = [line for line in service.examine(session) if NUMBER in line and "rings nobody" not in line]
    silent = f"no voice speaks it, and {len(needed)} of its sentences have no recording. See: helpdesk prompts check"
    assert said == [f"The line {NUMBER} is not offered in be: {silent}"]
    with acting_at(session, BLUE_LINE):
        stand_ins.make(session, needed, actor=blue_line, now=now)
    said = [line for line in service.examine(session) if NUMBER in line]
    trial = f"The line {NUMBER} plays {len(needed)} stand-ins in be, spoken by a machine for a trial."
    assert trial in said
    assert f"The line {NUMBER} rings nobody who speaks be in the coming week." in said


def test_two_who_record_the_same_sentence_come_one_after_the_other(settings: Settings, now: datetime) -> None:
    """With real connections: the second waits for the first, and then takes its place instead of failing."""
    engine = make_engine(make_database("recordings_at_once"))
    schema.upgrade(engine)
    sealed.use(sealed.KeyRing(settings.sealing_keys, settings.pepper))
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        make_desk(session, lines=[NUMBER], languages=LANGUAGES)

    def second() -> str:
        with sessions.begin() as session, acting_at(session, BLUE_LINE):
            return recordings.put(session, HELLO, MP3, actor=SYSTEM, now=now).digest

    with ThreadPoolExecutor(1) as beside:
        with sessions.begin() as session, acting_at(session, BLUE_LINE):
            first = recordings.put(session, HELLO, wav(1), actor=SYSTEM, now=now).digest
            waiting = beside.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1.5)
        last = waiting.result(timeout=20)
    with sessions.begin() as session, acting_at(session, BLUE_LINE):
        assert queries.digests(session) == {HELLO: last}
    assert first != last
    engine.dispose()
