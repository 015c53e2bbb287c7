"""Sealing everything anew with the first key of the ring, a batch at a time: it may be interrupted and goes on where it was."""

from collections.abc import Generator

from sqlalchemy import Select, func, inspect, or_, select
from sqlalchemy.orm import Session, lazyload

from helpdesk.db import sealed
from helpdesk.db.base import Base
from helpdesk.db.session import Sessions
from helpdesk.db.wall import across, writing_across

BATCH = 500
# So many rows of a table tell whether its keys are ours.
SOME = 1000
# What is read only when it is asked for is large, such as a sound.
LARGE_BATCH = 10


def sealed_models() -> list[type[Base]]:
    """Every table with sealed columns, by name."""
    mappers = sorted(Base.registry.mappers, key=lambda mapper: mapper.local_table.fullname)  # type: ignore[attr-defined]
    return [mapper.class_ for mapper in mappers if sealed.sealed_attributes(mapper.class_)]


def reseal_all(sessions: Sessions) -> Generator[tuple[str, int]]:
    """Reseal what an older key sealed; yields table and number of rows after each committed batch."""
    for model in sealed_models():
        while True:
            with sessions.begin() as session:
                done = _reseal_batch(session, model)
            if not done:
                break
            yield model.__tablename__, done


def count_old(session: Session) -> int:
    """How many rows still need a key that is not the first of the ring."""
    return sum(
        session.scalar(select(func.count()).select_from(_old(model).subquery()), execution_options=across("keys")) or 0
        for model in sealed_models()
    )


def sealed_elsewhere(session: Session) -> list[str]:
    """The tables of which some row is sealed with a key that is not in the ring: a restored backup whose keys are missing."""
    return [model.__tablename__ for model in sealed_models() if session.scalar(_strange(model))]


def _reseal_batch(session: Session, model: type[Base]) -> int:
    rows = session.scalars(_old(model).limit(_batch(model)).with_for_update(), execution_options=across("keys")).all()
    with writing_across(session, "keys"):
        for row in rows:
            for attribute in sealed.sealed_attributes(model):
                attribute.reseal(row)
    return len(rows)


def _batch(model: type[Base]) -> int:
    properties = inspect(model).column_attrs
    is_large = any(properties[attribute.column].deferred for attribute in sealed.sealed_attributes(model))
    return LARGE_BATCH if is_large else BATCH


def _old(model: type[Base]):  # type: ignore[no-untyped-def]  # noqa: ANN202  a select of whatever model it is
    current = sealed.ring().current_id
    columns = [getattr(model, attribute.column) for attribute in sealed.sealed_attributes(model)]
    is_old = [column.is_not(None) & (func.substring(column, 2, len(current)) != current) for column in columns]
    condition = is_old[0]
    for each in is_old[1:]:
        condition |= each
    return select(model).where(condition).options(lazyload("*"))


def _strange(model: type[Base]) -> Select[bool]:
    known = sealed.ring().known_ids
    names = [attribute.column for attribute in sealed.sealed_attributes(model)]
    some = select(*(getattr(model, name) for name in names)).limit(SOME).subquery()
    is_strange = (func.substring(some.c[name], 2, len(sealed.ring().current_id)).not_in(known) for name in names)
    return select(select(some).where(or_(*is_strange)).exists()).execution_options(**across("keys"))
