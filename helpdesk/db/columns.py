"""Columns that recur: keys, enums stored as text by value, version counters."""

import secrets
import time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, mapped_column


def new_id() -> UUID:
    """A random identifier whose first 48 bits are the time in milliseconds, so that new rows lie together (RFC 9562, version 7)."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return UUID(int=value)


def enum_text(kind: type[StrEnum]) -> Enum:
    """Text by value, with a named check constraint, so that a renamed member never changes a stored row."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=60,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Identified:
    """A table that belongs to no single desk: one key, given when the object is made."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)
