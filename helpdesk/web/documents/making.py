"""One document: its data made printable, its template set in a child process with bounded time and memory."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from threading import BoundedSemaphore

from helpdesk.kernel.clock import local
from helpdesk.web.documents.frames import Frame
from helpdesk.web.documents.letters import BORROWED, FONTS, Cleaner

PACKAGE = Path(__file__).resolve().parents[2]
PRESS = Path(__file__).with_name("press.py")
SECONDS = 20.0
MEMORY = 1024**3
# Documents set at once by this process; whoever comes later waits, for no longer than a document may take.
_PRESSES = BoundedSemaphore(3)
# One thread, so that the memory does not depend on the number of cores.
ENVIRONMENT = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}

log = logging.getLogger(__name__)


class DocumentError(Exception):
    """A document could not be made. The words name the template and what is wrong with it, never what was to be printed."""


def make_pdf(
    template: str,
    data: Mapping[str, object],
    *,
    frame: Frame,
    root: Path = PACKAGE,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> bytes:
    """A PDF/A-2a that is also PDF/UA-1, from a template such as `roster/plan.typ` and plain values of JSON.

    The template finds the values as `data` of `base.typ` and is found below `root` as `<domain>/templates/<domain>/…`. Values are
    printed to the letter, whatever they look like; a character without a glyph is printed as a box and counted in the log.
    The same values and frame give the same bytes. DocumentError after `seconds`, beyond `memory` bytes, or when the template fails.
    """
    cleaner = Cleaner()
    around = {"title": frame.title, "language": frame.language, "page": frame.page, "foot": frame.foot}
    given = cleaner.of({"frame": around, "data": data, "borrowed": BORROWED})
    if cleaner.lost:
        log.warning("%s: %d characters that our fonts do not have were printed as boxes.", template, cleaner.lost)
    order = {
        "template": str(_path(template, root)),
        "root": str(root),
        "fonts": str(FONTS),
        "data": json.dumps(given, ensure_ascii=False, allow_nan=False),
        "made": local(frame.made).replace(microsecond=0).isoformat(),
        "memory": memory,
        "seconds": ceil(seconds),
    }
    return _set(template, json.dumps(order).encode(), seconds)


def _path(template: str, root: Path) -> Path:
    path = root / template.split("/", 1)[0] / "templates" / template
    if not path.is_file():
        raise DocumentError(f"There is no template {template}.")
    return path


def _set(template: str, order: bytes, seconds: float) -> bytes:
    if not _PRESSES.acquire(timeout=seconds):
        raise DocumentError(f"{template} was not begun: too many documents are being made.")
    try:
        done = subprocess.run(  # noqa: S603  our own script; the order goes in by its standard input
            [sys.executable, "-I", str(PRESS)],
            input=order,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        raise DocumentError(f"{template} was not ready after {seconds:g} seconds.") from None
    finally:
        _PRESSES.release()
    if done.returncode == 1 and done.stderr:
        raise DocumentError(f"{template} does not work: {done.stderr.decode(errors='replace').splitlines()[-1]}")
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise DocumentError(f"{template} was broken off (exit code {done.returncode}).")
    return done.stdout
