"""Sessions kept in the database. The cookie holds a random id and nothing else; each face has a cookie of its own."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import Index, LargeBinary, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db.base import Base
from helpdesk.db.session import Sessions
from helpdesk.kernel.clock import utcnow

LIFE = timedelta(hours=14)
TOUCH_EVERY = timedelta(seconds=30)
STAFF_COOKIE, PUBLIC_COOKIE = "d", "p"  # neutral names: a cookie list on a shared phone says nothing
_TOKEN_BYTES = 32


class BrowserSession(Base):
    """What we remember of one browser at one face. The token itself is not stored, so a stolen table opens no session."""

    __tablename__ = "browser_session"
    __table_args__ = (Index("ix_browser_session_expires_at", "expires_at"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    face: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


class LazySession(dict[str, Any], SessionMixin):
    """Loads itself when first read, so that pages and checks that need no session ask no database."""

    def __init__(self, face: str, token: str | None, load: Callable[[bytes], BrowserSession | None]) -> None:
        super().__init__()
        self.face = face
        self.token = token
        self.seen_at: datetime | None = None
        self._load_row = load
        self._loaded = False
        self._before: dict[str, Any] = {}
        self.replaces: str | None = None
        self._unknown = False
        self.is_new = False

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        self._unknown = True  # until it was read; what could not be read must not be written over
        row = self._load_row(_hash(self.token)) if self.token else None
        self._unknown = False
        if row is None or row.face != self.face:
            self.token = None
            return
        self.seen_at = row.seen_at
        self._before = dict(row.data)
        super().update(row.data)

    @property
    def changed(self) -> bool:
        return (
            self._loaded and not self._unknown and (dict(super().items()) != self._before or self.replaces is not None)
        )

    @property
    def is_stored(self) -> bool:
        return self.token is not None

    def key(self, purpose: str) -> bytes:
        """32 bytes that only this browser's cookie gives: the table has nothing from which they could be found."""
        self._load()
        if self.token is None:
            self.token, self.is_new = secrets.token_urlsafe(_TOKEN_BYTES), True
        return hashlib.blake2b(self.token.encode(), digest_size=32, person=purpose.encode()).digest()

    def renew(self) -> None:
        """Change the id, as at every sign-in and sign-out, so that an id known before is worth nothing after."""
        self._load()
        self.replaces, self.token = self.token or self.replaces or "", None

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401  as of a dictionary
        self._load()
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:  # noqa: ANN401  as of a dictionary
        self._load()
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self._load()
        super().__delitem__(key)

    def __contains__(self, key: object) -> bool:
        self._load()
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._load()
        return super().__iter__()

    def __len__(self) -> int:
        self._load()
        return super().__len__()

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401  as of a dictionary
        self._load()
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:  # noqa: ANN401  as of a dictionary
        self._load()
        return super().pop(key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:  # noqa: ANN401  as of a dictionary
        self._load()
        return super().setdefault(key, default)

    def clear(self) -> None:
        self._load()
        super().clear()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def face_of(path: str) -> str:
    """Which face an address belongs to: `staff`, `telephony`, `static` or `public`."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return {"desk": "staff", "telephony": "telephony", "static": "static", "healthz": "static", "readyz": "static"}.get(
        first, "public"
    )


class StoredSessions(SessionInterface):
    """Keeps sessions in `browser_session`, in short transactions of their own."""

    def __init__(self, sessions: Sessions, *, secure: bool) -> None:
        self._sessions = sessions
        self._secure = secure

    def open_session(self, app: Flask, request: Request) -> LazySession:  # noqa: ARG002  the framework's signature
        face = face_of(request.path)
        return LazySession(face, request.cookies.get(self._cookie(face)), self._find)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002  the framework's signature
        if not isinstance(session, LazySession) or session.face in {"telephony", "static"}:
            return
        if session.changed and len(session):
            self._write(session, response)
        elif session.changed:
            self._forget(session, response)

    def touch(self, session: LazySession, now: datetime) -> None:
        """Note that the person is active; written at most every half minute."""
        if session.token and session.seen_at and now - session.seen_at > TOUCH_EVERY:
            with self._sessions.begin() as db:
                db.execute(
                    update(BrowserSession).where(BrowserSession.token_hash == _hash(session.token)).values(seen_at=now)
                )

    def end_all(self, account_id: UUID) -> None:
        """End every session of an account, wherever it is open."""
        with self._sessions.begin() as db:
            db.execute(delete(BrowserSession).where(BrowserSession.account_id == account_id))

    def _find(self, token_hash: bytes) -> BrowserSession | None:
        with self._sessions() as db:
            row = db.get(BrowserSession, token_hash)
            return row if row and row.expires_at > utcnow() else None

    def _write(self, session: LazySession, response: Response) -> None:
        now = utcnow()
        is_new = session.token is None or session.is_new
        session.token = session.token or secrets.token_urlsafe(_TOKEN_BYTES)
        account = session.get("_user_id")
        values = {
            "account_id": UUID(account) if account else None,
            "seen_at": now,
            "expires_at": now + LIFE,
            "data": dict(session.items()),
        }
        with self._sessions.begin() as db:
            if session.replaces:
                db.execute(delete(BrowserSession).where(BrowserSession.token_hash == _hash(session.replaces)))
            if is_new:
                db.add(BrowserSession(token_hash=_hash(session.token), face=session.face, created_at=now, **values))
            else:
                # A session that was ended while this request ran stays ended: a row that is gone is not written again.
                db.execute(
                    update(BrowserSession).where(BrowserSession.token_hash == _hash(session.token)).values(values)
                )
        if is_new:
            self._give_cookie(session, response)

    def _give_cookie(self, session: LazySession, response: Response) -> None:
        response.set_cookie(
            self._cookie(session.face),
            session.token or "",
            path=self._path(session.face),
            secure=self._secure,
            httponly=True,
            samesite="Lax" if session.face == "public" else "Strict",
        )

    def _forget(self, session: LazySession, response: Response) -> None:
        for token in {session.token, session.replaces} - {None, ""}:
            with self._sessions.begin() as db:
                db.execute(delete(BrowserSession).where(BrowserSession.token_hash == _hash(token or "")))
        response.delete_cookie(self._cookie(session.face), path=self._path(session.face))

    @staticmethod
    def _cookie(face: str) -> str:
        return STAFF_COOKIE if face == "staff" else PUBLIC_COOKIE

    @staticmethod
    def _path(face: str) -> str:
        return "/desk" if face == "staff" else "/"


def clean_up(db_sessions: Sessions, now: datetime) -> None:
    """Forget sessions that have run out."""
    with db_sessions.begin() as db:
        db.execute(delete(BrowserSession).where(BrowserSession.expires_at < now))
