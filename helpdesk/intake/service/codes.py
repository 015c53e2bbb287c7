"""Return codes: only a slow hash under the pepper is kept. It is made before a transaction begins, few at a time, and after all other work."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.sealed import ring
from helpdesk.intake import queries
from helpdesk.intake.models import Intake, ReturnCode
from helpdesk.intake.rules.codes import Code, new_code, read_code
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor

# Some 14 ms of one core. The secrets have 30 bits, so against whoever stole the table stands the pepper, which is not in it.
_HASHER = PasswordHasher(time_cost=2, memory_cost=16 * 1024, parallelism=1)
_NOBODY = _HASHER.hash("nobody")


def _step_back() -> None:
    """Let everybody else go first. Only Linux takes this of one thread; elsewhere the whole process would step back."""
    if sys.platform == "linux":
        os.nice(10)


# A flood of wrong digits must not take the cores of those who answer calls.
_SLOWLY = ThreadPoolExecutor(2, "codes", _step_back)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A code that belongs to nothing yet, with its hash."""

    code: Code
    hash: str = field(repr=False)


def fresh() -> Fresh:
    """A new code and its hash. To be made before the transaction that uses it, since hashing takes its time."""
    code = new_code()
    return Fresh(code, _SLOWLY.submit(_HASHER.hash, _peppered(code)).result())


def give(session: Session, intake: Intake, made: Fresh, *, actor: Actor, now: datetime) -> Code:
    """Let somebody come back to an intake with a fresh code; all codes of before are dead from now on, in every process."""
    for old in queries.live_codes(session, intake.id):
        old.dead_at = now
    code = made.code
    while not _is_put(session, intake, code, made.hash, actor, now):
        code = code.elsewhere()
    audit.record(session, actor=actor, tag=Tag.INTAKE_CODE_MADE, subject=intake.id, desk_id=intake.desk_id, now=now)
    return code


def is_right(row: ReturnCode | None, code: Code | None) -> bool:
    """Whether a code opens a row. Takes equally long without a row, for a dead one, and for digits that are none (attack test 2)."""
    usable = row is not None and code is not None and row.dead_at is None
    stored = row.hash if row is not None and usable else _NOBODY
    return _SLOWLY.submit(_is_hash_of, stored, _peppered(code) if code else b"-").result() and usable


def _is_hash_of(stored: str, secret: bytes) -> bool:
    try:
        return _HASHER.verify(stored, secret)
    except VerificationError:
        return False


def same_digits(typed: str, code: str) -> bool:
    """Whether somebody has copied a code rightly, in whichever script and with whatever between the digits."""
    try:
        return compare_digest(read_code(typed).digits, read_code(code).digits)
    except Refusal:
        return False


def end(session: Session, intake: Intake, *, actor: Actor, now: datetime) -> None:
    """Let nobody come back any more."""
    for code in queries.live_codes(session, intake.id):
        code.dead_at = now
    audit.record(session, actor=actor, tag=Tag.INTAKE_CODE_ENDED, subject=intake.id, desk_id=intake.desk_id, now=now)


def _is_put(session: Session, intake: Intake, code: Code, hashed: str, actor: Actor, now: datetime) -> bool:
    """Whether the row could be written; not if another one has this locator."""
    row = ReturnCode(
        desk_id=intake.desk_id, intake_id=intake.id, locator=code.locator, hash=hashed, made_at=now, made_by_id=actor.id
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()  # the database alone knows whether the locator is free
    except IntegrityError as error:
        if str(getattr(getattr(error.orig, "diag", None), "constraint_name", "")) != "uq_return_code_locator":
            raise
        return False
    return True


def _peppered(code: Code) -> bytes:
    return ring().blind("return code", code.secret)
