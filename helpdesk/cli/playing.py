"""The telephone of the demonstration at a terminal: the same network as on the page, one line of words for each step."""

import shlex
from collections.abc import Callable, Mapping

import click

from helpdesk.cli.context import fail, given_settings
from helpdesk.config import Settings
from helpdesk.telephony.simulator import Exchange, InvalidMarkup, Line, SimulatorError, trial
from helpdesk.telephony.simulator.provider import direct

HELP = """\
call FROM TO        somebody calls a line          text FROM TO WORDS  somebody writes to a line
pick N              telephone N is picked up       press N KEY         a key is pressed; without KEY none is
speak N SECONDS     a message is left; 0: silence  ring-out N          time goes by until nobody answers
hang N              telephone N is put down        go                  the provider does what it was asked
show                who is in a call, with N       quit                the network stays as it is"""


class Misspoken(Exception):
    """The line of words means nothing."""


@click.command()
def play() -> None:
    """Play the caller, every telephone and the time, step by step; in the demonstration only."""
    settings = given_settings()
    if not settings.demo:
        fail("This is for the demonstration only: a real network is played by those who call.")
    click.echo(HELP)
    for line in iter(_typed, "quit"):
        try:
            _step(settings, shlex.split(line))
        except (Misspoken, ValueError) as error:
            click.echo(f"Not understood: {error or line}", err=True)
        except (SimulatorError, InvalidMarkup) as error:
            click.echo(str(error), err=True)


def _typed() -> str:
    try:
        return str(click.prompt(">", prompt_suffix=" ", default="show", show_default=False)).strip()
    except click.Abort:
        return "quit"


def _step(settings: Settings, words: list[str]) -> None:
    name, *rest = words or ["show"]
    with trial.network(settings, direct()) as exchange:
        known = len(exchange.happened)
        try:
            if name == "show":
                _show(exchange)
            elif name in _OF_NETWORK:
                _OF_NETWORK[name](exchange, rest)
            elif name in _OF_LINE and rest:
                _OF_LINE[name](exchange, _line(exchange, rest[0]), rest[1:])
            else:
                raise Misspoken(name)
        finally:
            for each in exchange.happened[known:]:
                click.echo(str(each))


def _call(exchange: Exchange, words: list[str]) -> None:
    caller, called = _exactly(words, 2)
    exchange.calls(caller, called, press=None)


def _text(exchange: Exchange, words: list[str]) -> None:
    if len(words) < 3:  # noqa: PLR2004  who, to whom, what
        raise Misspoken("text")
    exchange.writes(words[0], words[1], " ".join(words[2:]))


_OF_NETWORK: Mapping[str, Callable[[Exchange, list[str]], None]] = {
    "call": _call,
    "go": lambda _exchange, _words: None,
    "text": _text,
}
_OF_LINE: Mapping[str, Callable[[Exchange, Line, list[str]], None]] = {
    "hang": lambda exchange, line, _words: exchange.puts_down(line),
    "pick": lambda exchange, line, _words: exchange.picks_up(line),
    "press": lambda exchange, line, words: exchange.presses(line, words[0] if words else ""),
    "ring-out": lambda exchange, line, _words: exchange.rings_out(line),
    "speak": lambda exchange, line, words: exchange.speaks(line, int(_exactly(words, 1)[0])),
}


def _exactly(words: list[str], number: int) -> list[str]:
    if len(words) != number:
        raise Misspoken(" ".join(words))
    return words


def _line(exchange: Exchange, number: str) -> Line:
    found = dict(enumerate(_going_on(exchange), start=1)).get(int(number))
    if found is None:
        raise Misspoken(f"there is no telephone {number}")
    return found


def _show(exchange: Exchange) -> None:
    for number, line in enumerate(_going_on(exchange), start=1):
        others = ", ".join(sorted(exchange.talks_with(line)))
        what = (
            f"talks with {others}" if others else "rings" if line.rings else "is asked for a key" if line.asks else ""
        )
        click.echo(f"{number}  {line.number or 'withheld'}  {what or line.status}")


def _going_on(exchange: Exchange) -> list[Line]:
    return [each for each in exchange.lines if not each.is_over]
