"""Recordings that a machine speaks, so that a line can be tried before people have recorded its sentences."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.kernel.permissions import Actor
from helpdesk.telephony.queries import recordings as queries
from helpdesk.telephony.rules.prompts import sentence
from helpdesk.telephony.rules.recordings import Slot
from helpdesk.telephony.service import recordings

PROGRAM = "espeak-ng"
SECONDS = 30
# Slower than it speaks by itself, in words a minute: a telephone swallows much.
SPEED = 130

# What the program calls our languages. It speaks no Filipino.
TONGUES: Mapping[str, str] = {
    "pl": "pl",
    "uk": "uk",
    "ru": "ru",
    "en": "en-gb",
    "es": "es",
    "be": "be",
    "ka": "ka",
    "hi": "hi",
    "ne": "ne",
    "ro": "ro",
    "id": "id",
    "zh-Hans": "cmn",
    "ar": "ar",
    "uz": "uz",
    "vi": "vi",
}


class StandInError(Exception):
    """A machine cannot speak here; the text says why, for whoever runs the server."""


def make(session: Session, slots: Iterable[Slot], *, actor: Actor, now: datetime) -> int:
    """Have a machine speak these sentences for the acting desk, and answer how many. What a person recorded is left as it is.

    Raises StandInError where the program or a language is missing.
    """
    kept = queries.recordings(session)
    wanted = [slot for slot in slots if slot not in kept or kept[slot].stand_in]
    for slot in wanted:
        spoken = speak(sentence(slot.prompt, slot.language, key=slot.key), slot.language)
        recordings.put(session, slot, spoken, actor=actor, now=now, stand_in=True)
    return len(wanted)


def speak(text: str, language: str) -> bytes:
    """The text as a WAV. Raises StandInError."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise StandInError(f"{PROGRAM} is not installed. On Debian: apt-get install {PROGRAM}")
    if language not in TONGUES:
        raise StandInError(f"{PROGRAM} does not speak {language}: these sentences must be recorded by a person.")
    try:
        done = subprocess.run(  # noqa: S603  the program was looked up, the text is ours and goes in by its standard input
            [program, "-v", TONGUES[language], "-s", str(SPEED), "--stdin", "--stdout"],
            input=text.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise StandInError(f"{PROGRAM} was not ready after {SECONDS} seconds.") from None
    if done.returncode or not done.stdout:
        raise StandInError(f"{PROGRAM} cannot speak {language} here: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
