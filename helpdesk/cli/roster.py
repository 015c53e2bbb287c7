"""The roster from the command line: who answers, what is missing, and a plan taken in from a spreadsheet. Times are those of the office."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from helpdesk.cli.context import FOUND, fail, transaction
from helpdesk.db.wall import acting_at
from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import local, utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.roster import queries
from helpdesk.roster.labels import LABELS
from helpdesk.roster.labels.importing import value_of
from helpdesk.roster.labels.present import REASONS
from helpdesk.roster.rules.importing import Problem, decode
from helpdesk.roster.rules.present import Held, Verdict, read_instant
from helpdesk.roster.service import importing, present


@click.group()
def roster() -> None:
    """Duties: who answers, what is missing, and plans from elsewhere."""


def _instant(_context: click.Context, _parameter: click.Parameter, text: str | None) -> datetime | None:
    """A time on the wall of the office."""
    if text is None:
        return None
    try:
        return read_instant(text)
    except Refusal as refusal:
        raise click.BadParameter(str(LABELS[refusal.code])) from None


@roster.command()
@click.option("--at", callback=_instant, help='Such as "2026-11-28 18:00"; without it, now.')
@click.option("--desk", required=True, help="The desk's short name.")
@click.option("--known-at", callback=_instant, help="As the system knew it then, instead of as the plan stands now.")
@click.option("--language", default=None, help="The language that a caller chose, such as uk.")
def who(at: datetime | None, desk: str, known_at: datetime | None, language: str | None) -> None:
    """Say who answers at a desk, and of everybody else why not."""
    with _at_desk(desk) as session:
        answer = present.who_answers(session, at or utcnow(), known_at=known_at, language=language)
    how = f"as it was known at {local(known_at):%Y-%m-%d %H:%M}" if known_at else "as the plan stands now"
    click.echo(f"{local(answer.at):%Y-%m-%d %H:%M} at {desk}, {how}:")
    if not answer.answering:
        click.echo("Nobody answers.")
    for verdict in answer.verdicts:
        click.echo(_sentence(verdict))


@roster.command()
@click.option("--weeks", type=click.IntRange(1, 52), default=6, show_default=True)
@click.option("--desk", default=None, help="The desk's short name; without it, every desk.")
def gaps(weeks: int, desk: str | None) -> None:
    """List where somebody is missing in the published plan; the exit code is 1 if there is any such time."""
    with transaction() as session:
        wanted = [_known(session, desk)] if desk else [each.id for each in desks.all_desks(session)]
        found = [line for each in wanted for line in _gaps(session, each, timedelta(weeks=weeks))]
    if not found:
        click.echo("No gaps.")
        return
    for line in found:
        click.echo(line)
    raise SystemExit(FOUND)


@roster.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--desk", required=True, help="The desk's short name.")
@click.option("--check", is_flag=True, help="Only look; draft nothing.")
def import_command(file: Path, desk: str, *, check: bool) -> None:
    """Draft the duties of a CSV table (person, date, from, to, post); if any row is wrong, none is drafted."""
    try:
        text = decode(file.read_bytes())
    except Refusal as refusal:
        fail(str(LABELS[refusal.code]), code=FOUND)
    with _at_desk(desk) as session:
        report = importing.import_plan(session, text, check=check, actor=SYSTEM, now=utcnow())
    if report.problems:
        fail(*map(_reason, report.problems), "Nothing was drafted.", code=FOUND)
    done = "Would be drafted" if check else "Drafted"
    click.echo(f"{done}: {report.added}. In the plan already: {report.unchanged}.")


@contextmanager
def _at_desk(desk_id: str) -> Iterator[Session]:
    with transaction() as session, acting_at(session, _known(session, desk_id)):
        yield session


def _known(session: Session, desk_id: str) -> str:
    if desks.desk(session, desk_id) is None:
        fail(f"There is no desk {desk_id}. Desks: {', '.join(each.id for each in desks.all_desks(session))}")
    return desk_id


def _gaps(session: Session, desk_id: str, ahead: timedelta) -> Sequence[str]:
    with acting_at(session, desk_id):
        names = {post.id: post.name for post in queries.posts(session)}
        return [
            f"{desk_id}: {present.in_words(gap.span)}, {names[gap.post_id]}: {gap.missing} missing."
            for gap in present.gaps_ahead(session, utcnow(), ahead)
        ]


def _sentence(verdict: Verdict) -> str:
    words = f"{verdict.person.name}: {REASONS[verdict.reason]}"
    if verdict.duty is not None:
        words += f" {_duty(verdict.duty)}."
    if verdict.next is not None:
        words += f" Next: {_duty(verdict.next)}."
    return words


def _duty(held: Held) -> str:
    return f"{held.post}, {present.in_words(held.span)}"


def _reason(problem: Problem) -> str:
    place = f"Line {problem.line}: " if problem.line else ""
    value = f" ({value_of(problem)})" if problem.value else ""
    return f"{place}{str(LABELS[problem.code]) % dict(problem.data)}{value}"
