from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, contains_eager

from helpdesk.accounts.models import Account, KnownBrowser, Membership, Passkey, RecoveryCode, SignInFailure
from helpdesk.db.columns import new_id
from helpdesk.desks.models import Desk
from helpdesk.kernel.permissions import Role


def account(session: Session, account_id: UUID) -> Account | None:
    return session.get(Account, account_id)


def account_held(session: Session, account_id: UUID) -> Account:
    """The account as it is now, held until the transaction ends, so that a code is used up only once."""
    return session.get_one(Account, account_id, with_for_update={"of": Account}, populate_existing=True)


def account_by_login(session: Session, login: str) -> Account | None:
    return session.scalar(select(Account).where(Account.login == login.strip().lower()))


def members(session: Session, desk_id: str) -> Sequence[Account]:
    """The people of a desk who can sign in, by name."""
    statement = select(Account).join(Membership).where(Membership.desk_id == desk_id, Account.active)
    return session.scalars(statement.order_by(Account.name)).all()


def memberships(session: Session, desk_id: str) -> Sequence[Membership]:
    """Who works at a desk and as what, by name; nothing of what the same people do elsewhere."""
    statement = select(Membership).join(Membership.account).where(Membership.desk_id == desk_id, Account.active)
    return session.scalars(statement.options(contains_eager(Membership.account)).order_by(Account.name)).all()


def membership(session: Session, desk_id: str, account_id: UUID) -> Membership | None:
    statement = select(Membership).join(Membership.account)
    here = statement.where(Membership.desk_id == desk_id, Membership.account_id == account_id, Account.active)
    return session.scalar(here.options(contains_eager(Membership.account)))


def count_memberships(session: Session, account_id: UUID) -> int:
    return session.scalar(select(func.count()).where(Membership.account_id == account_id)) or 0


def administrators_held(session: Session, desk_id: str) -> frozenset[UUID]:
    """The administrators of a desk. The desk is held until the transaction ends, so that two cannot remove one another."""
    session.execute(select(Desk.id).where(Desk.id == desk_id).with_for_update())
    statement = select(Membership.account_id).join(Account).where(Membership.desk_id == desk_id, Account.active)
    return frozenset(session.scalars(statement.where(Membership.roles.contains([Role.ADMINISTRATOR.value]))))


def passkey(session: Session, credential_id: bytes) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def open_recovery_code(session: Session, account_id: UUID, code_hash: bytes) -> RecoveryCode | None:
    """The code if it is written down and not used yet."""
    statement = select(RecoveryCode).where(RecoveryCode.account_id == account_id, RecoveryCode.code_hash == code_hash)
    return session.scalar(statement.where(RecoveryCode.kept_at.is_not(None), RecoveryCode.used_at.is_(None)))


def count_recovery_codes(session: Session, account_id: UUID) -> int:
    """How many codes can still be used."""
    statement = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return session.scalar(statement.where(RecoveryCode.kept_at.is_not(None), RecoveryCode.used_at.is_(None))) or 0


def forget_recovery_codes(session: Session, account_id: UUID, *, kept: bool) -> None:
    """Forget the codes that are written down, or those that are not."""
    which = RecoveryCode.kept_at.is_not(None) if kept else RecoveryCode.kept_at.is_(None)
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id, which))


def keep_recovery_codes(session: Session, account_id: UUID, now: datetime) -> int:
    """Let the codes that were shown count from now on; answer how many."""
    shown = update(RecoveryCode).where(RecoveryCode.account_id == account_id, RecoveryCode.kept_at.is_(None))
    return len(session.scalars(shown.values(kept_at=now).returning(RecoveryCode.id)).all())


def shown_recovery_codes(session: Session, account_id: UUID) -> int:
    """How many codes were shown and are not written down yet."""
    statement = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return session.scalar(statement.where(RecoveryCode.kept_at.is_(None))) or 0


def is_known(session: Session, account_id: UUID, browser_hash: bytes) -> bool:
    statement = select(KnownBrowser.id).where(KnownBrowser.account_id == account_id)
    return session.scalar(statement.where(KnownBrowser.browser_hash == browser_hash)) is not None


def know(session: Session, account_id: UUID, browser_hash: bytes, now: datetime) -> None:
    """Remember a browser, or that it was seen again."""
    row = {"id": new_id(), "account_id": account_id, "browser_hash": browser_hash, "seen_at": now}
    again = {"index_elements": ["account_id", "browser_hash"], "set_": {"seen_at": now}}
    session.execute(upsert(KnownBrowser).values(row).on_conflict_do_update(**again))  # type: ignore[arg-type]


def forget_browsers(session: Session, account_id: UUID) -> None:
    session.execute(delete(KnownBrowser).where(KnownBrowser.account_id == account_id))


def forget_old_browsers(session: Session, before: datetime) -> None:
    session.execute(delete(KnownBrowser).where(KnownBrowser.seen_at < before))


def take_turn(session: Session, key: int, *, wait: bool) -> bool:
    """Let only one attempt at a time be judged for a counter, until the transaction ends."""
    if wait:
        session.execute(select(func.pg_advisory_xact_lock(key)))
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(key))))


def failures(session: Session, login_hash: bytes, source_hash: bytes) -> Sequence[datetime]:
    statement = select(SignInFailure.at).where(SignInFailure.login_hash == login_hash)
    return session.scalars(statement.where(SignInFailure.source_hash == source_hash)).all()


def forget_failures(session: Session, login_hash: bytes, source_hash: bytes) -> None:
    mine = delete(SignInFailure).where(SignInFailure.login_hash == login_hash)
    session.execute(mine.where(SignInFailure.source_hash == source_hash))


def forget_old_failures(session: Session, before: datetime) -> None:
    session.execute(delete(SignInFailure).where(SignInFailure.at < before))
