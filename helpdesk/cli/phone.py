"""Playing the provider and a caller against a running server."""

import click

from helpdesk.cli.context import FOUND, fail, given_settings
from helpdesk.cli.playing import play
from helpdesk.telephony.provider import TrialProvider, trial_folder
from helpdesk.telephony.simulator import Pace, Provider, SimulatorError
from helpdesk.telephony.simulator.trial import speaker


def _unspoken(_sid: str) -> None:
    """Elsewhere the recording of an invented caller is at no provider."""


@click.group()
def phone() -> None:
    """The telephone, without a provider."""


phone.add_command(play)


@phone.command()
@click.option("--from", "caller", required=True, help="The caller's number, or 'anonymous'.")
@click.option("--to", "called", required=True, help="The number of one of our lines.")
@click.option(
    "--press",
    default="",
    help="Keys for one menu after the other, comma separated; nothing between two commas, or none left, is silence.",
)
@click.option("--hang-up-after", type=float, default=None, help="Seconds after which the caller hangs up.")
@click.option(
    "--message", type=float, default=None, help="Seconds for which the caller speaks after the tone, if asked to."
)
@click.option("--answer", is_flag=True, help="Somebody on duty picks up and presses 1.")
@click.option(
    "--ring-seconds",
    type=float,
    default=5.0,
    show_default=True,
    help="How long a telephone rings at most, in real time.",
)
@click.option(
    "--talk-seconds",
    type=float,
    default=2.0,
    show_default=True,
    help="How long they talk after an answer, in real time.",
)
def ring(
    caller: str,
    called: str,
    press: str,
    hang_up_after: float | None,
    message: float | None,
    *,
    answer: bool,
    ring_seconds: float,
    talk_seconds: float,
) -> None:
    """Call a line of ours: sign the requests, follow the answers, print the conversation."""
    settings = given_settings()
    if not settings.twilio_auth_tokens:
        fail("HELPDESK_TWILIO_AUTH_TOKENS is missing: a call cannot be signed.")
    provider = Provider(
        settings.public_url,
        settings.twilio_account_sid,
        settings.twilio_auth_tokens[0],
        pace=Pace(ring_seconds=ring_seconds, talk_seconds=talk_seconds),
        on_line=click.echo,
        on_message=speaker(TrialProvider(trial_folder(settings))) if settings.demo else _unspoken,
    )
    keys = [key.strip() for key in press.split(",")] if press else []
    try:
        provider.ring(caller, called, press=keys, hang_up_after=hang_up_after, answer=answer, message=message)
    except SimulatorError as error:
        fail(str(error), code=FOUND)
