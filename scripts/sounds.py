"""The two sounds that callers hear beside words: music to wait by, and a tone that tells a bystander nothing; and what a browser rings with.

Computed and not recorded, so nobody holds rights in them. The same script gives the same sound; the result is committed.
"""

import wave
from collections.abc import Iterable, Iterator
from math import cos, pi, sin
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "helpdesk" / "telephony" / "data"
STATIC = Path(__file__).resolve().parents[1] / "helpdesk" / "web" / "static" / "sounds"
RATE = 8000
MUSIC_SECONDS, TONE_SECONDS = 20, 0.6
FULL = 32767

# Frequencies in Hz, above the 300 Hz that a telephone begins to carry: C, A minor, F, G, each over the end of the one before.
CHORDS = ((523.25, 659.25, 783.99), (440.0, 523.25, 659.25), (349.23, 523.25, 880.0), (392.0, 493.88, 587.33))
# How loud the overtones are, beginning with the tone itself.
OVERTONES = (0.8, 0.15, 0.05)
TONE = 440.0


def music() -> list[int]:
    """Four soft chords that come and go. Every wave ends where it began, so that the loop is not heard."""
    length = MUSIC_SECONDS * RATE
    mixed = [0.0] * length
    span = 2 * length // len(CHORDS)
    for place, chord in enumerate(CHORDS):
        begins = place * length // len(CHORDS)
        for step in range(span):
            at = (begins + step) % length
            loudness = (1 - cos(2 * pi * step / span)) / 2
            mixed[at] += loudness * sum(_strings(chord, at))
    return _samples(0.25 * each for each in mixed)


def tone() -> list[int]:
    """One even tone that swells and fades within a tenth of a second."""
    length, fade = int(TONE_SECONDS * RATE), RATE // 10
    return _samples(
        0.4 * min(1.0, step / fade, (length - 1 - step) / fade) * sin(2 * pi * TONE * step / RATE)
        for step in range(length)
    )


def ring() -> list[int]:
    """Two short tones and a rest, to be played again and again."""
    swells = (sum(sin(2 * pi * each * step / RATE) for each in (400.0, 450.0)) / 2 for step in range(2 * RATE))
    beats = ((0.0, 0.4), (0.6, 1.0))
    return _samples(
        0.5 * swell * any(begins <= step / RATE < ends for begins, ends in beats) for step, swell in enumerate(swells)
    )


def quiet() -> list[int]:
    """A tenth of a second of nothing."""
    return [0] * (RATE // 10)


def write(path: Path, samples: list[int]) -> None:
    """Write a WAV: mono, 16 bits, as the telephone plays it."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(each.to_bytes(2, "little", signed=True) for each in samples))


def _strings(chord: tuple[float, ...], at: int) -> Iterator[float]:
    for pitch in chord:
        # Whole waves in the length of the music.
        whole = round(pitch * MUSIC_SECONDS) / MUSIC_SECONDS
        for number, loudness in enumerate(OVERTONES, start=1):
            yield loudness * sin(2 * pi * whole * number * at / RATE) / len(chord)


def _samples(values: Iterable[float]) -> list[int]:
    return [round(FULL * each) for each in values]


if __name__ == "__main__":
    STATIC.mkdir(exist_ok=True)
    heard = (("music", music()), ("tone", tone()))
    rung = (("ring", ring()), ("quiet", quiet()))
    for folder, sounds in ((FOLDER, heard), (STATIC, rung)):
        for name, samples in sounds:
            write(folder / f"{name}.wav", samples)
            print(folder / f"{name}.wav")
