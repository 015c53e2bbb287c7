"""Which sentences a line needs as recordings, and whether a file that somebody uploads can be one.

A header may lie, so what it says only keeps the obvious out; the length is measured again when the sound has been decoded.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from struct import unpack_from
from typing import NamedTuple

from helpdesk.kernel.errors import Refusal
from helpdesk.telephony.rules.instructions import STAFF_LANGUAGE
from helpdesk.telephony.rules.prompts import KEYS, SPOKEN_ONLY, STAFF_ONLY, Prompt, missing, sentences

SHORTEST, LONGEST = 1.0, 60.0
LARGEST = 5 * 1024 * 1024
MEGABYTES = LARGEST // 1024**2

# The greatest step of a sound of 16 bits that nobody hears on a telephone: a hundredth of the whole.
QUIETEST = 327

# MPEG audio, layer III (ISO/IEC 11172-3, 2.4.2.3; 13818-3, 2.4.2.3): kilobits a second of version 1, and of versions 2 and 2.5.
_BITRATES = (
    (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
# Samples a second by the bits of the version.
_RATES: Mapping[int, tuple[int, int, int]] = {
    0: (11025, 12000, 8000),
    2: (22050, 24000, 16000),
    3: (44100, 48000, 32000),
}
_FIRST_VERSION, _LAYER_3 = 3, 1
_FRAME_HEADER, _ID3_HEADER, _RIFF_HEADER, _CHUNK_HEADER, _FORMAT = 4, 10, 12, 8, 16
# How far into a file the first frame is looked for.
_SEARCHED = 64 * 1024


class RecordingRefusal(StrEnum):
    """Why something cannot be a recording."""

    BROKEN = "recording:broken"
    NOT_SOUND = "recording:not-sound"
    NO_SUCH = "recording:no-such"
    SILENT = "recording:silent"
    TOO_LARGE = "recording:too-large"
    TOO_LONG = "recording:too-long"
    TOO_SHORT = "recording:too-short"


class Heard(StrEnum):
    """What callers hear a sentence from."""

    RECORDING = "recording"
    STAND_IN = "stand-in"
    VOICE = "voice"
    NOTHING = "nothing"


class Slot(NamedTuple):
    """What one recording says: a sentence in a language, with the key or number it names, or "" where it names none."""

    prompt: Prompt
    language: str
    key: str = ""


def slots(languages: Sequence[str]) -> Iterator[Slot]:
    """Everything that is said and can be recorded on a line with these languages, which stand in the order of its menu.

    A language may be chosen by its own key of the menu, and by a smaller one where another language before it is not offered.
    """
    for place, language in enumerate(dict.fromkeys(languages), start=1):
        for prompt in Prompt:
            if prompt not in SPOKEN_ONLY and (prompt not in STAFF_ONLY or language == STAFF_LANGUAGE):
                keys = KEYS.get(prompt, ("",))
                for key in keys[:place] if prompt is Prompt.CHOOSE else keys:
                    yield Slot(prompt, language, key)


def slots_in(chosen: Collection[str], lines: Sequence[Sequence[str]]) -> list[Slot]:
    """Everything that is said and can be recorded in the chosen languages on the lines of a desk, each line given by its menu.

    A language that no line has yet is taken to come last on the longest menu: it has to be recorded before it can be offered.
    """
    longest = max(lines, key=len, default=())
    to_come = [(*longest, language) for language in chosen if not any(language in line for line in lines)]
    found = (slot for menu in (*lines, *to_come) for slot in slots(menu) if slot.language in chosen)
    return list(dict.fromkeys(found))


def heard(slot: Slot, stand_ins: Mapping[Slot, bool], voices: Collection[str]) -> Heard:
    """What callers hear this sentence from; `stand_ins` says of each recording whether a machine spoke it."""
    if slot in stand_ins:
        return Heard.STAND_IN if stand_ins[slot] else Heard.RECORDING
    return Heard.VOICE if slot.language in voices else Heard.NOTHING


def lacking(
    languages: Sequence[str], recorded: Collection[Slot], voices: Collection[str]
) -> dict[str, tuple[Slot, ...]]:
    """Name the languages in which something can neither be played nor be said, each with what; empty if there are none."""
    gaps: dict[str, tuple[Slot, ...]] = {}
    for slot in slots(languages):
        if slot.language not in voices and slot not in recorded:
            gaps[slot.language] = (*gaps.get(slot.language, ()), slot)
    return gaps


def sayable(languages: Sequence[str], recorded: Collection[Slot], voices: Collection[str]) -> tuple[str, ...]:
    """The languages that a line can offer, in the same order: every sentence is written, and can be played or said."""
    unheard = lacking(languages, recorded, voices)
    unwritten = missing(languages)
    return tuple(each for each in dict.fromkeys(languages) if each not in unheard and each not in unwritten)


def check_slot(slot: Slot) -> None:
    """Raise Refusal for a sentence, a language or a key that there is not, and for what no recording can say."""
    known = slot.prompt in set(Prompt) and slot.prompt not in SPOKEN_ONLY and slot.language in sentences()
    if not known or slot.key not in KEYS.get(slot.prompt, ("",)):
        raise Refusal(RecordingRefusal.NO_SUCH)


def check_upload(content: bytes) -> None:
    """Raise Refusal for a file that is too large, no WAV or MP3, or by its own header too long."""
    if len(content) > LARGEST:
        raise Refusal(RecordingRefusal.TOO_LARGE, field="file", most=MEGABYTES)
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        _check_longest(_wav_seconds(content))
    elif content[:3] == b"ID3" or _is_frame(content, 0):
        _check_longest(_mp3_seconds(content))
    else:
        raise Refusal(RecordingRefusal.NOT_SOUND, field="file")


def check_length(seconds: float) -> None:
    """Raise Refusal for what is shorter or longer than a sentence that is spoken."""
    if seconds < SHORTEST:
        raise Refusal(RecordingRefusal.TOO_SHORT, field="file", least=int(SHORTEST))
    _check_longest(seconds)


def check_loudness(samples: Iterable[int]) -> None:
    """Raise Refusal for a sound of 16 bits in which nothing can be heard, as when the microphone was off."""
    if not any(abs(each) > QUIETEST for each in samples):
        raise Refusal(RecordingRefusal.SILENT, field="file")


def _check_longest(seconds: float) -> None:
    if seconds > LONGEST:
        raise Refusal(RecordingRefusal.TOO_LONG, field="file", most=int(LONGEST))


def _wav_seconds(content: bytes) -> float:
    """How long a WAV says it is: its bytes of sound over its bytes a second (RIFF, "fmt " and "data")."""
    per_second = 0
    for name, start, size in _chunks(content):
        if name == b"fmt " and size >= _FORMAT:
            per_second = unpack_from("<I", content, start + 8)[0]
        if name == b"data" and per_second:
            return float(size / per_second)
    raise Refusal(RecordingRefusal.BROKEN, field="file")


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each part of a RIFF file: its name, where it begins, and how many bytes of it are really there."""
    at = _RIFF_HEADER
    while at + _CHUNK_HEADER <= len(content):
        name, size = unpack_from("<4sI", content, at)
        start = at + _CHUNK_HEADER
        yield name, start, min(size, len(content) - start)
        at = start + size + size % 2


def _mp3_seconds(content: bytes) -> float:
    """How long the frames of an MP3 last together. What follows the last one, such as a tag, is no sound."""
    at = _first_frame(content)
    seconds = 0.0
    while (frame := _frame(content, at)) is not None:
        size, lasts = frame
        at, seconds = at + size, seconds + lasts
    return seconds


def _first_frame(content: bytes) -> int:
    """Where a frame begins that another one follows, behind the tag if there is one (ID3v2.4, 3.1)."""
    start = 0
    if content[:3] == b"ID3" and len(content) >= _ID3_HEADER:
        start = _ID3_HEADER + sum(
            (each & 0x7F) << shift for each, shift in zip(content[6:10], (21, 14, 7, 0), strict=True)
        )
    for at in range(start, min(start + _SEARCHED, len(content) - _FRAME_HEADER)):
        if _is_frame(content, at):
            return at
    raise Refusal(RecordingRefusal.BROKEN, field="file")


def _is_frame(content: bytes, at: int) -> bool:
    frame = _frame(content, at)
    return frame is not None and _frame(content, at + frame[0]) is not None


def _frame(content: bytes, at: int) -> tuple[int, float] | None:
    """The bytes and the seconds of the frame of layer III that begins here, or None where none does."""
    if at + _FRAME_HEADER > len(content):
        return None
    (bits,) = unpack_from(">I", content, at)
    version, layer, rate = bits >> 19 & 3, bits >> 17 & 3, bits >> 10 & 3
    bitrate, padding = bits >> 12 & 15, bits >> 9 & 1
    if bits >> 21 != 0x7FF or version not in _RATES or layer != _LAYER_3 or rate == 3 or bitrate in {0, 15}:  # noqa: PLR2004  reserved
        return None
    samples = 1152 if version == _FIRST_VERSION else 576
    per_second = _RATES[version][rate]
    kilobits = _BITRATES[version != _FIRST_VERSION][bitrate - 1]
    return samples // 8 * kilobits * 1000 // per_second + padding, samples / per_second
