"""Decodes one sound and ends. Runs alone, in a process of its own: a WAV or MP3 comes in, mono samples of 16 bits go out.

Nothing of the house is imported here, and the environment is empty: a file made to break a decoder breaks this and nothing else.
"""

import resource
import sys
from itertools import islice

import miniaudio

MEMORY = 512 * 1024**2
RATE, BATCH = 8000, 8000
# Whoever asked stops us by the clock; if they are gone, this does.
CPU_SECONDS = 10


def main(seconds: int) -> int:
    """0 and the samples, at most so many seconds of them; 1 if this is no sound."""
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        # Read piece by piece and never at once: how long it is, a file may lie about.
        pieces = miniaudio.stream_memory(
            content, output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE, frames_to_read=BATCH
        )
        for piece in islice(pieces, seconds * RATE // BATCH):
            sys.stdout.buffer.write(piece.tobytes())
    except miniaudio.MiniaudioError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
