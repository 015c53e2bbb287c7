"""Commands that look whether all is well: settings and coverage, the audit, the keys."""

import click
from sqlalchemy.orm import Session

from helpdesk.audit import queries as audit_queries
from helpdesk.audit import service as audit_service
from helpdesk.cli.context import FOUND, STRANGE_KEYS, fail, open_engine, open_sessions
from helpdesk.config import Settings
from helpdesk.db import jobs, reseal, schema
from helpdesk.db.session import make_sessions


@click.group()
def audit() -> None:
    """The record of who saw and did what."""


@audit.command()
def verify() -> None:
    """Extend the chain to the newest event, then look for the first broken row."""
    with open_engine() as (engine, settings), make_sessions(engine).begin() as session:
        while audit_service.extend_chain(session, settings.pepper):
            session.flush()  # the next batch continues from these links
        broken = audit_service.verify(session, settings.pepper)
        last = audit_queries.last_link(session)
        waiting = audit_queries.count_unchained(session)
    if broken:
        fail(f"The chain breaks at link {broken.position}, event {broken.event_id}: {broken.reason}.", code=FOUND)
    position, digest = (last.position, last.digest.hex()) if last else (0, "-")
    click.echo(f"The chain holds: {position} events, {waiting} not chained yet. Its end is {digest}")


@click.group()
def keys() -> None:
    """The keys under which names, phones and notes are sealed."""


@keys.command(name="reseal")
def reseal_command() -> None:
    """Seal everything anew with the first key. It may be interrupted, and goes on where it was."""
    with open_sessions() as sessions:
        for table, rows in reseal.reseal_all(sessions):
            click.echo(f"{table}: {rows} rows")
    click.echo("Everything is sealed with the first key. The other keys can be taken out.")


@click.command()
def doctor() -> None:
    """Say what is missing: settings, tables, keys, languages, coverage."""
    with open_engine() as (engine, settings):
        with engine.connect() as connection:
            current = schema.current(connection)
        if current != schema.newest():
            fail(
                f"The tables stand at {current}, the code needs {schema.newest()}. Run: helpdesk db upgrade", code=FOUND
            )
        with make_sessions(engine)() as session:
            problems = [*_settings_problems(settings), *_stored_problems(session, settings)]
    if problems:
        fail(*problems, code=FOUND)
    click.echo("All is well.")


def _settings_problems(settings: Settings) -> list[str]:
    found = []
    if not settings.twilio_auth_tokens:
        found.append("HELPDESK_TWILIO_AUTH_TOKENS is missing: every call from the provider is refused.")
    if not settings.secure and not settings.demo:
        found.append("HELPDESK_PUBLIC_URL is not https: cookies and calls travel unprotected.")
    return found


def _stored_problems(session: Session, settings: Settings) -> list[str]:
    from helpdesk.app import examine  # noqa: PLC0415  only this command needs it

    found = list(examine(session, settings))
    dead, old = jobs.dead_jobs(session), reseal.count_old(session)
    if dead:
        found.append(f"{dead} jobs were given up and wait for a person.")
    if strange := reseal.sealed_elsewhere(session):
        found.append(STRANGE_KEYS % ", ".join(strange))
    elif old:
        found.append(f"{old} rows are sealed with an older key. Run: helpdesk keys reseal")
    return found
