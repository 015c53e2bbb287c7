"""An uploaded sound as the telephone plays it: WAV, mono, 8 kHz, 16 bits."""

import hashlib
import io
import subprocess
import sys
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from helpdesk.kernel.errors import Refusal
from helpdesk.telephony.rules.recordings import (
    LONGEST,
    SHORTEST,
    RecordingRefusal,
    check_length,
    check_loudness,
    check_upload,
)

RATE, WIDTH = 8000, 2
DECODER = Path(__file__).with_name("decoder.py")
SECONDS = 20.0
# Files decoded at once by this process.
_PLACES = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Converted:
    """A sound that can be played, how long it is, and the digest of the whole file that names it."""

    sound: bytes
    seconds: float
    digest: str


def convert(content: bytes, *, lengthen: bool = False) -> Converted:
    """Check and convert a WAV or MP3, or raise Refusal: too large, no sound, broken, too short, too long, silent.

    `lengthen`: what is too short is not refused but followed by silence.
    """
    check_upload(content)
    samples = _decoded(content)
    if lengthen:
        samples.extend([0] * (int(SHORTEST * RATE) - len(samples)))
    check_length(len(samples) / RATE)
    check_loudness(samples)
    return _as_wav(samples)


def _as_wav(samples: "array[int]") -> Converted:
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(WIDTH)
        written.setframerate(RATE)
        written.writeframes(samples.tobytes())
    sound = file.getvalue()
    return Converted(sound, len(samples) / RATE, hashlib.sha256(sound).hexdigest()[:40])


def _decoded(content: bytes) -> "array[int]":
    if not _PLACES.acquire(timeout=SECONDS):
        raise Refusal(RecordingRefusal.BROKEN, field="file")
    try:
        done = subprocess.run(  # noqa: S603  our own script; the file goes in by its standard input
            # One second more than is allowed, so that what is too long is known to be.
            [sys.executable, "-I", str(DECODER), str(int(LONGEST) + 1)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise Refusal(RecordingRefusal.BROKEN, field="file") from None
    finally:
        _PLACES.release()
    # Also where the decoder itself broke, which a file can be made to do.
    if done.returncode or not done.stdout:
        raise Refusal(RecordingRefusal.BROKEN, field="file")
    return array("h", done.stdout)
