"""The table of a year comes into the office, whole or not at all."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.indicators import models, queries, sources
from helpdesk.indicators.rules import plain, tree
from helpdesk.indicators.rules.counting import definition_of
from helpdesk.indicators.rules.importing import examine
from helpdesk.indicators.rules.keys import placed
from helpdesk.indicators.rules.numbering import ActionNumber
from helpdesk.indicators.rules.table import Problem, Warned
from helpdesk.kernel.permissions import Actor


class Outcome(StrEnum):
    """What became of a text. The last three changed nothing."""

    IMPORTED = "imported"
    REPLACED = "replaced"
    ALREADY_IMPORTED = "already-imported"
    IN_USE = "in-use"
    NOT_UNDERSTOOD = "not-understood"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a text and what became of it; with `checked` what would become of it."""

    outcome: Outcome
    checked: bool
    problems: tuple[Problem, ...]
    warnings: tuple[Warned, ...]
    schedule: tree.Schedule | None = None

    @property
    def good(self) -> bool:
        """Whether the table of this text stands, or would stand, in the office afterwards."""
        return self.outcome not in {Outcome.IN_USE, Outcome.NOT_UNDERSTOOD}


def import_schedule(session: Session, text: str, *, check: bool, actor: Actor, now: datetime) -> Report:
    """Read a table and keep it; with `check` only say what would happen. The session acts at the programme office.

    The same text again changes nothing. Another text for the same year takes the place of the first as long as
    nothing was entered by hand for it; afterwards it is refused, since what was entered was entered for that table.
    """
    text = text.replace("\r\n", "\n")  # a browser sends other line ends than a disk keeps; they mean nothing here
    reading = examine(text)
    said = reading.schedule
    if said is None:
        return Report(Outcome.NOT_UNDERSTOOD, check, reading.problems, reading.warnings)
    digest = sha256(text.encode()).hexdigest()
    queries.lock_imports(session)
    before = queries.imported(session, said.year)
    outcome = _outcome(session, before, digest)
    report = Report(outcome, check, (), reading.warnings, said)
    if not check and outcome in {Outcome.IMPORTED, Outcome.REPLACED}:
        _keep(session, report, text, before, actor=actor, now=now)
    return report


def _outcome(session: Session, before: models.Schedule | None, digest: str) -> Outcome:
    if before is None:
        return Outcome.IMPORTED
    if before.source_sha256 == digest:
        return Outcome.ALREADY_IMPORTED
    return Outcome.IN_USE if queries.has_entries(session, before.id) else Outcome.REPLACED


def _keep(
    session: Session, report: Report, text: str, before: models.Schedule | None, *, actor: Actor, now: datetime
) -> None:
    said = report.schedule
    assert said is not None  # noqa: S101  only what was understood is kept
    replaced = before.source_sha256 if before else None
    if before:
        queries.drop(session, before.id)
        session.expunge(before)
    schedule = _schedule(session, said, text, actor, now)
    session.add(schedule)
    # The rows must be there before the indicators' groups, which know their indicator only by its id.
    session.flush()
    detail = {"year": said.year, "sha256": schedule.source_sha256, "replaced": replaced, "warnings": len(said.warnings)}
    audit.record(session, actor=actor, tag=Tag.SCHEDULE_IMPORTED, subject=schedule.id, now=now, detail=detail)


def _schedule(session: Session, said: tree.Schedule, text: str, actor: Actor, now: datetime) -> models.Schedule:
    keys = iter(list(placed(said)))
    return models.Schedule(
        programme=_programme(session, said.programme),
        year=said.year,
        first_executed_year=said.executed_years[0],
        last_executed_year=said.executed_years[1],
        title=said.title.raw,
        headings=[list(row) for row in said.headings],
        total=plain.plain_total(said.total),
        warnings=[asdict(each) for each in said.warnings],
        source=text,
        source_sha256=sha256(text.encode()).hexdigest(),
        imported_at=now,
        imported_by=actor.name,
        imported_by_id=actor.id,
        directions=[_direction(each, said, keys) for each in said.directions],
        footnotes=[models.Footnote(**asdict(note)) for note in said.footnotes],
    )


def _programme(session: Session, said: tree.Programme) -> models.Programme:
    known = queries.programme(session, said.name)
    return known or models.Programme(**asdict(said))


Keys = Iterator[tuple[tree.Position, str, tree.Indicator]]


def _direction(said: tree.Direction, schedule: tree.Schedule, keys: Keys) -> models.Direction:
    actions = {each.number: _action(each) for each in said.actions}
    return models.Direction(
        number=said.number,
        label=said.label.raw,
        title=said.title.raw,
        gap=said.gap,
        actions=list(actions.values()),
        positions=[_position(place, each, actions, schedule, keys) for place, each in enumerate(said.positions)],
    )


def _action(said: tree.Action) -> models.Action:
    return models.Action(number=said.number.place, label=said.label.raw, title=said.title.raw)


def _position(
    place: int, said: tree.Position, actions: dict[ActionNumber, models.Action], schedule: tree.Schedule, keys: Keys
) -> models.Position:
    return models.Position(
        place=place,
        costs=plain.plain_costs(said.costs),
        months=said.months.raw,
        months_kind=said.months.kind,
        first_month=said.months.first,
        last_month=said.months.last,
        realisers=said.realisers.raw,
        parties=list(said.realisers.parties),
        ditto=said.realisers.ditto,
        printing=plain.plain_printing(said.printing),
        actions=[actions[number] for number in said.actions],
        indicators=_indicators(said, schedule, keys),
    )


def _indicators(position: tree.Position, schedule: tree.Schedule, keys: Keys) -> list[models.Indicator]:
    rows: list[models.Indicator] = []
    for indicator in position.indicators:
        head = len(rows)
        for line in indicator.lines:
            _, key, _ = next(keys)
            row = _indicator(len(rows), key, line, schedule)
            rows.append(row)
            row.parent_id = rows[head].id if row is not rows[head] else None
    return rows


def _indicator(place: int, key: str, said: tree.Indicator, schedule: tree.Schedule) -> models.Indicator:
    definition = definition_of(key)
    return models.Indicator(
        key=key,
        place=place,
        name=said.name.raw,
        plan=plain.plain_value(said.plan),
        executed=plain.plain_value(said.executed),
        executed_as_of=next((note.as_of for note in schedule.notes_of(said.executed) if note.as_of), None),
        six_year=plain.plain_value(said.six_year),
        aggregation=definition.aggregation,
        origin=sources.origin_of(definition),
        what=plain.plain_definition(definition),
    )
