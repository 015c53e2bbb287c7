"""Requests that came while the database was gone: one sealed file each, taken in as soon as it is back.

A file is written under another name, forced to the disk and renamed, so a process that is killed leaves a whole file or none.
It is removed only after its transaction has been committed; whoever is killed in between takes it in again, which changes nothing.
"""

import json
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from helpdesk.db import sealed
from helpdesk.db.sealed import SealError
from helpdesk.db.session import Sessions
from helpdesk.telephony import service
from helpdesk.telephony.deadline import in_transaction
from helpdesk.telephony.service import Heard, UnknownLine, texts
from helpdesk.telephony.service.texts import Written

Request = Heard | Written

SUFFIX = ".request"
UNFINISHED = ".unfinished"
ASIDE = "aside"
_PAD = 512
_STALE = timedelta(hours=1)
_GONE = (OperationalError, InterfaceError, PoolTimeout)
log = logging.getLogger(__name__)


def put(folder: Path, request: Request) -> Path:
    """Keep a request until the database is back. Raises OSError where the disk cannot take it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{request.at:%Y%m%dT%H%M%S%f}-{uuid4().hex}{SUFFIX}"
    unfinished = path.with_suffix(UNFINISHED)
    _write(unfinished, sealed.ring().seal(json.dumps(request.to_json()), _bound_to(path), pad=_PAD))
    unfinished.rename(path)
    _force(folder)
    return path


def take_in(sessions: Sessions, folder: Path, now: datetime) -> int:
    """Do what the kept requests ask for, oldest first; answer how many were taken in.

    Raises an error of the database where it is gone, and then nothing is lost. A file that cannot be opened, or that is about
    no line of ours, is moved aside for people to look at. One that fails otherwise stays, and does not stop the others.
    """
    taken = 0
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        taken += _take(sessions, path)
    _sweep(folder, now)
    return taken


def _take(sessions: Sessions, path: Path) -> bool:
    try:
        request = _read(path)
    except FileNotFoundError:
        return False  # another worker was faster
    except (SealError, ValueError, KeyError, TypeError) as error:
        _set_aside(path, error)
        return False
    return _do(sessions, path, request)


def _do(sessions: Sessions, path: Path, request: Request) -> bool:
    """A request that we can read is never set aside for a fault of ours: it stays and is tried again."""
    try:
        in_transaction(sessions, partial(_recover, request=request))
    except UnknownLine as error:
        _set_aside(path, error)
        return False
    except _GONE:
        raise
    except Exception:
        log.exception("The kept request %s cannot be taken in; it stays.", path.name)
        return False
    path.unlink(missing_ok=True)
    return True


def _recover(session: Session, request: Request) -> None:
    if isinstance(request, Written):
        texts.receive(session, request)
    else:
        service.recover(session, request)


def _read(path: Path) -> Request:
    kept = json.loads(sealed.ring().open(path.read_bytes(), _bound_to(path)))
    return Written.from_json(kept) if "body" in kept else Heard.from_json(kept)


def waiting(folder: Path) -> tuple[int, int]:
    """How many kept requests wait to be taken in, and how many were set aside for people to look at."""
    return len(list(folder.glob(f"*{SUFFIX}"))), len(list((folder / ASIDE).glob(f"*{SUFFIX}")))


def _set_aside(path: Path, error: Exception) -> None:
    log.error("The kept request %s is set aside: %s", path.name, type(error).__name__)
    aside = path.parent / ASIDE
    aside.mkdir(mode=0o700, exist_ok=True)
    path.rename(aside / path.name)


def _sweep(folder: Path, now: datetime) -> None:
    """Remove what a killed process left half written; nobody was told that it is kept."""
    for path in _stale(folder, now):
        path.unlink(missing_ok=True)


def _stale(folder: Path, now: datetime) -> Iterator[Path]:
    before = (now - _STALE).timestamp()
    return (path for path in folder.glob(f"*{UNFINISHED}") if path.stat().st_mtime < before)


def _bound_to(path: Path) -> str:
    return f"spool:{path.name}"


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _force(folder: Path) -> None:
    """Force the folder's list of names to the disk: a rename is not there before."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
