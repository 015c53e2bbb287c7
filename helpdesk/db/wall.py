"""The wall: rows of a desk can only be reached while the session acts at that desk. Forgetting it raises."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ForeignKey, Table, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.elements import ClauseElement, ColumnClause

from helpdesk.db.base import Base
from helpdesk.db.columns import new_id
from helpdesk.kernel.errors import NotFound

Across = Literal["agreements", "counts", "demo", "feeds", "keys", "premises", "public", "telephony"]
_DESK, _REASON = "desk_id", "writing_across"


class WallError(Exception):
    """A statement or a change would have crossed from one desk to another. This is a fault of ours, never of the reader."""


class OfDesk:
    """Marks a table as belonging to one desk at a time; its rows carry `desk_id` first in their key."""

    desk_id: Mapped[str] = mapped_column(ForeignKey("desk.id"), primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


Scoped = TypeVar("Scoped", bound=OfDesk)


def act_at(session: Session, desk_id: str) -> None:
    """From now on this session reads and writes the rows of this desk only."""
    session.info[_DESK] = desk_id


def acting_desk(session: Session) -> str:
    """The desk at which the session acts, or WallError."""
    desk_id: str | None = session.info.get(_DESK)
    if desk_id is None:
        raise WallError("The session acts at no desk.")
    return desk_id


@contextmanager
def acting_at(session: Session, desk_id: str) -> Iterator[None]:
    """Act at a desk for a while, as code without a request does; afterwards at the desk of before, or at none."""
    before = session.info.get(_DESK)
    if before not in {None, desk_id}:
        session.flush()  # what was changed at the other desk must be written under its own name
    session.info[_DESK] = desk_id
    try:
        yield
        session.flush()  # likewise
    finally:
        session.info[_DESK] = before


def across(reason: Across) -> Mapping[str, Any]:
    """Execution options for the few statements that may read over the wall; the reason is one of a closed list."""
    return {"across": reason}


@contextmanager
def writing_across(session: Session, reason: Across) -> Iterator[None]:
    """Write rows of any desk for a while, for one of the same few reasons."""
    session.info[_REASON] = reason
    try:
        yield
        session.flush()  # the permission ends here
    finally:
        del session.info[_REASON]


def get_here(session: Session, model: type[Scoped], row_id: UUID) -> Scoped:
    """The row of the acting desk with this id, or NotFound; a row of another desk is not found either."""
    row = session.get(model, (acting_desk(session), row_id))
    if row is None:
        raise NotFound(model.__name__)
    return row


@event.listens_for(OfDesk, "init", propagate=True)
def _give_id(target: OfDesk, _args: object, kwargs: dict[str, Any]) -> None:
    """The id exists as soon as the object does, since sealed columns are bound to it."""
    kwargs.setdefault("id", new_id())
    target.id = kwargs["id"]


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    if state.execution_options.get("across") or state.is_column_load:
        return
    named = _walled_tables(state.statement)
    if not named:
        return
    desk_id = acting_desk(state.session)
    if state.is_insert or state.is_relationship_load:
        return
    _refuse_bare_tables(named)
    state.statement = state.statement.options(_narrowed_to(desk_id))


@lru_cache(maxsize=256)
def _narrowed_to(desk_id: str) -> ExecutableOption:
    return with_loader_criteria(OfDesk, lambda model: model.desk_id == desk_id, include_aliases=True)


@event.listens_for(Session, "before_flush")
def _keep_rows_home(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if _REASON in session.info:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, OfDesk):
            continue
        if row.desk_id is None:
            row.desk_id = acting_desk(session)
        elif row.desk_id != acting_desk(session):
            raise WallError(
                f"{type(row).__name__} of {row.desk_id} cannot change while acting at {acting_desk(session)}."
            )


def _tables(statement: ClauseElement) -> Iterator[tuple[Table, bool]]:
    """Each table that a statement names, and whether it is named through its mapped class."""
    for element in visitors.iterate(statement):
        if isinstance(element, Table):
            yield element, "parententity" in element._annotations  # noqa: SLF001  there is no public way to ask
        elif isinstance(element, ColumnClause) and isinstance(element.table, Table):
            yield element.table, "parententity" in element._annotations  # noqa: SLF001  likewise


# What is asked again and again is looked at once. Only words are kept of it, so a statement that nobody asks any more is forgotten.
_named_by: WeakKeyDictionary[ClauseElement, frozenset[tuple[str, bool]]] = WeakKeyDictionary()
_names: set[str] = set()


def _walled_names() -> set[str]:
    if not _names:
        _names.update(m.local_table.name for m in Base.registry.mappers if issubclass(m.class_, OfDesk))  # type: ignore[attr-defined]
    return _names


def _walled_tables(statement: object) -> Collection[tuple[str, bool]]:
    """Each table of desks that a statement names, and whether through its mapped class."""
    if not isinstance(statement, ClauseElement):
        return ()
    named = _named_by.get(statement)
    if named is None:
        walled = _walled_names()
        named = frozenset((table.name, mapped) for table, mapped in _tables(statement) if table.name in walled)
        _named_by[statement] = named
    return named


def _refuse_bare_tables(named: Collection[tuple[str, bool]]) -> None:
    bare = {name for name, _ in named} - {name for name, mapped in named if mapped}
    if bare:
        raise WallError(f"Ask through the mapped class, not the table: {', '.join(sorted(bare))}.")
