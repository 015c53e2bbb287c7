"""Sounds for the tests: made here, and one MP3 that no script of ours can make (a tone of two seconds)."""

import io
import math
import struct
import wave
from array import array
from itertools import pairwise
from pathlib import Path

MP3 = Path(__file__).with_name("tone.mp3").read_bytes()


def wav(
    seconds: float = 2.0,
    *,
    rate: int = 44100,
    channels: int = 2,
    width: int = 2,
    pitch: float = 440.0,
    loud: float = 0.3,
) -> bytes:
    """A tone as a WAV file of whole numbers."""
    file = io.BytesIO()
    full = 2 ** (8 * width - 1) - 1
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(width)
        written.setframerate(rate)
        frames = (round(full * loud * math.sin(2 * math.pi * pitch * at / rate)) for at in range(round(seconds * rate)))
        # Eight bits have no sign in a WAV.
        pieces = (bytes([each + 128]) if width == 1 else each.to_bytes(width, "little", signed=True) for each in frames)
        written.writeframes(b"".join(piece * channels for piece in pieces))
    return file.getvalue()


def samples(content: bytes) -> "array[int]":
    """What is in a WAV that the telephone can play; fails for any other."""
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return array("h", file.readframes(file.getnframes()))


def crossings(found: "array[int]") -> float:
    """How often a second the wave goes up through zero: its pitch."""
    ups = sum(before < 0 <= after for before, after in pairwise(found))
    return ups * 8000 / len(found)


def lying_mp3() -> bytes:
    """An MP3 whose own table of contents says that it has four thousand million frames."""
    table = MP3.find(b"Info") if b"Info" in MP3 else MP3.find(b"Xing")
    assert table > 0
    return MP3[: table + 8] + struct.pack(">I", 0xFFFFFFF0) + MP3[table + 12 :]
