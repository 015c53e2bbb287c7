from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db.base import Base
from helpdesk.db.columns import Identified, enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.premises.rules import Guarded, PlaceEntry, Purpose, RoomEntry, Side


class Place(Identified, Base):
    """A building with an entrance and stairs of its own. It belongs to no desk: several may share it without seeing one another's uses.

    `storage` says whether files can be locked away there.
    """

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("margin_minutes BETWEEN 0 AND 480", name="margin"),
        UniqueConstraint("name"),
    )

    name: Mapped[str]
    address: Mapped[str]
    gmina: Mapped[str | None]
    accessible: Mapped[bool] = mapped_column(default=False)
    storage: Mapped[bool] = mapped_column(default=False)
    margin_minutes: Mapped[int] = mapped_column(default=30)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    rooms: Mapped[list["Room"]] = relationship(back_populates="place", order_by="Room.name")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way

    @property
    def margin(self) -> timedelta:
        return self.entry.margin

    @property
    def entry(self) -> PlaceEntry:
        """The place as somebody describes it."""
        return PlaceEntry(
            name=self.name,
            address=self.address,
            gmina=self.gmina,
            accessible=self.accessible,
            storage=self.storage,
            margin_minutes=self.margin_minutes,
            active=self.active,
        )


class Room(Identified, Base):
    """A room of a place."""

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("capacity > 0", name="capacity"),
        UniqueConstraint("place_id", "name"),
        UniqueConstraint("place_id", "id"),
    )

    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    name: Mapped[str]
    capacity: Mapped[int]
    accessible: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    place: Mapped[Place] = relationship(back_populates="rooms", lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the mapper's own way

    @property
    def entry(self) -> RoomEntry:
        """The room as somebody describes it."""
        return RoomEntry(name=self.name, capacity=self.capacity, accessible=self.accessible, active=self.active)


class RoomUse(OfDesk, Base):
    """A room in use by a desk for a span of time.

    A room is used once at a time, whichever desks ask; and at one place victims and those who hurt them never follow one another
    within the margin. The database refuses both, over all walls, and tells nobody what the other use is. Which of the two groups
    comes follows from the purpose and cannot be stored otherwise. `by_hand` tells what somebody booked on the page of the place
    from what follows from a duty or a session and changes with it.
    """

    __tablename__ = "room_use"
    __table_args__ = (
        ForeignKeyConstraint(["place_id", "room_id"], ["room.place_id", "room.id"]),
        CheckConstraint("people > 0", name="people"),
        CheckConstraint(
            "side IS NOT DISTINCT FROM CASE purpose WHEN 'support' THEN 'hurt' WHEN 'corrective' THEN 'hurting' END",
            name="side_of_purpose",
        ),
        CheckConstraint("starts_at < ends_at", name="span"),
        CheckConstraint("guarded_from <= starts_at AND guarded_until >= ends_at", name="guarded"),
        ExcludeConstraint(
            ("room_id", "="),
            ("span", "&&"),
            using="gist",
            name="ex_room_use_once",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        ExcludeConstraint(
            ("place_id", "="),
            ("side", "<>"),
            ("guarded", "&&"),
            using="gist",
            name="ex_room_use_apart",
            where=text("side IS NOT NULL"),
        ),
        Index("ix_room_use_desk_id_starts_at", "desk_id", "starts_at"),
        Index("ix_room_use_place_id_ends_at", "place_id", "ends_at"),
    )

    place_id: Mapped[UUID]
    room_id: Mapped[UUID]
    purpose: Mapped[Purpose] = mapped_column(enum_text(Purpose))
    side: Mapped[Side | None] = mapped_column(enum_text(Side))
    people: Mapped[int] = mapped_column(default=1)
    by_hand: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    span: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE(), Computed("tstzrange(starts_at, ends_at)", persisted=True)
    )
    guarded_from: Mapped[datetime]
    guarded_until: Mapped[datetime]
    guarded: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE(), Computed("tstzrange(guarded_from, guarded_until)", persisted=True)
    )

    room: Mapped[Room] = relationship(lazy="joined")

    @property
    def guard(self) -> Guarded:
        """When it is, and when the other side must not be there."""
        return Guarded(self.starts_at, self.ends_at, self.guarded_from, self.guarded_until, self.side)

    @guard.setter
    def guard(self, guard: Guarded) -> None:
        self.starts_at, self.ends_at, self.side = guard.starts_at, guard.ends_at, guard.side
        self.guarded_from, self.guarded_until = guard.first, guard.last
