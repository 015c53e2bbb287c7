"""What the telephone says: which sentences are missing, and stand-ins for a trial."""

from collections.abc import Iterator, Sequence

import click
from sqlalchemy.orm import Session

from helpdesk.cli.context import FOUND, fail, transaction
from helpdesk.db.wall import acting_at
from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.telephony.queries import recordings as queries
from helpdesk.telephony.rules import prompts as texts
from helpdesk.telephony.rules.recordings import Slot, slots_in
from helpdesk.telephony.service import recordings, stand_ins
from helpdesk.telephony.service.stand_ins import StandInError
from helpdesk.telephony.twiml import VOICES


@click.group()
def prompts() -> None:
    """The sentences of the telephone, in every language of a line."""


@prompts.command()
@click.option("--desk", default=None, help="The desk's short name; without it, every desk.")
def check(desk: str | None) -> None:
    """Say which sentences are neither written, nor recorded, nor spoken by a voice; the exit code is 1 if there are any."""
    with transaction() as session:
        wanted = [_known(session, desk)] if desk else [each.id for each in desks.all_desks(session)]
        missing = list(dict.fromkeys(line for each in wanted for line in _missing(session, each)))
        trial = [line for each in wanted for line in _spoken_by_a_machine(session, each)]
    for line in trial:
        click.echo(line)
    if missing:
        fail(*missing, code=FOUND)
    click.echo("Every sentence can be heard.")


@prompts.command()
@click.option("--desk", required=True, help="The desk's short name.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(sorted(texts.sentences())),
    help="Such as ka, and more than once; without it, those of the desk's lines that no voice speaks.",
)
def make(desk: str, languages: Sequence[str]) -> None:
    """Have espeak-ng speak the sentences, for a trial. They are marked as stand-ins; what a person recorded stays."""
    try:
        with transaction() as session, acting_at(session, _known(session, desk)):
            lines = queries.languages_of_lines(session)
            chosen = languages or [each for line in lines for each in line if each not in VOICES]
            made = stand_ins.make(session, slots_in(chosen, lines), actor=SYSTEM, now=utcnow())
    except StandInError as error:
        fail(str(error), code=FOUND)
    click.echo(
        f"Stand-ins made: {made}. They are for a trial: have people record the sentences before callers hear them."
    )


def _missing(session: Session, desk_id: str) -> Iterator[str]:
    with acting_at(session, desk_id):
        for languages in queries.languages_of_lines(session):
            for language, gaps in texts.missing(languages).items():
                yield f"{desk_id}, {language}: not written: {', '.join(gaps)}."
            for language, unheard in recordings.lacking(session, languages).items():
                yield f"{desk_id}, {language}: no voice speaks it and no recording says: {', '.join(map(_name, unheard))}."


def _spoken_by_a_machine(session: Session, desk_id: str) -> Iterator[str]:
    with acting_at(session, desk_id):
        found = [slot.language for slot, each in queries.recordings(session).items() if each.stand_in]
    for language in sorted(set(found)):
        yield f"{desk_id}, {language}: {found.count(language)} recordings are stand-ins that a machine spoke."


def _name(slot: Slot) -> str:
    return f"{slot.prompt} {slot.key}".rstrip()


def _known(session: Session, desk_id: str) -> str:
    if desks.desk(session, desk_id) is None:
        fail(f"There is no desk {desk_id}. Desks: {', '.join(each.id for each in desks.all_desks(session))}")
    return desk_id
