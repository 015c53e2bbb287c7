from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.wall import OfDesk
from helpdesk.indicators.rules import plain, tree
from helpdesk.indicators.rules.counting import Definition, Origin
from helpdesk.indicators.rules.months import Months, MonthsKind
from helpdesk.indicators.rules.numbering import ActionNumber
from helpdesk.indicators.rules.parties import Realisers
from helpdesk.indicators.rules.progress import Aggregation
from helpdesk.indicators.rules.table import Doubt, Warned
from helpdesk.indicators.rules.values import Text, Value

Json = dict[str, Any]


def _to(table: str, column: str, target: str) -> ForeignKeyConstraint:
    """A key to a row of the same desk; the two columns together make any other impossible."""
    columns, targets = ["desk_id", column], [f"{target}.desk_id", f"{target}.id"]
    return ForeignKeyConstraint(columns, targets, name=f"fk_{table}_{column.removesuffix('_id')}")


def _part_of(table: str, column: str, whole: str) -> ForeignKeyConstraint:
    """Likewise; what belongs to a table goes with it."""
    key = _to(table, column, whole)
    key.ondelete = "CASCADE"
    return key


def _value_check(column: str) -> CheckConstraint:
    """A value is of one of four kinds, and only a number has a count (R-000-50)."""
    kinds = (
        f"{column}->>'kind' IN ('number', 'continuous', 'dash', 'empty') AND jsonb_typeof({column}->'raw') = 'string'"
    )
    counted = f"({column}->>'kind' = 'number') = (coalesce(jsonb_typeof({column}->'count'), '') = 'number')"
    return CheckConstraint(f"coalesce({kinds} AND {counted}, false)", name=f"{column}_kind")


class Programme(OfDesk, Base):
    """The programme of a region for some years, both included (R-000-01)."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("desk_id", "name"),
        CheckConstraint("first_year <= last_year", name="years_in_order"),
    )

    name: Mapped[str]
    region: Mapped[str]
    first_year: Mapped[int] = mapped_column(SmallInteger)
    last_year: Mapped[int] = mapped_column(SmallInteger)

    @property
    def said(self) -> tree.Programme:
        return tree.Programme(self.name, self.region, self.first_year, self.last_year)


class Schedule(OfDesk, Base):
    """The table of one year (R-000-02). `source` is the text it was read from, verbatim; `warnings` stay with it."""

    __tablename__ = "schedule"
    __table_args__ = (
        _to("schedule", "programme_id", "programme"),
        # An office carries one programme at a time, so the year names the schedule, also in addresses and commands.
        UniqueConstraint("desk_id", "year"),
        CheckConstraint("first_executed_year <= last_executed_year", name="executed_years_in_order"),
        CheckConstraint("source_sha256 = encode(sha256(convert_to(source, 'UTF8')), 'hex')", name="source_untouched"),
    )

    programme_id: Mapped[UUID]
    year: Mapped[int] = mapped_column(SmallInteger)
    first_executed_year: Mapped[int] = mapped_column(SmallInteger)
    last_executed_year: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    headings: Mapped[list[list[str]]] = mapped_column(JSONB)
    total: Mapped[Json]
    warnings: Mapped[list[Json]] = mapped_column(JSONB)
    count_witness: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    source: Mapped[str] = mapped_column(deferred=True)
    source_sha256: Mapped[str]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]
    imported_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    programme: Mapped[Programme] = relationship(lazy="joined")
    directions: Mapped[list["Direction"]] = relationship(order_by="Direction.number")
    footnotes: Mapped[list["Footnote"]] = relationship(order_by="Footnote.number")

    @property
    def indicators(self) -> list["Indicator"]:
        """All indicators and groups, in printed order."""
        return [line for direction in self.directions for each in direction.positions for line in each.indicators]

    @property
    def said(self) -> tree.Schedule:
        """The schedule as the rules know it, to the letter as it was imported."""
        upper, lower = (tuple(row) for row in self.headings)
        return tree.Schedule(
            programme=self.programme.said,
            year=self.year,
            executed_years=(self.first_executed_year, self.last_executed_year),
            title=Text(self.title),
            headings=(upper, lower),
            directions=tuple(each.said for each in self.directions),
            footnotes=tuple(each.said for each in self.footnotes),
            total=plain.total_from(self.total),
            warnings=tuple(Warned(**(each | {"doubt": Doubt(each["doubt"])})) for each in self.warnings),
        )


class Direction(OfDesk, Base):
    """One direction of intervention; it has no amounts of its own (R-000-04)."""

    __tablename__ = "schedule_direction"
    __table_args__ = (
        _part_of("schedule_direction", "schedule_id", "schedule"),
        UniqueConstraint("desk_id", "schedule_id", "number"),
    )

    schedule_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    label: Mapped[str]
    title: Mapped[str]
    gap: Mapped[bool]

    actions: Mapped[list["Action"]] = relationship(order_by="Action.number")
    positions: Mapped[list["Position"]] = relationship(order_by="Position.place")

    @property
    def said(self) -> tree.Direction:
        actions = tuple(tree.Action(self.number_of(each), Text(each.label), Text(each.title)) for each in self.actions)
        positions = tuple(each.said(self) for each in self.positions)
        return tree.Direction(self.number, Text(self.label), Text(self.title), actions, positions, self.gap)

    def number_of(self, action: "Action") -> ActionNumber:
        return ActionNumber(self.number, action.number)


class Action(OfDesk, Base):
    """One action of a direction: 1.10 is direction 1, number 10, and `label` is what is printed (R-000-05)."""

    __tablename__ = "schedule_action"
    __table_args__ = (
        _part_of("schedule_action", "direction_id", "schedule_direction"),
        UniqueConstraint("desk_id", "direction_id", "number"),
    )

    direction_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    label: Mapped[str]
    title: Mapped[str]


class PositionAction(OfDesk, Base):
    """That a position belongs to an action: to one or two of them, and an action has one or more (R-000-06)."""

    __tablename__ = "schedule_position_action"
    __table_args__ = (
        _part_of("schedule_position_action", "position_id", "schedule_position"),
        _part_of("schedule_position_action", "action_id", "schedule_action"),
        UniqueConstraint("desk_id", "position_id", "action_id"),
    )

    position_id: Mapped[UUID]
    action_id: Mapped[UUID]


class Position(OfDesk, Base):
    """One block of costs, months, realisers and indicators; `printing` says on which of its rows what is printed."""

    __tablename__ = "schedule_position"
    __table_args__ = (
        _part_of("schedule_position", "direction_id", "schedule_direction"),
        UniqueConstraint("desk_id", "direction_id", "place"),
        CheckConstraint(
            "coalesce((costs->'total'->>'count')::int, 0) = coalesce((costs->'own'->>'count')::int, 0)"
            " + coalesce((costs->'other'->>'count')::int, 0)",
            name="costs_add_up",
        ),
        CheckConstraint(
            "(months_kind = 'range') = (first_month IS NOT NULL AND last_month IS NOT NULL)", name="range_has_months"
        ),
        CheckConstraint("first_month BETWEEN 1 AND last_month AND last_month <= 12", name="months_in_order"),
    )

    direction_id: Mapped[UUID]
    place: Mapped[int] = mapped_column(SmallInteger)
    costs: Mapped[Json]
    months: Mapped[str]
    months_kind: Mapped[MonthsKind] = mapped_column(enum_text(MonthsKind))
    first_month: Mapped[int | None] = mapped_column(SmallInteger)
    last_month: Mapped[int | None] = mapped_column(SmallInteger)
    realisers: Mapped[str]
    parties: Mapped[list[str]]
    ditto: Mapped[bool]
    printing: Mapped[Json]

    actions: Mapped[list[Action]] = relationship(secondary="schedule_position_action", order_by=Action.number)
    indicators: Mapped[list["Indicator"]] = relationship(order_by="Indicator.place")

    @property
    def span(self) -> Months:
        return Months(self.months, self.months_kind, self.first_month, self.last_month)

    def said(self, direction: Direction) -> tree.Position:
        heads = [each for each in self.indicators if each.parent_id is None]
        return tree.Position(
            actions=tuple(direction.number_of(action) for action in self.actions),
            costs=plain.costs_from(self.costs),
            months=self.span,
            realisers=Realisers(self.realisers, tuple(self.parties), self.ditto),
            indicators=tuple(
                head.said([each for each in self.indicators if each.parent_id == head.id]) for head in heads
            ),
            printing=plain.printing_from(self.printing),
        )


class Indicator(OfDesk, Base):
    """One counted line, or a group of one. What is printed, and the rule by which it is counted, as both were at the import.

    `origin` is kept and not derived: a figure that was entered by hand must not turn into a counted one because the
    application has learnt to count it meanwhile.
    """

    __tablename__ = "indicator"
    __table_args__ = (
        _part_of("indicator", "position_id", "schedule_position"),
        _part_of("indicator", "parent_id", "indicator"),
        UniqueConstraint("desk_id", "position_id", "place"),
        *(_value_check(column) for column in ("plan", "executed", "six_year")),
        Index("ix_indicator_key", "desk_id", "key"),
    )

    position_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    key: Mapped[str]
    place: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    plan: Mapped[Json]
    executed: Mapped[Json]
    executed_as_of: Mapped[date | None]
    six_year: Mapped[Json]
    aggregation: Mapped[Aggregation] = mapped_column(enum_text(Aggregation))
    origin: Mapped[Origin] = mapped_column(enum_text(Origin))
    what: Mapped[Json]

    @property
    def definition(self) -> Definition:
        return plain.definition_from(self.what, self.aggregation)

    def said(self, parts: list["Indicator"]) -> tree.Indicator:
        plan, executed, six_year = (plain.value_from(each) for each in (self.plan, self.executed, self.six_year))
        return tree.Indicator(Text(self.name), plan, executed, six_year, tuple(part.said([]) for part in parts))


class Footnote(OfDesk, Base):
    """A note below the table, with the day it names (R-000-11, R-000-12)."""

    __tablename__ = "schedule_footnote"
    __table_args__ = (
        _part_of("schedule_footnote", "schedule_id", "schedule"),
        UniqueConstraint("desk_id", "schedule_id", "number"),
    )

    schedule_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    raw: Mapped[str]
    text: Mapped[str]
    as_of: Mapped[date | None]

    @property
    def said(self) -> tree.Footnote:
        return tree.Footnote(self.number, self.raw, self.text, self.as_of)


class Execution(OfDesk, Base):
    """What somebody entered for an indicator: the number of the year so far, up to and including the day `as_of`.

    `done_on` is the day of what was done last; for what is done all the time it is the last update. A row is never
    changed: a later one replaces it, and an empty value takes it back.
    """

    __tablename__ = "execution"
    __table_args__ = (
        _to("execution", "indicator_id", "indicator"),
        _to("execution", "replaces_id", "execution"),
        UniqueConstraint("desk_id", "replaces_id"),
        _value_check("value"),
        CheckConstraint("value->>'kind' <> 'empty' OR replaces_id IS NOT NULL", name="empty_takes_back"),
        CheckConstraint("length(trim(evidence)) > 0", name="with_evidence"),
        CheckConstraint("done_on <= as_of", name="done_by_as_of"),
        Index("ix_execution_indicator", "desk_id", "indicator_id", "as_of"),
    )

    indicator_id: Mapped[UUID]
    value: Mapped[Json]
    done_on: Mapped[date | None]
    as_of: Mapped[date]
    evidence: Mapped[str]
    note: Mapped[str | None]
    replaces_id: Mapped[UUID | None]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    @property
    def said(self) -> Value:
        return plain.value_from(self.value)
