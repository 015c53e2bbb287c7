"""Commands that put data in and take it out: the demonstration, people, the programme's table."""

import sys
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.rules import Place
from helpdesk.accounts.service import people
from helpdesk.app import LABELS
from helpdesk.cli.context import ENV_FILE, FOUND, fail, given_settings, open_sessions, transaction
from helpdesk.db.wall import acting_at
from helpdesk.desks import queries as desks
from helpdesk.desks import service as desk_service
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import DeskKind, NewDesk
from helpdesk.indicators import exports
from helpdesk.indicators import service as indicators
from helpdesk.indicators.labels import OUTCOMES, problem_words, warning_words
from helpdesk.indicators.rules.table import decode
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import SYSTEM, Profession, Role
from helpdesk.telephony import service as calls
from helpdesk.web import labels
from helpdesk.web.documents import DocumentError

PROGRAMME_OFFICE = "programme-office"
FORMATS = tuple(each.value for each in indicators.Format)


@click.group()
def demo() -> None:
    """Invented data for trying out and for benchmarks; refused unless HELPDESK_DEMO=1."""


@demo.command()
@click.option("--contacts", default=600, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed on the same day gives the same office.")
def load(contacts: int, seed: int) -> None:
    """Fill an empty database with an invented office."""
    from helpdesk.demo import loader  # noqa: PLC0415  only this command needs it

    settings = given_settings()
    if not settings.demo:
        fail("HELPDESK_DEMO is not 1: invented data is never put among real ones.")
    with open_sessions() as sessions:
        try:
            loader.load(sessions, settings, contacts=contacts, seed=seed, now=utcnow())
        except loader.NotEmpty:
            fail("There are desks in this database already: invented data is only put into an empty one.", code=FOUND)
    click.echo(f"Loaded {contacts} contacts.")


@demo.command(name="serve")
@click.option("--port", default=8000, show_default=True)
def demo_serve(port: int) -> None:
    """Set everything up with a private database, load invented data on the first start, and serve all faces."""
    from helpdesk.cli import trial  # noqa: PLC0415  only this command needs it

    trial.run(ENV_FILE, port=port)


@click.group()
def desk() -> None:
    """Desks and their telephone lines."""


@desk.command(name="add")
@click.option("--id", "desk_id", required=True, help="The short name in addresses, such as blue-line.")
@click.option("--kind", type=click.Choice([kind.value for kind in DeskKind]), required=True)
@click.option("--name-pl", required=True)
@click.option("--name-en", required=True)
@click.option("--controller", required=True, help="Who is responsible for the data.")
@click.option("--prefix", required=True, help="Begins the numbers of contacts, such as KPNL.")
@click.option("--language", "languages", multiple=True, default=("pl",), show_default=True)
def desk_add(desk_id: str, kind: str, languages: tuple[str, ...], **words: str) -> None:
    """Add a desk."""
    new = NewDesk(
        desk_id, DeskKind(kind), words["name_pl"], words["name_en"], words["controller"], words["prefix"], languages
    )
    with transaction() as session:
        try:
            desk_service.add_desk(session, new, actor=SYSTEM, now=utcnow())
        except Refusal as refusal:
            fail(f"This desk cannot be added. {_sentence(refusal)}", code=FOUND)
    click.echo(f"Added. Its pages are at /desk/{desk_id}/")


@desk.command(name="rename")
@click.option("--id", "desk_id", required=True, help="The short name, which stays.")
@click.option("--name-pl", default=None)
@click.option("--name-en", default=None)
def desk_rename(desk_id: str, name_pl: str | None, name_en: str | None) -> None:
    """Give a desk another name in one language or in both."""
    if name_pl is None and name_en is None:
        fail("Say the new name: --name-pl, --name-en, or both.")
    with transaction() as session:
        found = _desk(session, desk_id)
        try:
            desk_service.rename_desk(session, found, name_pl=name_pl, name_en=name_en, actor=SYSTEM, now=utcnow())
        except Refusal as refusal:
            fail(f"This desk cannot be renamed. {_sentence(refusal)}", code=FOUND)
        click.echo(f"{desk_id} is called {found.name_pl} in Polish and {found.name_en} in English.")


@desk.command(name="line")
@click.option("--desk", "desk_id", required=True)
@click.option("--number", required=True, help="The number that callers dial.")
@click.option(
    "--language", "languages", multiple=True, default=("pl",), show_default=True, help="In the order of the menu."
)
@click.option("--remove", is_flag=True, help="Take the number away; refused while somebody is calling there.")
def desk_line(desk_id: str, number: str, languages: tuple[str, ...], *, remove: bool) -> None:
    """Give a desk a telephone number, or take it away."""
    with transaction() as session:
        found, now = _desk(session, desk_id), utcnow()
        try:
            if remove:
                line = calls.remove_line(session, found, number, actor=SYSTEM, now=now)
            else:
                line = desk_service.add_line(session, found, number, languages, actor=SYSTEM, now=now)
        except Refusal as refusal:
            fail(f"This line cannot be {'taken away' if remove else 'added'}. {_sentence(refusal)}", code=FOUND)
        reached = line.number
    click.echo(f"Calls to {reached} {'no longer reach' if remove else 'reach'} {desk_id}.")


def _desk(session: Session, desk_id: str) -> Desk:
    """The desk of this short name; the command ends where there is none."""
    found = desks.desk(session, desk_id)
    if found is None:
        fail(
            f"There is no desk {desk_id}. Desks: {', '.join(each.id for each in desks.all_desks(session))}", code=FOUND
        )
    return found


def _sentence(refusal: Refusal) -> str:
    """What a refusal says in English, with the words of the domain that refused."""
    for each in LABELS:
        labels.register(each.LABELS)
    return labels.sentence(refusal)


@click.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.option("--login", required=True)
@click.option("--name", required=True)
@click.option("--desk", required=True, help="The desk's short name.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--profession", required=True, type=click.Choice([profession.value for profession in Profession]))
def add(login: str, name: str, desk: str, roles: tuple[str, ...], profession: str) -> None:
    """Add a person to a desk and print a password for the first sign-in."""
    place = Place(frozenset(Role(role) for role in roles), Profession(profession))
    with transaction() as session:
        if desks.desk(session, desk) is None:
            fail(f"There is no desk {desk}. Desks: {', '.join(each.id for each in desks.all_desks(session))}")
        try:
            password = people.join(session, people.Newcomer(login, name), desk, place, actor=SYSTEM, now=utcnow())
        except Refusal as refusal:
            fail(f"This person cannot be added. {_sentence(refusal)}", code=FOUND)
    click.echo(f"Password for the first sign-in: {password}")


@user.command(name="password")
@click.option("--login", required=True)
def password_command(login: str) -> None:
    """Give somebody who is locked out a new password for one sign-in."""
    with transaction() as session:
        account = accounts.account_by_login(session, login)
        if account is None:
            fail(f"There is nobody with the login {login}.", code=FOUND)
        password = people.give_start_password(session, account, actor=SYSTEM, now=utcnow())
    click.echo(f"Password for the next sign-in: {password}")


@click.group()
def schedule() -> None:
    """The programme's table of a year."""


@schedule.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only look; change nothing.")
def import_command(file: Path, *, check: bool) -> None:
    """Take in the official table of a year; anything not understood is named by line and cell, and nothing is taken in."""
    with transaction() as session, acting_at(session, PROGRAMME_OFFICE):
        try:
            report = indicators.import_schedule(
                session, decode(file.read_bytes()), check=check, actor=SYSTEM, now=utcnow()
            )
        except Refusal as refusal:
            fail(f"{file}: {_sentence(refusal)}", code=FOUND)
    for each in report.warnings:
        click.echo(warning_words(each))
    for problem in report.problems:
        line, cell, column, found, expected = problem_words(problem)
        place = f"line {line}, cell {cell}" + (f" ({column})" if column else "")
        click.echo(f"Not understood: {place}: found {found!r}, expected {expected}.", err=True)
    if not report.good:
        fail(str(OUTCOMES[report.outcome]), code=FOUND)
    taken_in = report.outcome in {indicators.Outcome.IMPORTED, indicators.Outcome.REPLACED}
    click.echo("The table is imported." if taken_in and not check else str(OUTCOMES[report.outcome]))


@schedule.command()
@click.argument("year", type=int)
@click.option("--format", "kind", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Count up to this day.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=None)
def export(year: int, kind: str, as_of: datetime | None, output: Path | None) -> None:
    """Give the table of a year back in its eleven columns."""
    day = as_of.date() if as_of else None
    with transaction() as session, acting_at(session, PROGRAMME_OFFICE):
        try:
            format_ = indicators.Format(kind)
            taken = indicators.take_away(session, year, format_, as_of=day, actor=SYSTEM, now=utcnow())
            content = exports.written(taken, format_)
        except NotFound:
            fail(f"There is no table of {year}. Import it first: helpdesk schedule import FILE", code=FOUND)
        except DocumentError as error:
            fail(f"The table could not be made into a file. {error}", code=FOUND)
    if output:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
