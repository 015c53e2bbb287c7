"""The `helpdesk` command. Exit codes: 0 done, 1 a check found something, 2 wrong use or settings."""

import click

from helpdesk import __version__
from helpdesk.cli.checks import audit, doctor, keys
from helpdesk.cli.data import demo, desk, schedule, user
from helpdesk.cli.phone import phone
from helpdesk.cli.processes import db, serve, worker
from helpdesk.cli.prompts import prompts
from helpdesk.cli.roster import roster
from helpdesk.cli.telephony import telephony


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Software for the people who answer when somebody in danger calls."""


for command in (serve, worker, db, demo, desk, user, doctor, audit, keys, phone, prompts, schedule, roster, telephony):
    main.add_command(command)
