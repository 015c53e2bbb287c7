"""The telephone from the command line: what answers when we cannot, and whether the provider knows the same calls as we do."""

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click

from helpdesk.cli.context import FOUND, fail, open_engine, transaction
from helpdesk.db.session import make_sessions
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.telephony.models import Difference
from helpdesk.telephony.provider import ProviderFailed, Trouble, provider_of
from helpdesk.telephony.queries import differences as difference_queries
from helpdesk.telephony.service import fallback, reconciling

TROUBLES = {
    Trouble.GONE: "The platform keeps no list of calls, or does not know this account.",
    Trouble.NOT_ALLOWED: "The provider refuses our token.",
    Trouble.NOT_SET_UP: "This office has no provider whose list could be read.",
}


@click.group()
def telephony() -> None:
    """Lines, the provider's list of calls, and what answers when we cannot."""


@telephony.command(name="export-fallback")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--url", default="", help="Where the folder will lie, such as https://backup.example.org/telephone.")
@click.option("--check", is_flag=True, help="Only say whether the folder is as the lines are now; exit code 1 if not.")
def export_fallback(folder: Path, url: str, *, check: bool) -> None:
    """Write what callers hear when nothing of ours answers, to be put with another host."""
    address = url or fallback.hosted_at(folder)
    if not address:
        fail("Say with --url where the folder will lie." if not check else f"There is no export in {folder}.")
    if urlsplit(address).scheme != "https" or not urlsplit(address).netloc:
        fail("The address must begin with https:// and name a host.")
    with transaction() as session:
        wanted = fallback.files(session, address)
    if not check:
        fallback.write(folder, wanted)
        click.echo(f"{len(wanted)} files are in {folder}. How to host them stands in {folder / fallback.README}.")
        return
    outdated = fallback.outdated(folder, wanted)
    if outdated:
        fail(*(f"Older than the lines: {path}" for path in outdated), "Export again.", code=FOUND)
    click.echo("The export is as the lines are.")


@telephony.command()
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="A day of the office; without it, yesterday."
)
def reconcile(day: datetime | None) -> None:
    """Compare our calls of a day with the provider's list; the exit code is 1 if they differ."""
    now = utcnow()
    wanted = day.date() if day else day_of(now) - timedelta(days=1)
    with open_engine() as (engine, settings):
        try:
            found = reconciling.reconcile(make_sessions(engine), provider_of(settings), wanted, now)
        except ProviderFailed as failed:
            fail(TROUBLES.get(failed.trouble, f"The provider's list could not be read: {failed}."))
    if found:
        fail(*map(_sentence, found), code=FOUND)
    click.echo(f"The calls of {wanted} are the same on both sides.")


@telephony.command()
@click.option("--looked-at", "sids", multiple=True, help="The identifier of a call that somebody has looked at.")
def differences(sids: tuple[str, ...]) -> None:
    """List where our calls and the provider's differ, until somebody has looked at it; the exit code is 1 if there is any."""
    with transaction() as session:
        unknown = [sid for sid in sids if not reconciling.look_at(session, sid, utcnow())]
        left = [_sentence(each) for each in difference_queries.unsettled(session)]
    if unknown:
        fail(*(f"Nothing waits to be looked at for {sid}." for sid in unknown), code=FOUND)
    if left:
        fail(*left, code=FOUND)
    click.echo("No differences.")


def _sentence(difference: Difference) -> str:
    said = ", ".join(
        f"{who}: {what}" for who, what in (("we", difference.ours), ("provider", difference.theirs)) if what
    )
    return f"{difference.sid}, {difference.kind.value}, {said}"
